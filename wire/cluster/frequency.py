"""How many distinct stories hold a shingle, in bounded memory.

Law: a pure function of what was added, in its order. It may forget a shingle that one story holds, which changes no
weight; it errs downwards, never upwards.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wire.cluster.profile import Hashes

_BITS: Final = 16
"""Low bits of a shingle that its cell's number always holds; the other sixteen stand in the cell."""
_CROWDED: Final = 0.75


@dataclass(slots=True)
class StoryCounts:
    """A table with one cell for many shingles, in which the one that most stories hold stays.

    A newcomer takes the cell of a shingle that only one story holds, so that only what recurs is kept: boilerplate,
    templates, phrases of the day. Each cell remembers the last story that it counted, so that fifty reprints in a row
    count once. Four bytes a cell; the table doubles while it is crowded, up to `largest` cells.
    """

    largest: int
    _rest: NDArray[np.uint16] = field(default_factory=lambda: np.zeros(1 << _BITS, np.uint16))
    _counts: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1 << _BITS, np.uint8))
    _story: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1 << _BITS, np.uint8))
    _taken: int = 0

    @property
    def cells(self) -> int:
        """Size of the table."""
        return len(self._counts)

    def add(self, shingles: Hashes, story: int) -> None:
        """Count distinct `shingles` for the story of that number."""
        cells, rest = self._cells(shingles)
        counts = self._counts[cells]
        self._taken += int(np.count_nonzero(counts == 0))
        known = self._rest[cells] == rest
        more = known & (self._story[cells] != story % 256) & (counts > 0)
        new = ~known & (counts <= 1) | (counts == 0)
        self._counts[cells[more]] = np.minimum(counts[more], 254) + 1
        self._counts[cells[new]], self._rest[cells[new]] = 1, rest[new]
        self._story[cells[more | new]] = story % 256
        if self._taken > _CROWDED * len(self._counts) and len(self._counts) < self.largest:
            self._double()

    def of(self, shingles: Hashes) -> NDArray[np.uint8]:
        """Stories that hold each shingle; 255 stands for "255 or more", 0 and 1 are much the same."""
        cells, rest = self._cells(shingles)
        counts: NDArray[np.uint8] = self._counts[cells] * (self._rest[cells] == rest)
        return counts

    def _cells(self, shingles: Hashes) -> tuple[NDArray[np.intp], NDArray[np.uint16]]:
        rest = (shingles >> np.uint32(_BITS)).astype(np.uint16)
        return (shingles & np.uint32(len(self._counts) - 1)).astype(np.intp), rest

    def _double(self) -> None:
        """Every shingle moves to the cell that one more of its bits gives."""
        size = len(self._counts)
        upper = (self._rest >> np.uint16(size.bit_length() - 1 - _BITS)) & 1 == 1
        for name in ("_rest", "_counts", "_story"):
            cells = getattr(self, name)
            setattr(self, name, np.concatenate([np.where(upper, 0, cells), np.where(upper, cells, 0)]))
