"""SQLite's readers that take their time: a copy of the file for them, and who holds up the WAL of the file itself.

Law: a reader of a snapshot holds up nobody, whatever it does: the file is never written again, the next snapshot takes
its name, and who has it open keeps the one that it opened. See https://www.sqlite.org/wal.html and backup.html.
"""

import os
import sqlite3
import stat
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from wire.errors import StoreError

_LOCKS = Path("/proc/locks")
_READING = range(123, 128)
"""Bytes of the shared memory file that readers of a snapshot lock: WAL_READ_LOCK(0) to (4) of SQLite's wal.c."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A copy that was made."""

    path: str
    bytes: int
    last_seq: int
    """The newest change in it."""
    seconds: float
    """That it took, during which it held up the WAL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wal:
    """What is not in the database file itself yet."""

    bytes: int
    readers: tuple[int, ...]
    """Processes that read this moment, by id, as far as this machine tells."""


def take(file: Path, target: Path) -> Snapshot:
    """Copy a database that may be in use to `target`, as it is at one moment. Raises StoreError.

    The copy has no WAL, so that the right to read it is all that a reader needs. It has the mode of `file`.
    """
    began, made = time.monotonic(), target.with_name(f".{target.name}.new")
    try:
        made.unlink(missing_ok=True)
        made.touch(0o600)  # until it has its mode
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(made, isolation_level=None)) as copy,
        ):
            copy.execute("PRAGMA synchronous=OFF")  # brought to the disk below, once
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            (last,) = copy.execute("SELECT last_seq FROM change_log_v1").fetchone()
        made.chmod(stat.S_IMODE(file.stat().st_mode))
        with made.open("rb") as written:
            os.fsync(written.fileno())
        size = made.stat().st_size
        made.replace(target)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            made.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or error
        raise StoreError(f"no snapshot could be made at {target}: {why}") from error
    return Snapshot(path=str(target), bytes=size, last_seq=last, seconds=time.monotonic() - began)


def wal(file: Path) -> Wal:
    """How much stands in the WAL of a database, and who reads."""
    try:
        size = file.with_name(f"{file.name}-wal").stat().st_size
        inode = file.with_name(f"{file.name}-shm").stat().st_ino
    except OSError:
        return Wal(bytes=0, readers=())
    return Wal(bytes=size, readers=_readers(inode))


def _readers(inode: int) -> tuple[int, ...]:
    """Asked of the system's own list: to open the file and close it would take away this process's locks on it."""
    try:
        lines = _LOCKS.read_text("ascii").splitlines()
    except (OSError, ValueError):
        return ()
    found = set()
    for line in lines:  # 1: POSIX ADVISORY READ 4711 08:01:131090 124 124
        parts = line.split()
        if len(parts) == 8 and parts[1] == "POSIX" and parts[5].rpartition(":")[2] == str(inode):
            start, end = int(parts[6]), parts[7]
            if start in _READING and end.isdigit():
                found.add(int(parts[4]))
    return tuple(sorted(found))
