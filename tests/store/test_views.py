"""What readers see: the values behind the contract, filters, and SQLite files opened read-only."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.store.database import rows
from tests.store.samples import AGENCY, FEED, at, deliver, found, join, text
from wire.model import PollState, Relation, Status
from wire.policy import StorePolicy
from wire.store import Poll, Store


@pytest.fixture
def day(store: Store) -> Store:
    """Two stories: s1 with two versions from two sources, s2 killed."""
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
        found(write, text("a", headline="Ferry back"), "s1", feed=AGENCY)
        join(write, text("b", headline="FERRY returns, 100% full"), "s1", minutes=5)
        deliver(write, text("a", headline="Ferry again"), "s1", minutes=9)
        write.set_canonical("s1", "va", {"vb": (Relation.REPRINT, 0.75)})
        write.touch("s1", updated_at=at(9))
        found(write, text("c", headline="Withdrawn", paragraphs=("Nothing to see.",)), "s2", minutes=2)
        write.touch("s2", status=Status.KILLED)
        write.change("kill", at=at(3), story_id="s2", version_id="vc", detail={"by": "desk"})
        write.save_poll(PollState(feed=FEED.key, url=FEED.url, entries_seen=3), Poll(at=at(9), outcome="ok"))
    return store


def _moment(url: str, minutes: float) -> Any:
    return f"{at(minutes):%Y-%m-%dT%H:%M:%S.%fZ}" if url.startswith("sqlite") else at(minutes)


def test_story_v1(day: Store, database_url: str) -> None:
    assert rows(database_url, "SELECT * FROM story_v1 WHERE story_id = 's1'") == [
        {
            "story_id": "s1",
            "status": "usable",
            "headline": "Ferry back",
            "canonical_version_id": "va",
            "origin": "Norda",
            "language": "en",
            "first_seen_at": _moment(database_url, 0),
            "published_at": None,
            "updated_at": _moment(database_url, 9),
            "embargo_until": None,
            "versions": 2,
            "deliveries": 3,
            "sources": 2,
            "merged_into": None,
            "copies": 2,
        }
    ]


def test_version_v1(day: Store, database_url: str) -> None:
    found_rows = rows(database_url, "SELECT * FROM version_v1 WHERE story_id = 's1' ORDER BY number")
    assert [row["is_canonical"] for row in found_rows] == [True, False]
    assert [(row["relation"], row["similarity"]) for row in found_rows] == [(None, None), ("reprint", 0.75)]
    first = found_rows[0]
    assert first["body"] == "The ferry a sails again.\n\nRepairs took “nine” days – longer than planned."
    assert (first["dateline"], first["byline"], first["word_count"]) == ("PORT ELSIN, Jan 21 (Norda) -", "Ada Lund", 13)
    assert first["first_seen_at"] == _moment(database_url, 0)


def test_delivery_v1(day: Store, database_url: str) -> None:
    found_rows = rows(database_url, "SELECT * FROM delivery_v1 WHERE version_id = 'va' ORDER BY number")
    assert [(row["delivery_id"], row["source"], row["headline"]) for row in found_rows] == [
        ("d1", "Norda", "Ferry back"),
        ("d3", "Harbour Post", "Ferry again"),
    ]
    assert (found_rows[0]["signal"], found_rows[0]["signals"]) == ("correction", "correction update")
    assert found_rows[0]["published_as_sent"] == "Wed, 21 Jan 2026 11:50:00 GMT"
    assert found_rows[1]["seen_at"] == _moment(database_url, 9)


def test_feed_v1(day: Store, database_url: str) -> None:
    assert [
        (row["feed"], bool(row["enabled"]), row["health"], row["entries_seen"], row["gaps"])
        for row in rows(database_url, "SELECT * FROM feed_v1 ORDER BY feed")
    ] == [("harbour", True, "new", 3, 0), ("norda", True, "new", 0, 0)]


def test_change_v1_holds_json_that_the_database_can_take_apart(day: Store, database_url: str) -> None:
    query = "SELECT seq, kind, story_id, detail ->> 'by' AS who FROM change_v1 ORDER BY seq DESC LIMIT 1"
    assert rows(database_url, query) == [{"seq": 3, "kind": "kill", "story_id": "s2", "who": "desk"}]


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["s1", "s2"]),
    ({"limit": 1}, ["s1"]),
    ({"since": at(9)}, ["s1"]),
    ({"since": at(10)}, []),
    ({"status": Status.KILLED}, ["s2"]),
    ({"source": "Norda"}, ["s1"]),
    ({"source": "norda"}, []),
    ({"source": "Harbour Post"}, ["s1", "s2"]),
    ({"text": "ferry RETURNS"}, ["s1"]),
    ({"text": "nothing to SEE"}, ["s2"]),
    ({"text": "100% f"}, ["s1"]),
    ({"text": "100_ f"}, []),
    ({"text": "sails", "status": Status.KILLED}, []),
]


def test_stories_are_filtered(day: Store) -> None:
    with day.reading() as read:
        for wanted, stories in FILTERS:
            assert [each.story_id for each in read.stories(**wanted)] == stories, wanted


def test_a_story_can_be_asked_by_any_id_of_it(day: Store) -> None:
    with day.reading() as read:
        assert read.story("s1") == read.story("va") == read.story("vb") == read.story("d3")
        file = read.story("d2")
    assert [each.version_id for each in file.versions] == ["va", "vb"]
    assert [each.delivery_id for each in file.deliveries] == ["d1", "d2", "d3"]
    assert [(each.version_id, each.evidence.rule, each.evidence.notes) for each in file.evidence] == [
        ("va", "test", ("1 → 2",)),
        ("vb", "test", ("1 → 2",)),
    ]


def test_an_sqlite_reader_reads_while_the_daemon_runs_and_after_it_has_stopped(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "wire.db"
    path.write_bytes(sqlite_template.read_bytes())

    def count() -> int:
        reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return int(reader.execute("SELECT count(*) FROM story_v1").fetchone()[0])
        finally:
            reader.close()

    with Store.open(StorePolicy(url=f"sqlite:///{path}")) as store:
        with store.writing() as write:
            write.sync_feeds([FEED])
            found(write, text("a"), "s1")
        with store.writing() as write:
            found(write, text("b"), "s2")
            write.flush()
            assert count() == 1, "what is not committed is not seen, and the reader does not wait"
        assert count() == 2
    assert count() == 2
    shutil.copy(path, tmp_path / "copy.db")
    path = tmp_path / "copy.db"
    assert count() == 2, "stopped, the file is whole without the files beside it"


_STRANGER = """
import os, sqlite3, sys
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(os.path.dirname(sys.argv[1]), os.W_OK)
reader = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
print(reader.execute("SELECT count(*) FROM story_v1").fetchone()[0])
"""
_DIES = """
import os, sys
from tests.store.samples import found, text
from wire.policy import StorePolicy
from wire.store import Store

