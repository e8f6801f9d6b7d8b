"""Characters, lines and paragraphs of plain text.

Law: what a reader sees stays as it came; what no reader sees (controls, invisible marks, lone surrogates) goes, and a
line break inside a paragraph becomes a space. Doing it twice changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import compress, islice
from textwrap import dedent

LIMIT = 1_000_000
"""Characters of a body that are kept."""
PARAGRAPHS = 20_000
"""Of a body that are kept: a million lines of one letter are no copy."""
HEADLINE_LIMIT = 1_000
"""Characters of a headline that are kept."""
_WRAPPED = 100
"""A text with a longer line was not broken by hand or by a teleprinter: each of its lines is a paragraph."""
_NARROW = 40
"""A text of shorter lines only is a list."""

_BREAK = re.compile("\r\n?|[\x0b\x0c\u2028]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
# Joiners shape Arabic and Indic letters and emoji, so they are visible there; elsewhere they hide.
_SHAPED = "\u0590-\u1fff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_JOINER = re.compile(f"(?<![{_SHAPED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{_SHAPED}])")
# Bytes 80 to 9F are letters and quotes of Windows-1252 that were taken for Latin-1 (WHATWG Encoding, "windows-1252").
_C1 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_INDENT = re.compile("[ \xa0]{3}|\t|\u3000")
_RAGGED = re.compile(" [ \n]|\n ")
_BLANKS = " \t\xa0\u3000"
_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
_ALONE = re.compile(r"\([^()]{1,60}\)\s*")
_BULLET = re.compile(r"\s*[-+*•·▪]\s")
_ENDS_SENTENCE = re.compile("[.!?…:。！？][\"'”’»)\\]]*$")


def word_set(text: str) -> frozenset[str]:
    """The words of a constant list, written in one string."""
    return frozenset(text.split())


def either(patterns: str) -> str:
    """One alternation of the patterns given, one a line."""
    return "(?:" + "|".join(line.strip() for line in patterns.strip().splitlines()) + ")"


def visible(text: str) -> str:
    """Without controls (tab and line feed stay), invisible marks and lone surrogates; in Unicode form C."""
    if text.replace("\n", "").isprintable():
        clean = text
    else:
        clean = _BREAK.sub("\n", text).translate(_C1).replace("\u2029", "\n\n")
        clean = _HIDDEN.sub("", clean)
    if clean.isascii():
        return clean
    if "\u200c" in clean or "\u200d" in clean:
        clean = _JOINER.sub("", clean)
    return unicodedata.normalize("NFC", clean)


def one_line(text: str, limit: int = HEADLINE_LIMIT) -> str:
    """All of it in one line, single spaces, `limit` characters at most."""
    line = " ".join(visible(text).split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0].strip()


def word_count(paragraphs: Iterable[str]) -> int:
    """Words; of scripts that write no spaces, two characters count as one word."""
    return sum(
        len(paragraph.split()) + (0 if paragraph.isascii() else len(_UNSPACED.findall(paragraph)) // 2)
        for paragraph in paragraphs
    )


def has_words(paragraphs: Iterable[str], number: int) -> bool:
    """Whether `word_count` would be `number` or more; reads no further than it takes to tell."""
    if number <= 0:
        return True
    for paragraph in paragraphs:
        number -= len(paragraph.split(None, number))
        if number > 0 and not paragraph.isascii():
            number -= len(_UNSPACED.findall(paragraph)) // 2
        if number <= 0:
            return True
    return False


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of plain text, each in one line: set off by blank lines, by indented first lines, or one a line."""
    clean = visible(text[: 2 * LIMIT])
    tidy = not _RAGGED.search(clean) and clean.replace("\n", "").isprintable()
    return tuple(islice(_bounded(map(str.strip if tidy else _single_spaced, _parts(clean.split("\n")))), PARAGRAPHS))


def _single_spaced(text: str) -> str:
    text = text.strip()
    return text if "  " not in text and text.isprintable() else " ".join(text.split())


def _bounded(parts: Iterable[str]) -> Iterator[str]:
    room = LIMIT
    for part in parts:
        if not part:
            continue
        if len(part) > room:
            part = part[:room].strip()  # noqa: PLW2901 - the last one is cut
        if part:
            yield part
        room -= len(part) + 2
        if room <= 0:
            return


def _parts(lines: list[str]) -> Iterator[str]:
    if len(lines) == 1:
        yield lines[0]
        return
    stripped = list(map(str.strip, lines))
    filled = list(compress(lines, stripped))
    if filled and all(line[0].isspace() for line in filled):
        lines = dedent("\n".join(lines)).split("\n")
    width = max(map(len, compress(filled, (" " in bare for bare in stripped if bare))), default=0)
    indented = any(line[0] in _BLANKS and _INDENT.match(line) for line in filled)
    if width > _WRAPPED or (width < _NARROW and not indented):
        yield from lines
        return
    start = 0
    for number in range(1, len(lines)):
        line, after = lines[number - 1], lines[number]
        empty = not stripped[number] or not stripped[number - 1]
        if empty or _opens(after, line, lines[start], width, indented=indented):
            yield " ".join(lines[start:number])
            start = number
    yield " ".join(lines[start:])


def _opens(line: str, before: str, first: str, width: int, *, indented: bool) -> bool:
    """Whether a line of a hard-wrapped text opens a paragraph."""
    if line[0] in _BLANKS and _INDENT.match(line):
        return not _BULLET.match(first) or bool(_BULLET.match(line))
    if indented:
        return False
    if _COLUMNS.search(line) or _COLUMNS.search(before) or _ALONE.fullmatch(line):
        return True
    word = line.split(None, 1)[0]
    fits = len(before.rstrip()) + 1 + len(word) <= width
    return fits and _ENDS_SENTENCE.search(before) is not None
