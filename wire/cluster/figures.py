"""Figures in their places: what the words around a figure say of it.

Law: symmetric, pure functions of two profiles. A template holds other figures in the same words; a text that was edited
or told anew has its own figures in words of its own, and where the words stayed, the figures did.
"""

from collections import Counter
from typing import Final

import numpy as np

from wire.cluster.profile import Profile
from wire.cluster.shingles import Hashes

_FIGURE: Final = np.uint32(0x5BD1E995)
"""Stands for every figure among the words around one."""
_MIX: Final = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)
_WORDS: Final = ((-2, -1, 1), (-1, 1, 2))
"""The words that make a place: two before the figure and one behind, or one before and two behind."""
_HALF: Final = 32
"""Bits of a hash."""


def agreement(one: Profile, other: Profile) -> tuple[int, int]:
    """Figures at places where both texts have one: those that are the same, and those that another stands for.

    In the rows of a table many stand at one place.
    """
    if not one.figured.any() or not other.figured.any():
        return 0, 0
    here, there = _placed(one), _placed(other)
    places = Counter(each >> _HALF for each in here) & Counter(each >> _HALF for each in there)
    kept = len(here & there)
    return kept, places.total() - kept


def _placed(text: Profile) -> set[int]:
    """Figures of a text: the hash of the words around one, above that of the figure itself."""
    masked = np.where(text.figured, _FIGURE, text.tokens)
    return {placed for offsets in _WORDS for placed in _around(text, masked, offsets)}


def _around(text: Profile, masked: Hashes, offsets: tuple[int, int, int]) -> list[int]:
    at = np.flatnonzero(text.figured)
    at = at[(at >= -offsets[0]) & (at < text.length - offsets[-1])]
    mixed = np.full(len(at), offsets[1] + 2, np.uint32)
    for offset, factor in zip(offsets, _MIX, strict=True):
        mixed = (mixed ^ (mixed >> np.uint32(15))) * factor + masked[at + offset]
    placed: list[int] = (mixed.astype(np.uint64) << np.uint64(_HALF) | text.tokens[at]).tolist()
    return placed
