"""How fast polls begin: never many at once on one host, and no storm where many are due.

Law: counts and times only; knows nothing of why a feed is due.
"""

import math
from collections import Counter

import xxhash

from wire.policy import SchedulePolicy

FLOOR = 10.0
"""Polls a second that may always begin: few feeds need no spreading."""


class Pace:
    """What may begin now. Times are seconds of a steady clock.

    All feeds together may begin within `spread`, or within `min_interval` where that is less, so that none waits for
    its turn while things are well. Half a second's worth may begin at once.
    """

    def __init__(self) -> None:
        self._tokens, self._refilled = math.inf, 0.0
        self.limit(SchedulePolicy(), feeds=0, per_host=1, at_once=1)
        self._running: dict[str, str] = {}
        self._hosts: Counter[str] = Counter()
        self._free_at: dict[str, float] = {}

    def limit(self, policy: SchedulePolicy, *, feeds: int, per_host: int, at_once: int) -> None:
        """Hold to these limits from now on; `at_once`: polls under way, `per_host`: of them on one host."""
        self._policy, self._per_host, self._at_once = policy, per_host, at_once
        self.rate = max(FLOOR, feeds / min(policy.spread, policy.min_interval))
        self._most = max(1.0, self.rate / 2)
        self._tokens = min(self._tokens, self._most)

    def room(self, now: float) -> int:
        """How many polls may begin."""
        self._tokens = min(self._most, self._tokens + max(0.0, now - self._refilled) * self.rate)
        self._refilled = now
        return min(int(self._tokens), self._at_once - len(self._running))

    def may(self, host: str, now: float) -> bool:
        """Whether one on this host may."""
        return self._hosts[host] < self._per_host and now >= self._free_at.get(host, now)

    def running(self, key: str) -> bool:
        """Whether a poll of this feed is under way."""
        return key in self._running

    def begin(self, key: str, host: str, now: float) -> None:
        """A poll begins."""
        self._running[key] = host
        self._hosts[host] += 1
        self._tokens -= 1
        spacing = self._policy.spacing_of.get(host, self._policy.spacing)
        self._free_at[host] = now + spacing * (1 + xxhash.xxh64_intdigest(f"{host} {now}".encode()) / 2**64)
        if len(self._free_at) > 1000:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}

    def end(self, key: str) -> None:
        """A poll has ended."""
        host = self._running.pop(key, None)
        if host is not None:
            self._hosts[host] -= 1
            if not self._hosts[host]:
                del self._hosts[host]
