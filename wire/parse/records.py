"""Fields of JSON items, tolerant: what has the wrong type is absent.

Law: total functions; nothing raises for what a record holds.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from wire.errors import BrokenDocument
from wire.parse.fields import text_or_none

Record = Mapping[str, Any]


def load(text: str) -> object:
    """The one JSON value in `text`, or a list of those that stand one a line. Raises `BrokenDocument` with the place of
    the fault."""
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        lines = [line for line in text.split("\n") if line.strip()]
        if error.msg == "Extra data" and len(lines) > 1 and error.pos >= len(lines[0]):
            return [load(line) for line in lines]
        raise BrokenDocument(f"JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise BrokenDocument(f"JSON: {error}") from error
    except RecursionError as error:
        raise BrokenDocument("JSON: nested too deep") from error
    return value


def records(value: object) -> list[Record]:
    """The objects of a list, or the values of an object that are objects: ninjs 1 names what 2 lists."""
    if isinstance(value, Mapping):
        value = list(value.values())
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def folded(record: Record) -> Record:
    """With its names in lower case: ninjs 3 writes `versionCreated`, 1 and 2 `versioncreated`."""
    return {str(name).lower(): value for name, value in record.items()}


def words(value: object) -> str | None:
    """Text that holds something; a number as its digits, so that `version: 2` and `"2"` are one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)[:100]
    return text_or_none(value)


def names(values: object, *keys: str) -> list[str]:
    """The text of each object in a list under the first of `keys` that it has, and of each that is bare text."""
    listed = values if isinstance(values, list) else [values]
    found = [
        next((text for key in keys if (text := words(each.get(key)))), None)
        if isinstance(each, Mapping)
        else words(each)
        for each in listed
    ]
    return [each for each in found if each]


def first(record: Record, *keys: str) -> str | None:
    """The first of some fields that holds text."""
    return next((text for key in keys if (text := words(record.get(key)))), None)


def stated(record: Record, key: str) -> str | None:
    """An embargo as sent: None where nothing is stated; empty where something is that is no text."""
    value = record.get(key)
    if value is None or value is False or (isinstance(value, str) and not value.strip()):
        return None
    return words(value) or ""


def references(values: object) -> Iterable[str]:
    """Ids of other items: bare, or in objects."""
    return names(values, "uri", "itemid", "guid", "id", "residref", "href") if values else []
