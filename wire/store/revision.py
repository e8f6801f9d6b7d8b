"""Compares the revision of a database's schema with the one that this release knows.

Law: revisions are numbers of one width, so that text order is their order.
"""

from sqlalchemy import Connection, inspect, text

from wire.errors import SchemaTooNew, SchemaTooOld
from wire.store.tables import REVISION


def revision(connection: Connection) -> str | None:
    """The revision in which the database is; None: it has no schema."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def refuse_older(found: str | None) -> None:
    """Raise SchemaTooOld for a database that wants `wire migrate` first."""
    if found is None:
        raise SchemaTooOld("the database has no tables yet: run `wire migrate`")
    if found < REVISION:
        raise SchemaTooOld(f"the database is at revision {found}, this release needs {REVISION}: run `wire migrate`")


def refuse_newer(found: str | None) -> None:
    """Raise SchemaTooNew for a database that a newer release has migrated."""
    if found is not None and found > REVISION:
        raise SchemaTooNew(
            f"the database is at revision {found}, and this release knows revisions up to {REVISION}:"
            " install the newer release again, or restore the backup from before the upgrade"
        )
