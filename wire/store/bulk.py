"""Many rows of one table, in one call of the driver.

Law: statement and types are SQLAlchemy's own. Only the values are made ready here, a column at a time: its own way, by
row and value, takes twice as long.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, bindparam, update
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


def change(connection: Connection, key: Column[Any], changes: Mapping[Any, Mapping[str, Any]]) -> None:
    """Change rows of the table of `key`; `changes`: by a row's key, its columns that change."""
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for identifier, fields in changes.items():
        row = {f"new_{name}": value for name, value in fields.items()}
        alike[tuple(sorted(fields))].append(row | {"of": identifier})
    for names, rows in alike.items():
        values = {name: bindparam(f"new_{name}", type_=key.table.c[name].type) for name in names}
        connection.execute(update(key.table).where(key == bindparam("of")).values(values), rows)


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
