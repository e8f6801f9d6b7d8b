"""Labelled copy: documents of which somebody has said which are one piece of copy.

Law: strict. A label that can't be read, or that belongs to nothing, is an `InputError` that names file and line, for a
figure over half of the labels would be a wrong figure.
"""

import gzip
import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wire import parse, prepare
from wire.errors import InputError, ParseError

_BETWEEN = re.compile(r"[\s,]*")
_WANTED = 'a pair is {"a": id, "b": another id, "same": true or false, "weight"?: above 0}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One document."""

    id: str
    cluster: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents on which somebody has judged."""

    a: str
    b: str
    same: bool
    weight: float = 1.0
    """How many pairs it stands for."""


def read_documents(path: Path) -> list[Labelled]:
    """The documents of a JSON Lines file, plain or gzipped. Raises InputError."""
    documents: list[Labelled] = []
    lines: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            entry = parse.parse_line(line)
        except ParseError as error:
            raise InputError(f"{path}:{number}: {error}") from error
        key = prepare.name(entry).key
        if not entry.guid:
            raise InputError(f"{path}:{number}: has no `id`")
        if key in lines:
            raise InputError(f"{path}:{number}: the id {entry.guid!r} stands on line {lines[key]} already")
        lines[key] = number
        cluster = json.loads(line).get("cluster")
        documents.append(Labelled(id=entry.guid, cluster=None if cluster is None else str(cluster)))
    if not documents:
        raise InputError(f"{path}: holds no document")
    return documents


def clusters(path: Path, documents: list[Labelled]) -> dict[str, str]:
    """The cluster of each document. Raises InputError where one has none."""
    if missing := [each.id for each in documents if each.cluster is None]:
        raise InputError(
            f"{path}: {len(missing)} of {len(documents)} documents have no `cluster`, {missing[0]!r} first;"
            " label every one, or give --pairs"
        )
    return {each.id: each.cluster for each in documents if each.cluster is not None}


def read_pairs(path: Path, known: Mapping[str, object]) -> list[Pair]:
    """The judged pairs of a JSON file; `known`: ids of documents that there are. Raises InputError."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8") from error
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: is no JSON: {error.msg}") from error
    if not isinstance(values, list) or not values:
        raise InputError(f"{path}:1: is no JSON array of pairs")
    pairs: list[Pair] = []
    for value in values:
        if (pair := _pair(value)) is None:
            raise InputError(f"{path}:{_line(text, len(pairs))}: {_WANTED}")
        pairs.append(pair)
    if missing := {each: number for number, pair in enumerate(pairs) for each in (pair.a, pair.b) if each not in known}:
        name, number = min(missing.items(), key=lambda item: item[1])
        count = f"{len(missing)} ids stand" if len(missing) > 1 else "1 id stands"
        raise InputError(f"{path}:{_line(text, number)}: {count} for no document; {name!r}")
    return pairs


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            lines: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=stream) if packed else stream
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (EOFError, zlib.error) as error:
        raise InputError(f"{path}: the gzip is damaged") from error
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error


def _pair(value: object) -> Pair | None:
    match value:
        case {"a": str() | int() as a, "b": str() | int() as b, "same": bool(same), **rest} if str(a) != str(b):
            weight = rest.get("weight", 1.0)
            if isinstance(weight, int | float) and 0 < weight < math.inf:
                return Pair(a=str(a), b=str(b), same=same, weight=float(weight))
    return None


def _line(text: str, index: int) -> int:
    """1-based line of an element of a JSON array that is known to be sound."""
    decoder, at = json.JSONDecoder(), text.index("[") + 1
    for _ in range(index):
        _, at = decoder.raw_decode(text, _BETWEEN.match(text, at).end())  # type: ignore[union-attr]  # matches anything
    return text.count("\n", 0, _BETWEEN.match(text, at).end()) + 1  # type: ignore[union-attr]  # matches anything
