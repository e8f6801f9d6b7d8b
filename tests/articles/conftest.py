"""A store where one database will do."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from wire.policy import StorePolicy
from wire.store import Store


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An opened, empty SQLite store."""
    with Store.open(StorePolicy(url=f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")) as opened:
        yield opened
