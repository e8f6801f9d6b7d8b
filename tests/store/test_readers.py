"""SQLite's readers: whoever reads, for however long, ingest goes on, and each sees one moment."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.store.samples import FEED, at, found, text
from wire import snapshots
from wire.errors import StoreError
from wire.policy import StorePolicy
from wire.store import Store

_STRANGER = """
import os, sqlite3, sys
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(65534)
path = sys.argv[1]
assert not os.access(os.path.dirname(path), os.W_OK) and not os.access(path, os.W_OK)
db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
db.execute("BEGIN")
count = lambda: db.execute("SELECT count(*) FROM change_v1").fetchone()[0]
print(count(), flush=True)
for _ in sys.stdin:
    print(count(), flush=True)
"""
"""Another user, who may read and nothing else: begins a transaction, and says for each line what it sees in it."""
MEGABYTE = 1_000_000


@pytest.fixture
def shown(sqlite_template: Path) -> Iterator[Path]:
    """A database in a folder in which others may look and not write."""
    folder = Path(tempfile.mkdtemp(prefix="wire-readers-"))
    shutil.copy(sqlite_template, folder / "wire.db")
    folder.chmod(0o755)
    yield folder / "wire.db"
    shutil.rmtree(folder)


@pytest.fixture
def open_store(shown: Path) -> Iterator[Store]:
    with Store.open(StorePolicy(url=f"sqlite:///{shown}")) as store:
        yield store


class Stranger:
    """A reader in a process of its own, within one transaction."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.first = self._line()

    def sees(self) -> int:
        """How many changes, now."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._line()

    def _line(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())


@contextmanager
def reading(path: Path, *, group: int = 65534) -> Iterator[Stranger]:
    command = [sys.executable, "-c", _STRANGER, str(path), str(group)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Stranger(process)
        finally:
            process.kill()


def wal(path: Path) -> int:
    return path.with_name("wire.db-wal").stat().st_size


def write_much(store: Store, megabytes: int) -> None:
    for number in range(megabytes):
        with store.writing() as write:
            write.change("much", at=at(number), detail={"much": "x" * MEGABYTE})


def test_a_snapshot_is_read_by_who_may_only_read_whatever_becomes_of_the_daemon(shown: Path) -> None:
    target = shown.with_name("read.db")
    with Store.open(StorePolicy(url=f"sqlite:///{shown}")) as store:
        write_much(store, 1)
        made = store.snapshot(target)
        assert (made.last_seq, made.bytes) == (1, target.stat().st_size)
        with reading(target) as reader:
            assert reader.first == 1
            assert sorted(each.name for each in shown.parent.iterdir()) == [
                "read.db",
                "wire.db",
                "wire.db-shm",
                "wire.db-wal",
            ], "nothing stands beside it"
    shown.parent.chmod(0o555)
    with reading(target) as reader:
        assert reader.first == 1, "stopped"
    shown.parent.chmod(0o755)
    assert target.read_bytes()[18:20] == b"\1\1", "it has no WAL"
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")
def test_who_may_read_snapshots_alone_reads_them_and_not_the_database(open_store: Store, shown: Path) -> None:
    """The rights of docs/database.md: a folder of the readers' group, the database for its owner alone."""
    folder = Path(tempfile.mkdtemp(prefix="wire-read-"))
    os.chown(folder, -1, 12_345)
    folder.chmod(0o2750)
    shown.chmod(0o640)
    write_much(open_store, 1)
    target = folder / "read.db"
    open_store.snapshot(target)
    assert (target.stat().st_mode & 0o777, target.stat().st_gid) == (0o640, 12_345)
    with reading(target, group=12_345) as reader:
        assert reader.first == 1
    for path, group in ((shown, 12_345), (target, 65_534)):
        with pytest.raises(ValueError, match="invalid literal"), reading(path, group=group):
            pass
    shutil.rmtree(folder)


def test_readers_of_a_snapshot_hold_up_nothing_for_however_long(open_store: Store, shown: Path) -> None:
    """A minute's heavy ingest, while one reads the first snapshot all along and one the next."""
    target = shown.with_name("read.db")
    write_much(open_store, 1)
    open_store.snapshot(target)
    with reading(target) as first:
        write_much(open_store, 60)
        open_store.snapshot(target)
        with reading(target) as second:
            write_much(open_store, 60)
            assert wal(shown) < 16 * MEGABYTE, "as if nobody read"
            assert (first.sees(), second.sees()) == (1, 61), "each sees its own moment"


