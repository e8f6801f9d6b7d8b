"""How a delivery counts when a story chooses the version that stands for it: in Python for one that is in no table yet,
in SQL for all others.

Law: the two say the same; a test holds them together. What counts does not depend on what came first.
"""

from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, and_, case, func, literal, or_, type_coerce

from wire.model import Signal, Standing
from wire.store.feed_tables import feed
from wire.store.tables import delivery, version

_UPDATES: Final = frozenset({Signal.CORRECTION, Signal.UPDATE, Signal.WRITETHRU})
_AGAIN: Final = frozenset({Signal.REPEAT, Signal.REFILE})
_EDITS: Final = frozenset({"edit", "restored"})


def counted(
    standing: Standing, *, rank: int, source: str, signals: Collection[Signal], arrival: str, at: datetime, number: int
) -> Standing:
    """How a version stands with one more delivery."""
    own = source == standing.origin
    edited = at if own and arrival in _EDITS else None
    return replace(
        standing,
        rank=max(standing.rank, rank),
        own=standing.own or own,
        take=max(standing.take, _take(set(signals), own=own, edit=edited is not None)),
        sent_at=min(standing.sent_at, at),
        edited_at=max(filter(None, (standing.edited_at, edited)), default=None),
        last=max(standing.last, number),
    )


def same_item(members: MutableMapping[str, Standing], version_id: str, other: str) -> None:
    """Where a version stands among a story's, which came as another version of an item: both are of that item.

    One that stands in another story is none of this one's.
    """
    if version_id in members:
        for each in {version_id, other} & members.keys():
            members[each] = replace(members[each], item=True)


def _take(signals: set[Signal], *, own: bool, edit: bool) -> int:
    """See `Standing.take`."""
    updates, again = not signals.isdisjoint(_UPDATES), not signals.isdisjoint(_AGAIN)
    if own and not again and (updates or edit):
        return 3
    if updates and not again:
        return 2
    return int(updates or Signal.REFILE in signals)


def _says(signals: Collection[Signal]) -> ColumnElement[bool]:
    said = literal(" ") + type_coerce(delivery.c.signals, Text) + " "
    return or_(*(said.like(f"% {each} %") for each in sorted(signals)))


_OWN = delivery.c.source == version.c.origin
_EDIT = and_(_OWN, delivery.c.arrival.in_(_EDITS))
COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    "rank": func.coalesce(func.max(feed.c.rank), 0),
    "own": func.coalesce(func.max(case((_OWN, 1), else_=0)), 0),
    "take": func.coalesce(
        func.max(
            case(
                (and_(_OWN, ~_says(_AGAIN), or_(_says(_UPDATES), _EDIT)), 3),
                (and_(_says(_UPDATES), ~_says(_AGAIN)), 2),
                (or_(_says(_UPDATES), _says({Signal.REFILE})), 1),
                else_=0,
            )
        ),
        0,
    ),
    "sent_at": func.coalesce(func.min(delivery.c.at), version.c.at),
    "edited_at": func.max(case((_EDIT, delivery.c.at))),
    "last": func.coalesce(func.max(delivery.c.number), 0),
}
"""The same of all deliveries of a version that stand in the table, by field of `Standing`."""
