"""The locator knows every form in which TOML writes a key."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.config.lines import Place, lines, nearest

TEXT = '''# a comment = with [marks] "and quotes
title = "# no comment" # a comment
[store]
url = "sqlite:///x]" # "

[fetch.limits]   # dotted header
"max bytes" = 5
'single.quoted' = 6
a . b."c d" = 1.5e3
long = """
[not.a.header]
key = 1
ends with quotes """""
raw = \'\'\'
no \\ escape """
\'\'\'
escaped = """one \\""" two
three"""
after = 1979-05-27 07:32:00.5Z

[[feeds]]
name = "x"
[feeds.place]
city = "y"
[[feeds]]
name = "z"
[[feeds.place]]
[feeds.place.deep]
list = [
  1, # one
  [2,
   3],
  { a = 1, b = { c = [
    true] } },
]
inline = { x = 1, "y z".w = 2 }
"caf\\u00e9" = 0
'''

EXPECTED: dict[Place, int] = {
    ("title",): 2,
    ("store",): 3,
    ("store", "url"): 4,
    ("fetch",): 6,
    ("fetch", "limits"): 6,
    ("fetch", "limits", "max bytes"): 7,
    ("fetch", "limits", "single.quoted"): 8,
    ("fetch", "limits", "a"): 9,
    ("fetch", "limits", "a", "b"): 9,
    ("fetch", "limits", "a", "b", "c d"): 9,
    ("fetch", "limits", "long"): 10,
    ("fetch", "limits", "raw"): 14,
    ("fetch", "limits", "escaped"): 17,
    ("fetch", "limits", "after"): 19,
    ("feeds",): 21,
    ("feeds", 0): 21,
    ("feeds", 0, "name"): 22,
    ("feeds", 0, "place"): 23,
    ("feeds", 0, "place", "city"): 24,
    ("feeds", 1): 25,
    ("feeds", 1, "name"): 26,
    ("feeds", 1, "place"): 27,
    ("feeds", 1, "place", 0): 27,
    ("feeds", 1, "place", 0, "deep"): 28,
    ("feeds", 1, "place", 0, "deep", "list"): 29,
    ("feeds", 1, "place", 0, "deep", "list", 0): 30,
    ("feeds", 1, "place", 0, "deep", "list", 1): 31,
    ("feeds", 1, "place", 0, "deep", "list", 1, 0): 31,
    ("feeds", 1, "place", 0, "deep", "list", 1, 1): 32,
    ("feeds", 1, "place", 0, "deep", "list", 2): 33,
    ("feeds", 1, "place", 0, "deep", "list", 2, "a"): 33,
    ("feeds", 1, "place", 0, "deep", "list", 2, "b"): 33,
    ("feeds", 1, "place", 0, "deep", "list", 2, "b", "c"): 33,
    ("feeds", 1, "place", 0, "deep", "list", 2, "b", "c", 0): 34,
    ("feeds", 1, "place", 0, "deep", "inline"): 36,
    ("feeds", 1, "place", 0, "deep", "inline", "x"): 36,
    ("feeds", 1, "place", 0, "deep", "inline", "y z"): 36,
    ("feeds", 1, "place", 0, "deep", "inline", "y z", "w"): 36,
    ("feeds", 1, "place", 0, "deep", "café"): 37,
}


def places(value: object, at: Place = ()) -> set[Place]:
    """Every path in a loaded document."""
    steps: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        steps = list(value.items())
    elif isinstance(value, list):
        steps = list(enumerate(value))
    return {found for step, inner in steps for found in {(*at, step)} | places(inner, (*at, step))}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_form_of_key_is_on_its_line(newline: str) -> None:
    text = TEXT.replace("\n", newline)

    assert lines(text) == EXPECTED
    assert set(EXPECTED) == places(tomllib.loads(text))


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "a = 1", "[a]", "[a] # x", "a = []", "a = {}"])
def test_small_texts(text: str) -> None:
    assert set(lines(text)) == places(tomllib.loads(text))


KEYS = st.sampled_from(["a", "b-c", "d_1", '"e f"', '"g.h"', "'[i]'", '"#j"', '"k\\"l"', "1979"])
SCALARS = st.sampled_from(
    [
        "1",
        "-1.5e3",
        "true",
        '"x"',
        '"\\\\"',
        "'#'",
        '"""\n]"""',
        "'''\n[x]\n'''",
        '""""q"""',
        "07:32:00",
        "1979-05-27 07:32:00",
        "inf",
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[ # c\n" + ",\n".join(parts) + "]"),
        st.dictionaries(KEYS, inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        ),
    ),
    max_leaves=6,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


@given(st.dictionaries(KEYS, TABLES, max_size=4), st.lists(TABLES, max_size=3))
def test_finds_exactly_what_tomllib_finds(tables: dict[str, dict[str, str]], rows: list[dict[str, str]]) -> None:
    parts = [(f"[{name}]", table) for name, table in tables.items()] + [("[[rows . 'of it']]", row) for row in rows]
    text = "\n".join(
        "\n".join([header, *(f"{key} = {value} # end" for key, value in table.items())]) for header, table in parts
    )

    found = lines(text)

    assert set(found) == places(tomllib.loads(text))
    for place, line in found.items():
        if isinstance(place[-1], str) and len(place) == 2:
            assert place[-1].replace('"', '\\"') in text.split("\n")[line - 1]


def test_nearest_is_the_line_of_the_table_around() -> None:
    found = lines("x = 1\n[a.b]\nc = [1]")

    assert nearest(found, ("a", "b", "c", 0)) == 3
    assert nearest(found, ("a", "b", "missing")) == 2
    assert nearest(found, ("a", "b", "c", 5, "deeper")) == 3
    assert nearest(found, ("missing",)) is None
