"""When each feed is due, on a steady clock.

Law: times that were stored are wall times, and are turned into waits once, at start: from then on no step of the wall
clock makes a feed early or late. A poll dated in the future was dated by a clock that has been set back since.
"""

import heapq
from datetime import datetime, timedelta

from wire.model import Feed, Health, PollState

SET_BACK = timedelta(minutes=1)
"""Clocks that are corrected by less are left to run on."""


def seconds_left(feed: Feed, state: PollState | None, now: datetime) -> float | None:
    """Seconds until a feed in this state is due, 0 where it is; None: never, it is gone."""
    if state is None or feed.url not in {state.url, state.moved_to}:
        return 0.0  # a new URL owes nothing to the one before it
    if state.health is Health.GONE and state.next_poll_at is None:
        return None
    if state.next_poll_at is None or (state.last_polled_at or now) - now > SET_BACK:
        return 0.0
    return max(0.0, (state.next_poll_at - now).total_seconds())


class Timers:
    """Keys by the time at which they are due."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def set(self, key: str, at: float) -> None:
        """Wake `key` at that time, and at no other."""
        self._at[key] = at
        heapq.heappush(self._heap, (at, key))

    def stop(self, key: str) -> None:
        """Wake `key` no more."""
        self._at.pop(key, None)

    def get(self, key: str) -> float | None:
        """When `key` is to be woken."""
        return self._at.get(key)

    def next_at(self) -> float | None:
        """The next time at which one is due; None: nothing is to come."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def fired(self, now: float) -> list[str]:
        """The keys whose time has come, the earliest first; they are not woken again until they are set again."""
        keys = []
        while (at := self.next_at()) is not None and at <= now:
            _, key = heapq.heappop(self._heap)
            del self._at[key]
            keys.append(key)
        return keys
