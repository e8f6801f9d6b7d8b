"""The change log: gapless and rising in commit order whoever writes, and a bell that rings for each commit."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from tests.store.database import execute, rows
from tests.store.samples import FEED, NOON, found, text
from wire.errors import ChangesGone, StoreError
from wire.policy import StorePolicy
from wire.store import Store

_WRITER = """
import random, sys, threading
from tests.store.samples import FEED, NOON
from wire.policy import StorePolicy
from wire.store import Store

name, url, turns = sys.argv[1], sys.argv[2], int(sys.argv[3])
chance = random.Random(name)

class Regret(Exception):
    pass

def work(store, thread, strokes):
    for turn in range(turns):
        if turn % 5 == 0:
            strokes.acquire()
        try:
            with store.writing() as write:
                write.add_feeds([FEED])
                for part in range(chance.randint(1, 4)):
                    write.change("one", at=NOON, story_id=f"{name}.{thread}.{turn}", detail={"part": part})
                if turn % 3 == 1:
                    write.flush()
                if turn % 5 == 2:
                    raise Regret  # what was given numbers is undone: the next writer gives them again
        except Regret:
            pass

with Store.open(StorePolicy(url=url)) as store:
    print("ready", flush=True)
    strokes = [threading.Semaphore(0) for _ in range(2)]
    threads = [threading.Thread(target=work, args=(store, n, each)) for n, each in enumerate(strokes)]
    for each in threads: each.start()
    for _ in range(turns // 5):
        sys.stdin.readline()
        for each in strokes: each.release()
    for each in threads: each.join()
"""
WRITERS, TURNS, STROKES = 3, 25, 5


@contextmanager
def _writers(url: str) -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes that write with two threads each, five turns for each time that they are told to go on."""
    with ExitStack() as stack:
        running = []
        for name in range(WRITERS):
            command = [sys.executable, "-c", _WRITER, f"w{name}", url, str(TURNS)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.callback(process.communicate)
            stack.callback(process.kill)
            running.append(process)
        for each in running:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        yield running


def _go_on(running: list["subprocess.Popen[str]"], strokes: int = 1) -> None:
    for each in running:
        assert each.stdin
        each.stdin.write("go\n" * strokes)
        each.stdin.flush()


def test_a_reader_that_has_seen_a_number_never_finds_a_smaller_one_and_none_is_missing(database_url: str) -> None:
    seen: list[int] = []
    looks = 0
    with _writers(database_url) as running:
        _go_on(running)
        while True:
            over = all(each.poll() is not None for each in running)
            # As a newsroom's tool: plain SQL, the number that it has seen, and nothing else.
            after = seen[-1] if seen else 0
            new = rows(database_url, "SELECT seq FROM change_v1 WHERE seq > :seq ORDER BY seq", seq=after)
            seen += [row["seq"] for row in new]
            if new:
                looks += 1
                if looks < STROKES:
                    _go_on(running)  # so however fast they are, it looks while they have more to write
            if over and not new:
                break
        assert [each.returncode for each in running] == [0] * WRITERS
    assert seen == list(range(1, len(seen) + 1)), "what is found behind N follows on N, at every look"
    assert looks >= STROKES, "it looked while they wrote"
    stored = rows(database_url, "SELECT seq, story_id, detail ->> 'part' AS part FROM change_v1 ORDER BY seq")
    assert [row["seq"] for row in stored] == seen, "nothing came below what had been seen"
    transactions: dict[str, list[int]] = {}
    for row in stored:
        transactions.setdefault(row["story_id"], []).append(row["seq"])
    kept = len([turn for turn in range(TURNS) if turn % 5 != 2])
    assert len(transactions) == WRITERS * 2 * kept
    for numbers in transactions.values():
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "a transaction stands together"


def test_a_reader_who_sleeps_until_it_is_woken_misses_nothing(postgres_url: str) -> None:
    seen: list[int] = []
    with psycopg.connect(postgres_url, autocommit=True) as reader:
        reader.execute("LISTEN wire_change")
        with _writers(postgres_url) as running:
            _go_on(running, STROKES)
            while any(each.poll() is None for each in running) or not seen:
                heard = max((int(each.payload) for each in reader.notifies(timeout=0.5, stop_after=1)), default=0)
                found_rows = reader.execute(
                    "SELECT seq FROM change_v1 WHERE seq > %s ORDER BY seq", [seen[-1] if seen else 0]
                )
                seen += [row[0] for row in found_rows]
                assert not seen or seen[-1] >= heard, "what is told of can be read"
        seen += [row[0] for row in reader.execute("SELECT seq FROM change_v1 WHERE seq > %s ORDER BY seq", [seen[-1]])]
    assert seen == list(range(1, len(seen) + 1))


def test_the_bell_rings_for_a_commit_of_another_and_not_without(store: Store, database_url: str) -> None:
    with Store.open(StorePolicy(url=database_url)) as other, store.bell() as wait:
        assert not wait(0.05)
        with other.writing() as write:
            write.add_feeds([FEED])
            write.change("one", at=NOON)
        assert wait(10), "what was committed before the wait"
        while wait(0):  # SQLite may ring once more
            pass
        done = threading.Timer(0.2, lambda: _write_one(other))
        started = time.monotonic()
        done.start()
        assert wait(30)
        assert time.monotonic() - started < 20
        done.join()


def _write_one(store: Store) -> None:
    with store.writing() as write:
        write.change("two", at=NOON)


def test_a_bell_whose_server_goes_says_so(postgres_url: str) -> None:
    with Store.open(StorePolicy(url=postgres_url)) as store, store.bell() as wait:
        rows(
            postgres_url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'",
        )
        with pytest.raises(StoreError, match="the database says"):
            wait(30)


def test_who_comes_too_late_is_told_and_can_tell_by_sql(store: Store, database_url: str) -> None:
    late = "SELECT first_seq, last_seq FROM change_log_v1 WHERE :seq < first_seq - 1 OR :seq > last_seq"
    with store.reading() as read:
        assert read.changes(0) == [], "an empty log is nothing to be late for"
    assert rows(database_url, late, seq=0) == []
    with store.writing() as write:
        write.add_feeds([FEED])
        for part in "abc":
            found(write, text(part), f"s{part}")
        assert [each.seq for each in write.changes(0)] == [1, 2, 3], "also what is not committed yet"
    execute(database_url, "DELETE FROM change WHERE seq < 3")
    assert rows(database_url, late, seq=1) == [{"first_seq": 3, "last_seq": 3}]
    assert rows(database_url, late, seq=2) == rows(database_url, late, seq=3) == []
    assert rows(database_url, late, seq=4) == [{"first_seq": 3, "last_seq": 3}]
    with store.reading() as read:
        assert [each.seq for each in read.changes()] == [each.seq for each in read.changes(2)] == [3]
        assert read.changes(3) == []
        with pytest.raises(ChangesGone, match=r"changes 1 to 2 are no longer kept.*--after 3"):
            read.changes(0)
        with pytest.raises(ChangesGone, match=r"no change 4, the last is 3.*restored"):
            read.changes(4)
