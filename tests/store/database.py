"""A database looked at from outside, as its readers do: plain SQL, no part of the package's own store."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, select, text

from wire.store.columns import metadata


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A plain connection, committed when the block ends."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(parsed)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def rows(url: str, sql: str, **values: object) -> list[dict[str, Any]]:
    """The rows of a query."""
    with connected(url) as connection:
        return [dict(row) for row in connection.execute(text(sql), values).mappings()]


def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    with connected(url) as connection:
        return {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in metadata.tables.items()
        }


def execute(url: str, sql: str) -> None:
    """Run a statement."""
    with connected(url) as connection:
        connection.execute(text(sql))
