"""Databases for every test that wants one: the same test runs on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests import postgres, warm
from wire.__main__ import YOUNG
from wire.policy import StorePolicy
from wire.store import Store
from wire.store.migration import migrate


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is true, a check that was skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


def pytest_configure() -> None:
    """What is started in the background by a shell is deaf to Ctrl-C, and so would be what tests start."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Thousands of tests are no litter: to look through them for it, again and again, takes a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


on_both = pytest.fixture(params=["sqlite", "postgresql"])


@pytest.fixture(scope="session", autouse=True)
def warm_children() -> None:
    """Documents are read in children that are forked; `tests/test_worker.py` starts them from nothing."""
    warm.warm_children()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """The session's PostgreSQL; started when a test first asks for it."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("store") / "template.db"
    migrate(StorePolicy(url=f"sqlite:///{path}"))
    return path


@on_both
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without schema, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'wire.db'}"
    else:
        server: postgres.Postgres = request.getfixturevalue("postgres_server")
        with server.database() as url:
            yield url


@on_both
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the newest schema and nothing in it, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "wire.db")
        yield f"sqlite:///{tmp_path / 'wire.db'}"
    else:
        server: postgres.Postgres = request.getfixturevalue("postgres_server")
        with server.migrated() as url:
            yield url


@pytest.fixture
def postgres_url(postgres_server: postgres.Postgres) -> Iterator[str]:
    """A database with the newest schema and nothing in it, on PostgreSQL."""
    with postgres_server.migrated() as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An opened, empty store, on SQLite and on PostgreSQL."""
    with Store.open(StorePolicy(url=database_url)) as opened:
        yield opened
