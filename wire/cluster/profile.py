"""Everything that matching needs to know of one text, worked out once.

Law: a pure function of the copy and the policy. Folding is for matching alone: the stored text stays as it came.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wire.cluster.shingles import Hashes, distinct, grams_of
from wire.cluster.strokes import strokes
from wire.cluster.tokens import cut
from wire.model import Copy, Signal

FOLD: Final = 2
"""Raise when a text would fold or cut into other tokens than before: it is part of a sketch's scheme."""

LEAD: Final = 45
"""Tokens in the lead: one or two opening paragraphs of agency copy, the length of a flash or a teaser."""

WORDS: Final = 3
"""Words in a shingle."""
CHARACTERS: Final = 5
"""Characters in a shingle of a script that is written without spaces."""

_SIGNED = re.compile(r"[^()\n]{0,80}\(([^\W\d_][^()\d\n]{1,30})\)\s?[-–—]")
"""A dateline in the usual manner, whoever the agency is."""

_STROKE: Final = 100_000
"""Characters that are worked out in one stroke: a hundred agency stories."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """The features of one text; small and picklable."""

    language: str | None
    size: int
    """Shingle size in tokens: 3 words, or 5 characters of a script without spaces."""
    grams: Hashes = field(repr=False)
    """Shingles of the body in reading order."""
    shingles: Hashes = field(repr=False)
    """The same, distinct and sorted."""
    lead: Hashes = field(repr=False)
    """Distinct shingles of the first `LEAD` tokens."""
    words: frozenset[str] = field(repr=False)
    """Distinct tokens of the body."""
    title: Hashes = field(repr=False)
    """Distinct pairs of neighbouring words of the headline."""
    headline: frozenset[str]
    """Its distinct words."""
    about: str
    """The first of them: agency headlines begin with whom they speak of."""
    numbers: frozenset[str]
    """Figures of the body, thousands marks removed: `12.2`, `5-3/4`, `0200`."""
    names: frozenset[str]
    """Capitalised words inside sentences, folded."""
    quoted: NDArray[np.bool_] = field(repr=False)
    """Of each token in `grams` order: does it stand inside quotation marks?"""
    tokens: Hashes = field(repr=False)
    """Hash of each."""
    figured: NDArray[np.bool_] = field(repr=False)
    """Of each: is it a figure?"""
    signals: tuple[Signal, ...]
    agency: str | None = None
    """Who wrote it, folded, where that is known or the text is signed: `BREVIK, May 6 (Orland Press) -`."""
    places: frozenset[str] = frozenset()
    """Words of the dateline's place, folded."""
    slug: frozenset[str] = frozenset()
    """Words of the slug, folded."""
    bare: bool
    """Is there no body, so that the headline stands for it?"""

    @property
    def length(self) -> int:
        """Tokens in the body."""
        return len(self.quoted)

    @property
    def unit(self) -> float:
        """Tokens that say as much as one word."""
        return self.size / WORDS


def profile(copy: Copy) -> Profile:
    """Work out the features of a text. Never fails, whatever the text holds."""
    return profiles([copy])[0]


def profiles(copies: Sequence[Copy]) -> list[Profile]:
    """The same of several texts, in the time of a few."""
    sizes = [sum(map(len, copy.paragraphs), len(copy.headline)) for copy in copies]
    return [each for piece in strokes(sizes, _STROKE) for each in _profiles(copies[piece])]


def _profiles(copies: Sequence[Copy]) -> list[Profile]:
    count = len(copies)
    places = (copy.dateline.place or "" if copy.dateline else "" for copy in copies)
    slugs = (copy.slug_root or copy.slug or "" for copy in copies)
    tokens = cut([*(copy.headline for copy in copies), *(copy.body for copy in copies), *places, *slugs])
    spans = tokens.spans
    bare = [not tokens.length(count + each) for each in range(count)]
    of_body = [each if bare[each] else count + each for each in range(count)]
    sizes = [CHARACTERS if tokens.spaceless[each] else WORDS for each in of_body]
    grams = {size: grams_of(tokens.ids, [spans[body] for body in of_body], size) for size in set(sizes)}
    body = [grams[size][each] for each, size in enumerate(sizes)]
    lead = [each[: LEAD - size + 1] for each, size in zip(body, sizes, strict=True)]
    title = grams_of(tokens.ids, spans[:count], 2)
    sets = distinct([*body, *lead, *title])
    return [
        Profile(
            language=copy.language,
            size=sizes[n],
            grams=body[n],
            shingles=sets[n],
            lead=sets[count + n],
            words=tokens.distinct(of_body[n]),
            title=sets[2 * count + n],
            headline=tokens.distinct(n),
            about=tokens.words[spans[n].start] if tokens.length(n) else "",
            numbers=tokens.figures[of_body[n]],
            names=tokens.names[of_body[n]],
            quoted=tokens.quoted[spans[of_body[n]]].copy(),
            tokens=tokens.ids[spans[of_body[n]]].copy(),
            figured=tokens.figured[spans[of_body[n]]].copy(),
            signals=copy.signals,
            agency=_agency(copy),
            places=tokens.distinct(2 * count + n),
            slug=tokens.distinct(3 * count + n),
            bare=bare[n],
        )
        for n, copy in enumerate(copies)
    ]


def _agency(copy: Copy) -> str | None:
    signed = _SIGNED.match(copy.paragraphs[0]) if copy.paragraphs else None
    name = copy.origin or (signed[1] if signed else "")
    return name.casefold() or None
