"""How two texts overlap, in figures.

Law: symmetric, and a function of the two profiles and the weights of their shingles alone; no figure decides anything.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wire.cluster.figures import agreement
from wire.cluster.profile import Profile
from wire.cluster.shingles import Hashes

Weights: TypeAlias = NDArray[np.float32]
Weigh: TypeAlias = Callable[[Hashes], Weights]
"""Weight of each shingle: 1 for one that a single story holds, 1/n for n stories."""
Places: TypeAlias = NDArray[np.intp]

RARE: Final = 0.3
"""Weight above which a shingle is evidence: at most three stories hold it."""

_NONE: Final = np.zeros(1, np.intp)
TABLE: Final = 120
"""Tokens of a table at most."""
EQUAL: Final = 0.95
"""Ratio of lengths from which on neither table is a cut of the other, so that each must keep its figures."""
ALIKE: Final = 0.3
"""Containment from which on it is asked where the figures stand."""
STEM: Final = 3
"""Letters by which a form of a word is known."""


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
    topic: float
    """The same for the headline of which it is more."""
    named: bool
    """Does each text hold, in some form, the word with which the other's headline begins?"""
    swapped: int
    """Names in a headline, of its own text, that the other text holds nowhere, for the headline with fewer such."""
    words: float
    """Share of the shorter text's distinct words that the body of the longer one holds."""
    strangers: int
    """Names that the other text does not hold, in the text that has fewer such."""
    clash: int
    """Figures in a headline that the other text holds nowhere, for the headline with fewer such."""
    numbers: float
    """Share of the figures of the text with fewer that the other holds, of the text with more where both are short and
    equally long, as tables are; 1 where there are none."""
    figures: int
    """Figures of that text."""
    exact: int
    """Shared figures of three digits or more, which agree by accident in no table."""
    kept: int
    """Figures that both have at one place, known by the words around it; not looked for below `ALIKE`."""
    replaced: int
    """Figures at such places for which the other text has another one."""
    own: float
    """Mean weight of the longer text's shingles: little where other stories hold all of it."""

    @property
    def differing(self) -> int:
        """Those of its figures that the other text lacks."""
        return round(self.figures * (1 - self.numbers))


def alike(shingles: Hashes) -> Weights:
    """Every shingle weighs the same: for texts that are known to be one story."""
    return np.ones(len(shingles), np.float32)


def overlap(a: Profile, b: Profile, weigh: Weigh = alike) -> Overlap:
    """Hold two texts against each other."""
    return meet(a, b, weigh(a.shingles), weigh(b.shingles)).overlap()


@dataclass(frozen=True, slots=True)
class Meeting:
    """What two texts share, before anything is made of it."""

    short: Profile
    long: Profile
    common: Hashes
    """Shared shingles, sorted."""
    weights: Weights
    """Of the shared shingles."""
    own: float
    """Weight of all shingles of the shorter text."""
    other: float
    """Weight of all shingles of the longer text."""

    @property
    def containment(self) -> float:
        """See `Overlap.containment`."""
        return float(self.weights.sum()) / (min(self.own, self.other) or 1)

    def overlap(self) -> Overlap:
        """Work out every figure."""
        return _overlap(self)


def meet(
    a: Profile,
    b: Profile,
    a_weights: Weights | None = None,
    b_weights: Weights | None = None,
    common: Hashes | None = None,
) -> Meeting:
    """Find what two texts share; the weights are those of their shingles, 1 where not given. `common`: see `shared`."""
    a_weights = alike(a.shingles) if a_weights is None else a_weights
    b_weights = alike(b.shingles) if b_weights is None else b_weights
    if b.length < a.length or (b.length == a.length and b.shingles.tobytes() < a.shingles.tobytes()):
        a, b, a_weights, b_weights = b, a, b_weights, a_weights
    if common is None:
        (common,) = shared(a, [b])
    weights = a_weights[a.shingles.searchsorted(common)]
    return Meeting(a, b, common, weights, float(a_weights.sum()), float(b_weights.sum()))


def shared(text: Profile, others: Sequence[Profile]) -> list[Hashes]:
    """Shingles that a text shares with each of the others, sorted."""
    if not others:
        return []
    theirs = [each.shingles for each in others]
    values = np.concatenate(theirs)
    places = among(values, text.shingles).nonzero()[0]
    ends = places.searchsorted(list(accumulate(map(len, theirs)))).tolist()
    common = values[places]
    return [common[start:end] for start, end in pairwise([0, *ends])]


