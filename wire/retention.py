"""What is removed when it is old: beside the polls, a little at a time.

Law: goes by age alone, in the order of arrival, in transactions so small that a poll hardly waits for one. Killed
anywhere, it goes on from there.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import anyio
import structlog
from anyio import to_thread

from wire.errors import StoreError
from wire.policy import RetentionPolicy
from wire.store import Moves, Store

log = structlog.get_logger()

PIECE = 500
"""Rows that one transaction removes at most."""
REST = 0.05
"""Seconds between two of them, in which others have their turn."""
EVERY = 3_600.0
"""Seconds between two rounds of the daemon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was removed."""

    raw: int = 0
    changes: int = 0


def prune(store: Store, policy: RetentionPolicy, now: datetime) -> Pruned:
    """Remove what is older than it may be. Raises StoreError; what was removed by then stays removed."""
    steps: dict[str, tuple[float, Callable[[Moves, datetime, int], int]]] = {
        "raw": (policy.raw, Moves.clear_raw),
        "changes": (policy.changes, Moves.clear_changes),
    }
    return Pruned(
        **{
            name: _clear(store, now - timedelta(seconds=age), clear) if age else 0
            for name, (age, clear) in steps.items()
        }
    )


def outlook(store: Store, policy: RetentionPolicy, now: datetime) -> Pruned:
    """How much `prune` would remove."""
    with store.reading() as read:
        return Pruned(
            raw=read.old_raw(now - timedelta(seconds=policy.raw)) if policy.raw else 0,
            changes=read.old_changes(now - timedelta(seconds=policy.changes)) if policy.changes else 0,
        )


def _clear(store: Store, before: datetime, clear: Callable[[Moves, datetime, int], int]) -> int:
    total = 0
    while True:
        with store.writing() as write:
            removed = clear(write, before, PIECE)
        total += removed
        if removed < PIECE:
            return total
        time.sleep(REST)


async def keep_pruning(store: Store, policy: Callable[[], RetentionPolicy], clock: Callable[[], datetime]) -> None:
    """Prune now and then, until cancelled."""
    while True:
        try:
            pruned = await to_thread.run_sync(partial(prune, store, policy(), clock()))
            if pruned != Pruned():
                log.info("retention.done", raw=pruned.raw, changes=pruned.changes)
        except StoreError as error:
            log.warning("retention.put_off", message=str(error))
        await anyio.sleep(EVERY)