with Store.open(StorePolicy(url=sys.argv[1])) as store:
    with store.writing() as write:
        found(write, text("b"), "s2")
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def shown_folder(sqlite_template: Path) -> Iterator[Path]:
    """A folder in which others may look and not write, with a database in it."""
    folder = Path(tempfile.mkdtemp(prefix="wire-shown-"))
    shutil.copy(sqlite_template, folder / "wire.db")
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_an_sqlite_reader_who_may_not_write_reads_while_the_daemon_runs_stops_and_is_killed(shown_folder: Path) -> None:
    path = shown_folder / "wire.db"
    url = f"sqlite:///{path}"

    def count() -> int:
        shown_folder.chmod(0o555)
        command = [sys.executable, "-c", _STRANGER, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        shown_folder.chmod(0o755)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    with Store.open(StorePolicy(url=url)) as store:
        with store.writing() as write:
            write.sync_feeds([FEED])
            found(write, text("a"), "s1")
        assert count() == 1, "running"
    assert count() == 1, "stopped"
    died = subprocess.run([sys.executable, "-c", _DIES, url], check=False)
    assert died.returncode == -signal.SIGKILL
    assert count() == 2, "killed"
    Store.open(StorePolicy(url=url)).close()
    assert count() == 2, "started and stopped again"


def test_the_wal_that_a_long_reader_made_grow_is_cut_once_it_has_gone(sqlite_template: Path, tmp_path: Path) -> None:
    path, wal = tmp_path / "wire.db", tmp_path / "wire.db-wal"
    shutil.copy(sqlite_template, path)
    with Store.open(StorePolicy(url=f"sqlite:///{path}")) as store:

        def write_much(times: int) -> None:
            for number in range(times):
                with store.writing() as write:
                    write.change("one", at=at(number), detail={"much": "x" * 5_000_000})

        reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM change_v1").fetchone() == (0,)
        write_much(16)
        assert wal.stat().st_size > 75_000_000
        assert reader.execute("SELECT count(*) FROM change_v1").fetchone() == (0,), "it sees its own moment"
        reader.close()
        write_much(2)
        assert wal.stat().st_size <= 64_000_000
