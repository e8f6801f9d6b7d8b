"""What was received, decided again: on both databases."""

import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy

from tests.measure.copy import CHESS, COURIER, CUT, ECHO, FROST, MOLE, STRICT, at, entry, settings, take
from wire.config import Settings
from wire.ingest import Ingest
from wire.measure.outlook import Outlook
from wire.measure.replay import replay
from wire.model import Entry, Feed, Status
from wire.policy import AgencyProfile, ClusterPolicy, Tags
from wire.store import Moves, Store, VersionRow

DAY = 24 * 60
ROOT = Path(__file__).parents[2]
LOOSE = ClusterPolicy()


def run(store: Store, wanted: Settings, *, apply: bool = False, since: datetime | None = None) -> Outlook:
    return replay(store, settings=wanted, clock=lambda: at(5 * DAY), since=since, apply=apply)


def partition(store: Store) -> set[frozenset[str]]:
    """The deliveries of each story."""
    with store.reading() as read:
        rows = read.stories(limit=1000)
        return {frozenset(each.delivery_id for each in read.story(row.story_id).deliveries) for row in rows}


def names(store: Store) -> dict[str, str]:
    with store.reading() as read:
        return {each.delivery_id: each.story_id for each in read.received()}


def versions(store: Store, identifier: str) -> dict[str, VersionRow]:
    with store.reading() as read:
        return {each.version_id: each for each in read.story(identifier).versions}


def kinds(store: Store, after: int) -> list[str]:
    with store.reading() as read:
        return [each.kind for each in read.changes(after)]


def last(store: Store) -> int:
    with store.reading() as read:
        return max(each.seq for each in read.changes(limit=100_000))


@pytest.fixture
def day(store: Store) -> Store:
    """A day under a config that joins nothing: the mole in two lengths, frost, chess."""
    take(store, COURIER, [entry("1", "Mole to be rebuilt", MOLE)], 0, policy=STRICT)
    take(
        store,
        ECHO,
        [entry("a", "Mole to be rebuilt", CUT, at(5)), entry("b", "Frost", FROST, at(6))],
        10,
        policy=STRICT,
    )
    take(
        store, COURIER, [entry("1", "Mole to be rebuilt", MOLE), entry("2", "Chess", CHESS, at(19))], 20, policy=STRICT
    )
    assert len(partition(store)) == 4
    return store


def test_the_config_that_was_in_force_changes_nothing(day: Store) -> None:
    before, seq = names(day), last(day)
    found = run(day, settings(STRICT), apply=True)
    assert found.nothing
    assert (found.deliveries, found.stories_before, found.stories_after) == (4, 4, 4)
    assert names(day) == before
    assert kinds(day, seq) == []


def test_a_looser_config_would_merge_and_changes_nothing_unasked(day: Store) -> None:
    before, seq = names(day), last(day)
    found = run(day, settings(LOOSE))
    (moved,) = found.merged
    assert {moved.story.story_id, moved.into.story_id} == {before["d1"], before["d2"]}
    assert moved.deliveries == 1
    assert moved.evidence
    assert moved.evidence.against, "the comparison that joins them is the example"
    assert moved.story.headline == moved.into.headline == "Mole to be rebuilt"
    assert (found.split, found.reread) == ((), ())
    assert names(day) == before
    assert kinds(day, seq) == []


def test_applied_it_merges_for_readers_and_ids_still_resolve(day: Store) -> None:
    before, seq = names(day), last(day)
    run(day, settings(LOOSE), apply=True)
    after = names(day)
    kept = after["d1"]
    gone = next(each for each in (before["d1"], before["d2"]) if each != kept)
    assert kept in {before["d1"], before["d2"]}
    assert after["d2"] == kept
    with day.reading() as read:
        assert read.named(gone).story_id == kept
        row = read.story(gone).story
        assert (row.story_id, row.versions, row.deliveries) == (kept, 2, 2)
        told = [each for each in read.changes(seq) if each.kind == "merged"]
        assert [(each.story_id, each.detail["into"]) for each in told] == [(gone, kept)]
        file = read.story(kept)
        assert [each.relation for each in file.versions if not each.is_canonical] in (["trimmed"], ["extended"])
        assert file.evidence[-1].evidence.against, "why it was moved is kept"
    assert run(day, settings(LOOSE)).nothing, "done once is done"


def test_back_to_the_config_before_the_ids_are_as_before(day: Store) -> None:
    before = names(day)
    run(day, settings(LOOSE), apply=True)
    seq = last(day)
    found = run(day, settings(STRICT), apply=True)
    (moved,) = found.split
    assert moved.new
    assert moved.evidence
    assert names(day) == before
    assert "split" in kinds(day, seq)
    assert "story" in kinds(day, seq)
    with day.reading() as read:
        assert all(read.story(each).story.merged_into is None for each in before.values())
    assert run(day, settings(STRICT)).nothing


