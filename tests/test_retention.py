"""Retention: what is old goes, a little at a time and the oldest first; what readers rely on stays."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.orders import road
from tests.orders.road import COURIER, ECHO, FROST, HEAD, MOLE, NORDA, ORDER, entry
from tests.store.database import execute, rows
from tests.store.samples import FEED, at, deliver, found, text
from wire import prepare, retention
from wire.errors import ChangesGone
from wire.ingest import Ingest, arrivals, decisions
from wire.ingest.decisions import Operator
from wire.policy import ClusterPolicy, RetentionPolicy
from wire.retention import Pruned
from wire.store import Store, removal

POLICY = RetentionPolicy(raw=3600, changes=1800, entries=0, alerts=0, polls=0)
WINDOW = 3_600.0


@pytest.fixture
def filled(store: Store) -> Store:
    """Ten deliveries, one every ten minutes."""
    with store.writing() as write:
        write.add_feeds([FEED])
        for number in range(10):
            found(write, text(str(number)), f"s{number}", minutes=number * 10)
    return store


@pytest.mark.parametrize("piece", [1, 3, 500])
def test_what_is_old_goes_and_the_rest_stays(
    filled: Store, database_url: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PIECE", piece)
    monkeypatch.setattr(retention, "REST", 0)
    now = at(95)
    assert retention.outlook(filled, POLICY, now, window=WINDOW) == Pruned(raw=4, changes=7)
    assert retention.prune(filled, POLICY, now, window=WINDOW) == Pruned(raw=4, changes=7)
    assert retention.prune(filled, POLICY, now, window=WINDOW) == Pruned()
    assert [row["number"] for row in rows(database_url, "SELECT number FROM raw ORDER BY number")] == list(range(5, 11))
    assert rows(database_url, "SELECT first_seq, last_seq FROM change_log_v1") == [{"first_seq": 8, "last_seq": 10}]
    assert rows(database_url, "SELECT count(*) AS n FROM delivery_v1") == [{"n": 10}]
    with filled.reading() as read, pytest.raises(ChangesGone):
        read.changes(3)
    with filled.reading() as read:
        assert [each.raw is None for each in read.received(raws=True)] == [True] * 4 + [False] * 6


def test_the_last_change_stays_and_numbers_go_on(filled: Store) -> None:
    assert retention.prune(filled, POLICY, at(1_000_000), window=WINDOW) == Pruned(raw=10, changes=9)
    with filled.writing() as write:
        assert [each.seq for each in write.changes(9)] == [10]
        found(write, text("new"), "snew")
    with filled.reading() as read:
        assert [each.seq for each in read.changes(10)] == [11]


def test_zero_keeps_for_ever(filled: Store) -> None:
    assert (
        retention.prune(
            filled, RetentionPolicy(raw=0, changes=0, entries=0, alerts=0, polls=0), at(1_000_000), window=WINDOW
        )
        == Pruned()
    )


def test_a_clock_that_was_wrong_leaves_no_hole_in_the_log(filled: Store) -> None:
    with filled.writing() as write:
        write.change("one", at=at(-1_000_000))
        deliver(write, text("0"), "s0", minutes=200)
        write.change("two", at=at(200))
    assert retention.prune(filled, POLICY, at(95), window=WINDOW).changes == 7, "it ends at the first that is young"
    with filled.reading() as read:
        assert [each.seq for each in read.changes()] == list(range(8, 13))


# --- stories ----------------------------------------------------------------------------------------------------------

DAY = 1440.0
"""Minutes."""
NONE = RetentionPolicy(raw=0, changes=0, entries=0, alerts=0, polls=0)
LONGER = f"{MOLE}\n\nThe mayor spoke on Wednesday of a sad day for the port and for everybody who had given."


def moved_on(store: Store, days: float, **ages: float) -> Pruned:
    """What retention removes so many days after noon; ages in days."""
    policy = replace(NONE, **{name: age * 86_400 for name, age in ages.items()})
    now = road.at(days * DAY)
    told = retention.outlook(store, policy, now, window=ClusterPolicy().window)
    done = retention.prune(store, policy, now, window=ClusterPolicy().window)
    assert told == done, "what was foretold"
    assert retention.prune(store, policy, now, window=ClusterPolicy().window) == Pruned()
    return done


@pytest.fixture
def lived(store: Store) -> Store:
    """Two stories: one of two versions and four deliveries, one of one."""
    road.take(store, NORDA, [entry("a", HEAD, MOLE)])
    road.take(store, COURIER, [entry("b", "Mole money", MOLE, 5)], 5)
    road.take(store, ECHO, [entry("c", "Mole money", MOLE, 8)], 8)
    road.take(store, NORDA, [entry("d", f"UPDATE 1-{HEAD}", LONGER, 20)], 20)
    road.take(store, NORDA, [entry("f", "Frost takes the apples", FROST, 30)], 30)
    return store


def test_deliveries_go_but_for_the_first_of_each_text(lived: Store, database_url: str) -> None:
    assert moved_on(lived, 5, deliveries=1) == Pruned(), "within twice the window"
    assert moved_on(lived, 9, deliveries=20) == Pruned()
    assert moved_on(lived, 9, deliveries=1) == Pruned(deliveries=2)
    left = rows(database_url, "SELECT source, guid FROM delivery_v1 ORDER BY number")
    assert [(row["source"], row["guid"]) for row in left] == [("Norda", "a"), ("Norda", "d"), ("Norda", "f")]


def test_versions_go_but_for_the_canonical_one(lived: Store, database_url: str) -> None:
    (first,) = rows(database_url, "SELECT version_id, story_id FROM delivery_v1 WHERE guid = 'a'")
    assert moved_on(lived, 9, versions=8) == Pruned(versions=1)
    found = rows(database_url, "SELECT headline, versions, deliveries, status FROM story_v1 ORDER BY first_seen_at")
    assert [tuple(row.values()) for row in found] == [
        (HEAD, 1, 1, "usable"),
        ("Frost takes the apples", 1, 1, "usable"),
    ]
    with lived.reading() as read:
        assert read.named(first["version_id"]).story_id == first["story_id"]
        assert [row.headline for row in read.stories(match="Marre")] == ["Frost takes the apples"]
        last = read.changes()[-1]
    assert (last.kind, last.detail) == ("removed", {"versions": [first["version_id"]], "whole": False})
    road.take(lived, ECHO, [entry("g", "Mole, again", MOLE, 10 * DAY)], 10 * DAY)
    (again,) = rows(database_url, "SELECT story_id, version_id FROM delivery_v1 WHERE guid = 'g'")
    assert again == {"story_id": first["story_id"], "version_id": first["version_id"]}, "it belongs where it stood"


def test_a_story_goes_whole_and_leaves_its_id(lived: Store, database_url: str) -> None:
    before = rows(database_url, "SELECT version_id, story_id FROM delivery_v1 ORDER BY number")
    seqs = rows(database_url, "SELECT max(seq) AS seq FROM change_v1")[0]["seq"]
    taker = road.take(lived, NORDA, [entry("f", "Frost takes the apples", FROST, 30)], 40)  # remembers texts
    assert moved_on(lived, 9, stories=8) == Pruned(stories=2)
    found = rows(database_url, "SELECT status, headline, versions, merged_into FROM story_v1")
    assert [tuple(row.values()) for row in found] == [("removed", None, 0, None)] * 2
    for query in ("SELECT * FROM version_v1", "SELECT * FROM delivery_v1", "SELECT * FROM search_text"):
        assert rows(database_url, query) == []
    told = rows(database_url, "SELECT seq, kind FROM change_v1 WHERE seq > :seq ORDER BY seq", seq=seqs)
    assert [row["seq"] for row in told] == [seqs + 1 + place for place in range(len(told))]
    assert {row["kind"] for row in told} == {"removed"}
    with lived.reading() as read:
        assert read.stories() == []
        for row in before:
            assert read.named(row["version_id"]).story_id == read.named(row["story_id"]).story_id == row["story_id"]
            assert read.story(row["story_id"]).story.status == "removed"
    road.take(lived, ECHO, [entry("g", "Mole", LONGER, 10 * DAY), entry("h", "Mole", MOLE, 10 * DAY)], 10 * DAY, taker)
    found = rows(database_url, "SELECT story_id, versions FROM story_v1 WHERE status = 'usable'")
    assert found == [{"story_id": before[0]["story_id"], "versions": 2}], "the same copy stands under the same id"
    assert len(rows(database_url, "SELECT * FROM removed_v1")) == 1
    assert moved_on(lived, 20, stories=8) == Pruned(stories=1)


def _later(store: Store) -> None:
    road.take(store, ECHO, [entry("z", "Mole, once more", MOLE, 8 * DAY)], 8 * DAY)


SPARED: dict[str, Callable[[Store], object]] = {
    "a delivery that is young": _later,
    "a kill": lambda store: road.take(store, NORDA, [entry("k", f"KILL: {HEAD}", ORDER, 60)], 60),
    "a kill that was lifted": lambda store: (
        road.take(store, NORDA, [entry("k", f"KILL: {HEAD}", ORDER, 60)], 60),
        decisions.lift(store, _mole(store), Operator(by="Ada", why="mistake", now=road.at(70))),
    ),
    "an embargo that lasts": lambda store: road.take(
        store, NORDA, [entry("e", f"EMBARGOED: {HEAD}", f"{LONGER} She wept.", 60)], 60
    ),
    "a decision": lambda store: decisions.pin(
        store, _canonical(store), Operator(by="Ada", why="right", now=road.at(70)), Ingest(ClusterPolicy())
    ),
}


def _mole(store: Store) -> str:
    with store.reading() as read:
        return next(row.story_id for row in read.stories() if row.headline != "Frost takes the apples")


def _canonical(store: Store) -> str:
    with store.reading() as read:
        return read.story(_mole(store)).story.canonical_version_id or ""


@pytest.mark.parametrize("why", SPARED)
def test_what_lives_or_is_ordered_about_is_spared(lived: Store, database_url: str, why: str) -> None:
    SPARED[why](lived)
    deliveries = "SELECT count(*) AS n FROM delivery_v1 WHERE guid <> 'f'"
    count = rows(database_url, deliveries)
    assert moved_on(lived, 9, deliveries=2, versions=2, stories=2) == Pruned(stories=1), "the frost"
    assert rows(database_url, deliveries) == count


def test_merged_ids_of_a_story_that_goes_resolve_to_it(lived: Store, database_url: str) -> None:
    with lived.writing() as write:
        gone, into = sorted(row.story_id for row in write.stories())
        write.merge(gone, into)
        write.set_canonical(into, write.members([into])[into][0].version_id, {})
    assert moved_on(lived, 9, stories=2).stories == 1
    with lived.reading() as read:
        assert read.named(gone).story_id == into
    road.take(lived, ECHO, [entry("g", "Frost", FROST, 10 * DAY)], 10 * DAY)
    (row,) = rows(database_url, "SELECT story_id FROM story_v1 WHERE status = 'usable' AND merged_into IS NULL")
    assert row["story_id"] == into


@pytest.mark.parametrize("few", [1, 2])
def test_few_rows_at_a_time_come_to_the_same(
    lived: Store, database_url: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ROWS", "TEXTS"):
        monkeypatch.setattr(removal, name, few)
    for name in ("STORIES", "PAGE", "PIECE"):
        monkeypatch.setattr(retention, name, few)
    monkeypatch.setattr(retention, "REST", 0)
    assert moved_on(lived, 9, stories=8) == Pruned(stories=2)
    assert rows(database_url, "SELECT DISTINCT status FROM story_v1") == [{"status": "removed"}]


# --- entries, alerts, polls -------------------------------------------------------------------------------------------


def document(store: Store, minutes: float, *names: str) -> None:
    sent = [entry(name, f"{name} of the harbour board", f"{name}: {MOLE}", None) for name in names]
    seen = [prepare.name(each) for each in sent]
    with store.reading() as read:
        items = prepare.items(arrivals.fresh(read, NORDA, seen), NORDA, road.AGENCIES)
    with store.writing() as write:
        write.add_feeds([NORDA])
        Ingest(ClusterPolicy()).take(write, NORDA, seen, items, now=road.at(minutes))


def test_entries_go_when_they_left_their_document_long_ago(store: Store, database_url: str) -> None:
    for day in range(0, 60, 6):
        document(store, day * DAY, *["stays", "goes"][: 2 if day < 20 else 1])
    assert moved_on(store, 60, entries=30) == Pruned(entries=1)
    with store.reading() as read:
        assert set(read.contents(NORDA.key, {"stays", "goes"})) == {"stays"}
    arrived = rows(database_url, "SELECT count(*) AS n FROM delivery_v1")
    document(store, 61 * DAY, "stays")
    assert rows(database_url, "SELECT count(*) AS n FROM delivery_v1") == arrived


def test_entries_stay_that_stand_in_a_document_that_never_changes(store: Store) -> None:
    document(store, 0, "old", "older")
    assert moved_on(store, 4000, entries=30) == Pruned()


def test_alerts_go_after_their_end_but_for_those_of_kills(store: Store, database_url: str) -> None:
    road.take(store, NORDA, [entry("a", HEAD, MOLE)])
    road.take(store, NORDA, [entry("k", f"KILL: {HEAD}", ORDER, 60)], 60)
    execute(
        database_url,
        "INSERT INTO alert (alert_id, condition, severity, began_at, ended_at, summary, advice) VALUES "
        "('x', 'disk', 'page', '2099-01-01T00:00:00.000000Z', '2099-01-02T00:00:00.000000Z', 's', 'a'), "
        "('y', 'disk', 'page', '2099-01-01T00:00:00.000000Z', NULL, 's', 'a')",
    )
    assert moved_on(store, 100, alerts=30) == Pruned(alerts=1)
    left = {row["alert_id"] for row in rows(database_url, "SELECT alert_id FROM alert_v1")}
    assert (len(left), "y" in left, "x" in left) == (2, True, False)


def test_polls_go(store: Store, database_url: str) -> None:
    with store.writing() as write:
        write.add_feeds([NORDA])
    execute(
        database_url,
        "INSERT INTO poll (feed, slot, at, outcome, entries, new, bytes, elapsed) VALUES "
        "('norda', 1, '2099-01-01T00:00:00.000000Z', 'new', 1, 1, 1, 0.1), "
        "('norda', 2, '2099-05-01T00:00:00.000000Z', 'new', 1, 1, 1, 0.1)",
    )
    assert moved_on(store, 61, polls=30) == Pruned(polls=1)
    assert [row["slot"] for row in rows(database_url, "SELECT slot FROM poll")] == [2]
