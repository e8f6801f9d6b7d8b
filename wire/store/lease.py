"""The daemon's lease: one daemon a database.

Law: held by the operating system or the server, never by a row: a daemon that is killed has let go of it.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from wire.errors import StoreBusy
from wire.store.engine import WRITE_LOCK, sqlite_file, translated

_REFUSED = "another daemon runs on this database; stop it first (`wire poll` and `wire ingest` may run beside it)"


@contextmanager
def daemon_lease(engine: Engine) -> Iterator[None]:
    """Hold the lease while the block runs. Raises StoreBusy where another daemon holds it."""
    file = sqlite_file(engine.url)
    with _file_lease(file) if file else _server_lease(engine):
        yield


@contextmanager
def _file_lease(file: Path) -> Iterator[None]:
    with file.with_name(f"{file.name}.daemon").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(_REFUSED) from None
        yield


@contextmanager
def _server_lease(engine: Engine) -> Iterator[None]:
    with translated(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"key": WRITE_LOCK + 1}
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one():
            raise StoreBusy(_REFUSED)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
