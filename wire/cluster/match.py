"""How two texts overlap, in figures.

Law: symmetric, and a function of the two profiles and the weights of their shingles alone; no figure decides anything.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wire.cluster.profile import Hashes, Profile

Weigh: TypeAlias = Callable[[Hashes], NDArray[np.float32]]
"""Weight of each shingle: 1 for one that a single story holds, 1/n for n stories."""
Places: TypeAlias = NDArray[np.intp]

RARE: Final = 0.3
"""Weight above which a shingle is evidence: at most three stories hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Two texts held against each other. Shares run from 0 to 1; `runs` are of rare shared shingles, in tokens."""

    size: int
    """Tokens of the shorter text."""
    ratio: float
    """Its length over that of the longer."""
    containment: float
    """Share of the shorter text's shingles, by weight, that the longer one holds."""
    jaccard: float
    """Shared shingles of all shingles, by weight."""
    rare: int
    """Rare shared shingles."""
    longest: int
    """Tokens of the longest run."""
    pieces: float
    """How many runs of one length the runs amount to: (Σ n)² / Σ n². A pasted passage is 1, a reworked text is many."""
    block: float
    """Share of all runs that the longest makes up."""
    order: float
    """Share of the runs that stand in the same order in both."""
    quoted: float
    """Share of the runs that stands in quotation marks."""
    top: float
    """Share of the opening that stands in runs, in the text in which it is less. The opening is as long as a third of
    the shorter text, and 25 tokens at least."""
    lead: float
    """The same of the first 30 tokens."""
    headline: float
    """Shared headline words of all headline words."""
    subject: float
    """Share of a headline's words that the other text holds anywhere, for the headline of which it is less."""
    strangers: int
    """Names that the other text does not hold, in the text that has fewer such."""
    numbers: float
    """Share of the figures of the text with fewer that the other holds; 1 where it has none."""
    figures: int
    """Figures of the text with fewer."""

    @property
    def differing(self) -> int:
        """Figures of the text with fewer that the other lacks."""
        return round(self.figures * (1 - self.numbers))


def alike(shingles: Hashes) -> NDArray[np.float32]:
    """Every shingle weighs the same: for texts that are known to be one story."""
    return np.ones(len(shingles), np.float32)


def overlap(a: Profile, b: Profile, weigh: Weigh = alike) -> Overlap:
    """Hold two texts against each other."""
    short, long = (a, b) if (a.length, a.shingles.tobytes()) <= (b.length, b.shingles.tobytes()) else (b, a)
    common = np.intersect1d(short.shingles, long.shingles, assume_unique=True)
    weights = weigh(common)
    shared, own, other = float(weights.sum()), float(weigh(short.shingles).sum()), float(weigh(long.shingles).sum())
    rare = common[weights > RARE]
    starts, lengths = _runs(short, common, rare)
    there, spans = _runs(long, common, rare)
    total, longest = int(lengths.sum()), int(lengths.max(initial=0))
    quoted = sum(int(short.quoted[start : start + n].sum()) for start, n in zip(starts, lengths, strict=True))
    opening = max(25, short.length // 3)
    figures = min(len(a.numbers), len(b.numbers))
    return Overlap(
        size=short.length,
        ratio=short.length / (long.length or 1),
        containment=shared / (min(own, other) or 1),
        jaccard=shared / ((own + other - shared) or 1),
        rare=len(rare),
        longest=longest,
        pieces=total**2 / (int((lengths**2).sum()) or 1),
        block=longest / (total or 1),
        order=_order(short.grams[starts], long.grams),
        quoted=quoted / (total or 1),
        top=min(_within(starts, lengths, opening, short), _within(there, spans, opening, long)),
        lead=min(_within(starts, lengths, 30, short), _within(there, spans, 30, long)),
        headline=len(a.headline & b.headline) / (len(a.headline | b.headline) or 1),
        subject=min(_held(a.headline, b.words), _held(b.headline, a.words)),
        strangers=min(len(a.names - b.words), len(b.names - a.words)),
        numbers=len(a.numbers & b.numbers) / figures if figures else 1.0,
        figures=figures,
    )


def _runs(profile: Profile, common: Hashes, rare: Hashes) -> tuple[Places, Places]:
    """Where runs of shared shingles begin and how many tokens each spans; a run without a rare one is no evidence."""
    covered = np.isin(profile.grams, common)
    edges = np.flatnonzero(np.diff(covered, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    rares = np.concatenate([[0], np.cumsum(np.isin(profile.grams, rare))])
    kept = rares[ends] > rares[starts]
    return starts[kept], (ends - starts)[kept] + (profile.size - 1)


def _within(starts: Places, lengths: Places, opening: int, profile: Profile) -> float:
    """Share of the first `opening` tokens that stand in runs."""
    opening = min(opening, profile.length)
    return int(np.clip(opening - starts, 0, lengths).sum()) / (opening or 1)


def _order(heads: Hashes, grams: Hashes) -> float:
    """Longest rising sequence of the places at which runs begin in the other text, over all runs."""
    if not len(heads):
        return 1.0
    by_value = np.argsort(grams, kind="stable")
    rising: list[int] = []
    for place in by_value[np.searchsorted(grams, heads, sorter=by_value)].tolist():
        at = bisect_left(rising, place)
        rising[at : at + 1] = [place]
    return len(rising) / len(heads)


def _held(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words) if words else 1.0
