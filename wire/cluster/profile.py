"""Everything that matching needs to know of one text, worked out once.

Law: a pure function of the copy and the policy. Folding is for matching alone: the stored text stays as it came.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import xxhash
from numpy.typing import NDArray

from wire.model import Copy, Signal

Hashes: TypeAlias = NDArray[np.uint32]

FOLD: Final = 1
"""Raise when a text would fold or cut into other tokens than before: it is part of a sketch's scheme."""

LEAD: Final = 45
"""Tokens in the lead: one or two opening paragraphs of agency copy, the length of a flash or a teaser."""

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han. Each character is a token of its own.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_TOKEN = re.compile(
    rf"\d+(?:[.,:/-]\d+)*|[{_SPACELESS}]|[^\W\d_{_SPACELESS}]+|[.!?…。！？]|[\"“”„«»「」『』]|``|''|\n\n",
)
_IGNORED = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)],
)
"""Soft hyphen, joiners, bidi marks, zero-width characters: they hold words apart that read as one."""

# Cyrillic and Greek letters that are drawn like Latin ones; folded only in a word that holds Latin letters as well.
_LOOKALIKE = str.maketrans("аеорсухіјѕԁһԛԝαορνικτυχ", "aeopcyxijsdhqwaopviktux")
_SPACELESS_CHARACTER = re.compile(f"[{_SPACELESS}]")
_LATIN = re.compile("[a-z]")
_ALIEN = re.compile("[\u0370-\u03ff\u0400-\u052f]")

_OPENING, _EITHER = frozenset("“„«「『") | {"``"}, '"'
_SENTENCE_END = frozenset(".!?…。！？")
_MIX = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """The features of one text; small and picklable."""

    language: str | None
    origin: str | None
    size: int
    """Shingle size in tokens: 3 words, or 5 characters of a script without spaces."""
    grams: Hashes = field(repr=False)
    """Shingles of the body in reading order."""
    shingles: Hashes = field(repr=False)
    """The same, distinct and sorted."""
    lead: Hashes = field(repr=False)
    """Distinct shingles of the first `LEAD` tokens."""
    words: frozenset[str] = field(repr=False)
    """Tokens of body and headline."""
    title: Hashes = field(repr=False)
    """Distinct words of the headline, hashed."""
    headline: frozenset[str]
    """The same, as words."""
    numbers: frozenset[str]
    """Figures of the body, thousands marks removed: `12.2`, `5-3/4`, `0200`."""
    names: frozenset[str]
    """Capitalised words inside sentences, folded."""
    quoted: NDArray[np.bool_] = field(repr=False)
    """Of each token in `grams` order: does it stand inside quotation marks?"""
    place: str | None
    signals: tuple[Signal, ...]

    @property
    def length(self) -> int:
        """Tokens in the body."""
        return len(self.quoted)


def profile(copy: Copy) -> Profile:
    """Work out the features of a text. Never fails, whatever the text holds."""
    body = _tokens(copy.body)
    headline = _tokens(copy.headline)
    if not body.ids:
        body = headline
    ids = np.array(body.ids, dtype=np.uint32)
    size = 5 if body.spaceless * 2 > len(body.ids) else 3
    grams = _grams(ids, size)
    return Profile(
        language=copy.language,
        origin=copy.origin,
        size=size,
        grams=grams,
        shingles=np.unique(grams),
        lead=np.unique(grams[: max(1, LEAD - size + 1)]),
        words=frozenset(body.words).union(headline.words),
        title=np.unique(np.array(headline.ids, dtype=np.uint32)),
        headline=frozenset(headline.words),
        numbers=body.numbers,
        names=body.names,
        quoted=np.array(body.quoted, dtype=np.bool_),
        place=_fold(copy.dateline.place) if copy.dateline and copy.dateline.place else None,
        signals=copy.signals,
    )


@dataclass(frozen=True, slots=True)
class _Tokens:
    words: list[str]
    ids: list[int]
    quoted: list[bool]
    numbers: frozenset[str]
    names: frozenset[str]
    spaceless: int


def _tokens(text: str) -> _Tokens:
    """Cut a text into folded tokens; quotation marks and sentence ends only mark what is around them."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_IGNORED))
    raw = _TOKEN.findall(text)
    folded = "\0".join(raw).casefold().split("\0") if raw else []
    if not text.isascii():
        folded = [_alike(token) for token in folded]
    words: list[str] = []
    quoted: list[bool] = []
    names, numbers = set(), set()
    inside, opens = False, True
    for token, as_written in zip(folded, raw, strict=True):
        first = token[0]
        if first.isalnum():
            words.append(token)
            quoted.append(inside)
            if first.isdigit():
                numbers.add(token.replace(",", ""))
            elif as_written[0] != first and not opens and len(token) > 1:
                names.add(token)
            opens = False
        elif token in _SENTENCE_END:
            opens = True
        else:
            inside = token in _OPENING or (token == _EITHER and not inside)
            opens = True
    spaceless = 0 if text.isascii() else len(_SPACELESS_CHARACTER.findall(text))
    ids = {word: xxhash.xxh32_intdigest(word.encode("utf-8", "surrogatepass")) for word in set(words)}
    return _Tokens(words, [ids[word] for word in words], quoted, frozenset(numbers), frozenset(names), spaceless)


def _fold(text: str) -> str:
    return " ".join(_tokens(text).words)


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
    mixed = ids[:count] * _MIX[0]
    for place in range(1, size):
        mixed = (mixed ^ (mixed >> np.uint32(15))) * _MIX[1] + ids[place : place + count] * _MIX[place]
    mixed ^= mixed >> np.uint32(16)
    return mixed
