"""MinHash values in chains: for each place and value, the versions that hold it, newest first.

Law: what a query finds in one period is a function of the rows added to that period, in their order; other periods
change nothing. Rows are numbers that the index gives.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wire.cluster.shingles import Hashes
from wire.cluster.sketch import KEYS

_WALK: Final = 16
"""Links of one chain that a query follows: a value that more stories hold tells little."""
_NEAR: Final = 4
"""Links in which most chains end: so far all are walked in step, the others alone from there."""
_ROOM: Final = 512
"""Rows for which there is room at first."""
_LEAST: Final = 64
"""Chains a place that a period begins with."""
_END: Final = -1
_PLACES: Final = np.arange(KEYS)
_SPREAD: Final = np.uint32(0x9E3779B1)


class Chains:
    """A chain's links are threaded through the signatures; a link is `row * KEYS + place`.

    Successive rows of one story hold one link of a chain between them, so that 50,000 copies of one text cost a query
    no more than one.
    """

    def __init__(self) -> None:
        self.keys: Hashes = np.zeros((_ROOM, KEYS), np.uint32)
        self.story: NDArray[np.int32] = np.zeros(_ROOM, np.int32)
        self._next: NDArray[np.int32] = np.full((_ROOM, KEYS), _END, np.int32)
        self._heads: dict[int, NDArray[np.int32]] = {}
        self._rows: dict[int, int] = {}
        """How many rows each period has."""

    @property
    def nbytes(self) -> int:
        """Memory of the arrays."""
        return sum(each.nbytes for each in (self.keys, self.story, self._next, *self._heads.values()))

    def add(self, row: int, keys: Hashes, story: int, period: int, *, founds: bool) -> None:
        """Thread the next row into the chains of its period. `founds`: no other row is of its story."""
        if row >= len(self.keys):
            self._fit(row * 5 // 4 + 1)
        self.keys[row], self.story[row] = keys, story
        heads = self._heads.get(period)
        if heads is None:
            heads = self._heads[period] = np.full(KEYS * _LEAST, _END, np.int32)
        slots = _slots(keys * _SPREAD, heads)
        newest = heads.take(slots)
        if not founds:
            mine = (newest != _END) & (self.keys.take(newest) == keys)
            mine &= self.story[newest // KEYS] == story
            newest = np.where(mine, self._next.take(newest), newest)
        self._next[row] = newest
        heads[slots] = row * KEYS + _PLACES
        self._rows[period] = self._rows.get(period, 0) + 1

    def crowded(self, period: int) -> bool:
        """Do so many rows share the period's chains that they should be threaded again, over more?"""
        return self._rows[period] * KEYS > 2 * len(self._heads[period])

    def walk(self, keys: Hashes, periods: Sequence[int]) -> NDArray[np.int32]:
        """Links of those periods that hold the values. Chains are walked in step: behind an end is an end."""
        tables = [heads for each in periods if (heads := self._heads.get(each)) is not None]
        if not tables:
            return np.empty(0, np.int32)
        mixed = keys * _SPREAD
        firsts = np.concatenate([heads.take(_slots(mixed, heads)) for heads in tables])
        wanted = np.concatenate([keys] * len(tables))
        near = self._follow(firsts, _NEAR)
        on = self._next.take(near[-1], mode="wrap")
        (long,) = (on != _END).nonzero()
        far = self._follow(on[long], _WALK - _NEAR)
        return np.concatenate([self._holding(near, wanted), self._holding(far, wanted[long])])

    def _follow(self, firsts: NDArray[np.int32], steps: int) -> NDArray[np.int32]:
        links = np.empty((steps, len(firsts)), np.int32)
        links[0] = firsts
        for step in range(1, steps):
            self._next.take(links[step - 1], out=links[step], mode="wrap")
        return links

    def _holding(self, links: NDArray[np.int32], wanted: Hashes) -> NDArray[np.int32]:
        alike: NDArray[np.bool_] = (self.keys.take(links) == wanted) & (links != _END)
        return links[alike]

    def thread(self, period: int, rows: NDArray[np.intp]) -> None:
        """Thread a period's rows again, as adding them one by one would have done."""
        size = max(_LEAST, 1 << max(0, len(rows) - 1).bit_length())
        heads = self._heads[period] = np.full(KEYS * size, _END, np.int32)
        self._rows[period] = len(rows)
        for place in range(KEYS):
            keys = self.keys[rows, place]
            slots = _slots(keys * _SPREAD, heads, place)
            order = np.argsort(slots, kind="stable")
            slot, key, story = slots[order], keys[order], self.story[rows[order]]
            begins = np.append(True, slot[1:] != slot[:-1])
            run = begins | np.append(True, (key[1:] != key[:-1]) | (story[1:] != story[:-1]))
            first = np.maximum.accumulate(np.where(run, np.arange(len(rows)), 0))
            links = rows[order] * KEYS + place
            self._next[rows[order], place] = np.where(begins[first], _END, links[first - 1])
            heads[slot] = links

    def keep(self, rows: NDArray[np.intp], stories: NDArray[np.int32], periods: NDArray[np.int64]) -> None:
        """Drop all other rows. `stories`, `periods`: of those that stay, which are numbered anew."""
        self.keys, self.story = self.keys[rows], stories
        self._next = np.full_like(self.keys, _END, np.int32)
        self._fit(max(_ROOM, len(rows) * 5 // 4 + 1))
        self._heads, self._rows = {}, {}
        for period in np.unique(periods).tolist():
            self.thread(period, np.flatnonzero(periods == period))

    def _fit(self, capacity: int) -> None:
        for name, empty in (("keys", 0), ("_next", _END), ("story", 0)):
            old = getattr(self, name)
            more = np.full((capacity - len(old), *old.shape[1:]), empty, old.dtype)
            setattr(self, name, np.concatenate([old, more]))


def _slots(mixed: Hashes, heads: NDArray[np.int32], place: int | None = None) -> NDArray[np.intp]:
    """Where the values' chains begin, each in the region of its place. MinHash values are small: they come spread."""
    size = len(heads) // KEYS
    regions = _regions(size) if place is None else place * size
    slots: NDArray[np.intp] = (mixed >> np.uint32(33 - size.bit_length())) + regions
    return slots


@lru_cache(maxsize=32)
def _regions(size: int) -> NDArray[np.intp]:
    return _PLACES * size
