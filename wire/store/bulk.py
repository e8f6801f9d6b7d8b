"""Many rows into one table, in one call of the driver.

Law: statement and types are SQLAlchemy's own. Only the values are made ready here, a column at a time: its own way, by
row and value, takes twice as long.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

from wire.store.types import Processor


def insert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, renew: tuple[str, ...] = ()
) -> None:
    """Insert rows that name the same columns. `renew`: of a row whose key is there already, these columns change."""
    if rows:
        statement, columns = _prepared(table, tuple(rows[0]), renew, connection.dialect)
        values = (
            [ready(row[name]) for row in rows] if ready else [row[name] for row in rows] for name, ready in columns
        )
        connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


@lru_cache(maxsize=64)
def _prepared(
    table: Table, names: tuple[str, ...], renew: tuple[str, ...], dialect: Dialect
) -> tuple[str, list[tuple[str, Processor | None]]]:
    """The statement, and for each of its parameters the column and what makes its values ready."""
    statement = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
    if renew:
        statement = statement.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={name: statement.excluded[name] for name in renew}
        )
    compiled = statement.compile(dialect=dialect, column_keys=names)
    ready = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    return str(compiled), [(name, ready[name]) for name in compiled.positiontup]
