"""What a failure is, and how long it keeps us away.

Law: no failure stops a feed for good, save a publisher who says "gone" three times. A wait grows with the failures in a
row, and is forgotten with the first success.

| kind | what | mends | is asked again |
|---|---|---|---|
| temporary | no answer, 5xx, 408, 425, 429, broken off, a far folder | by itself | within `retry` or ⅛ of its absence |
| soft | the document: no feed, broken, too large | with another edition | within `max_interval` |
| hard | 401, 403, 404 …, a login, address, redirects | by somebody's work | from `retry` on, within `max_interval` |
| gone | 410 | never | after `max_interval`, twice; then no more |

Three documents in a row whose reading had to be stopped put a feed into quarantine: it is asked after `max_interval`.
"""

from enum import StrEnum

from wire.model import Failure, FetchFailed
from wire.policy import SchedulePolicy

ABSENCE = 8
"""What has been away for long is found again within this part of its absence."""
GONE = 3
"""Answers of 410 in a row that are believed."""
OVERRUNS = 3
"""Documents in a row whose reading had to be stopped, after which a feed is in quarantine."""
SLOWED, SLOWED_MOST, RELIEF = 2.0, 16.0, 0.9
"""Factor on the interval for each time that a server refuses us for asking too often, its bound, and its decay with
each success: the interval settles around what the server puts up with."""


class Kind(StrEnum):
    """What is to be expected of a failure."""

    TEMPORARY = "temporary"
    SOFT = "soft"
    HARD = "hard"
    GONE = "gone"


_KINDS = {
    Failure.DNS: Kind.TEMPORARY,
    Failure.CONNECT: Kind.TEMPORARY,
    Failure.TIMEOUT: Kind.TEMPORARY,
    Failure.TRUNCATED: Kind.TEMPORARY,
    Failure.SPOOL: Kind.TEMPORARY,
    Failure.ADDRESS: Kind.HARD,
    Failure.ACCESS: Kind.HARD,
    Failure.REDIRECTS: Kind.HARD,
}
"""All others: soft."""
_PASSING = frozenset({408, 425, 429})


def kind(failed: FetchFailed) -> Kind:
    """What is to be expected of this failure."""
    if failed.failure is not Failure.STATUS or failed.status is None:
        return _KINDS.get(failed.failure, Kind.SOFT)
    if failed.status == 410:
        return Kind.GONE
    return Kind.TEMPORARY if failed.status in _PASSING or failed.status >= 500 else Kind.HARD


def overruns(before: int, failed: FetchFailed) -> int:
    """Documents in a row whose reading had to be stopped, after this failure.

    One that is no feed was read to its end; a server that gives none says nothing of them.
    """
    if failed.failure is Failure.WORKER:
        return before + 1
    return 0 if failed.failure in {Failure.NOT_A_FEED, Failure.BROKEN} else before


def slower(slowed: float, failed: FetchFailed, failures: int) -> float:
    """The factor after a failure: it grows once a time that a server begins to answer 429."""
    return min(slowed * SLOWED, SLOWED_MOST) if failed.status == 429 and failures == 1 else slowed


def relieved(slowed: float) -> float:
    """The factor after a success."""
    return slowed * RELIEF if slowed * RELIEF > 1.05 else 1.0


def wait(failed: FetchFailed, *, failures: int, interval: float, away: float, policy: SchedulePolicy) -> float:
    """Seconds to stay away; `interval` is the usual one, `away` the seconds since the last success.

    A server's Retry-After is a least: who says "in a minute" for a week is asked less often all the same.
    """
    what = kind(failed)
    if what is Kind.GONE:
        return policy.max_interval
    grown = interval * policy.backoff ** min(failures - 1, 32)
    if what is Kind.HARD and (failures > 1 or failed.status == 403):  # which many a limiter says instead of 429
        grown = max(grown, policy.retry)
    if what is Kind.TEMPORARY:
        grown = min(grown, max(interval, policy.retry, away / ABSENCE))
    return max(grown, failed.retry_after or 0.0)
