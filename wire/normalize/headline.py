"""A headline for a text that came without one.

Law: it is made of the text and stands in it, too, unless the text opens with a title.
"""

import re
from collections.abc import Sequence

from wire.normalize.text import one_line

_LIMIT = 120
"""Characters of a headline that is made of a sentence."""
_CHOICE = 4
"""Paragraphs with the opening of one of which a text is headed."""
_READ = 6_000
"""Characters of a text in which words are looked for again."""
_WORDS = 6
"""Words of a sentence that can say what a text is about."""
_AGAIN = 2
"""Words of it that the text takes up."""

_STOP = re.compile(r"[.!?][\"'”’»)\]]*(?=\s)|[。！？][」』”]?")
_ABBREVIATED = re.compile(r"(?:\b[^\W\d_]|\b(?:[A-Z][a-z]{1,2}|Sept|Prof|Corp|Capt|Mmes?))$")
_SPAN = 6
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5


def closes(paragraph: str) -> bool:
    """Whether it ends as a sentence that states something."""
    return paragraph.rstrip("\"'”’»)」』")[-1:] in {".", "。", "…"}


def made_of(paragraphs: Sequence[str]) -> str:
    """The first sentence that speaks of what the text speaks of: a page's link to another story, or a general remark,
    holds no word that comes again. A title that opens the text is its headline."""
    if not paragraphs:
        return ""
    first = _first_sentence(paragraphs[0])
    if not closes(paragraphs[0]):
        return first
    said = [_first_sentence(paragraph) for paragraph in paragraphs[:_CHOICE]]
    text = "\n".join(paragraphs)[:_READ].casefold()
    return next((each for each in said if len(each.split()) >= _WORDS and _comes_again(each, text)), first)


def _comes_again(sentence: str, text: str) -> bool:
    stems = {word[:_STEM] for word in _LONG_WORD.findall(sentence.casefold())}
    return sum(text.count(stem) > 1 for stem in stems) >= _AGAIN


def _first_sentence(paragraph: str) -> str:
    """The first sentence, whole or its first words: a full stop behind an initial, `Mr` or `U.S` ends none."""
    stops = (
        stop.end()
        for stop in _STOP.finditer(paragraph)
        if stop[0] != "." or not _ABBREVIATED.search(paragraph, max(0, stop.start() - _SPAN), stop.start())
    )
    sentence = paragraph[: next(stops, len(paragraph))].strip()
    return sentence if len(sentence) <= _LIMIT else one_line(sentence, _LIMIT) + "…"
