"""A copy of an SQLite database every few minutes, for readers that take their time.

Law: beside the polls, and never in their way: what can't be made is logged, and tried again.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import anyio
import structlog
from anyio import to_thread

from wire.errors import StoreError
from wire.policy import StorePolicy
from wire.store import Store

log = structlog.get_logger()

LOOK = 5.0
"""Seconds between two looks at whether there is anything to do: a reload may have asked for it."""


async def keep_copying(store: Store, policy: Callable[[], StorePolicy]) -> None:
    """Make snapshots, until cancelled."""
    due = float("-inf")
    while True:
        now, wanted = anyio.current_time(), policy()
        if wanted.snapshot and now >= due:
            due = now + wanted.snapshot_every
            try:
                made = await to_thread.run_sync(partial(store.snapshot, Path(wanted.snapshot)))
                log.info(
                    "snapshot.made", path=made.path, bytes=made.bytes, seq=made.last_seq, seconds=round(made.seconds, 3)
                )
            except StoreError as error:
                log.warning("snapshot.put_off", message=str(error))
        await anyio.sleep(LOOK)
