"""Is this pause odd? A feed is known by the hours of its week in which it usually brings something.

Law: only hours that were watched count, and only those of which the like was watched before: a first night or a first
weekend says nothing. What is not known makes no alarm.

For each of the 168 hours of a week (UTC) the last eight times are remembered, as "brought something new" or not. Their
share, drawn towards that of the whole week, is the chance p that this hour brings something; a pause over whole hours
comes by chance with Π (1 - p), whose negative logarithm is the `surprise`. How much the week counts against the hour is
what explains the feed best (beta-binomial likelihood): a feed of office hours is judged by each hour alone, one that
brings something at any time by all of them. Whether an hour brought one entry or ninety does not matter, for entries
come in bunches.

An hour is learned when the next new entry comes: while a pause lasts it is held against what was usual before, and a
pause that became usual (fewer editors, a summer timetable) teaches as it ends. That takes weeks; but a pause that comes
for the third time at the same time of day is no news by then (`familiar`).
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

WEEK = 7 * 24
DEPTH = 8
"""Times that are remembered of each hour of the week."""
PULLS = (0.5, 2.0, 8.0, 32.0)
"""Observations that the whole week may count for against those of one hour."""
LONGEST = 4 * WEEK
"""Hours of one pause that are looked at."""
KNOWN = 5
"""Times that an hour has to have brought something before a pause means anything."""
YOUNG = 150
"""Hours of the week that have to be known; before, a pause has to outlast a long weekend."""
WEEKEND = timedelta(hours=72)
OFTEN = 20
"""Usual times between two entries that such a pause has to last as well."""
TWICE = 2
"""Pauses that make another one like them familiar."""
FAMILIAR = timedelta(days=28)
"""For which they are remembered."""
SLACK = 1.25
"""Times their length that it may last."""
PAUSES = 12
"""Odd pauses that are remembered."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a week as they were watched. Monday, midnight to one, UTC, is the first."""

    seen: bytes = bytes(WEEK)
    """How often each hour was watched, up to `DEPTH`."""
    active: bytes = bytes(WEEK)
    """In which of these times it brought something: bits, the lowest is the last time."""
    until: datetime | None = None
    """Whole hours from here on are neither learned nor counted in `carried`."""
    carried: float = 0.0
    """Surprise of the pause that lasts, up to a time in which the feed could not be watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause that was odd, and has ended."""

    began: datetime
    seconds: float


def arrived(hours: Hours, at: datetime, bearing: Collection[datetime] = ()) -> Hours:
    """Something new came, at `at`; `bearing`: when it was published, where that is known and lies in the pause."""
    now = _floor(at)
    start = max(hours.until or now, now - LONGEST * _HOUR)
    if start > now:
        return replace(hours, carried=0.0)
    seen, active = bytearray(hours.seen), bytearray(hours.active)
    bore = {_floor(each) for each in bearing if start <= each <= at} or {now}
    hour = start
    while hour < now or (hour == now and now in bore):
        which = _of_week(hour)
        seen[which] = min(seen[which] + 1, DEPTH)
        active[which] = (active[which] << 1 | (hour in bore)) & 0xFF
        hour += _HOUR
    return Hours(seen=bytes(seen), active=bytes(active), until=hour)


def unwatched(hours: Hours, since: datetime, at: datetime) -> Hours:
    """The feed could not be watched from `since` to `at`: that time is no pause of its."""
    if hours.until is None:
        return hours
    known = hours.carried + surprise(hours, since)
    return replace(hours, until=max(hours.until, _floor(at) + _HOUR), carried=known)


def watched(hours: Hours, at: datetime) -> Hours:
    """The feed is watched from `at` on."""
    return replace(hours, until=_floor(at) + _HOUR, carried=0.0)


def surprise(hours: Hours, at: datetime) -> float:
    """How odd the pause is that lasts at `at`: the negative logarithm of its chance, counting what is known."""
    if hours.until is None:
        return 0.0
    end = _floor(at)
    total, hour = hours.carried, max(hours.until, end - LONGEST * _HOUR)
    if hour >= end:
        return total
    surprises = _surprises(hours.seen, hours.active)
    while hour < end:
        total += surprises[_of_week(hour)]
        hour += _HOUR
    return total


def odds(hours: Hours, at: datetime) -> float:
    """By chance, one pause in so many lasts this long."""
    return math.exp(min(surprise(hours, at), 700.0))


def silent(hours: Hours, usual: float | None, at: datetime, one_in: float) -> bool:
    """Whether the pause that lasts at `at` is one that comes by chance once in `one_in` pauses, or more seldom."""
    if hours.until is None or usual is None or sum(map(int.bit_count, hours.active)) < KNOWN:
        return False
    if sum(map(bool, hours.seen)) < YOUNG:
        pause = at - hours.until
        return pause >= WEEKEND and pause.total_seconds() >= OFTEN * usual
    return surprise(hours, at) >= math.log(one_in)


def familiar(pauses: Collection[Pause], began: datetime, at: datetime) -> bool:
    """Whether the pause since `began` is like two that ended lately: begun at that time of day, and as long.

    One of more than a day is a weekend: it is like those alone that began on the same day of the week.
    """
    alike = sorted(
        each.seconds
        for each in pauses
        if at - each.began <= FAMILIAR
        and abs((each.began - began + _DAY / 2) % _DAY - _DAY / 2) <= 3 * _HOUR
        and (each.seconds <= _DAY.total_seconds() or each.began.weekday() == began.weekday())
    )
    return len(alike) >= TWICE and (at - began).total_seconds() <= SLACK * alike[-TWICE]


def remembered(pauses: tuple[Pause, ...], began: datetime, at: datetime) -> tuple[Pause, ...]:
    """An odd pause has ended."""
    return (*pauses, Pause(began=began, seconds=(at - began).total_seconds()))[-PAUSES:]


@lru_cache(maxsize=2048)
def _surprises(seen: bytes, active: bytes) -> tuple[float, ...]:
    """What each hour of the week adds to a pause that it is part of."""
    hours = [(times, each.bit_count()) for times, each in zip(seen, active, strict=True)]
    kinds = Counter(hours)
    usual = (sum(bore for _, bore in hours) + 0.5) / (sum(seen) + 1)
    pull = max(PULLS, key=lambda pull: _likelihood(kinds, pull * usual, pull * (1 - usual)))
    adds = {(times, bore): -math.log1p(-(bore + pull * usual) / (times + pull)) for times, bore in kinds}
    return tuple(adds[each] if each[0] else 0.0 for each in hours)


def _likelihood(kinds: Mapping[tuple[int, int], int], a: float, b: float) -> float:
    """Log of the chance to see these hours, (watched, bore) → how many, if their shares are drawn from Beta(a, b)."""
    none = _log_beta(a, b)
    return sum(many * (_log_beta(a + bore, b + times - bore) - none) for (times, bore), many in kinds.items())


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _floor(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _of_week(hour: datetime) -> int:
    return hour.weekday() * 24 + hour.hour
