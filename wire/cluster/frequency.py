"""How many distinct stories hold a shingle, in bounded memory.

Law: a pure function of what was added, in its order. It may forget a shingle that one story holds, which changes no
weight; it errs downwards, never upwards.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from wire.cluster.shingles import Hashes

_BITS: Final = 16
"""Low bits of a shingle that its cell's number always holds; the other sixteen stand in the cell."""
_CROWDED: Final = 0.75
_BYTE: Final = np.uint32(8)
_MOST: Final = np.uint32(255)
_ONE: Final = np.uint32(1 << 8)
"""Of one story."""
_REST: Final = np.uint32(0xFFFF0000)
_CELL: Final = ~_REST


@dataclass(slots=True)
class StoryCounts:
    """A table with one cell for many shingles, in which the one that most stories hold stays.

    A newcomer takes the cell of a shingle that only one story holds, so that only what recurs is kept: boilerplate,
    templates, phrases of the day. Each cell remembers the last story that it counted, so that fifty reprints in a row
    count once. The table doubles while it is crowded, up to `largest` cells.
    """

    largest: int
    _table: Hashes = field(default_factory=lambda: np.zeros(1 << _BITS, np.uint32))
    """Of each cell: the rest of its shingle (16 bits), how many stories hold it (8), the last of them (8)."""
    _taken: int = 0

    @property
    def cells(self) -> int:
        """Size of the table."""
        return len(self._table)

    def add(self, shingles: Hashes, story: int) -> None:
        """Count distinct `shingles` for the story of that number."""
        places, held = self._find(shingles)
        last = np.uint32(story % 256)
        counted = shingles & _REST | _ONE | last
        known = (held ^ counted) <= _CELL
        count = held >> _BYTE & _MOST
        empty = held == 0
        new = (~known & (count <= 1)) | empty
        changed = (known & (held & _MOST != last)) | new
        again = counted - _ONE | np.minimum(count + np.uint32(1), _MOST) << _BYTE
        self._table[places[changed]] = np.where(new, counted, again)[changed]
        self._taken += int(np.count_nonzero(empty))
        if self._taken > _CROWDED * self.cells and self.cells < self.largest:
            self._double()

    def of(self, shingles: Hashes) -> Hashes:
        """Stories that hold each shingle; 255 stands for "255 or more", 0 and 1 are much the same."""
        _, held = self._find(shingles)
        known = (held ^ shingles) <= _CELL
        counts: Hashes = (held >> _BYTE & _MOST) * known
        return counts

    def _find(self, shingles: Hashes) -> tuple[Hashes, Hashes]:
        places = shingles & np.uint32(self.cells - 1)
        return places, self._table.take(places)

    def _double(self) -> None:
        """Every shingle moves to the cell that one more of its bits gives."""
        bit = np.uint32(self.cells.bit_length() - 1)
        upper = self._table >> bit & np.uint32(1) == 1
        self._table = np.concatenate([np.where(upper, 0, self._table), np.where(upper, self._table, 0)])
