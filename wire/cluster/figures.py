"""Figures in their places: what the words around a figure say of it.

Law: symmetric, pure functions of two profiles. A template holds other figures in the same words; a text that was edited
or told anew has its own figures in words of its own, and where the words stayed, the figures did.
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wire.cluster.profile import Profile
from wire.cluster.shingles import Hashes

_Placed: TypeAlias = NDArray[np.uint64]
"""Figures of a text, distinct: the hash of the words around one, above that of the figure itself."""

_FIGURE: Final = np.uint32(0x5BD1E995)
"""Stands for every figure among the words around one."""
_MIX: Final = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D], dtype=np.uint32)
_WORDS: Final = ((-2, -1, 1), (-1, 1, 2))
"""The words that make a place: two before the figure and one behind, or one before and two behind."""
_HALF: Final = np.uint64(32)


def agreement(one: Profile, other: Profile) -> tuple[int, int]:
    """Figures at places where both texts have one: those that are the same, and those that another stands for.

    In the rows of a table many stand at one place.
    """
    if not one.figured.any() or not other.figured.any():
        return 0, 0
    here, there = _placed(one), _placed(other)
    common = np.intersect1d(here >> _HALF, there >> _HALF)
    if not len(common):
        return 0, 0
    kept = len(np.intersect1d(here, there, assume_unique=True))
    fewer = np.minimum(_at(common, here), _at(common, there))
    return kept, int(fewer.sum()) - kept


def _at(places: _Placed, figures: _Placed) -> NDArray[np.intp]:
    """How many figures stand at each of the places, ascending."""
    of_figure = figures >> _HALF
    return np.searchsorted(of_figure, places, side="right") - np.searchsorted(of_figure, places)


def _placed(text: Profile) -> _Placed:
    masked = np.where(text.figured, _FIGURE, text.tokens)
    return np.unique(np.concatenate([_around(text, masked, offsets) for offsets in _WORDS]))


def _around(text: Profile, masked: Hashes, offsets: tuple[int, int, int]) -> _Placed:
    at = np.flatnonzero(text.figured)
    at = at[(at >= -offsets[0]) & (at < text.length - offsets[-1])]
    mixed = np.full(len(at), offsets[1] + 2, np.uint32)
    for offset, factor in zip(offsets, _MIX, strict=True):
        mixed = (mixed ^ (mixed >> np.uint32(15))) * factor + masked[at + offset]
    return mixed.astype(np.uint64) << _HALF | text.tokens[at].astype(np.uint64)
