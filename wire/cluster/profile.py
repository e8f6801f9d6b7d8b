"""Everything that matching needs to know of one text, worked out once.

Law: a pure function of the copy and the policy. Folding is for matching alone: the stored text stays as it came.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import xxhash
from numpy.typing import NDArray

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

# Cyrillic and Greek letters that are drawn like Latin ones; folded only in a word that holds Latin letters as well.
_LOOKALIKE = str.maketrans("аеорсухіјѕԁһԛԝαορνικτυχ", "aeopcyxijsdhqwaopviktux")
_SPACELESS_CHARACTER = re.compile(f"[{_SPACELESS}]")
_LATIN = re.compile("[a-z]")
_ALIEN = re.compile("[\u0370-\u03ff\u0400-\u052f]")

_SIGNED = re.compile(r"[^()\n]{0,80}\(([^\W\d_][^()\d\n]{1,30})\)\s?[-–—]")
"""A dateline in the usual manner, whoever the agency is."""

_OPENING, _EITHER = frozenset("“„«「『") | {"``"}, '"'
_SENTENCE_END = frozenset(".!?…。！？")
_QUOTES = _OPENING | frozenset("”»」』") | {"''", _EITHER, "\n\n"}
_MARKS = _SENTENCE_END | _QUOTES
_FIRST = np.array([True])
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
    headline, body = _tokens(copy.headline), _tokens(copy.body)
    if bare := not body.words:
        body = headline
    size = CHARACTERS if body.spaceless * 2 > len(body.words) else WORDS
    grams = _grams(body.ids, size)
    return Profile(
        language=copy.language,
        size=size,
        grams=grams,
        shingles=_distinct(grams),
        lead=_distinct(grams[: LEAD - size + 1]),
        words=body.distinct,
        title=_distinct(_grams(headline.ids, 2)),
        headline=headline.distinct,
        about=headline.words[0] if headline.words else "",
        numbers=body.numbers,
        names=body.names,
        quoted=body.quoted,
        signals=copy.signals,
        agency=_agency(copy),
        places=_words(copy.dateline.place if copy.dateline else None),
        slug=_words(copy.slug),
        bare=bare,
    )


def _agency(copy: Copy) -> str | None:
    signed = _SIGNED.match(copy.paragraphs[0]) if copy.paragraphs else None
    name = copy.origin or (signed[1] if signed else "")
    return name.casefold() or None


def _words(text: str | None) -> frozenset[str]:
    return _tokens(text).distinct if text else frozenset()


@dataclass(frozen=True, slots=True)
class _Tokens:
    words: list[str]
    distinct: frozenset[str]
    ids: Hashes
    quoted: NDArray[np.bool_]
    numbers: frozenset[str]
    names: frozenset[str]
    spaceless: int
    """Characters of scripts that are written without spaces."""


def _tokens(text: str) -> _Tokens:
    """Cut a text into folded tokens; quotation marks and sentence ends only mark what is around them."""
    plain = text.isascii()
    if not plain:
        text = unicodedata.normalize("NFKC", _IGNORED.sub("", text))
    raw = (_ASCII_TOKEN if plain else _TOKEN).findall(text)
    folded = "\0".join(raw).casefold().split("\0") if raw else []
    if not plain:
        folded = [_alike(token) for token in folded]
    marks = [at for at, token in enumerate(folded) if token in _MARKS]
    words = [token for token in folded if token not in _MARKS]
    distinct = frozenset(words)
    numbers = {word.replace(",", "") for word in distinct if word[0].isdigit()}
    if numbers and _breaks_off(folded) and words[-1] not in words[:-1]:
        numbers.discard(words[-1])
    return _Tokens(
        words,
        distinct,
        np.fromiter(map(_hash, words), np.uint32, len(words)),
        _quoted(folded, marks),
        frozenset(numbers),
        _names(folded, raw, frozenset(marks)),
        0 if plain else len(_SPACELESS_CHARACTER.findall(text)),
    )


def _names(folded: list[str], raw: list[str], marks: frozenset[int]) -> frozenset[str]:
    """Words with a capital letter that no sentence begins with."""
    capitalised = [(at, token) for at, token in enumerate(folded) if token != raw[at] and at and at - 1 not in marks]
    return frozenset(token for _, token in capitalised if len(token) > 1 and not token[0].isdigit())


def _quoted(tokens: list[str], marks: list[int]) -> NDArray[np.bool_]:
    """Of each word: does it stand inside quotation marks? A paragraph's end closes them."""
    quoted = np.zeros(len(tokens), np.bool_)
    opened: int | None = None
    for at in marks:
        token = tokens[at]
        if token in _QUOTES:
            if opened is not None:
                quoted[opened:at] = True
            opened = at if token in _OPENING or (token == _EITHER and opened is None) else None
    if opened is not None:
        quoted[opened:] = True
    is_word = np.ones(len(tokens), np.bool_)
    is_word[marks] = False
    return quoted[is_word]


def _breaks_off(tokens: list[str]) -> bool:
    """Does a text end in the middle of a word? `will receive 2…`"""
    return tokens[-1:] == ["…"] or tokens[-3:] == [".", ".", "."]


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    return xxhash.xxh32_intdigest(word.encode("utf-8", "surrogatepass"))


def _alike(token: str) -> str:
    """A word of Latin letters and their doubles from other alphabets becomes Latin: `Pаris` with a Cyrillic `а`."""
    if not token.isascii() and _LATIN.search(token) and _ALIEN.search(token):
        return token.translate(_LOOKALIKE)
    return token


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


def _distinct(hashes: Hashes) -> Hashes:
    """As `np.unique`, which takes three times as long for a few."""
    if len(hashes) < 2:
        return hashes
    ascending: Hashes = np.sort(hashes)
    first: NDArray[np.bool_] = np.concatenate([_FIRST, ascending[1:] != ascending[:-1]])
    return ascending[first]
