"""How a story stands under the orders on it.

Law: the strictest order counts, until it is lifted; an embargo until its hour, too. Where one says the hour and another
does not, it is known; of two hours the later one counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wire.model import Signal, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An order that stands on a story."""

    kind: Signal
    until: datetime | None = None


def stands(orders: Iterable[Held], now: datetime) -> tuple[Status, datetime | None]:
    """The status of a story, and the hour of its embargo; None: it has none, or nobody knows it."""
    given = list(orders)
    kinds = {each.kind for each in given}
    hours = [each.until for each in given if each.kind is Signal.EMBARGO]
    known = [each for each in hours if each is not None]
    hour = max(known, default=None)
    if Signal.KILL in kinds:
        return Status.KILLED, hour
    if Signal.WITHHOLD in kinds:
        return Status.WITHHELD, hour
    held = bool(hours) and (hour is None or hour > now)
    return (Status.EMBARGOED if held else Status.USABLE), hour
