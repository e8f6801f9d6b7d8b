"""A database for as long as a question takes: where copy is taken on trial, so that the real one stays as it is.

Law: nothing of it outlives the block.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wire.policy import StorePolicy
from wire.store import Store
from wire.store.migration import migrate


@contextmanager
def scratch() -> Iterator[Store]:
    """An empty store in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        policy = StorePolicy(url=f"sqlite:///{Path(folder) / 'scratch.db'}")
        migrate(policy)
        with Store.open(policy) as store:
            yield store
