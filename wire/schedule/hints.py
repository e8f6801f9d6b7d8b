"""What a publisher says of when to come again: not before, and not in these hours.

Law: a hint only ever delays, and never past the latest time that the operator allows. Hours and days are UTC (RSS 2.0:
GMT). https://www.rssboard.org/rss-specification#ltttlgtSubelementOfLtchannelgt and the elements beside it.
"""

from datetime import datetime, timedelta

from wire.model import Hints

WEEK = 7 * 24


def open_at(hints: Hints, at: datetime) -> bool:
    """Whether the publisher may be asked in the hour of `at`."""
    return at.hour not in hints.skip_hours and at.weekday() not in hints.skip_days


def next_open(hints: Hints, at: datetime, latest: datetime) -> datetime:
    """`at`, or the beginning of the first hour after it in which the publisher wants to be asked; at most `latest`.

    Hints that leave no hour of the week open are nonsense, and none.
    """
    if not (hints.skip_hours or hints.skip_days) or open_at(hints, at):
        return at
    hour = at.replace(minute=0, second=0, microsecond=0)
    for later in range(1, WEEK + 1):
        if open_at(hints, hour + timedelta(hours=later)):
            return min(hour + timedelta(hours=later), latest)
    return at
