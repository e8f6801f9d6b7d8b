"""Several processes on one database: turns, order, snapshots, sudden death."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest
from sqlalchemy import make_url

from tests.store.database import rows
from tests.store.samples import FEED, NOON, found, text
from wire.errors import StoreBusy
from wire.policy import StorePolicy
from wire.store import Store

_CHILD = """
import sys, time
from tests.store.samples import FEED, found, text
from wire.policy import StorePolicy
from wire.store import Store

name, url, turns, hold = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "hold"
with Store.open(StorePolicy(url=url)) as store:
    for turn in range(turns):
        with store.writing() as write:
            write.add_feeds([FEED])
            for part in range(3):
                found(write, text(f"{name}{turn}.{part}"), f"s{name}{turn}.{part}")
            if turn % 2:
                write.flush()
            print(turn, flush=True)
            if hold and turn == turns - 1:
                time.sleep(60)
"""


@contextmanager
def _child(name: str, url: str, turns: int, *, hold: bool = False) -> Iterator["subprocess.Popen[str]"]:
    """A process that founds three stories in each of its transactions; `hold`: and never ends the last of them."""
    arguments = [name, url, str(turns), "hold" if hold else ""]
    process = subprocess.Popen([sys.executable, "-c", _CHILD, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _turns(process: "subprocess.Popen[str]", count: int) -> None:
    """Wait until the process is inside its transaction number `count`."""
    assert process.stdout
    for _ in range(count):
        assert process.stdout.readline(), "the child has died"


def test_a_writer_killed_in_its_transaction_leaves_nothing_half_written(database_url: str) -> None:
    with _child("a", database_url, 4, hold=True) as child:
        _turns(child, 4)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    with Store.open(StorePolicy(url=database_url)) as store, store.writing() as write:
        assert write.last_number() == 9, "three whole transactions, nothing of the fourth"
        assert [each.seq for each in write.changes()] == list(range(1, 10))
        assert len(write.stories()) == 9
        assert found(write, text("after"), "safter") == "d10"
    if database_url.startswith("sqlite"):
        assert rows(database_url, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        assert rows(database_url, "PRAGMA foreign_key_check") == []


def test_two_writers_share_one_sequence_in_commit_order(database_url: str) -> None:
    seen: list[int] = []
    with _child("a", database_url, 25) as one, _child("b", database_url, 25) as two:
        with Store.open(StorePolicy(url=database_url)) as store:
            while len(seen) < 150:
                with store.reading() as read:
                    seen += [each.seq for each in read.changes(after=seen[-1] if seen else 0)]
                if one.poll() and two.poll():
                    break
        assert (one.wait(60), two.wait(60)) == (0, 0)
    assert seen == list(range(1, 151)), "a reader that has seen N never finds a smaller one later"
    stories = [row["story_id"] for row in rows(database_url, "SELECT story_id FROM change_v1 ORDER BY seq")]
    for start in range(0, 150, 3):
        assert len({story.partition(".")[0] for story in stories[start : start + 3]}) == 1, "a transaction is not torn"


def test_who_waits_too_long_for_the_lock_is_told(store: Store, database_url: str) -> None:
    with Store.open(StorePolicy(url=database_url, busy_timeout=0.05)) as impatient:
        with store.writing() as write:
            write.add_feeds([FEED])
            with pytest.raises(StoreBusy, match="busy_timeout"), impatient.writing():
                pass
            with impatient.reading() as read:
                assert read.feeds() == [], "a reader does not wait"
        with impatient.writing() as write:
            assert [each.feed for each in write.feeds()] == [FEED.key]


def test_threads_of_one_process_take_turns(store: Store) -> None:
    def work(name: str) -> None:
        for turn in range(5):
            with store.writing() as write:
                found(write, text(f"{name}{turn}"), f"s{name}{turn}")

    with store.writing() as write:
        write.add_feeds([FEED])
    threads = [Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as read:
        assert [each.seq for each in read.changes()] == list(range(1, 21))
        assert len(read.stories()) == 20


def test_a_writer_sees_what_the_one_before_it_wrote_whatever_the_servers_default(postgres_url: str) -> None:
    strict = {"options": "-c default_transaction_isolation=serializable"}
    url = make_url(postgres_url).update_query_dict(strict).render_as_string(hide_password=False)
    with Store.open(StorePolicy(url=url)) as one, Store.open(StorePolicy(url=url)) as other:

        def second() -> None:
            with other.writing() as write:
                found(write, text("b"), "sb")

        thread = Thread(target=second)
        with one.writing() as write:
            write.add_feeds([FEED])
            found(write, text("a"), "sa")
            thread.start()
            _wait_for_a_lock(postgres_url)
        thread.join()
        with one.reading() as read:
            assert [each.seq for each in read.changes()] == [1, 2]


def _wait_for_a_lock(url: str) -> None:
    """Wait until somebody waits."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while rows(url, waiting) != [{"count": 1}]:
        pass


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.writing() as write:
        write.add_feeds([FEED])
    with store.reading() as read:
        assert read.stories() == []
        with store.writing() as write:
            found(write, text("a"), "s1")
        assert read.stories() == []
        assert read.changes() == []
    with store.reading() as read:
        assert len(read.stories()) == 1


def test_postgresql_readers_are_woken_by_a_commit(postgres_url: str) -> None:
    policy = StorePolicy(url=postgres_url)
    with Store.open(policy) as store, psycopg.connect(postgres_url, autocommit=True) as listener:
        listener.execute("LISTEN wire_change")
        with store.writing() as write:
            write.add_feeds([FEED])
        with store.writing() as write:
            write.change("one", at=NOON)
            write.change("two", at=NOON)
        heard = [notice.payload for notice in listener.notifies(timeout=10, stop_after=1)]
        heard += [notice.payload for notice in listener.notifies(timeout=0)]
    assert heard == ["2"], "one call a commit, with its last number, and none where nothing changed"
