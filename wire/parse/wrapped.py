"""Paragraphs of text that was broken into lines for a teleprinter.

Law: no word is lost or moved. A line that ended before the next word needed it was ended by somebody.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

_ROW = re.compile(r"\|(.*)\|")
_ITEM = re.compile(r"[*•▪+-] +(?=\S)")
_INDENT = re.compile(r" {2,}|\t")
_HANGING = re.compile(r" {1,8}(?=\S)")
_RAGGED = 0.1
"""Of the lines that end at the margin or go on in small letters, those that a program would have filled further. A text
with more was broken by hand, and where a line ends tells nothing."""
_NEAR = 3
"""Characters from the margin within which full lines end."""


def paragraphs(text: str) -> str:
    """`text` with each paragraph in one line, and a blank line between two."""
    blocks = [block for block in _blocks(text.split("\n")) if block]
    if _indents(blocks):
        broken = [part for block in blocks for part in _by_indent(block)]
    else:
        margin = _margin(blocks)
        broken = [part for block in blocks for part in _by_margin(block, margin)]
    return "\n\n".join(filter(None, broken))


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    """Runs of lines without a blank one between them."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.rstrip())
        else:
            blocks.append([])
    return blocks


def _indents(blocks: list[list[str]]) -> bool:
    """Is it the indent that opens a paragraph? Then most lines have none, and some inside a block do."""
    lines = [line for block in blocks for line in block]
    deep = [bool(_INDENT.match(line)) and not _ITEM.match(line.lstrip()) for line in lines]
    inside = sum(bool(_INDENT.match(line)) and not _ITEM.match(line.lstrip()) for block in blocks for line in block[1:])
    items = any(_ITEM.match(line.lstrip()) for line in lines)
    return inside > 0 and 2 * sum(deep) <= len(lines) and not items


def _by_indent(block: list[str]) -> list[str]:
    parts: list[list[str]] = []
    for line in block:
        if _INDENT.match(line) or not parts:
            parts.append([])
        parts[-1].append(line.strip())
    return [" ".join(part) for part in parts]


def _margin(blocks: list[list[str]]) -> int | None:
    """The margin at which a program broke the lines; None: somebody broke them by hand."""
    lengths = sorted((len(line) for block in blocks for line in block if not _ROW.match(line)), reverse=True)
    several = max(2, len(lengths) // 50)
    margin = next((at for at, behind in zip(lengths, lengths[several - 1 :], strict=False) if at - behind < _NEAR), 0)
    full = early = 0
    for block in blocks:
        for line, after in pairwise(block):
            if not _ROW.match(line):
                full += not _fits(line, after, margin)
                early += _fits(line, after, margin) and after.lstrip()[:1].islower()
    return margin if full and early <= _RAGGED * (full + early) else None


def _by_margin(block: list[str], margin: int | None) -> list[str]:
    parts: list[list[str]] = []
    for number, line in enumerate(block):
        before = block[number - 1] if number else ""
        if margin is None:
            begins = _ITEM.match(line.lstrip()) is not None
        else:
            begins = _fits(before, line, margin) and not (_HANGING.match(line) and not _ITEM.match(line.lstrip()))
        if begins or not parts or _ROW.match(line) or _ROW.match(before):
            parts.append([])
        parts[-1].append(_bare(line))
    return [" ".join(part) for part in parts]


def _bare(line: str) -> str:
    """A list's item without its bullet, a table's row without its frame, as HTML would hold them."""
    line = line.strip()
    if row := _ROW.fullmatch(line):
        return " | ".join(filter(None, (cell.strip() for cell in row[1].split("|"))))
    return line[1:].strip() if line.startswith("* ") else line


def _fits(line: str, after: str, margin: int) -> bool:
    """Was there room for the first word of the next line?"""
    return len(line) + 1 + len(after.split(None, 1)[0]) <= margin
