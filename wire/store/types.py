"""How a value of the model stands in a column, on both databases.

Law: what goes in comes out equal. Times are UTC; text is made storable, never refused: one odd character in one entry
must not cost a whole document.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import TIMESTAMP, Dialect, Text
from sqlalchemy.types import TypeDecorator

Processor: TypeAlias = Callable[[Any], Any]

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_NUL_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def storable(text: str) -> str:
    """`text` without what a database refuses: NUL (PostgreSQL) and lone surrogates (both) become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def to_json(value: object) -> str:
    """Compact JSON that both databases take; NaN and infinity are refused, for JSON has none."""
    text = _ENCODER.encode(value)
    return storable(_NUL_ESCAPE.sub(r"\1\\ufffd", text) if "\\u0000" in text else text)


class Moment(TypeDecorator[datetime]):
    """A UTC time: `timestamptz` on PostgreSQL; on SQLite text that sorts, of one width: 2026-01-21T09:30:00.000000Z."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the column type of the dialect."""
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Processor:
        """Refuse a time without zone: it would mean something else on every machine."""
        return _or_none(_utc if dialect.name == "postgresql" else _utc_text)

    def result_processor(self, dialect: Dialect, _coltype: object) -> Processor:
        """Give an aware UTC time."""
        return _or_none(_utc if dialect.name == "postgresql" else datetime.fromisoformat)


class Sent(TypeDecorator[str]):
    """Text from outside, stored as it came but for what a database refuses."""

    impl = Text
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Processor:
        """See `storable`."""
        return _or_none(storable)


class Words(TypeDecorator[tuple[str, ...]]):
    """A few words without blanks in them, in order, with a blank between two."""

    impl = Text
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Processor:
        """Join."""
        return _or_none(" ".join)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Processor:
        """Split."""
        return _or_none(lambda words: tuple(words.split()))


def _or_none(function: Processor) -> Processor:
    return lambda value: None if value is None else function(value)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone can't be stored: {moment}")
    return moment.astimezone(UTC)


@lru_cache(maxsize=1024)  # a transaction names few moments, many times
def _utc_text(moment: datetime) -> str:
    return f"{_utc(moment).isoformat(timespec='microseconds')[:26]}Z"
