"""Brings a database to the newest revision.

Law: one transaction under the write lock, so that a killed migration has never begun. Alembic takes a quarter of a
second to import: this module alone names it, and only those who migrate import this module.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from alembic import command, config
from sqlalchemy import Connection, bindparam, inspect, text
from sqlalchemy.exc import DBAPIError

from wire.errors import StoreError
from wire.policy import StorePolicy
from wire.store.engine import connect, parse_url, sqlite_file, to_wal, translated, writing
from wire.store.revision import refuse_newer, revision
from wire.store.tables import REVISION

_READ = re.compile(r"_v\d+$|^search_text$")
"""Views that readers may read: the contract, and what `search_v1` reads for them."""
READER = "wire_reader"
"""PostgreSQL role that sees the views and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What `migrate` has to say."""

    revision: str
    """In which the database is now."""
    notes: tuple[str, ...] = ()
    """What an operator has still to do."""


def migrate(policy: StorePolicy) -> Migrated:
    """Make or upgrade the schema of the database at `policy.url`; does nothing where it is up to date.

    Makes the file and the folder of an SQLite database. Raises ConfigError, SchemaTooNew, StoreBusy, StoreError.
    """
    url = parse_url(policy.url)
    if file := sqlite_file(url):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {file.parent} can't be made: {error.strerror}") from error
    engine = connect(url, policy)
    try:
        with translated():
            to_wal(engine)
        with writing(engine, policy) as connection:
            refuse_newer(revision(connection))
            _upgrade(connection)
            notes = _grant(connection) if engine.dialect.name == "postgresql" else ()
        return Migrated(revision=REVISION, notes=notes)
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> None:
    settings = config.Config()
    settings.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def scripts() -> Path:
    """The folder of the migrations: inside the package where that was installed, else at the root of the checkout."""
    package = Path(__file__).parents[1]
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def _grant(connection: Connection) -> tuple[str, ...]:
    """Let the role `wire_reader` read the views; say so where the rights to make it are missing."""
    if not _ensure_reader(connection):
        return (
            f"no role {READER}, and no right to make it: let an administrator `CREATE ROLE {READER}`, migrate again",
        )
    relations = inspect(connection)
    schema = _quoted(connection, relations.default_schema_name or "public")
    views = ", ".join(_quoted(connection, view) for view in relations.get_view_names() if _READ.search(view))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {READER}"))
    connection.execute(text(f"GRANT SELECT ON {views} TO {READER}"))
    return ()


def _ensure_reader(connection: Connection) -> bool:
    exists = text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)").bindparams(bindparam("name", READER))
    may = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if connection.execute(exists).scalar_one():
        return True
    if not connection.execute(may).scalar_one():
        return False
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE ROLE {READER} NOLOGIN"))
    except DBAPIError:
        # Roles belong to the whole server: another database's migration may have made it just now.
        return bool(connection.execute(exists).scalar_one())
    return True


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
