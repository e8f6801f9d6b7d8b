"""Which copy does an order mean, and which order means a copy?

Law: only who wrote or carried copy can order anything of it. Of several names the plainest decides; of several pieces
of copy under one name, the newest.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wire.editorial.keys import By, Key, Order

_PLAIN: Final = frozenset({By.GUID, By.LINK, By.REVISION, By.ITEM})
"""Names that no other copy has."""
_ORDER: Final = tuple(By)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who speaks: who an entry came from, and who wrote it."""

    source: str
    origin: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Both names."""
        return (self.source,) if self.origin is None else (self.source, self.origin)

    @property
    def called(self) -> frozenset[str]:
        """Both names, case away."""
        return frozenset(each.casefold() for each in self.names)

    def may_order(self, other: "Party") -> bool:
        """Has this one a say in the other's copy?"""
        return not self.called.isdisjoint(other.called)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A delivery of copy that an order may mean."""

    story_id: str
    party: Party
    at: datetime
    keys: Collection[Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An order that stands."""

    number: int
    story_id: str
    party: Party
    at: datetime
    waits: bool
    """Has nothing come yet that it means?"""
    keys: Collection[Key]


def target(
    order: Order, party: Party, at: datetime, carried: Iterable[Carried], window: timedelta
) -> tuple[str, By] | None:
    """The story that an order of `at` means, and by which name; None: nothing that has come."""
    best: tuple[int, float] | None = None
    found: tuple[str, By] | None = None
    for each in carried:
        by = _shared(order.keys, each.keys)
        if by is None or not party.may_order(each.party) or (by not in _PLAIN and abs(at - each.at) > window):
            continue
        rank = _ORDER.index(by), -each.at.timestamp()
        if best is None or rank < best:
            best, found = rank, (each.story_id, by)
    return found


def meant(
    keys: Collection[Key],
    party: Party,
    at: datetime,
    stated: datetime | None,
    opened: Sequence[Open],
    window: timedelta,
) -> list[tuple[Open, By]]:
    """The orders that mean a copy, and by which name.

    A slug or a headline tells only of an order that waits, or of copy that was sent before the order: what its author
    sends later under the same name may be the substitute. `stated`: when it says that it was sent.
    """
    found = []
    for each in opened:
        by = _shared(each.keys, keys)
        if by is None or not each.party.may_order(party):
            continue
        late = stated is None or stated <= each.at
        if by in _PLAIN or (abs(at - each.at) <= window and (each.waits or (late and stated is not None))):
            found.append((each, by))
    return found


def _shared(one: Collection[Key], other: Collection[Key]) -> By | None:
    both = {key.by for key in one if key in other}
    return min(both, key=_ORDER.index, default=None)
