"""What is removed when it is old: beside the polls, a little at a time.

Law: goes by age alone, the oldest first, in transactions so small that a poll hardly waits for one. What is old is
looked for in snapshots that hold up nobody, and looked at once more under the lock. Killed anywhere, it goes on from
there.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio
import structlog
from anyio import to_thread

from wire.config import Settings
from wire.errors import StoreError
from wire.policy import RetentionPolicy
from wire.store import Moves, Read, Store, removal
from wire.store.removal import Depth

log = structlog.get_logger()

T = TypeVar("T")

PIECE = 500
"""Small rows that one transaction removes at most."""
STORIES = 10
"""Stories of which one transaction removes something at most."""
PAGE = 2_000
"""Rows that one snapshot looks at."""
REST = 0.05
"""Seconds between two of them, in which others have their turn."""
EVERY = 3_600.0
"""Seconds between two rounds of the daemon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was removed."""

    raw: int = 0
    """Entries as received."""
    changes: int = 0
    deliveries: int = 0
    """Of stories that stay otherwise."""
    versions: int = 0
    """Of stories that stay."""
    stories: int = 0
    """With all that they held."""
    entries: int = 0
    """Names of entries, by which their feeds' documents are compared."""
    alerts: int = 0
    polls: int = 0


def prune(store: Store, policy: RetentionPolicy, now: datetime, *, window: float) -> Pruned:
    """Remove what is older than it may be. Raises StoreError; what was removed by then stays removed.

    `window`: that of clustering, in seconds; nothing of a story goes before twice of it.
    """
    return _Work(store, policy, now, window).all(count=False)


def outlook(store: Store, policy: RetentionPolicy, now: datetime, *, window: float) -> Pruned:
    """How much `prune` would remove."""
    return _Work(store, policy, now, window).all(count=True)


class _Work:
    """One round, done or only counted."""

    def __init__(self, store: Store, policy: RetentionPolicy, now: datetime, window: float) -> None:
        self._store, self._policy, self._now, self._window = store, policy, now, window

    def all(self, *, count: bool) -> Pruned:
        done = {}
        for each in fields(Pruned):
            age: float = getattr(self._policy, each.name)
            done[each.name] = self._step(each.name, age, count=count) if age else 0
        return Pruned(**done)

    def _step(self, name: str, age: float, *, count: bool) -> int:
        before = self._now - timedelta(seconds=age)
        match name:
            case "raw":
                return self._counted(Read.old_raw, before) if count else self._clear(Moves.clear_raw, before)
            case "changes":
                return self._counted(Read.old_changes, before) if count else self._clear(Moves.clear_changes, before)
            case "entries":
                return self._entries(before, count=count)
            case "alerts":
                return self._listed(removal.old_alerts, removal.drop_alerts, before, count=count)
            case "polls":
                drop = partial(removal.drop_polls, before=before)
                return self._listed(removal.old_polls, drop, before, count=count)
            case _:
                return self._stories(Depth(name), age, count=count)

    def _stories(self, depth: Depth, age: float, *, count: bool) -> int:
        if math.isinf(self._window):
            return 0  # everything may still be joined
        before, total = self._now - timedelta(seconds=max(age, 2 * self._window)), 0
        for some in self._quiet(before):
            if count:
                with self._store.reading() as read:
                    total += removal.count(read, some, depth)
                continue
            finished = False
            while not finished:
                with self._store.writing() as write:
                    removed, finished = removal.thin(write, some, before, self._now, depth)
                total += removed
                time.sleep(REST)
        return total

    def _quiet(self, before: datetime) -> Iterator[list[str]]:
        """Stories of which something may go, a few at a time."""
        after: tuple[datetime, str] | None = None
        while True:
            with self._store.reading() as read:
                page = removal.old_stories(read, before, after, PAGE)
                quiet = [
                    each
                    for some in _some([story_id for _, story_id in page], PIECE)
                    for each in removal.quiet(read, some, before)
                ]
            yield from _some(quiet, STORIES)
            if len(page) < PAGE:
                return
            after = page[-1]

    def _entries(self, before: datetime, *, count: bool) -> int:
        total, after = 0, None
        while True:
            with self._store.reading() as read:
                old, after = removal.old_entries(read, before, after, PAGE)
            for some in _some(old, PIECE):
                total += len(some) if count else self._drop(partial(removal.drop_entries, before=before), some)
            if after is None:
                return total

    def _listed(
        self,
        find: Callable[[Read, datetime], list[T]],
        drop: Callable[[Moves, list[T]], int],
        before: datetime,
        *,
        count: bool,
    ) -> int:
        with self._store.reading() as read:
            old = find(read, before)
        return len(old) if count else sum(self._drop(drop, some) for some in _some(old, PIECE))

    def _drop(self, drop: Callable[[Moves, list[T]], int], some: list[T]) -> int:
        with self._store.writing() as write:
            removed = drop(write, some)
        time.sleep(REST)
        return removed

    def _counted(self, count: Callable[[Read, datetime], int], before: datetime) -> int:
        with self._store.reading() as read:
            return count(read, before)

    def _clear(self, clear: Callable[[Moves, datetime, int], int], before: datetime) -> int:
        total = 0
        while True:
            with self._store.writing() as write:
                removed = clear(write, before, PIECE)
            total += removed
            if removed < PIECE:
                return total
            time.sleep(REST)


def _some(rows: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])


async def keep_pruning(store: Store, settings: Callable[[], Settings], clock: Callable[[], datetime]) -> None:
    """Prune now and then, until cancelled."""
    while True:
        try:
            now = settings()
            pruned = await to_thread.run_sync(partial(prune, store, now.retention, clock(), window=now.cluster.window))
            if pruned != Pruned():
                log.info("retention.done", **{name: count for name, count in asdict(pruned).items() if count})
        except StoreError as error:
            log.warning("retention.put_off", message=str(error))
        await anyio.sleep(EVERY)