def test_a_reader_of_the_database_itself_stops_nothing_and_is_found(open_store: Store, shown: Path) -> None:
    write_much(open_store, 1)
    with reading(shown) as reader:
        write_much(open_store, 80)
        assert reader.sees() == 1
        held = open_store.wal()
        assert held
        assert held.bytes > 75 * MEGABYTE
        assert reader.process.pid in held.readers or not Path("/proc/locks").read_text()
    write_much(open_store, 2)
    assert wal(shown) <= 64 * MEGABYTE, "cut back"
    held = open_store.wal()
    assert held
    assert held.readers == ()


def test_short_reads_leave_the_wal_small(open_store: Store, shown: Path) -> None:
    for number in range(30):
        write_much(open_store, 2)
        with closing(sqlite3.connect(f"file:{shown}?mode=ro", uri=True)) as reader:
            assert reader.execute("SELECT count(*) FROM change_v1").fetchone() == (2 * number + 2,)
    assert wal(shown) < 16 * MEGABYTE


_SNAPS = """
import os, signal, sys
from pathlib import Path
from wire.policy import StorePolicy
from wire.store import Store
path = Path.replace
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with Store.open(StorePolicy(url=sys.argv[1])) as store:
    store.snapshot(Path(sys.argv[2]))
"""


def test_a_snapshot_that_is_killed_leaves_the_one_before(open_store: Store, shown: Path) -> None:
    target = shown.with_name("read.db")
    write_much(open_store, 1)
    open_store.snapshot(target)
    write_much(open_store, 1)
    died = subprocess.run([sys.executable, "-c", _SNAPS, f"sqlite:///{shown}", str(target)], check=False)
    assert died.returncode == -signal.SIGKILL
    with reading(target) as reader:
        assert reader.first == 1
    assert open_store.snapshot(target).last_seq == 2
    assert not target.with_name(".read.db.new").exists()


def test_what_can_not_be_copied_is_said_and_leaves_nothing(open_store: Store, shown: Path) -> None:
    for target in (shown, shown.parent / "none" / "read.db", shown.parent):
        with pytest.raises(StoreError, match=r"the database itself|no snapshot could be made"):
            open_store.snapshot(target)
    assert {each.name for each in shown.parent.iterdir()} == {"wire.db", "wire.db-shm", "wire.db-wal"}
    assert not list(shown.parent.parent.glob(f".{shown.parent.name}.new"))


def test_postgresql_wants_none(postgres_url: str) -> None:
    with Store.open(StorePolicy(url=postgres_url)) as store:
        assert store.wal() is None
        with pytest.raises(StoreError, match="only SQLite"):
            store.snapshot(Path("read.db"))


def test_the_daemon_makes_one_again_and_again_and_a_reload_begins_and_ends_it(
    open_store: Store, shown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "LOOK", 0.02)
    target, policy = shown.with_name("read.db"), StorePolicy(snapshot_every=0.05)
    kept: dict[str, Any] = {"policy": policy}

    def last() -> int:
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as copy:
            return int(copy.execute("SELECT last_seq FROM change_log_v1").fetchone()[0])

    async def main() -> None:
        with anyio.fail_after(30):
            async with anyio.create_task_group() as group:
                group.start_soon(snapshots.keep_copying, open_store, lambda: kept["policy"])
                await anyio.sleep(0.1)
                assert not target.exists()
                kept["policy"] = replace(policy, snapshot=str(target))
                for seq in (1, 2):
                    with open_store.writing() as write:
                        write.add_feeds([FEED])
                        found(write, text(str(seq)), f"s{seq}")
                    while not target.exists() or last() < seq:  # noqa: ASYNC110 - a file is waited for
                        await anyio.sleep(0.02)
                kept["policy"] = replace(policy, snapshot=str(shown.parent / "none" / "x.db"))
                await anyio.sleep(0.1)
                assert target.exists()
                group.cancel_scope.cancel()

    anyio.run(main)
