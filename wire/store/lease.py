"""The daemon's lease: one daemon a database.

Law: held by the operating system or the server, never by a row: a daemon that is killed has let go of it.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from wire.errors import StoreBusy, StoreError
from wire.store.engine import WRITE_LOCK, sqlite_file, translated

_REFUSED = "another daemon runs on this database; stop it first (`wire poll` and `wire ingest` may run beside it)"


@contextmanager
def daemon_lease(engine: Engine) -> Iterator[Callable[[], None]]:
    """Hold the lease while the block runs. Raises StoreBusy where another daemon holds it, StoreError.

    Gives what makes sure that it is still held, and takes it again where the server has lost it; raises as well.
    """
    file = sqlite_file(engine.url)
    with _file_lease(file) if file else _server_lease(engine) as renew:
        yield renew


@contextmanager
def _file_lease(file: Path) -> Iterator[Callable[[], None]]:
    path = file.with_name(f"{file.name}.daemon")
    with ExitStack() as held:
        try:
            lock = held.enter_context(path.open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreBusy(_REFUSED) from None
        except OSError as error:
            raise StoreError(f"the daemon's lock {path} can't be held: {error.strerror}") from error
        yield lambda: None


@contextmanager
def _server_lease(engine: Engine) -> Iterator[Callable[[], None]]:
    held: list[Connection] = []
    key = WRITE_LOCK + 1

    def renew() -> None:
        if held and _alive(held[0]):
            return
        while held:
            held.pop().close()
        with translated(), ExitStack() as trying:
            connection = trying.enter_context(engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
            if not connection.execute(text(f"SELECT pg_try_advisory_lock({key})")).scalar_one():
                raise StoreBusy(_REFUSED)
            held.append(connection)
            trying.pop_all()

    renew()
    try:
        yield renew
    finally:
        for connection in held:
            with suppress(DBAPIError):  # a server that is gone has let go of it
                connection.execute(text(f"SELECT pg_advisory_unlock({key})"))
            connection.close()


def _alive(connection: Connection) -> bool:
    """Whether the session that took the lease still stands: it does not survive a restart of the server."""
    try:
        connection.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True
