"""The connection: how each database is opened, how a transaction begins on it, and what its errors mean.

Law: outside this package nobody sees SQLAlchemy or a driver; every error of theirs becomes one of `wire.errors`, in a
sentence that says what to do.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from wire.errors import ConfigError, RowRefused, StoreBusy, StoreError, WireError
from wire.policy import StorePolicy
from wire.store.types import to_json

WRITE_LOCK = 0x77697265
"""Key of the PostgreSQL advisory lock under which everything is written."""
CHANNEL = "wire_change"
"""PostgreSQL channel on which readers are told of a commit; the payload is its last change's `seq`."""

WAL_KEPT = 64_000_000
"""Bytes to which SQLite's WAL is cut once the readers are gone that made it grow."""
_PATIENCE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""With a server that has gone without a word: a minute, where the system's own defaults are hours. See libpq."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03"}
_DISK_FULL = "free some space on the disk, nothing of this transaction was kept"
_ADVICE = {
    sqlite3.SQLITE_CORRUPT: "restore a backup, or save what can be read: `sqlite3 FILE .recover`",
    sqlite3.SQLITE_NOTADB: "check the database URL, or restore a backup",
    sqlite3.SQLITE_FULL: _DISK_FULL,
    sqlite3.SQLITE_READONLY: "check owner and mode of the file and of its folder",
    sqlite3.SQLITE_CANTOPEN: "check that the file's folder exists, and who owns it",
    sqlite3.SQLITE_IOERR: "the disk gave an error; look into the system's log",
    None: "check the database URL, and whether the server runs",
    "42501": "give the daemon's role rights on this database",
    "53100": _DISK_FULL,
    "53300": "let the server take more connections (max_connections)",
}
"""What to do, by SQLite's error code or PostgreSQL's SQLSTATE; a connection that never came about has none."""


def parse_url(url: str) -> URL:
    """Read a database URL: SQLite in a file, or PostgreSQL, always by psycopg. Raises ConfigError."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: that error may show a password.
        raise ConfigError("the database URL can't be read; write sqlite:///PATH or postgresql://…") from None
    match parsed.get_backend_name():
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case "sqlite" if parsed.database and parsed.database != ":memory:" and not parsed.query:
            return parsed
        case "sqlite":
            raise ConfigError("an SQLite database must be a file: sqlite:///PATH, sqlite:////PATH from the root")
        case other:
            raise ConfigError(f"{other} is no database that is known here; write sqlite:///PATH or postgresql://…")


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def connect(url: URL, policy: StorePolicy) -> Engine:
    """Make the engine of `url`; opens nothing yet."""
    if sqlite_file(url):
        return _sqlite(url, policy)
    return create_engine(
        url,
        json_serializer=to_json,
        paramstyle="format",  # parameters in order, as on SQLite: see `bulk`
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",  # whatever the server's default: a writer sees what the one before it wrote
        connect_args={"connect_timeout": 10, "application_name": "presswire", **_PATIENCE},
    )


def _sqlite(url: URL, policy: StorePolicy) -> Engine:
    engine = create_engine(url, json_serializer=to_json, connect_args={"timeout": policy.busy_timeout})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would begin transactions of its own, too late for a snapshot and without the lock.
        connection.isolation_level = None
        for pragma in (
            "foreign_keys=ON",
            "synchronous=NORMAL",
            f"journal_size_limit={WAL_KEPT}",
            "cache_size=-32000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if statement := connection.get_execution_options().get("wire_begin", "BEGIN"):
            connection.exec_driver_sql(statement)

    return engine


def to_wal(engine: Engine) -> None:
    """Make readers and the writer independent of each other on SQLite; the file remembers it."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(wire_begin=None) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def bystander(file: Path) -> sqlite3.Connection:
    """A connection that may not write. As the last to close it makes SQLite leave the WAL files where they are.

    Without them a reader who may not make them could not open the file while the daemon is stopped.
    """
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # opens the WAL
    return connection


def checkpoint(engine: Engine) -> None:
    """Bring the WAL of an SQLite database into its file as far as nobody reads it, so that the file is whole alone."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(wire_begin=None) as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


@contextmanager
def writing(engine: Engine, policy: StorePolicy) -> Iterator[Connection]:
    """The write transaction: one at a time over all processes. Raises StoreBusy when its turn doesn't come in time."""
    with (
        translated(),
        engine.connect().execution_options(wire_begin="BEGIN IMMEDIATE") as connection,
        connection.begin(),
    ):
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {policy.busy_timeout * 1000:.0f}"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})"))
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A snapshot of one moment, which holds up nobody."""
    options: dict[str, Any] = (
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        if engine.dialect.name == "postgresql"
        else {}
    )
    with translated(), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Let a driver's error out as a StoreError, or as RowRefused."""
    try:
        yield
    except DBAPIError as error:
        raise _meaning(error) from error
    except PoolTimeout as error:
        raise StoreBusy("all connections to the database are in use; read less at once") from error


def _meaning(error: DBAPIError) -> WireError:
    cause = error.orig
    said = str(cause).strip().partition("\n")[0]
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the rest is the extended code
    else:
        code = getattr(cause, "sqlstate", None)
    if code in _BUSY:
        return StoreBusy("another process holds the database's write lock for too long; see [store] busy_timeout")
    if isinstance(error, DataError | IntegrityError):
        return RowRefused(f"the database refuses a row: {said}")
    return StoreError(f"the database says: {said}" + (f"; {_ADVICE[code]}" if code in _ADVICE else ""))
