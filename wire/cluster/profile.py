"""Everything that matching needs to know of one text, worked out once.

Law: a pure function of the copy and the policy. Folding is for matching alone: the stored text stays as it came.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wire.cluster.vocabulary import CAPITAL, EITHER, FIGURE, MARK, OPENING, QUOTE, Places, Vocabulary, numbered
from wire.model import Copy, Signal

Hashes: TypeAlias = NDArray[np.uint32]

FOLD: Final = 2
"""Raise when a text would fold or cut into other tokens than before: it is part of a sketch's scheme."""

LEAD: Final = 45
"""Tokens in the lead: one or two opening paragraphs of agency copy, the length of a flash or a teaser."""

WORDS: Final = 3
"""Words in a shingle."""
CHARACTERS: Final = 5
"""Characters in a shingle of a script that is written without spaces."""

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han. Each character is a token of its own.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_TOKEN = re.compile(
    rf"\d+(?:[.,:/-]\d+)*|[{_SPACELESS}]|[^\W\d_{_SPACELESS}]+|[.!?…。！？]|[\"“”„«»「」『』]|``|''|\n\n",
)
_ASCII_TOKEN = re.compile(r"[a-zA-Z]+|\d+(?:[.,:/-]\d+)*|[.!?\"]|``|''|\n\n", re.ASCII)
"""The same for plain text, in half the time."""
_IGNORED = re.compile("[\xad\u034f\u061c\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u206f]+")
"""Soft hyphen, joiners, bidi marks, zero-width characters: they hold words apart that read as one."""

_SPACELESS_CHARACTER = re.compile(f"[{_SPACELESS}]")
_SIGNED = re.compile(r"[^()\n]{0,80}\(([^\W\d_][^()\d\n]{1,30})\)\s?[-–—]")
"""A dateline in the usual manner, whoever the agency is."""

_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32)


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
    headline, body = _cut(copy.headline), _cut(copy.body)
    if bare := not len(body.words):
        body = headline
    size = CHARACTERS if _spaceless(body.text) * 2 > len(body.words) else WORDS
    ids, figured = body.ids, body.kinds[body.is_word] & FIGURE != 0
    grams = _grams(ids, size)
    return Profile(
        language=copy.language,
        size=size,
        grams=grams,
        shingles=_distinct(grams),
        lead=_distinct(grams[: LEAD - size + 1]),
        words=body.distinct,
        title=_distinct(_grams(headline.ids, 2)),
        headline=headline.distinct,
        about=headline.folded(headline.words[:1])[0] if len(headline.words) else "",
        numbers=_numbers(body, figured),
        names=_names(body),
        quoted=_quoted(body),
        tokens=ids,
        figured=figured,
        signals=copy.signals,
        agency=_agency(copy),
        places=_words(copy.dateline.place if copy.dateline else None),
        slug=_words(copy.slug_root or copy.slug),
        bare=bare,
    )


def _agency(copy: Copy) -> str | None:
    signed = _SIGNED.match(copy.paragraphs[0]) if copy.paragraphs else None
    name = copy.origin or (signed[1] if signed else "")
    return name.casefold() or None


def _words(text: str | None) -> frozenset[str]:
    return _cut(text).distinct if text else frozenset()


@dataclass(frozen=True, slots=True)
class _Cut:
    """A text in tokens; quotation marks and sentence ends only mark what is around them."""

    text: str
    raw: list[str]
    known: Vocabulary
    places: Places
    """Number of each token."""
    kinds: NDArray[np.uint8]
    is_word: NDArray[np.bool_]
    words: Places
    """Numbers of those that are words."""

    @property
    def ids(self) -> Hashes:
        """Hash of each word."""
        return self.known.hashes.take(self.words)

    @property
    def distinct(self) -> frozenset[str]:
        """The words, folded."""
        return frozenset(map(self.known.folded.__getitem__, self.words.tolist()))

    def folded(self, places: Places) -> list[str]:
        """Those tokens, folded."""
        return list(map(self.known.folded.__getitem__, places.tolist()))


def _cut(text: str) -> _Cut:
    """Cut a text into tokens."""
    plain = text.isascii()
    if not plain:
        text = unicodedata.normalize("NFKC", _IGNORED.sub("", text))
    raw = (_ASCII_TOKEN if plain else _TOKEN).findall(text)
    known, places = numbered(raw)
    kinds = known.kinds.take(places)
    is_word = kinds & MARK == 0
    return _Cut(text, raw, known, places, kinds, is_word, places[is_word])


def _spaceless(text: str) -> int:
    """Characters of scripts that are written without spaces."""
    return 0 if text.isascii() else len(_SPACELESS_CHARACTER.findall(text))


def _numbers(cut: _Cut, figured: NDArray[np.bool_]) -> frozenset[str]:
    """Figures, thousands marks removed; not the last one of a text that breaks off in it."""
    numbers = {each.replace(",", "") for each in cut.folded(cut.words[figured])}
    if numbers and _breaks_off(cut.raw) and np.count_nonzero(cut.words == cut.words[-1]) == 1:
        numbers -= set(cut.folded(cut.words[-1:]))
    return frozenset(numbers)


def _names(cut: _Cut) -> frozenset[str]:
    """Words with a capital letter that no sentence begins with."""
    capitals = cut.kinds & CAPITAL != 0
    return frozenset(cut.folded(cut.places[1:][capitals[1:] & cut.is_word[:-1]]))


def _quoted(cut: _Cut) -> NDArray[np.bool_]:
    """Of each word: does it stand inside quotation marks? A paragraph's end closes them."""
    quoted = np.zeros(len(cut.raw), np.bool_)
    opened: int | None = None
    for at in (cut.kinds & QUOTE).nonzero()[0].tolist():
        if opened is not None:
            quoted[opened:at] = True
        token = cut.raw[at]
        opened = at if token in OPENING or (token == EITHER and opened is None) else None
    if opened is not None:
        quoted[opened:] = True
    return quoted[cut.is_word]


def _breaks_off(tokens: list[str]) -> bool:
    """Does a text end in the middle of a word? `will receive 2…`"""
    return tokens[-1:] == ["…"] or tokens[-3:] == [".", ".", "."]


def _grams(ids: Hashes, size: int) -> Hashes:
    """Hash every run of `size` tokens; a shorter text is one shingle, an empty one has none."""
    size = min(size, len(ids))
    if not size:
        return ids
    count = len(ids) - size + 1
    mixed: Hashes = ids[:count] * _MIX[0]
    for place in range(1, size):
        mixed = (mixed ^ (mixed >> np.uint32(15))) * _MIX[1] + ids[place : place + count] * _MIX[place]
    return mixed ^ (mixed >> np.uint32(16))


def _distinct(values: Hashes) -> Hashes:
    """As `np.unique`, which takes three times as long for a few."""
    if len(values) < 2:
        return values
    ascending = values.copy()
    ascending.sort()
    first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]
