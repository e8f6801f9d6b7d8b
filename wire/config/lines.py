"""On which line of a TOML text each key stands, which `tomllib` does not tell.

Law: reads only text that `tomllib` has accepted, so it needs no error of its own; it knows where things stand, never
what they mean. The grammar is that of https://toml.io/en/v1.0.0.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""Path of a value: keys of tables, 0-based positions in arrays."""

_TOKEN = re.compile(
    r"""
    (?P<blank>  [ \t\r]+ | \#[^\n]* )
  | (?P<end>    \n )
  | (?P<text>   \"{3} (?: \\. | [^\\] )*? \"{3,5} | '{3} .*? '{3,5} | " (?: \\. | [^"\\\n] )* " | ' [^'\n]* ' )
  | (?P<mark>   [][{}=,.] )
  | (?P<bare>   [^\s\#"'=\[\]{},.]+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def lines(text: str) -> dict[Place, int]:
    """Give the 1-based line on which each table, key and array element opens."""
    return _Reader(text).read()


def nearest(found: dict[Place, int], place: Place) -> int | None:
    """Give the line of `place` or, where it does not stand in the text, of the closest table around it."""
    while place and place not in found:
        place = place[:-1]
    return found.get(place)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield match.lastgroup or "", match[0], line
        line += match[0].count("\n")
    yield "end", "", line


class _Reader:
    """One walk over the tokens, from the first to the last."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = 0
        self.found: dict[Place, int] = {}
        self.arrays: dict[Place, int] = {}
        """Of each array of tables, the position of the element that is open now."""

    def read(self) -> dict[Place, int]:
        table: Place = ()
        while self.at < len(self.tokens):
            kind, text, _ = self.tokens[self.at]
            if kind == "end":
                self.at += 1
            elif text == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.found

    def header(self) -> Place:
        """`[a.b]` or `[[a.b]]`: name the table that the following keys belong to."""
        line = self.tokens[self.at][2]
        depth = 2 if self.tokens[self.at + 1][1] == "[" else 1
        self.at += depth
        keys = self.keys()
        self.at += depth
        place: Place = ()
        for position, key in enumerate(keys, 1):
            place = (*place, key)
            self.found.setdefault(place, line)
            if depth == 2 and position == len(keys):
                self.arrays[place] = self.arrays.get(place, -1) + 1
            if place in self.arrays:
                place = (*place, self.arrays[place])
                self.found.setdefault(place, line)
        return place

    def pair(self, table: Place) -> None:
        """`a.b = value`."""
        line = self.tokens[self.at][2]
        place = table
        for key in self.keys():
            place = (*place, key)
            self.found.setdefault(place, line)
        self.at += 1  # the equals sign
        self.value(place)

    def keys(self) -> list[str]:
        """A dotted key, up to the mark after it."""
        keys = []
        while True:
            kind, text, _ = self.tokens[self.at]
            keys.append(str(tomllib.loads(f"key = {text}")["key"]) if kind == "text" else text)
            self.at += 1
            if self.tokens[self.at][1] != ".":
                return keys
            self.at += 1

    def value(self, place: Place) -> None:
        opening = self.tokens[self.at][1]
        if opening == "[":
            self.array(place)
        elif opening == "{":
            self.inline_table(place)
        else:  # text, number, date, truth: all that stands before the next end or closing mark
            while self.tokens[self.at][0] != "end" and self.tokens[self.at][1] not in {",", "]", "}"}:
                self.at += 1

    def array(self, place: Place) -> None:
        self.at += 1  # the opening bracket
        position = 0
        while self.more("]"):
            self.found[(*place, position)] = self.tokens[self.at][2]
            self.value((*place, position))
            position += 1

    def inline_table(self, place: Place) -> None:
        self.at += 1  # the opening brace
        while self.more("}"):
            self.pair(place)

    def more(self, closing: str) -> bool:
        """Go to the next element of an array or inline table; False: there is none, and its closing mark is passed."""
        while self.tokens[self.at][0] == "end" or self.tokens[self.at][1] == ",":
            self.at += 1
        if self.tokens[self.at][1] != closing:
            return True
        self.at += 1
        return False