def _overlap(met: Meeting) -> Overlap:
    short, long, common = met.short, met.long, met.common
    rare = met.weights > RARE
    shared = float(met.weights.sum())
    runs = _runs(short, common, rare) if len(common) else []
    there = _runs(long, common, rare) if len(common) else []
    lengths = [length for _, length in runs]
    total = sum(lengths)
    opening = max(25, short.length // 3)
    ratio = short.length / (long.length or 1)
    table = short.length <= TABLE and ratio >= EQUAL
    figures = (max if table else min)(len(short.numbers), len(long.numbers))
    kept, replaced = agreement(short, long) if met.containment >= ALIKE else (0, 0)
    spoken = _spoken(short, long), _spoken(long, short)
    return Overlap(
        size=short.length,
        ratio=ratio,
        containment=met.containment,
        jaccard=shared / ((met.own + met.other - shared) or 1),
        rare=int(np.count_nonzero(rare)),
        longest=max(lengths, default=0),
        pieces=total**2 / (sum(length**2 for length in lengths) or 1),
        order=_order(short.grams[[start for start, _ in runs]], long.grams) if len(runs) > 1 else 1.0,
        quoted=_quoted(runs, short) / (total or 1),
        top=min(_within(runs, opening, short), _within(there, opening, long)),
        lead=min(_within(runs, 30, short), _within(there, 30, long)),
        headline=len(short.headline & long.headline) / (len(short.headline | long.headline) or 1),
        subject=min(spoken),
        topic=max(spoken),
        named=_named(short.about, long) and _named(long.about, short),
        swapped=min(_own_names(short, long), _own_names(long, short)),
        words=_held(short.words, long.words),
        strangers=min(len(_lacking(short.names, long)), len(_lacking(long.names, short))),
        clash=min(_unheld(_lacking(short.headline, long)), _unheld(_lacking(long.headline, short))),
        numbers=len(short.numbers & long.numbers) / figures if figures else 1.0,
        figures=figures,
        exact=sum(sum(map(str.isdigit, each)) >= 3 for each in short.numbers & long.numbers),
        kept=kept,
        replaced=replaced,
        own=met.other / (len(long.shingles) or 1),
    )


def _runs(profile: Profile, common: Hashes, rare: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of shared shingles begin and how many tokens each spans; a run without a rare one is no evidence."""
    covered, places = found(profile.grams, common)
    edged = np.zeros(len(covered) + 2, np.bool_)
    edged[1:-1] = covered
    edges = (edged[1:] != edged[:-1]).nonzero()[0]
    if not len(edges):
        return []
    starts = edges[::2]
    telling = np.logical_or.reduceat(covered & rare[places], starts).tolist()
    more = profile.size - 1
    return [
        (start, end - start + more)
        for start, end, tells in zip(starts.tolist(), edges[1::2].tolist(), telling, strict=True)
        if tells
    ]


def _within(runs: Sequence[tuple[int, int]], opening: int, profile: Profile) -> float:
    """Share of the first `opening` tokens that stand in runs."""
    opening = min(opening, profile.length)
    return sum(min(length, opening - start) for start, length in runs if start < opening) / (opening or 1)


def _quoted(runs: Sequence[tuple[int, int]], profile: Profile) -> int:
    """Tokens of the runs that stand in quotation marks."""
    if not runs or not profile.quoted.any():
        return 0
    quotes = np.concatenate([_NONE, np.cumsum(profile.quoted)])
    starts, lengths = np.array(runs).T
    return int((quotes[np.minimum(starts + lengths, profile.length)] - quotes[starts]).sum())


def _order(heads: Hashes, grams: Hashes) -> float:
    """Longest rising sequence of the places at which runs begin in the other text, over all runs."""
    by_value = np.argsort(grams, kind="stable")
    rising: list[int] = []
    for place in by_value[np.searchsorted(grams, heads, sorter=by_value)].tolist():
        at = bisect_left(rising, place)
        rising[at : at + 1] = [place]
    return len(rising) / len(heads)


def _lacking(words: frozenset[str], text: Profile) -> frozenset[str]:
    """Those of the words that a text holds neither in its headline nor in its body."""
    return words - text.words - text.headline


def _spoken(one: Profile, other: Profile) -> float:
    """Share of one text's headline that the other text holds anywhere."""
    held = len(one.headline) - len(_lacking(one.headline, other))
    return held / len(one.headline) if one.headline else 1.0


def _unheld(words: frozenset[str]) -> int:
    return sum(word[0].isdigit() for word in words)


def _own_names(text: Profile, other: Profile) -> int:
    """Names in a headline, the word with which it begins among them, that its text holds and the other does not."""
    return sum(
        len(word) >= STEM and (word in text.names or (word == text.about and word in text.words))
        for word in _lacking(text.headline, other)
    )


def _named(word: str, text: Profile) -> bool:
    """Does a text hold a word, its stem or its abbreviation?"""
    if word in text.words or word in text.headline:
        return True
    if any(word[:length] in text.words or word[:length] in text.headline for length in range(STEM, len(word))):
        return True
    if len(word) < STEM:
        return any(each.startswith(word) for each in text.words | text.headline if len(each) >= STEM)
    return f" {word}" in f" {' '.join(text.words)} {' '.join(text.headline)}"


def _held(words: frozenset[str], others: frozenset[str]) -> float:
    return len(words & others) / len(words) if words else 1.0


def among(values: Hashes, ascending: Hashes) -> NDArray[np.bool_]:
    """Of each value: is it one of the `ascending`, distinct ones?"""
    return found(values, ascending)[0] if len(ascending) else np.zeros(len(values), np.bool_)


def found(values: Hashes, ascending: Hashes) -> tuple[NDArray[np.bool_], Places]:
    """Of each value: is it one of the `ascending`, distinct ones, of which there is one at least; and where?"""
    places = np.minimum(ascending.searchsorted(values), len(ascending) - 1)
    held: NDArray[np.bool_] = ascending[places] == values
    return held, places
