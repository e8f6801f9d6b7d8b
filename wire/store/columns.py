"""What every table is made with: the schema that all belong to, and types that each database has in its own way.

Law: knows no table. `metadata` is whole once the modules of tables are imported, as this package's head sees to.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(naming_convention={"pk": "%(table_name)s_pk", "fk": "%(table_name)s_%(column_0_N_name)s_fk"})

Json = JSON().with_variant(JSONB(), "postgresql")
Number = BigInteger().with_variant(Integer(), "sqlite")


def given(column: str) -> dict[str, Any]:
    """An index on rows that have a value there."""
    where = text(f"{column} IS NOT NULL")
    return {"sqlite_where": where, "postgresql_where": where}
