"""Mutations that keep a document whole: JSON with other values in it, XML with elements moved, lost and doubled.

Law: bytes that no parser could tell from what a program wrote; what is odd is in them, not around them.
"""

import json
import random
import re
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**400, 1e308, "", " ", "\0", "\x01\x02", "\ud800", "\ufffe", "a" * 5_000),
    *(
        "<p>x</p>",
        "<![CDATA[",
        "&lt;",
        "//[",
        "javascript:alert(1)",
        "https://a.test/1",
        "urn:x:1",
        "usable",
        "canceled",
    ),
    *("2026-03-12T10:00:00Z", "99999-01-01", "0", "text", "picture", "withheld", "de", "sig:update", "3"),
    *([], {}, [None], [[]], [{}], {"": ""}, {"name": None}, ["a", 1, None], [{"name": "a"}, "b"]),
)
_ELEMENT = re.compile(rb"<([A-Za-z][\w:.-]*)\b[^<>]*>[^<>]*</\1>|<[A-Za-z][^<>]*/>")
_BLOCK = re.compile(rb"<([A-Za-z][\w:.-]*)\b[^<>]*>.{0,2000}?</\1>", re.DOTALL)
_TEXT = re.compile(rb">[^<>]+<")
_ATTRIBUTE = re.compile(rb"""=\s*"([^"<>]*)"|=\s*'([^'<>]*)'""")
_TAG = re.compile(rb"(?<=<)[A-Za-z][\w:.-]*|(?<=</)[A-Za-z][\w:.-]*")
_TEXTS = (
    b"",
    b" ",
    b"0",
    b"-1",
    b"99999999999999999999",
    b"2026-13-45T99:00:00Z",
    b"&#0;",
    b"&amp;lt;",
    b"&#xD800;",
    b"x" * 5_000,
)


def reshaped(seed: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes | None:
    """A whole document like `seed`; None where it is neither JSON nor XML."""
    start = seed.lstrip()[:1]
    if start in {b"{", b"["}:
        return _json(seed, chance)
    return _xml(seed, seeds, chance) if start == b"<" else None


def _json(seed: bytes, chance: random.Random) -> bytes | None:
    try:
        lines = (
            [json.loads(line) for line in seed.splitlines() if line.strip()] if b"\n{" in seed else [json.loads(seed)]
        )
    except (ValueError, RecursionError):
        return None
    for _ in range(chance.randint(1, 4)):
        _change(chance.choice(lines), chance)
    return "\n".join(json.dumps(line) for line in lines).encode("utf-8", "surrogatepass")


def _change(tree: Any, chance: random.Random) -> None:
    while isinstance(tree, dict | list) and tree:
        key = chance.choice(list(tree)) if isinstance(tree, dict) else chance.randrange(len(tree))
        inside = tree[key]
        if isinstance(inside, dict | list) and inside and chance.random() < 0.75:
            tree = inside
            continue
        match chance.randrange(5):
            case 0:
                del tree[key]
            case 1 if isinstance(tree, list):
                tree.extend([deepcopy(inside)] * chance.choice((1, 3, 200)))
            case 2:
                tree[key] = [inside]
            case 3 if isinstance(tree, dict):
                tree[chance.choice((str(key).upper(), f"x{key}", "items", "headline", "uri", "body"))] = deepcopy(
                    inside
                )
            case _:
                tree[key] = deepcopy(chance.choice(_ODD))
        return


def _xml(seed: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    body = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        match chance.randrange(6):
            case 0:
                _put(body, chance.choice((_ELEMENT, _BLOCK)), b"", chance)
            case 1:
                what = chance.choice((_ELEMENT, _BLOCK))
                found = [one[0] for one in what.finditer(bytes(body))]
                if found:
                    one = chance.choice(found)
                    _put(body, _ELEMENT, one * chance.choice((2, 2, 40)), chance)
            case 2:
                other = [one[0] for one in _ELEMENT.finditer(chance.choice(seeds))]
                _put(body, _ELEMENT, chance.choice(other) if other else b"", chance)
            case 3:
                _put(body, _TEXT, b">" + chance.choice(_TEXTS) + b"<", chance)
            case 4:
                _put(body, _ATTRIBUTE, b'="' + chance.choice(_TEXTS) + b'"', chance)
            case _:
                tags = _TAG.findall(bytes(body))
                if tags:
                    old, new = chance.choice(tags), chance.choice(tags)
                    body[:] = re.sub(rb"(?<=[<</])" + re.escape(old) + rb"(?=[\s>/])", new, bytes(body))
    return bytes(body)


def _put(body: bytearray, where: re.Pattern[bytes], what: bytes, chance: random.Random) -> None:
    spans = [one.span() for one in where.finditer(bytes(body))]
    if spans:
        begin, end = chance.choice(spans)
        body[begin:end] = what
