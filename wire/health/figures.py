"""Figures over the last polls: what became of each, and how late entries are seen.

Law: a figure says of how many it is; an entry that states no credible time counts for none.

| sign | a poll that |
|---|---|
| `+` | brought something new |
| `!` | the same, and shared no entry with the one before: a gap |
| `-` | was read, and brought nothing new |
| `=` | brought in full what the one before had brought |
| `~` | was answered "not modified" (304) |
| `x` | failed |
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

NEW, GAP, NOTHING, SAME, NOT_MODIFIED, FAILED = "+", "!", "-", "=", "~", "x"
SKEW = timedelta(minutes=5)
"""A publisher's clock may be ahead of ours by this much; such an entry was seen at once."""
OLDEST = timedelta(days=3)
"""An entry that claims to be older was not late but back-dated: the claim says nothing of a lag."""


def share(recent: str, sign: str) -> float | None:
    """Share of the answered polls that have that sign; of `FAILED`, of all polls. None: there are none."""
    polls = len(recent) if sign == FAILED else len(recent) - recent.count(FAILED)
    return recent.count(sign) / polls if polls else None


def lags(published: Iterable[datetime], seen_at: datetime) -> list[int]:
    """Seconds from publication to sight, of those times that can be believed.

    Midnight sharp (UTC) is a date without a time of day; the moment of sight itself was put in place of a later one.
    """
    found = []
    for at in published:
        dated_only = not (at.hour or at.minute or at.second or at.microsecond)
        if not dated_only and at != seen_at and -SKEW <= seen_at - at <= OLDEST:
            found.append(max(0, round((seen_at - at).total_seconds())))
    return found


def quantile(values: Sequence[int], of: float) -> float | None:
    """The value that a share `of` the values does not exceed (nearest rank); None: there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return float(ordered[max(0, -int(-of * len(ordered) // 1) - 1)])
