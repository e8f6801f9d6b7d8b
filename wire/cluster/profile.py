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
_MARKS = _SENTENCE_END | _OPENING | frozenset("”»」』") | {"''", _EITHER, "\n\n"}
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
    """Distinct words of the headline, hashed."""
    headline: frozenset[str]
    """The same, as words."""
    about: str
    """The first of them: agency headlines begin with whom they speak of."""
    numbers: frozenset[str]
    """Figures of the body, thousands marks removed: `12.2`, `5-3/4`, `0200`."""
    names: frozenset[str]
    """Capitalised words inside sentences, folded."""
    quoted: NDArray[np.bool_] = field(repr=False)
    """Of each token in `grams` order: does it stand inside quotation marks?"""
    signals: tuple[Signal, ...]
    bare: bool
    """Is there no body, so that the headline stands for it?"""

    @property
    def length(self) -> int:
        """Tokens in the body."""
        return len(self.quoted)


def profile(copy: Copy) -> Profile:
    """Work out the features of a text. Never fails, whatever the text holds."""
    headline, body = _tokens(copy.headline), _tokens(copy.body)
    if bare := not body.words:
        body = headline
    size = 5 if body.spaceless * 2 > len(body.words) else 3
    grams = _grams(body.ids, size)
    return Profile(
        language=copy.language,
        size=size,
        grams=grams,
        shingles=np.unique(grams),
        lead=np.unique(grams[: LEAD - size + 1]),
        words=frozenset(body.words),
        title=np.unique(headline.ids),
        headline=frozenset(headline.words),
        about=headline.words[0] if headline.words else "",
        numbers=body.numbers,
        names=body.names,
        quoted=np.array(body.quoted, dtype=np.bool_),
        signals=copy.signals,
        bare=bare,
    )


@dataclass(frozen=True, slots=True)
class _Tokens:
    words: list[str]
    ids: Hashes
    quoted: list[bool]
    numbers: frozenset[str]
    names: frozenset[str]
    spaceless: int
    """Characters of scripts that are written without spaces."""


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
        if token in _MARKS:
            if token not in _SENTENCE_END:
                inside = token in _OPENING or (token == _EITHER and not inside)
            opens = True
            continue
        words.append(token)
        quoted.append(inside)
        if token[0].isdigit():
            numbers.add(token.replace(",", ""))
        elif as_written != token and not opens and len(token) > 1:
            names.add(token)
        opens = False
    spaceless = 0 if text.isascii() else len(_SPACELESS_CHARACTER.findall(text))
    return _Tokens(words, _hashes(words), quoted, frozenset(numbers), frozenset(names), spaceless)


def _hashes(words: list[str]) -> Hashes:
    encoded = "\0".join(words).encode("utf-8", "surrogatepass").split(b"\0") if words else []
    known = {word: xxhash.xxh32_intdigest(word) for word in set(encoded)}
    return np.array([known[word] for word in encoded], dtype=np.uint32)


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
