"""The bell that rings when something was committed: LISTEN on PostgreSQL, a counter in shared memory on SQLite.

Law: a bell, not the news. It may ring for nothing; it never fails to ring for a commit that came after it was hung.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, text

from wire.errors import StoreError
from wire.store.engine import CHANNEL, translated

Wait: TypeAlias = Callable[[float], bool]
"""Waits for so many seconds at most; gives whether it rang."""

LOOK = 0.2
"""Seconds between two looks on SQLite; one costs some 2 µs."""


@contextmanager
def bell(engine: Engine) -> Iterator[Wait]:
    """Hang a bell. Raises StoreError, then and while waiting."""
    if engine.dialect.name == "postgresql":
        with translated(), closing(engine.raw_connection()) as connection:
            driver = connection.driver_connection
            connection.detach()  # closed afterwards, for a connection of the pool must not go on listening
            yield _listening(driver, engine)
    else:
        with translated(), engine.connect().execution_options(wire_begin=None) as connection:
            yield _looking(connection)


def _listening(driver: Any, engine: Engine) -> Wait:
    broken = engine.dialect.loaded_dbapi.Error

    def wait(seconds: float) -> bool:
        try:
            return any(True for _ in driver.notifies(timeout=seconds, stop_after=1))
        except broken as error:
            raise StoreError(f"the database says: {str(error).strip()}") from error

    driver.rollback()
    driver.autocommit = True
    driver.execute(f"LISTEN {CHANNEL}")
    return wait


def _looking(connection: Connection) -> Wait:
    def version() -> int:
        """Changes when another connection has committed."""
        return int(connection.execute(text("PRAGMA data_version")).scalar_one())

    seen = version()

    def wait(seconds: float) -> bool:
        nonlocal seen
        until = time.monotonic() + seconds
        while (now := version()) == seen:
            if (left := until - time.monotonic()) <= 0:
                return False
            time.sleep(min(LOOK, left))
        seen = now
        return True

    return wait
