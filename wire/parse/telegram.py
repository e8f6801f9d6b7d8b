"""Messages as wires carry them: a heading, a text and a trailer between control characters, one message after another.

::

    SYN SYN SOH heading CR LF STX text ETX trailer EOT

Law: knows no format. A message without its marks is read as far as it goes, and what was missing is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SOH, STX, ETX, EOT = b"\x01", b"\x02", b"\x03", b"\x04"
_HEADING = 2_000
"""Bytes of a heading. Without STX it ends at a line that is neither short nor blank."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan gen ene", "feb fév fev", "mar mär mrz", "apr abr avr", "may mai mag maj", "jun giu jui", "jul lug"),
            *("aug ago aoû aou", "sep set", "oct okt ott out", "nov", "dec dez dic déc des"),
        ),
        1,
    )
    for name in names.split()
}
_DAY_TIME = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s*(?P<zone>Z|UTC|GMT|[A-Z]{3,4}|[+-]\d{4})?\s+"
    r"(?P<month>[^\W\d_]{3})[^\W\d_]*\.?\s+(?P<year>\d{4}|\d\d)(?!\d)",
    re.IGNORECASE,
)
"""`241205 Sep 24`, `241205 GMT SEP 2024`: day, hour and minute in one, month, year."""
_HOURS = {"z": 0, "utc": 0, "gmt": 0, "mez": 1, "cet": 1, "mesz": 2, "cest": 2, "bst": 1, "eet": 2, "eest": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message as bytes."""

    heading: bytes
    text: bytes
    trailer: bytes
    problems: tuple[str, ...] = ()


def frames(body: bytes, heading: re.Pattern[bytes]) -> Iterator[Frame]:
    """The messages of a body; `heading`: what stands behind SOH where a message begins."""
    starts = [found.start() for found in heading.finditer(body)]
    if not starts:
        starts = [body.find(SOH)] if SOH in body else []
    for begin, end in zip(starts, [*starts[1:], len(body)], strict=True):
        yield _frame(body[begin + 1 : end])


def _frame(message: bytes) -> Frame:
    problems: list[str] = []
    stx, etx = message.find(STX), message.find(ETX)
    if stx < 0 or 0 <= etx < stx or stx > _HEADING:
        problems.append("no STX before the text")
        stx, skip = _heading_end(message), 0
    else:
        skip = 1
    heading, rest = message[:stx], message[stx + skip :]
    etx = rest.rfind(ETX)
    if etx < 0:
        problems.append("no ETX: the message breaks off")
        text, trailer = rest.partition(EOT)[0], b""
    else:
        text, trailer = rest[:etx], rest[etx + 1 :].partition(EOT)[0]
    return Frame(heading=heading, text=text, trailer=trailer, problems=tuple(problems))


def _heading_end(message: bytes) -> int:
    """Where a heading without STX ends: behind its first blank line and the keywords below, else behind a line."""
    lines = message[:_HEADING].splitlines(keepends=True)
    blank = next((number for number, line in enumerate(lines[:4]) if not line.strip(b" \r\n\x00")), None)
    return sum(map(len, lines[: 1 if blank is None else blank + 2]))


def day_time(text: str, *, local: bool) -> tuple[str | None, datetime | None]:
    """A message's date-time group as sent, and when that is; `local`: a clock without a zone shows Central European
    time (dpa, APA and sda so date their wires), else UTC."""
    found = _DAY_TIME.search(text)
    if found is None:
        return None, None
    month = _MONTHS.get(found["month"].lower())
    if month is None:
        return found[0], None
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    try:
        clock = datetime(year, month, int(found["day"]), int(found["hour"]), int(found["minute"]), tzinfo=UTC)
        return found[0], (clock - _away(found["zone"], clock, local=local))
    except (ValueError, OverflowError):
        return found[0], None


def _away(zone: str | None, clock: datetime, *, local: bool) -> timedelta:
    """How far the clock is ahead of UTC."""
    if zone and zone[0] in "+-":
        sign = -1 if zone[0] == "-" else 1
        return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    if zone and zone.lower() in _HOURS:
        return timedelta(hours=_HOURS[zone.lower()])
    return timedelta(hours=2 if _summer(clock) else 1) if local else timedelta()


def _summer(clock: datetime) -> bool:
    """Is it summer time in Central Europe? From the last Sunday of March, 2:00, to that of October, 3:00."""
    march, october = (_last_sunday(clock.year, month) for month in (3, 10))
    return march + timedelta(hours=2) <= clock < october + timedelta(hours=3)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
