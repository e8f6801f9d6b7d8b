"""How fast polls begin: never many at once on one host, and no storm where many are due.

Law: counts and times only; knows nothing of why a feed is due.
"""

import math
from collections import Counter
from collections.abc import Mapping

import xxhash

from wire.policy import SchedulePolicy

FLOOR = 10.0
"""Polls a second that may always begin: few feeds need no spreading."""

CROWD = 1000
"""Hosts whose times are kept before those are let go of that have passed."""


class Pace:
    """What may begin now. Times are seconds of a steady clock.

    All feeds together may begin within `spread`, or within `min_interval` where that is less, so that none waits for
    its turn while things are well. Half a second's worth may begin at once. Requests that a poll makes after its first
    one, redirects above all, keep the spacing of whatever host they go to.
    """

    def __init__(self) -> None:
        self._tokens, self._refilled = math.inf, 0.0
        self.limit(SchedulePolicy(), feeds=0, per_host=1, at_once=1)
        self._running: dict[str, list[str]] = {}
        """Hosts that a poll under way has a place on, its own first."""
        self._hosts: Counter[str] = Counter()
        self._free_at: dict[str, float] = {}
        self._crowded = CROWD
        self._ways: dict[str, tuple[str, ...]] = {}
        """Other hosts that the last poll of a feed was sent on to: the next one begins when they are free as well."""
        self._led: dict[str, list[str]] = {}
        """The same of polls under way, so far."""

    def limit(
        self,
        policy: SchedulePolicy,
        *,
        feeds: int,
        per_host: int,
        at_once: int,
        per_host_of: Mapping[str, int] | None = None,
    ) -> None:
        """Hold to these limits from now on; `at_once`: polls under way, `per_host`: of them on one host."""
        self._policy, self._per_host, self._at_once = policy, per_host, at_once
        self._per_host_of = per_host_of or {}
        self.rate = max(FLOOR, feeds / min(policy.spread, policy.min_interval))
        self._most = max(1.0, self.rate / 2)
        self._tokens = min(self._tokens, self._most)

    def room(self, now: float) -> int:
        """How many polls may begin."""
        self._tokens = min(self._most, self._tokens + max(0.0, now - self._refilled) * self.rate)
        self._refilled = now
        return min(int(self._tokens), self._at_once - len(self._running))

    def may(self, key: str, host: str, now: float) -> bool:
        """Whether a poll of this feed, on this host, may begin."""
        return self._free(host, now) and all(self._free(other, now) for other in self._ways.get(key, ()))

    def _free(self, host: str, now: float) -> bool:
        if not host:
            return True
        places = self._per_host_of.get(host, self._per_host)
        return self._hosts[host] < places and now >= self._free_at.get(host, now)

    def running(self, key: str) -> bool:
        """Whether a poll of this feed is under way."""
        return key in self._running

    def begin(self, key: str, host: str, now: float) -> None:
        """A poll begins."""
        self._running[key] = hosts = [host, *(other for other in self._ways.get(key, ()) if other != host)]
        self._led[key] = []
        self._tokens -= 1
        for each in hosts:
            self._hosts[each] += 1
            self._book(each, now)

    def hop(self, key: str, host: str, now: float) -> float:
        """A poll asks once more, on whatever host: gives the seconds that it has to wait before, for spacing."""
        running, led = self._running.get(key, []), self._led.get(key, [])
        first = host not in led and host not in running[:1]
        if first:
            led.append(host)
        if first and host in running:
            return 0.0  # its place was kept when the poll began
        at = max(now, self._free_at.get(host, now))
        self._book(host, at)
        return at - now

    def end(self, key: str) -> None:
        """A poll has ended."""
        for host in self._running.pop(key, ()):
            self._hosts[host] -= 1
            if not self._hosts[host]:
                del self._hosts[host]
        if led := self._led.pop(key, None):
            self._ways[key] = tuple(led)
        else:
            self._ways.pop(key, None)

    def _book(self, host: str, at: float) -> None:
        """Keep the host free of others for once to twice its spacing after `at`."""
        if not host:
            return
        spacing = self._policy.spacing_of.get(host, self._policy.spacing)
        self._free_at[host] = at + spacing * (1 + xxhash.xxh64_intdigest(f"{host} {at}".encode()) / 2**64)
        if len(self._free_at) > self._crowded:
            self._free_at = {name: free for name, free in self._free_at.items() if free > at}
            self._crowded = max(CROWD, 2 * len(self._free_at))
