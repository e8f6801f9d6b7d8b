"""An empty SQLite store: what differs between databases is tested with the store."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from wire.policy import StorePolicy
from wire.store import Store


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A store with nothing in it."""
    with Store.open(StorePolicy(url=f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")) as opened:
        yield opened
