"""A PostgreSQL for tests: the server in $WIRE_TEST_POSTGRES, else a temporary one from the machine's binaries."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from wire.policy import StorePolicy
from wire.store.columns import metadata
from wire.store.migration import migrate
from wire.store.tables import counter

VARIABLE = "WIRE_TEST_POSTGRES"
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "autovacuum": "off",
    "listen_addresses": "",
}


_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_ROWS = [table.name for table in reversed(metadata.sorted_tables) if table is not counter]
_CLEAN = [
    f"SELECT pg_terminate_backend(pid) {_OTHERS}",
    *(f"DELETE FROM {name}" for name in _ROWS),  # noqa: S608 - names of our own
    "UPDATE counter SET value = 0",
]
"""Empties a database in milliseconds; a copy of a template takes half a second."""


class Postgres:
    """A server on which every test gets a database of its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._names = (f"wire_test_{os.getpid()}_{number}" for number in count())
        self._stack = ExitStack()
        self._idle: list[str] = []

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database without schema, dropped afterwards; gives its URL."""
        name = next(self._names)
        self._admin(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self._at(name)
        finally:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """A database with the newest schema and no rows, to be used again: don't change its schema. Gives its URL."""
        if self._idle:
            url = self._idle.pop()
        else:
            url = self._stack.enter_context(self.database())
            migrate(StorePolicy(url=url))
        yield url
        with psycopg.connect(url) as connection:
            connection.execute(";".join(_CLEAN).encode())
        self._idle.append(url)

    def close(self) -> None:
        """Drop what was kept for the session."""
        self._stack.close()

    def _admin(self, statement: str) -> None:
        with psycopg.connect(self._at(self._url.database or "postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _at(self, database: str) -> str:
        return self._url.set(drivername="postgresql", database=database).render_as_string(hide_password=False)


@contextmanager
def running() -> Iterator[Postgres]:
    """A server for this test session; without one the tests are skipped, or fail where CI is true."""
    if url := os.environ.get(VARIABLE):
        with closing(Postgres(url)) as server:
            yield server
    elif binaries := _binaries():
        with _cluster(binaries) as url, closing(Postgres(url)) as server:
            yield server
    else:
        reason = f"no PostgreSQL: neither ${VARIABLE} nor server binaries (Debian: apt install postgresql)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def _binaries() -> Path | None:
    """The folder of the newest server binaries."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -int(place.parent.name))
    if config := shutil.which("pg_config"):
        found = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        places.append(Path(found.stdout.strip()))
    if initdb := shutil.which("initdb"):
        places.append(Path(initdb).parent)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


@contextmanager
def _cluster(binaries: Path) -> Iterator[str]:
    """Make and run a cluster on a Unix socket, under a common user where this one is root; gives the URL."""
    folder = Path(tempfile.mkdtemp(prefix="wire-pg-"))
    data, log = folder / "data", folder / "log"
    account = _account()
    options: dict[str, Any] = {"cwd": folder, "stderr": subprocess.STDOUT}
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    init = ["initdb", "-D", str(data), "-U", "wire", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    serve = [
        "postgres",
        "-D",
        str(data),
        "-k",
        str(folder),
        *(f"--{name}={value}" for name, value in _SETTINGS.items()),
    ]
    try:
        with log.open("wb") as out:
            made = subprocess.run(init, executable=binaries / "initdb", stdout=out, check=False, **options)
            assert made.returncode == 0, log.read_text()
            server = subprocess.Popen(serve, executable=binaries / "postgres", stdout=out, **options)
        url = f"postgresql://wire@/postgres?host={folder}"
        try:
            _await(url, server, log)
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name: each for each in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _await(url: str, server: "subprocess.Popen[Any]", log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return
