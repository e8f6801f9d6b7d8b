"""How well what was found agrees with what is right, in figures.

Law: pure functions of labels and counts. Where a share has nothing to be a share of, it is 1: nothing was missed.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision and recall, from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A pair on which somebody has judged."""

    found: bool
    """Are the two one story, as it was found?"""
    same: bool
    """Are they, as it was judged?"""
    weight: float = 1.0
    """How many pairs it stands for."""


def of_pairs(pairs: Iterable[Judged]) -> Score:
    """Weighted precision and recall over judged pairs."""
    found = same = both = 0.0
    for each in pairs:
        found += each.weight * each.found
        same += each.weight * each.same
        both += each.weight * (each.found and each.same)
    return Score(precision=_share(both, found), recall=_share(both, same))


def pairwise(found: Sequence[Hashable], expected: Sequence[Hashable]) -> Score:
    """Over all pairs of documents; `found` and `expected` name the cluster of each."""
    both, ours, theirs = _contingency(found, expected)
    together = _pairs(both)
    return Score(precision=_share(together, _pairs(ours)), recall=_share(together, _pairs(theirs)))


def bcubed(found: Sequence[Hashable], expected: Sequence[Hashable]) -> Score:
    """B³: the mean over documents of how pure, and how whole, the cluster around each one is (Bagga, Baldwin 1998)."""
    both, ours, theirs = _contingency(found, expected)
    pure = sum(n * n / ours[a] for (a, _), n in both.items())
    whole = sum(n * n / theirs[b] for (_, b), n in both.items())
    return Score(precision=_share(pure, len(found)), recall=_share(whole, len(found)))


def adjusted_rand(found: Sequence[Hashable], expected: Sequence[Hashable]) -> float:
    """Adjusted Rand index: 1 for equal partitions, about 0 for chance (Hubert, Arabie 1985)."""
    both, ours, theirs = _contingency(found, expected)
    a, b, all_pairs = _pairs(ours), _pairs(theirs), len(found) * (len(found) - 1) // 2
    by_chance = a * b / all_pairs if all_pairs else 0.0
    return _share(_pairs(both) - by_chance, (a + b) / 2 - by_chance)


def _contingency(
    found: Sequence[Hashable], expected: Sequence[Hashable]
) -> tuple[Counter[tuple[Hashable, Hashable]], Counter[Hashable], Counter[Hashable]]:
    return Counter(zip(found, expected, strict=True)), Counter(found), Counter(expected)


def _pairs(sizes: Counter[Hashable] | Counter[tuple[Hashable, Hashable]]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
