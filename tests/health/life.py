"""A feed that lives by a timetable, polled by a simulated clock; what begins and ends is written down."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from wire.health import Change, Glance, Pulse, glanced, judge
from wire.model import Feed, Health, PollState
from wire.policy import AlertPolicy

MONDAY = datetime(2031, 3, 3, tzinfo=UTC)
FEED = Feed(key="harbour", url="https://harbour.example/feed", source="Harbour Post")
OK = PollState(feed=FEED.key, url=FEED.url, health=Health.OK)
Rate = Callable[[datetime], float]
"""Entries an hour, at a time."""


@dataclass(kw_only=True)
class Life:
    """Polls one feed and keeps what came of it."""

    feed: Feed = FEED
    policy: AlertPolicy = field(default_factory=AlertPolicy)
    interval: float = 300.0
    now: datetime = MONDAY
    seed: int = 1
    pulse: Pulse = field(default_factory=lambda: Pulse(feed=FEED.key))
    state: PollState = OK
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def poll(self, glance: Glance, **state: object) -> list[Change]:
        """One poll that showed this and left the state with these fields."""
        self.now = glance.at
        self.state = replace(self.state, **state)  # type: ignore[arg-type]  # fields of the state
        before, after = self.pulse, glanced(self.pulse, glance)
        self.pulse, changes = judge(after, glance, before=before, feed=self.feed, state=self.state, policy=self.policy)
        self.changes += changes
        return changes

    def ok(self, at: datetime, new: int, *, sign: str = "", first: bool = False) -> list[Change]:
        """A poll that was answered."""
        glance = Glance(
            at=at,
            sign=sign or ("+" if new else "~"),
            first=first,
            new=new,
            last_ok_at=self.state.last_ok_at,
            planned=self.interval,
        )
        return self.poll(glance, health=Health.OK, failures=0, last_error=None, last_ok_at=at, last_polled_at=at)

    def fails(self, at: datetime, *, status: int = 503) -> list[Change]:
        """A poll that failed."""
        failures = self.state.failures + 1
        glance = Glance(at=at, sign="x", failures=failures, failure="status", status=status)
        error = f"status: {status} Out of order"
        return self.poll(glance, health=Health.FAILING, failures=failures, last_error=error, last_polled_at=at)

    def live(self, days: float, rate: Rate, *, bunch: int = 1) -> list[Change]:
        """Polls at the interval, where entries come at random, `bunch` at once; gives what began and ended."""
        end, seen = self.now + timedelta(days=days), len(self.changes)
        first = self.state.last_ok_at is None
        while self.now < end:
            new = bunch * _poisson(rate(self.now) * self.interval / 3600 / bunch, self._random)
            self.ok(self.now + timedelta(seconds=self.interval * (1 + 0.1 * self._random.random())), new, first=first)
            first = False
        return self.changes[seen:]


def _poisson(mean: float, draw: random.Random) -> int:
    count, left = 0, draw.random()
    while left > math.exp(-mean):
        count, left = count + 1, left * draw.random()
    return count


def round_the_clock(_: datetime) -> float:
    """An agency."""
    return 10


def day_and_night(at: datetime) -> float:
    """An outlet with a thin night."""
    return 10 if 5 <= at.hour < 23 else 0.3


def office(at: datetime) -> float:
    """A ministry."""
    return 10 if at.weekday() < 5 and 7 <= at.hour < 19 else 0


def mornings(at: datetime) -> float:
    """A trade service."""
    return 3 if at.weekday() < 5 and at.hour in (6, 7, 8) else 0


def now_and_then(_: datetime) -> float:
    """A small outlet."""
    return 5 / 24


def never(_: datetime) -> float:
    """Silence."""
    return 0
