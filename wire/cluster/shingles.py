"""Shingles: hashes of runs of tokens.

Law: pure functions of the tokens' hashes; of many texts at once the same as of each alone.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint32]

_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32)
_BITS = np.uint64(32)
"""Of a hash."""


def grams(ids: Hashes, size: int) -> Hashes:
    """Hash every run of `size` tokens; a shorter text is one shingle, an empty one has none."""
    size = min(size, len(ids))
    if not size:
        return ids
    count = len(ids) - size + 1
    mixed: Hashes = ids[:count] * _MIX[0]
    for place in range(1, size):
        mixed = (mixed ^ (mixed >> np.uint32(15))) * _MIX[1] + ids[place : place + count] * _MIX[place]
    return mixed ^ (mixed >> np.uint32(16))


def grams_of(ids: Hashes, spans: Sequence[slice], size: int) -> list[Hashes]:
    """The shingles of each of those spans, which lie behind one another."""
    over_all = grams(ids, size)
    return [
        over_all[span.start : span.stop - size + 1].copy() if span.stop - span.start >= size else grams(ids[span], size)
        for span in spans
    ]


def distinct(sets: Sequence[Hashes]) -> list[Hashes]:
    """Each sorted, without repetitions; in one stroke."""
    owners = np.arange(len(sets) + 1, dtype=np.uint64) << _BITS
    values = np.concatenate([np.empty(0, np.uint32), *sets]) | owners[:-1].repeat([len(each) for each in sets])
    values.sort()
    first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    values = values[first]
    kept, ends = values.astype(np.uint32), values.searchsorted(owners).tolist()
    return [kept[start:end].copy() for start, end in pairwise(ends)]
