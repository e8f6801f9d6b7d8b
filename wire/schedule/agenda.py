"""Which feeds to poll now: those that are due, as fast as is polite, and hardly any while our own line is down.

Law: holds what lives between two polls and needs no database; every time is an argument. A feed that is picked is under
way until `end`, and is not picked again before.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from wire.model import Feed, FetchFailed, PollState
from wire.policy import SchedulePolicy
from wire.schedule.line import Line, Suspect
from wire.schedule.moves import asked, host_of
from wire.schedule.outcome import Outcome
from wire.schedule.pace import Pace
from wire.schedule.timers import Timers, seconds_left

PROBE = 15.0
"""Seconds between two polls while our own line is down."""


class Agenda:
    """Feeds in the order of their time. A folder of our own has no host: neither pace nor line concern it.

    A folder on another machine keeps the pace of its host, and is no witness of our line: it may be next door.

    `wall`: the time of day, to read stored times by. `now`: seconds of a steady clock that runs on through a sleep.
    """

    def __init__(self) -> None:
        self._timers = Timers()
        self._feeds: dict[str, Feed] = {}
        self._hosts: dict[str, str] = {}
        self._ready: dict[str, None] = {}
        """Keys that are due, in the order in which they became so."""
        self._probed = -math.inf
        self._woken: set[str] = set()
        """Keys of feeds under way that are due again when they end."""
        self._pace = Pace()
        self.line = Line()

    def plan(
        self,
        feeds: Iterable[Feed],
        states: Mapping[str, PollState],
        policy: SchedulePolicy,
        *,
        per_host: int,
        at_once: int,
        wall: datetime,
        now: float,
        per_host_of: Mapping[str, int] | None = None,
    ) -> None:
        """Take up feeds and policy, at start and whenever they change; feeds that stay keep their times."""
        before, self._feeds = self._feeds, {feed.key: feed for feed in feeds if feed.enabled}
        for key in before.keys() - self._feeds.keys():
            self._timers.stop(key)
            self._ready.pop(key, None)
        for key, feed in self._feeds.items():
            state = states.get(key)
            self._hosts[key] = host_of(asked(feed, state)[0].url)
            if self._pace.running(key) or key in self._ready:
                continue
            at = self._timers.get(key) if key in before and before[key].url == feed.url else None
            if at is None:
                left = seconds_left(feed, state, wall)
                at = None if left is None else now + left
            if at is not None:
                self._timers.set(key, min(at, now + policy.max_interval))
        self._pace.limit(policy, feeds=len(self._feeds), per_host=per_host, per_host_of=per_host_of, at_once=at_once)
        self.line.expect(len({self._hosts[key] for key, feed in self._feeds.items() if not feed.spooled} - {""}))

    def due(self, now: float) -> list[Feed]:
        """The feeds whose time has come, the longest overdue first, whether or not they may be polled yet."""
        self._fire(now)
        return [self._feeds[key] for key in self._ready]

    def _fire(self, now: float) -> None:
        for key in self._timers.fired(now):
            self._ready[key] = None

    def pick(self, now: float, at_most: int | None = None) -> list[Feed]:
        """The feeds to poll now; they count as under way from here on."""
        self._fire(now)
        ready = [self._feeds[key] for key in self._ready]
        if not self.line.down:
            return self.choose(ready, now, at_most)
        here = self.choose([feed for feed in ready if feed.spooled], now, at_most)
        if (at_most is not None and len(here) >= at_most) or now - self._probed < PROBE:
            return here
        picked = self.choose([feed for feed in ready if not feed.spooled], now, 1)
        if picked:
            self._probed = now
        return here + picked

    def wake(self, key: str, now: float) -> None:
        """Something came to a feed of its own accord: it is due, or is again once the poll under way has ended."""
        if key not in self._feeds:
            return
        if self._pace.running(key):
            self._woken.add(key)
        elif key not in self._ready:
            self._timers.set(key, min(now, self._timers.get(key) or now))

    def choose(self, feeds: Iterable[Feed], now: float, at_most: int | None = None) -> list[Feed]:
        """Of these, due or not, those that may be polled now; they count as under way from here on."""
        room = self._pace.room(now)
        room = room if at_most is None else min(room, at_most)
        chosen: list[Feed] = []
        for feed in feeds:
            if len(chosen) >= room:
                break
            if not self._pace.running(feed.key) and self._pace.may(feed.key, self._host(feed), now):
                self.begin(feed, now)
                chosen.append(feed)
        return chosen

    def running(self, key: str) -> bool:
        """Whether a feed is under way."""
        return self._pace.running(key)

    def begin(self, feed: Feed, now: float) -> None:
        """Count a feed as under way; one that was picked does so already."""
        if not self._pace.running(feed.key):
            self._timers.stop(feed.key)
            self._ready.pop(feed.key, None)
            self._pace.begin(feed.key, self._host(feed), now)

    def hop(self, key: str, host: str, now: float) -> float:
        """The poll of `key` asks once more, on whatever host: gives the seconds that it has to wait before."""
        return self._pace.hop(key, host, now)

    def visit(self, name: str, host: str, now: float) -> bool:
        """Whether a host may be asked for something else than a feed; then that is under way until `leave`."""
        if self.line.down or self._pace.room(now) < 1 or not self._pace.may(name, host, now):
            return False
        self._pace.begin(name, host, now)
        return True

    def leave(self, name: str) -> None:
        """What was asked for has come, or has not."""
        self._pace.end(name)

    def end(self, feed: Feed, state: PollState | None, *, wall: datetime, now: float) -> None:
        """A poll has ended and left this state; None: it was dropped, and is due."""
        self._pace.end(feed.key)
        self.put(feed, state, wall=wall, now=now)
        if feed.key in self._woken:
            self._woken.discard(feed.key)
            self.wake(feed.key, now)

    def put(self, feed: Feed, state: PollState | None, *, wall: datetime, now: float) -> None:
        """Wake a feed when its state says so, unless it is under way or no longer polled."""
        if self._pace.running(feed.key) or feed.key not in self._feeds:
            return
        current = self._feeds[feed.key]
        self._hosts[feed.key] = host_of(asked(current, state)[0].url)
        self._ready.pop(feed.key, None)
        left = seconds_left(current, state, wall)
        if left is None:
            self._timers.stop(feed.key)
        else:
            self._timers.set(feed.key, now + left)

    def heard(self, feed: Feed, before: PollState | None, outcome: Outcome, now: float) -> Sequence[Suspect]:
        """What an outcome tells of our own line; gives the polls that are to be forgotten, this one included."""
        if feed.spooled:
            return []
        failed = outcome if isinstance(outcome, FetchFailed) else None
        began = now - (failed.elapsed if failed else 0.0)
        suspect = Suspect(feed=feed, before=before, host=self._host(feed), began=began)
        return self.line.heard(suspect, failed.failure if failed else None, now)

    def next_at(self, now: float) -> float | None:
        """When `pick` may give something again: now, where feeds wait for their turn; None: nothing is to come."""
        if self._ready:
            return max(now, self._probed + PROBE) if self.line.down else now
        return self._timers.next_at()

    def _host(self, feed: Feed) -> str:
        return self._hosts.get(feed.key) or ("" if feed.in_folder else host_of(feed.url))
