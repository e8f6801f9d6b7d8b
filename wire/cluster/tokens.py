"""Texts cut into tokens, many in one stroke: over a few words a stroke costs nearly as much as over thousands.

Law: what is said of a text is a function of that text alone, whatever is cut beside it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wire.cluster.shingles import Hashes
from wire.cluster.vocabulary import CAPITAL, EITHER, END, FIGURE, MARK, OPENING, QUOTE, Places, Vocabulary, numbered

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


@dataclass(frozen=True, slots=True)
class Tokens:
    """Several texts in tokens. Marks are no words, but say what the words around them are."""

    words: list[str]
    """All texts' words, folded, one text behind the other."""
    ids: Hashes
    """Hash of each."""
    figured: NDArray[np.bool_]
    """Of each: is it a figure?"""
    quoted: NDArray[np.bool_]
    """Of each: does it stand inside quotation marks?"""
    spans: list[slice]
    """Of each text: its words among them."""
    spaceless: list[bool]
    """Of each text: is it written without spaces?"""
    figures: list[frozenset[str]]
    """Of each text: its figures, without thousands marks."""
    names: list[frozenset[str]]
    """Of each text: words with a capital letter that no sentence begins with."""

    def length(self, text: int) -> int:
        """Words of a text."""
        span = self.spans[text]
        return int(span.stop) - int(span.start)

    def distinct(self, text: int) -> frozenset[str]:
        """The words of a text."""
        return frozenset(self.words[self.spans[text]])


def cut(texts: Sequence[str]) -> Tokens:
    """Cut texts into tokens. Between two texts a paragraph ends, so that none tells anything of the next."""
    clean = [text if text.isascii() else unicodedata.normalize("NFKC", _IGNORED.sub("", text)) for text in texts]
    raw: list[str] = []
    ends: list[int] = []
    for text in clean:
        raw += (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
        raw.append(END)
        ends.append(len(raw))
    known, places = numbered(raw)
    kinds = known.kinds.take(places)
    is_word = kinds & MARK == 0
    before = np.concatenate([[0], np.cumsum(is_word)])
    bounds: list[int] = before.take([0, *ends]).tolist()
    words = places[is_word]
    figured = kinds[is_word] & FIGURE != 0
    spans = [slice(start, end) for start, end in pairwise(bounds)]
    folded = _folded(known, words)
    return Tokens(
        words=folded,
        ids=known.hashes.take(words),
        figured=figured,
        quoted=_quoted(raw, kinds)[is_word],
        spans=spans,
        spaceless=[2 * _spaceless(text) > span.stop - span.start for text, span in zip(clean, spans, strict=True)],
        figures=_figures(folded, figured, spans, [_breaks_off(raw[max(0, end - 4) : end - 1]) for end in ends]),
        names=_names(known, places, kinds, is_word, ends),
    )


def _spaceless(text: str) -> int:
    """Characters of scripts that are written without spaces."""
    return 0 if text.isascii() else len(_SPACELESS_CHARACTER.findall(text))


def _folded(known: Vocabulary, places: Places) -> list[str]:
    folded = known.folded
    return [folded[place] for place in places.tolist()]


def _figures(
    words: list[str], figured: NDArray[np.bool_], spans: list[slice], broken: list[bool]
) -> list[frozenset[str]]:
    """Figures, thousands marks removed; not the last word of a text that breaks off in it."""
    places = figured.nonzero()[0]
    texts = [words[place] for place in places.tolist()]
    found = []
    for part, span, breaks_off in zip(_parts(places, [each.stop for each in spans]), spans, broken, strict=True):
        numbers = {each.replace(",", "") for each in texts[part]}
        if numbers and breaks_off and words[span].count(words[span.stop - 1]) == 1:
            numbers.discard(words[span.stop - 1])
        found.append(frozenset(numbers))
    return found


def _names(
    known: Vocabulary, places: Places, kinds: NDArray[np.uint8], is_word: NDArray[np.bool_], ends: list[int]
) -> list[frozenset[str]]:
    at = ((kinds[1:] & CAPITAL != 0) & is_word[:-1]).nonzero()[0] + 1
    names = _folded(known, places[at])
    return [frozenset(names[part]) for part in _parts(at, ends)]


def _parts(ascending: Places, ends: list[int]) -> list[slice]:
    """Which of the places lie before each end, and behind the one before."""
    return [slice(start, end) for start, end in pairwise([0, *ascending.searchsorted(ends).tolist()])]


def _quoted(raw: list[str], kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Of each token: does it stand inside quotation marks? A paragraph's end closes them."""
    quoted = np.zeros(len(raw), np.bool_)
    opened: int | None = None
    for at in (kinds & QUOTE).nonzero()[0].tolist():
        if opened is not None:
            quoted[opened:at] = True
        token = raw[at]
        opened = at if token in OPENING or (token == EITHER and opened is None) else None
    return quoted


def _breaks_off(last: list[str]) -> bool:
    """Does a text end in the middle of a word? `will receive 2…`"""
    return last[-1:] == ["…"] or last == [".", ".", "."]
