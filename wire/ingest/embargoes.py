"""The clock of embargoes: what ends by itself is told to readers when it ends, whether or not anything is polled.

Law: decides nothing. The views say what is usable without it; it keeps what is written in step, and the change log.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import anyio
import structlog
from anyio import to_thread

from wire.errors import StoreError
from wire.ingest import orders
from wire.store import Store

log = structlog.get_logger()

LOOK = 5.0
"""Seconds between two looks at what has ended."""


def release(store: Store, now: datetime) -> int:
    """Let go of copy whose embargo has ended; gives the number of stories. Raises StoreError."""
    with store.reading() as read:
        if not read.due(now):
            return 0
    with store.writing() as write:
        return orders.release(write, now)


async def watch(store: Store, clock: Callable[[], datetime]) -> None:
    """Release what ends, until cancelled."""
    while True:
        with suppress(StoreError):
            if released := await to_thread.run_sync(release, store, clock()):
                log.info("embargo.ended", stories=released)
        await anyio.sleep(LOOK)
