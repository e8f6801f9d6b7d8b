"""From TOML tables to frozen dataclasses: types, ranges and defaults are the dataclass's own, nothing is written twice.

Law: strict. A text is no number, a truth is no number, infinity is no duration; the only freedom is that seconds and
bytes may be written with a unit ("15min", "20MB") wherever the field's type is marked with `annotated_types.Unit`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from types import GenericAlias
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from annotated_types import Unit
from pydantic import ConfigDict, TypeAdapter, ValidationError

from wire.config.files import unknown
from wire.config.lines import Place

T = TypeVar("T")

_SECONDS = {"ms": 0.001, "s": 1, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_BYTES = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_UNITS: Mapping[str, Mapping[str, float]] = {"s": _SECONDS, "B": _BYTES}
_EXPECTED = {
    "s": 'should be seconds as a number, or a duration such as "90s", "15min", "72h", "30d"',
    "B": 'should be a whole number of bytes, or a size such as "500kB", "20MB", "1GiB"',
}
_TYPES = {
    "string_type": "should be text, in quotes",
    "bool_type": "should be true or false, without quotes",
    "int_type": "should be a whole number, without quotes",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number, without quotes",
    "list_type": "should be a list, in square brackets",
    "tuple_type": "should be a list, in square brackets",
    "frozen_set_type": "should be a list, in square brackets",
    "dict_type": "should be a table",
}
"""What was expected, in words of TOML, by pydantic's type of the fault."""
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?) ?([A-Za-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A value that does not fit."""

    place: Place
    """Below the table of records: record, field, …"""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Built(Generic[T]):
    """What came of a table of records: those that are sound, by name, and what is wrong with the others."""

    records: dict[str, T]
    wrong: tuple[Wrong, ...] = ()


def build(kind: type[T], tables: Mapping[str, Mapping[str, Any]]) -> Built[T]:
    """Make one `kind`, a frozen dataclass, of each table."""
    records: Any = GenericAlias(dict, (str, kind))
    adapter: TypeAdapter[dict[str, T]] = TypeAdapter(records, config=ConfigDict(extra="forbid", allow_inf_nan=False))
    hints = _hints(kind)
    plain = {name: _without_units(hints, table) for name, table in tables.items()}
    try:
        return Built(records=adapter.validate_json(_json(plain), strict=True))
    except ValidationError as error:
        wrong = tuple(_wrong(kind, error))
    sound = {name: table for name, table in plain.items() if name not in {one.place[0] for one in wrong}}
    return Built(records=adapter.validate_json(_json(sound), strict=True), wrong=wrong)


def quantity(text: str, unit: str) -> float | None:
    """Read "15min" as seconds (`unit` "s"), "20MB" as bytes (`unit` "B"); None: it is neither."""
    found = _QUANTITY.fullmatch(text.strip())
    factor = _UNITS[unit].get(found[2]) if found else None
    if not found or factor is None:
        return None
    value = round(float(found[1]) * factor, 6)
    return int(value) if unit == "B" and value.is_integer() else value


def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _without_units(hints: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    plain = dict(table)
    for name, hint in hints.items():
        unit = _unit(hint)
        if unit and name in plain:
            plain[name] = _without_unit(plain[name], unit)
    return plain


def _without_unit(value: Any, unit: str) -> Any:
    """A text as the number that it says, in a table of such as well; what says none stays, to be refused."""
    if isinstance(value, dict):
        return {key: _without_unit(each, unit) for key, each in value.items()}
    number = quantity(value, unit) if isinstance(value, str) else None
    return value if number is None else number


def _unit(hint: object) -> str | None:
    """Find the unit that a field's type is marked with, also inside `… | None`."""
    for part in get_args(hint):
        unit = part.unit if isinstance(part, Unit) else _unit(part)
        if unit in _UNITS:
            return unit
    return None


def _json(tables: object) -> str:
    """Write tables as JSON; TOML's dates and times, which no record takes, become something that fits no field."""
    return json.dumps(tables, default=lambda _: {"a": "date"})


def _wrong(kind: type[Any], error: ValidationError) -> Iterator[Wrong]:
    for fault in error.errors(include_url=False):
        place = fault["loc"]
        if fault["type"] == "unexpected_keyword_argument":
            message = unknown(str(place[-1]), _hints(_record_at(kind, place[1:-1])))
        elif fault["type"].startswith("missing"):
            message = "is missing"
        elif (unit := _unit_at(kind, place)) and fault["type"] in {"float_type", "int_type", "int_from_float"}:
            message = _EXPECTED[unit]
        else:
            said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
            message = _TYPES.get(fault["type"], said)
        yield Wrong(place=place, message=message)


def _unit_at(kind: type[Any], place: Place) -> str | None:
    return _unit(_hints(kind).get(str(place[1]))) if len(place) > 1 else None


def _record_at(kind: type[Any], place: Place) -> type[Any]:
    """Find the dataclass that holds the keys at `place`, below the record."""
    for step in place:
        if isinstance(step, str):
            kind = next(_records(_hints(kind)[step]), kind)
    return kind


def _records(hint: object) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _records(part)
