"""One database, opened: where read and write transactions come from.

Law: one writer at a time, over all threads and processes; readers hold up nobody and see one moment.
"""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Self

from sqlalchemy import Engine

from wire.errors import SchemaTooOld, StoreBusy, StoreError
from wire.policy import StorePolicy
from wire.store import engine as engines
from wire.store import snapshot as snapshots
from wire.store.bell import Wait, bell
from wire.store.lease import daemon_lease
from wire.store.moves import Moves
from wire.store.read import Read
from wire.store.revision import refuse_newer, refuse_older, revision
from wire.store.snapshot import Snapshot, Wal


class Store:
    """The database of one process; safe to use from many threads."""

    def __init__(self, engine: Engine, policy: StorePolicy, bystander: sqlite3.Connection | None) -> None:
        self._engine = engine
        self._bystander = bystander
        self._policy = policy
        self._turn = threading.Lock()

    @classmethod
    def open(cls, policy: StorePolicy) -> Self:
        """Open the database at `policy.url`. Raises ConfigError, SchemaTooOld, SchemaTooNew, StoreBusy, StoreError."""
        url = engines.parse_url(policy.url)
        if (file := engines.sqlite_file(url)) and not file.exists():
            raise SchemaTooOld(f"there is no database at {file}: run `wire migrate`")
        engine = engines.connect(url, policy)
        try:
            with engines.reading(engine) as connection:
                found = revision(connection)
            refuse_older(found)
            refuse_newer(found)
            with engines.translated():
                engines.to_wal(engine)
                return cls(engine, policy, engines.bystander(file) if file else None)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        """Close every connection; transactions under way must have ended."""
        try:
            with engines.translated():
                engines.checkpoint(self._engine)
        finally:
            self._engine.dispose()
            if self._bystander:
                self._bystander.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def free(self) -> int | None:
        """Bytes that are free beside an SQLite file; None: the database is elsewhere, or nobody can tell."""
        file = engines.sqlite_file(self._engine.url)
        with suppress(OSError):
            return shutil.disk_usage(file.absolute().parent).free if file else None
        return None

    def wal(self) -> Wal | None:
        """What stands in the WAL of an SQLite file, and who reads; None: the database is elsewhere."""
        file = engines.sqlite_file(self._engine.url)
        return snapshots.wal(file) if file else None

    def snapshot(self, target: Path) -> Snapshot:
        """Copy an SQLite database as it is now. Raises StoreError."""
        file = engines.sqlite_file(self._engine.url)
        if file is None:
            raise StoreError("only SQLite wants snapshots: long readers of PostgreSQL hold up nobody")
        if target.absolute() == file.absolute():
            raise StoreError(f"{target} is the database itself")
        return snapshots.take(file, target)

    def daemon_lease(self) -> AbstractContextManager[Callable[[], None]]:
        """The right to be this database's one daemon, and what makes sure of it. Both raise StoreBusy, StoreError."""
        return daemon_lease(self._engine)

    def bell(self) -> AbstractContextManager[Wait]:
        """Something to wait with until anybody has committed. Raises StoreError."""
        return bell(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Read]:
        """A snapshot of one moment. Raises StoreError."""
        with engines.reading(self._engine) as connection:
            yield Read(connection)

    @contextmanager
    def writing(self) -> Iterator[Moves]:
        """The write transaction: committed when the block ends, void when it raises. Raises StoreBusy, StoreError."""
        # The database's own lock would do, but gives turns at random; threads of one process queue here.
        if not self._turn.acquire(timeout=self._policy.busy_timeout):
            raise StoreBusy("another thread holds the database's write lock for too long")
        try:
            with engines.writing(self._engine, self._policy) as connection:
                write = Moves(connection)
                yield write
                write.finish()
        finally:
            self._turn.release()
