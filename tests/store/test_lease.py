"""One daemon a database."""

import shutil
from pathlib import Path

import psycopg
import pytest

from wire.errors import StoreBusy, StoreError
from wire.policy import StorePolicy
from wire.store import Store


def test_one_daemon_holds_the_lease_and_lets_go_of_it(store: Store, database_url: str) -> None:
    with Store.open(StorePolicy(url=database_url)) as other:
        with store.daemon_lease() as renew:
            renew()
            with pytest.raises(StoreBusy, match="another daemon"), other.daemon_lease():
                pass
        with other.daemon_lease():
            pass


def _kill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_lease_that_the_server_lost_is_taken_again(postgres_url: str) -> None:
    policy = StorePolicy(url=postgres_url)
    with Store.open(policy) as store, Store.open(policy) as other:
        with store.daemon_lease() as renew:
            _kill(postgres_url)
            renew()
            with pytest.raises(StoreBusy), other.daemon_lease():
                pass
            _kill(postgres_url)
            with other.daemon_lease(), pytest.raises(StoreBusy):
                renew()
            renew()
            _kill(postgres_url)
        with other.daemon_lease():
            pass


def test_a_lock_that_can_not_be_made_is_told_of(sqlite_template: Path, tmp_path: Path) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "wire.db")
    (tmp_path / "wire.db.daemon").mkdir()
    with (
        Store.open(StorePolicy(url=f"sqlite:///{path}")) as store,
        pytest.raises(StoreError, match="can't be held"),
        store.daemon_lease(),
    ):
        pass
