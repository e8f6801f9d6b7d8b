"""Looks into a folder, on both databases: each file is taken exactly once, in order, whatever goes wrong."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from structlog.testing import capture_logs

from tests.spools.box import LONG_AGO, NOW, Box, headlines, looked, rows, rss, settings
from tests.store.database import execute
from wire import cluster
from wire.errors import StoreError
from wire.fetch.spool import Folder
from wire.health import Condition
from wire.model import Health, SpoolFile
from wire.policy import StorePolicy, WorkerPolicy
from wire.poll import Poller, spools
from wire.store import Store


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "incoming")


def test_files_are_taken_in_order_and_put_away(store: Store, box: Box) -> None:
    for number in (3, 1, 2):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    (summary,) = looked(store, box.feed())
    assert (summary.outcome, summary.tally.new, summary.row.entries, summary.failed) == ("ok", 3, 3, False)
    assert summary.row.bytes == sum((box.path / "done" / name).stat().st_size for name in box.names("done"))
    assert headlines(store) == ["Item 1.xml", "Item 2.xml", "Item 3.xml"]
    assert box.names("done") == ["1.xml", "2.xml", "3.xml"]
    assert box.names() == box.hidden() == []
    (again,) = looked(store, box.feed())
    assert (again.outcome, again.tally.new, again.state.entries_seen) == ("unchanged", 0, 3)


def test_a_file_is_a_piece_of_its_feed(store: Store, box: Box) -> None:
    """The next file does not stand in the place of the one before, and a text that comes again is no news."""
    box.put("1.xml", rss(("a", "First of all"), ("b", "Second of all")), at=LONG_AGO + 1)
    box.put("2.xml", rss(("c", "Third of all")), at=LONG_AGO + 2)
    box.put("3.xml", rss(("b", "Second of all")), at=LONG_AGO + 3)
    box.put("4.xml", rss(("c", "Third of all, put right")), at=LONG_AGO + 4)
    (summary,) = looked(store, box.feed())
    assert (summary.tally.entries, summary.tally.new, summary.state.gaps) == (5, 4, 0)
    assert [rows(store)[name].new for name in ("1.xml", "2.xml", "3.xml", "4.xml")] == [2, 1, 0, 1]


def test_items_that_are_no_text_are_counted(store: Store, box: Box) -> None:
    ninjs = '{"standard": {"name": "ninjs", "version": "2.1"}, "uri": "urn:x:'
    shown = ninjs + '1", "type": "picture", "version": "1", "headline": "A ferry"}'
    told = ninjs + '2", "type": "text", "version": "1", "headline": "Ferry late", "body_text": "It is late."}'
    other = Box(box.path, pattern="*.json")
    other.put("1.json", shown)
    other.put("2.json", told)
    (summary,) = looked(store, other.feed())
    assert (summary.tally.new, summary.tally.skipped) == (1, {"picture": 1}), summary.message
    assert box.names("done") == ["1.json", "2.json"]


def test_what_cannot_be_taken_fails_alone_and_says_why(store: Store, box: Box) -> None:
    box.put("1.xml", at=LONG_AGO + 1)
    box.put("2.xml", "<html><body>Please log in.</body></html>", at=LONG_AGO + 2)
    box.put("3.xml", "", at=LONG_AGO + 3)
    box.put("4.xml", '{"version": "https://jsonfeed.org/version/1.1", "items": [', at=LONG_AGO + 4)
    box.put("5.xml", "x" * 2_000, at=LONG_AGO + 5)
    box.put("6.xml", at=LONG_AGO + 6)
    (summary,) = looked(store, box.feed(), max_bytes=1_500)
    assert headlines(store) == ["Item 1.xml", "Item 6.xml"]
    assert (summary.outcome, summary.state.health, summary.failed) == ("ok", Health.OK, False)
    assert summary.message
    assert "files failed, the first 2.xml: not a feed but an HTML page" in summary.message
    failed = [name for name in box.names("failed") if not name.endswith(".reason")]
    assert failed == ["2.xml", "3.xml", "4.xml", "5.xml"]
    assert "the file is empty" in (box.path / "failed/3.xml.reason").read_text()
    assert "max_bytes" in (box.path / "failed/5.xml.reason").read_text()
    with store.reading() as read:
        about = read.feed("box")
    (alert,) = (call.alert for call in summary.alerts)
    assert (alert.condition, alert.summary[:6]) == (Condition.REFUSED, "5.xml ")
    (summary,) = looked(store, box.feed(), clock=lambda: NOW + timedelta(hours=1))
    assert not summary.alerts, "as long as it lasts"
    (summary,) = looked(store, box.feed(), clock=lambda: NOW + timedelta(hours=25))
    assert [call.event for call in summary.alerts] == ["ended"]
    assert about.files["failed"] == len(failed)
    assert {each.file for each in about.refused} == set(failed)


def test_a_document_that_overruns_its_limits_fails_alone(store: Store, box: Box) -> None:
    box.put("1.xml", at=LONG_AGO + 1)
    box.put("2.xml", rss(*((str(n), f"Item {n}") for n in range(12_000))), at=LONG_AGO + 2)
    box.put("3.xml", at=LONG_AGO + 3)
    chosen = replace(settings(box.feed(), max_bytes=10_000_000), worker=WorkerPolicy(processes=1, cpu=0.1))
    (summary,) = looked(store, box.feed(), chosen=chosen)
    assert headlines(store) == ["Item 1.xml", "Item 3.xml"]
    assert (summary.outcome, summary.state.overruns) == ("ok", 0), "a folder is not quarantined: the file is set aside"
    assert box.names("failed") == ["2.xml", "2.xml.reason"]


def test_a_fault_of_our_own_costs_its_file_alone(store: Store, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(item: cluster.Item, *rest: object) -> object:
        if item.profile.length < 12:
            raise KeyError("poison")
        return kept(item, *rest)  # type: ignore[arg-type]  # handed through

    kept = cluster.decide
    monkeypatch.setattr(cluster, "decide", decide)
    for number in range(5):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    poison = "<rss version='2.0'><channel><item><guid>p</guid><title>Poison</title></item></channel></rss>"
    box.put("2.xml", poison, at=LONG_AGO + 2)
    (summary,) = looked(store, box.feed())
    assert (summary.outcome, summary.tally.new) == ("ok", 4)
    assert headlines(store) == [f"Item {number}.xml" for number in (0, 1, 3, 4)]
    assert "KeyError" in (box.path / "failed/2.xml.reason").read_text()
    monkeypatch.setattr(cluster, "decide", kept)
    (box.path / "failed/2.xml").rename(box.path / "2.xml")
    (summary,) = looked(store, box.feed())
    assert summary.tally.new == 1, "what failed is taken when it is put back"


def test_a_row_that_the_database_refuses_costs_its_file_alone(sqlite_template: Path, box: Box, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"
    refusal = "WHEN new.headline = 'Item 1.xml' BEGIN SELECT RAISE(ABORT, 'no'); END"
    execute(url, f"CREATE TRIGGER poison BEFORE INSERT ON version {refusal}")
    for number in range(3):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    with Store.open(StorePolicy(url=url)) as store:
        looked(store, box.feed())
        assert headlines(store) == ["Item 0.xml", "Item 2.xml"]
    assert "1.xml" in box.names("failed")


# --- never twice, never lost ------------------------------------------------------------------------------------------


def test_what_was_taken_and_not_put_away_is_put_away_at_the_next_start(
    store: Store, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    box.put("4.xml", "broken", at=LONG_AGO + 4)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(spools, "_put_all_away", killed)
        with pytest.raises(BaseExceptionGroup) as caught:
            looked(store, box.feed())
        assert caught.group_contains(Killed)
    assert len(box.names()) == 5
    assert not any(row.settled for row in rows(store).values())
    (summary,) = looked(store, box.feed())
    assert summary.tally.new == 0
    assert headlines(store) == [f"Item {number}.xml" for number in range(4)]
    assert box.names() == []
    assert box.names("done") == [f"{number}.xml" for number in range(4)]
    assert all(row.settled and row.stored == name for name, row in rows(store).items())


def test_what_ended_between_the_steps_of_a_move(store: Store, box: Box) -> None:
    """All that a kill can leave: in our folder and not remembered, or remembered; in done/ and not written down."""
    names = ["claimed.xml", "moved.xml", "unread.xml"]
    for name in names:
        box.put(name)
    looked(store, box.feed())
    with store.writing() as write:
        for name, row in rows(store).items():
            write.spools.forget([row.number])
            if name != "unread.xml":
                write.spools.add("box", [replace(row, settled=False, stored=None)])
    for name in ("unread.xml", "claimed.xml"):
        (box.path / "done" / name).rename(box.path / ".presswire" / name)
    (summary,) = looked(store, box.feed())
    assert summary.row.entries == 1, "the unread one is read"
    assert box.names() == box.hidden() == []
    assert box.names("done") == names
    assert {name: row.stored for name, row in rows(store).items()} == {name: name for name in names}
    assert len(headlines(store)) == 3


def test_a_file_that_was_taken_and_comes_back_is_put_away_again_and_not_taken(store: Store, box: Box) -> None:
    box.put("a.xml")
    looked(store, box.feed())
    (box.path / "done/a.xml").rename(box.path / "a.xml")
    (summary,) = looked(store, box.feed())
    assert (summary.row.entries, box.names(), box.names("done")) == (0, [], ["a.xml"])
    box.put("a.xml", (box.path / "done/a.xml").read_bytes())
    (summary,) = looked(store, box.feed())
    assert (summary.row.entries, box.names("done")) == (0, ["a-2.xml", "a.xml"]), "nor is a copy of it, with its time"


def test_another_file_under_the_same_name_is_another_delivery(store: Store, box: Box) -> None:
    box.put("a.xml", rss(("1", "First")), at=LONG_AGO)
    looked(store, box.feed())
    box.put("a.xml", rss(("2", "Other")), at=LONG_AGO)
    (summary,) = looked(store, box.feed())
    assert (summary.tally.new, box.names("done")) == (1, ["a-2.xml", "a.xml"]), "of the same size and time, even"


def test_files_that_stay_are_taken_once(store: Store, box: Box) -> None:
    feed = box.feed(taken="keep")
    box.put("a.xml")
    box.put("b.xml", "broken")
    for new in (1, 0, 0):
        (summary,) = looked(store, feed)
        assert summary.tally.new == new
    assert box.names() == ["a.xml", "b.xml"]
    fresh = box.put("c.xml", (box.path / "a.xml").read_bytes())
    fresh.rename(box.path / "a.xml")
    (summary,) = looked(store, feed)
    assert (summary.row.entries, len(rows(store))) == (0, 2), "another inode, the same bytes and time: restored, say"
    box.put("a.xml", rss(("n", "News")), at=LONG_AGO + 1)
    (summary,) = looked(store, feed)
    assert summary.tally.new == 1


def test_what_cannot_be_put_away_is_taken_once_and_said_until_it_can(store: Store, box: Box) -> None:
    (box.path / "done").write_text("a file where the folder should be")
    for number in range(3):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    for new in (3, 0):
        (summary,) = looked(store, box.feed())
        assert (summary.outcome, summary.tally.new, summary.row.new) == ("spool", new, new)
        assert summary.state.health is Health.FAILING
        assert summary.message
        assert "can't be moved to done" in summary.message
        assert "(and 2 more)" in summary.message
    assert box.names() == ["0.xml", "1.xml", "2.xml", "done"]
    box.put("3.xml", at=LONG_AGO + 3)
    (summary,) = looked(store, box.feed())
    assert summary.tally.new == 1, "what is new is taken all the same"
    (box.path / "done").unlink()
    (summary,) = looked(store, box.feed())
    assert (summary.outcome, summary.state.health) == ("unchanged", Health.OK)
    assert box.names("done") == [f"{number}.xml" for number in range(4)]
    assert len(headlines(store)) == 4


def test_two_processes_with_one_database_take_each_file_once(store: Store, database_url: str, box: Box) -> None:
    for number in range(60):
        box.put(f"{number:02}.xml", at=LONG_AGO + number)
    _side_by_side(store, database_url, box, taken="keep")
    assert sorted(headlines(store)) == [f"Item {number:02}.xml" for number in range(60)]
    _side_by_side(store, database_url, box, taken="move")
    assert len(headlines(store)) == 60, "what was taken while it stayed is not taken again"


def _side_by_side(store: Store, database_url: str, box: Box, **fields: Any) -> None:
    chosen = settings(box.feed(**fields), batch=5)

    async def run() -> None:
        with Store.open(StorePolicy(url=database_url)) as other:
            async with (
                Poller(settings=chosen, store=store, clock=lambda: NOW) as one,
                Poller(settings=chosen, store=other, clock=lambda: NOW) as two,
                anyio.create_task_group() as group,
            ):
                for poller in (one, two):
                    group.start_soon(poller.poll, chosen.feeds)

    anyio.run(run)


def test_two_databases_share_a_folder_and_no_file(sqlite_template: Path, box: Box, tmp_path: Path) -> None:
    for number in range(40):
        box.put(f"{number:02}.xml", at=LONG_AGO + number)
    chosen = settings(box.feed(), batch=4)

    async def run(stores: list[Store]) -> None:
        async def until_empty(store: Store) -> None:
            async with Poller(settings=chosen, store=store, clock=lambda: NOW) as poller:
                while box.names():
                    await poller.poll(chosen.feeds)

        async with anyio.create_task_group() as group:
            for store in stores:
                group.start_soon(until_empty, store)

    urls = [f"sqlite:///{shutil.copy(sqlite_template, tmp_path / f'{name}.db')}" for name in "ab"]
    with Store.open(StorePolicy(url=urls[0])) as one, Store.open(StorePolicy(url=urls[1])) as two:
        anyio.run(run, [one, two])
        assert sorted(headlines(one) + headlines(two)) == [f"Item {number:02}.xml" for number in range(40)]


def test_a_database_that_fails_keeps_the_files_where_they_are(sqlite_template: Path, box: Box, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"
    for number in range(6):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    with Store.open(StorePolicy(url=url, busy_timeout=0.1)) as store:

        async def run() -> None:
            async with Poller(settings=settings(box.feed(), batch=2), store=store, clock=lambda: NOW) as poller:
                with Store.open(StorePolicy(url=url)) as other, other.writing(), pytest.raises(StoreError):
                    await poller.poll([box.feed()])

        anyio.run(run)
        assert len(box.names()) == 6
        looked(store, box.feed())
        assert len(headlines(store)) == 6
    assert box.names() == []


# --- the folder as a feed ---------------------------------------------------------------------------------------------


def test_a_folder_that_vanishes_fails_is_told_of_and_comes_back(store: Store, box: Box) -> None:
    now = NOW

    def clock() -> datetime:
        return now

    box.put("a.xml")
    looked(store, box.feed(), clock=clock)
    box.path.rename(box.path.with_name("gone"))
    summary = None
    for _ in range(3):
        now += timedelta(minutes=10)
        (summary,) = looked(store, box.feed(), clock=clock)
        assert (summary.outcome, summary.state.health) == ("spool", Health.FAILING)
        assert summary.state.next_poll_at == now + timedelta(seconds=30), "however often it has failed"
    assert summary
    assert [call.alert.condition for call in summary.alerts] == [Condition.FAILING]
    assert "docs/spools.md" in summary.alerts[0].alert.advice
    box.path.with_name("gone").rename(box.path)
    box.put("b.xml")
    now += timedelta(minutes=10)
    (summary,) = looked(store, box.feed(), clock=clock)
    assert (summary.outcome, summary.tally.new, summary.state.failures) == ("ok", 1, 0)


def test_an_unreadable_file_holds_nobody_up(store: Store, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.put("a.xml")
    box.put("b.xml").chmod(0)
    box.put("c.xml")
    if os.geteuid() == 0:
        monkeypatch.setattr(Folder, "_whole", _as_somebody(Folder._whole))
    (summary,) = looked(store, box.feed())
    assert (summary.outcome, summary.tally.new, summary.message) == (
        *("spool", 2),
        "b.xml can't be used: Permission denied",
    )
    assert box.names() == ["b.xml"]


def _as_somebody(read: Callable[[Folder, SpoolFile], bytes | None]) -> Callable[[Folder, SpoolFile], bytes | None]:
    """The same, without the rights of the superuser, who may read everything."""

    def whole(self: Folder, file: SpoolFile) -> bytes | None:
        os.seteuid(65_534)
        try:
            return read(self, file)
        finally:
            os.seteuid(0)

    return whole


def test_what_is_passed_over_is_said_once(store: Store, box: Box, tmp_path: Path) -> None:
    (box.path / "link.xml").symlink_to(tmp_path)

    async def run() -> list[str]:
        with capture_logs() as logs:
            async with Poller(settings=settings(box.feed()), store=store, clock=lambda: NOW) as poller:
                for _ in range(2):
                    await poller.poll([box.feed()])
        return [each["file"] for each in logs if each["event"] == "spool.passed_over"]

    assert anyio.run(run) == ["link.xml"]
    assert (box.path / "link.xml").is_symlink()


def test_looks_that_find_nothing_are_written_down_now_and_then(store: Store, box: Box) -> None:
    now = NOW

    async def run() -> None:
        nonlocal now
        async with Poller(settings=settings(box.feed()), store=store, clock=lambda: now) as poller:
            for _ in range(13):
                await poller.poll([box.feed()])
                now += timedelta(seconds=5)

    anyio.run(run)
    with store.reading() as read:
        assert [(poll.at - NOW).total_seconds() for poll in read.feed("box").polls] == [60, 30, 0]


def test_a_young_file_is_awaited(store: Store, box: Box) -> None:
    box.put("a.xml", at=datetime.now(UTC).timestamp())
    (summary,) = looked(store, box.feed(settle=20.0))
    assert summary.tally.new == 0
    assert summary.state.next_poll_at
    assert NOW < summary.state.next_poll_at <= NOW + timedelta(seconds=20)
    assert "may still be written" in (summary.state.next_poll_reason or "")


def test_more_than_one_look_takes_are_taken_by_the_next_at_once(
    store: Store, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spools, "LOOK", 4)
    for number in range(6):
        box.put(f"{number}.xml", at=LONG_AGO + number)
    (summary,) = looked(store, box.feed(), batch=3)
    assert (summary.tally.new, summary.state.next_poll_at, summary.state.next_poll_reason) == (
        *(4, NOW),
        "2 more files wait",
    )
    looked(store, box.feed())
    assert headlines(store) == [f"Item {number}.xml" for number in range(6)]


def test_two_feeds_share_a_folder(store: Store, box: Box) -> None:
    other = Box(box.path, key="notes", pattern="*.rss")
    for number in range(4):
        box.put(f"{number}.xml", at=LONG_AGO + number)
        box.put(f"{number}.rss", at=LONG_AGO + number)
    one, two = looked(store, box.feed(), other.feed(), batch=1)
    assert (one.tally.new, two.tally.new) == (4, 4)
    assert len(box.names("done")) == 8


def test_what_was_put_away_is_removed_in_time_and_nothing_else(store: Store, box: Box) -> None:
    now = NOW
    feed = box.feed(done_kept=86_400.0, failed_kept=0.0)

    def clock() -> datetime:
        return now

    box.put("a.xml")
    box.put("bad.xml", "broken")
    looked(store, feed, clock=clock)
    box.put("done/of-an-operator.xml", "x")
    now += timedelta(hours=23)
    box.put("b.xml")
    looked(store, feed, clock=clock)
    assert box.names("done") == ["a.xml", "b.xml", "of-an-operator.xml"]
    now += timedelta(hours=2)
    looked(store, feed, clock=clock)
    assert box.names("done") == ["b.xml", "of-an-operator.xml"]
    assert set(rows(store)) == {"b.xml", "bad.xml"}
    now += timedelta(days=40)
    looked(store, feed, clock=clock)
    assert box.names("done") == ["of-an-operator.xml"]
    assert box.names("failed") == ["bad.xml", "bad.xml.reason"], "for ever"
    assert not rows(store)


def test_of_files_that_stay_those_are_remembered_that_are_there(store: Store, box: Box) -> None:
    now = NOW
    feed = box.feed(taken="keep")
    box.put("stays.xml")
    box.put("goes.xml")
    looked(store, feed, clock=lambda: now)
    (box.path / "goes.xml").unlink()
    now += timedelta(days=60)
    (summary,) = looked(store, feed, clock=lambda: now)
    assert (summary.tally.new, set(rows(store))) == (0, {"stays.xml"})


def test_names_that_are_no_text_come_through_the_store(store: Store, box: Box) -> None:
    for name in (b"\xff.xml", b"two\nlines.xml", b"100%.xml"):
        box.put(name, rss((repr(name), f"Called {name!r}")))
    (summary,) = looked(store, box.feed())
    assert summary.tally.new == 3
    assert all(row.settled and row.stored == name for name, row in rows(store).items())
    with store.reading() as read:
        assert read.feed("box").files == {"taken": 3}
    assert len(list((box.path / "done").iterdir())) == 3