def test_a_running_taker_sees_what_was_applied(day: Store) -> None:
    taker = Ingest(STRICT)
    take(
        day,
        ECHO,
        [entry("c", "Unrelated", "The night ferry is cancelled until further notice.", at(29))],
        30,
        taker=taker,
    )
    run(day, settings(LOOSE), apply=True)
    taker.window.policy = LOOSE
    again = MOLE.replace("on Tuesday ", "")
    take(day, ECHO, [entry("d", "Mole to be rebuilt", again, at(34))], 35, taker=taker)
    after = names(day)
    assert after["d6"] == after["d1"], "not the id that was merged away"
    assert run(day, settings(LOOSE)).nothing


KILLED = """
import os, signal, sys
from tests.measure.copy import at, settings
from wire.measure import apply
from wire.measure.replay import replay
from wire.policy import StorePolicy
from wire.store import Store

apply._settle = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Store.open(StorePolicy(url=sys.argv[1])) as store:
    replay(store, settings=settings(), clock=lambda: at(0), apply=True)
"""


def test_killed_half_way_nothing_has_changed(day: Store, database_url: str) -> None:
    before, seq = names(day), last(day)
    done = subprocess.run([sys.executable, "-c", KILLED, database_url], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert names(day) == before
    assert kinds(day, seq) == []
    assert run(day, settings(LOOSE), apply=True).merged


def test_what_arrives_meanwhile_is_taken_before_anything_is_changed(
    day: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = [entry("z", "Mole to be rebuilt", MOLE.partition("\n\n")[0] + "\n\nIt rains.", at(39))]
    writing = day.writing

    def overtaken() -> AbstractContextManager[Moves]:
        monkeypatch.undo()
        take(day, ECHO, late, 40, policy=STRICT)
        return writing()

    monkeypatch.setattr(day, "writing", overtaken)
    assert run(day, settings(STRICT), apply=True).deliveries == 5


def test_since_leaves_alone_what_came_before(day: Store) -> None:
    take(day, COURIER, [entry("3", "Frost", FROST.replace("eleven", "twelve"), at(2 * DAY))], 2 * DAY, policy=STRICT)
    found = run(day, settings(LOOSE), since=at(DAY))
    assert found.deliveries == 1
    (moved,) = found.merged
    assert moved.story.story_id == names(day)["d5"]
    assert moved.into.story_id == names(day)["d3"], "joins a story that came before"
    run(day, settings(LOOSE), since=at(DAY), apply=True)
    assert sorted(map(len, partition(day))) == [1, 1, 1, 2], "the mole of the day before stays as it was"
    assert run(day, settings(LOOSE), since=at(DAY)).nothing


def test_killed_copy_stays_killed_wherever_it_goes(day: Store) -> None:
    with day.writing() as write:
        write.touch(names(day)["d2"], status=Status.KILLED)
    run(day, settings(LOOSE), apply=True)
    with day.reading() as read:
        assert read.story("d1").story.status == Status.KILLED
    run(day, settings(STRICT), apply=True)
    with day.reading() as read:
        assert {read.story(each).story.status for each in ("d1", "d2")} == {Status.KILLED}
        assert read.story("d3").story.status == Status.USABLE


def test_a_window_of_its_own_time_holds(day: Store) -> None:
    take(day, COURIER, [entry("3", "Frost", FROST.replace("eleven", "twelve"), at(2 * DAY))], 2 * DAY, policy=STRICT)
    assert len(run(day, settings(replace(LOOSE, window=3600.0))).merged) == 1, "the mole only: frost is two days apart"
    assert len(run(day, settings(LOOSE)).merged) == 2


def test_another_rank_tells_the_story_by_another_version(store: Store) -> None:
    take(store, COURIER, [entry("1", "Mole to be rebuilt", MOLE)], 0)
    take(store, replace(ECHO, rank=50), [entry("a", "Mole", CUT, at(5))], 10)
    found = run(store, settings(LOOSE), apply=True)
    (recast,) = found.canonical
    assert (found.merged, found.split) == ((), ())
    shown = versions(store, "d1")
    assert shown[recast.after].is_canonical
    assert shown[recast.after].body == CUT
    assert shown[recast.before].relation == "extended"
    assert run(store, settings(LOOSE)).nothing


# --- another reading --------------------------------------------------------------------------------------------

GREY = AgencyProfile(
    key="grey",
    name="Grey Wire",
    aliases=("GREYWIRE",),
    tags=Tags(correction=("AMENDED:",)),
    sign_offs=(r"gw/uv-\d+",),
)


@pytest.fixture
def signed(store: Store) -> Store:
    """Copy with conventions that nobody had told the config of."""
    body = f"{MOLE}\n\ngw/uv-77"
    take(store, COURIER, [entry("1", "AMENDED: Mole to be rebuilt", body)], 0)
    take(store, ECHO, [entry("a", "Mole to be rebuilt", MOLE, at(4))], 5)
    take(store, ECHO, [entry("b", "AMENDED: Frost", FROST, at(9))], 10)
    return store


def known(profile: AgencyProfile) -> Settings:
    base = settings(LOOSE)
    return replace(base, agencies=(*base.agencies, profile))


def test_a_better_reading_gives_deliveries_other_texts(signed: Store) -> None:
    before, seq = names(signed), last(signed)
    with signed.reading() as read:
        old = next(read.received()).version_id
    found = run(signed, known(GREY), apply=True)
    assert found.reread == (1,)
    with signed.reading() as read:
        one, other, third = read.received()
        assert one.version_id == other.version_id != old, "without its sign-off it is the text that the other one sent"
        assert read.named(old).story_id == one.story_id == before["d1"], "the text that it was read as is still there"
        first, frost = read.story("d1").deliveries[0], read.story(third.delivery_id)
        assert first.headline == "Mole to be rebuilt"
        assert first.signal == "correction"
        assert frost.versions[0].headline == "Frost", "a known text is told without the tag"
        told = next(each for each in read.changes(seq) if each.kind == "reread")
        assert told.detail == {"delivery_id": "d1", "before": old}
    assert set(found.refreshed) == {other.version_id, third.version_id}, "the first to bring the text amends it"
    assert run(signed, known(GREY)).nothing
    take(signed, COURIER, [entry("1", "Mole to be rebuilt", MOLE.replace("14.2", "16.8"))], 20)
    assert names(signed)["d4"] == before["d1"], "the entry is followed under its new text"


def test_where_the_raw_entry_is_gone_the_text_stands_as_it_was_read(signed: Store, database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM raw"))
    engine.dispose()
    assert run(signed, settings(LOOSE)).nothing
    assert run(signed, known(GREY)).reread == ()


def test_sketches_of_another_scheme_are_made_anew(signed: Store, database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("UPDATE sketch SET scheme = 'older', data = :data"), {"data": b"x"})
    engine.dispose()
    found = run(signed, settings(LOOSE), apply=True)
    assert len(found.refreshed) == 3
    with signed.reading() as read:
        assert all(each.sketch.scheme != "older" for each in read.sketches())
    assert run(signed, settings(LOOSE)).nothing


# --- the order and the links of arrival -------------------------------------------------------------------------


def test_edits_under_one_guid_are_followed_as_they_were(store: Store) -> None:
    taker = Ingest(LOOSE)
    half = "The board of Port Lannic met. " + FROST
    for minute, body in enumerate((MOLE, MOLE.replace("14.2", "16.8"), MOLE, half)):
        take(store, COURIER, [entry("1", "Port Lannic", body)], minute, taker=taker)
    assert run(store, settings(LOOSE)).nothing


def test_a_guid_that_several_texts_bear_links_nothing_in_a_replay_either(store: Store) -> None:
    taker = Ingest(LOOSE)
    other = CHESS + "\n\n" + CUT.partition("\n\n")[0]
    held: list[Entry] = []
    for minute, body in enumerate((MOLE, FROST, CHESS, other)):
        held.append(entry("same", f"Item {minute}", body, at(minute)))
        if len(held) > 1:
            take(store, COURIER, held, minute, taker=taker)
    assert run(store, settings(LOOSE)).nothing


def test_many_polls_of_many_feeds_replay_as_they_came(store: Store) -> None:
    taker = Ingest(LOOSE)
    feeds = [Feed(key=f"f{n}", url=f"http://f{n}.example/", source=f"Paper {n}", rank=40 + n) for n in range(4)]
    texts = [
        MOLE,
        CUT,
        FROST,
        FROST.replace("smallest", "largest"),
        CHESS,
        CHESS.replace("Sunday", "Monday"),
        "Ferry late.",
    ]
    for poll in range(24):
        feed = feeds[poll % 4]
        entries = [
            entry(f"g{(poll + n) % 5}", f"Headline {(poll * n) % 7}", texts[(poll * 3 + n) % 7], at(poll * 30 - n))
            for n in range(3)
        ]
        take(store, feed, entries, poll * 30, taker=taker)
        taker.window.forget(at(poll * 30))
    assert run(store, settings(LOOSE, feeds)).nothing
    before = names(store)
    run(store, settings(STRICT, feeds), apply=True)
    assert run(store, settings(STRICT, feeds)).nothing
    run(store, settings(LOOSE, feeds), apply=True)
    assert run(store, settings(LOOSE, feeds)).nothing
    assert partition(store) == _grouped(before)


def _grouped(names: dict[str, str]) -> set[frozenset[str]]:
    return {frozenset(each for each in names if names[each] == story) for story in names.values()}


def test_an_empty_store_has_nothing_to_replay(store: Store) -> None:
    found = run(store, settings(LOOSE), apply=True, since=at(0) - timedelta(days=1))
    assert found.nothing
    assert found.deliveries == 0
