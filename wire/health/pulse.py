"""What is remembered of a feed's health between two polls.

Law: data only, and bounded: it is written anew with each poll.
"""

from dataclasses import dataclass, field
from datetime import datetime

from wire.health.silence import Hours, Pause

POLLS = 100
"""Polls that the shares are of."""
LAGS = 100
"""Entries that the lag is of."""
GAPS = 8
"""Gaps whose times are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The last polls of a feed, boiled down."""

    feed: str
    recent: str = ""
    """One sign a poll (`figures`), the oldest first; the last `POLLS`."""
    lags: tuple[int, ...] = ()
    """Seconds from publication to sight of the last `LAGS` entries that state a credible time, the oldest first."""
    heard_at: datetime | None = None
    """When an entry came last that was not there before; at first, when the newest entry says it was published."""
    usual: float | None = None
    """Seconds between two new entries: a geometric mean, which a night or a silence hardly moves."""
    hours: Hours = field(default_factory=Hours)
    pauses: tuple[Pause, ...] = ()
    """The last odd ones, the oldest first."""
    failing_since: datetime | None = None
    """The first of the failed polls in a row; None: the last one was well."""
    failed_at: datetime | None = None
    """The last failed poll."""
    failure: str | None = None
    """Of the last failed poll: the word of a `Failure`."""
    status: int | None = None
    """Of the last failed poll: the status of HTTP."""
    gapped_at: tuple[datetime, ...] = ()
    """The last gaps, the oldest first."""
    back: int = 0
    """Polls in a row since the last silence that brought something."""
    open: frozenset[str] = frozenset()
    """Conditions (`Condition`) that an alert is open for."""
