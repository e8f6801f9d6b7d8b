"""Messages as wires carry them: a heading, a text and a trailer between control characters, one message after another.

::

    SYN SYN SOH heading CR LF STX text ETX trailer EOT

Law: knows no format. A message without its marks is read as far as it goes, and what was missing is said.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wire.errors import BrokenDocument
from wire.model import Document, Entry
from wire.parse.codepage import narrowed

SOH, STX, ETX, EOT = b"\x01", b"\x02", b"\x03", b"\x04"
REACH = 512
"""Bytes of line noise, or of the end of the message before, that may stand before the first heading."""
MAX_MESSAGES = 20_000
"""That are read of one body."""
LONGEST = 1_000_000
"""Bytes of one message's text: what is longer came from no wire."""
PRIORITIES = {"f": 1, "b": 2, "u": 2, "r": 4, "d": 5, "a": 6, "s": 6, "w": 7, "z": 8}
"""IPTC's for the letters of ANPA: flash, bulletin, urgent, regular, deferred, advance, for Sunday, for the week."""
_HEADING = 2_000
"""Bytes of a heading."""
_LINE = re.compile(rb"[^\r\n]*(?:\r\n?|\n)?")
_BELOW = re.compile(rb"(?:[ \r\n\x00]*+[^\r\n]{0,100}/\s*?\n)*")
"""Lines of keywords below a heading, where STX does not tell them from the text."""
_IDLE = b"\x00\x16\x7f"

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
    if not starts and SOH in body:
        starts = [body.find(SOH)]
    if not starts:
        return
    for begin, end in zip(starts, [*starts[1:], len(body)], strict=True):
        yield _frame(body[begin:end].strip(_IDLE), heading)


def document(
    body: bytes,
    heading: re.Pattern[bytes],
    message: Callable[[Frame], tuple[Entry | None, list[str]]],
    *,
    kind: str,
    name: str,
) -> Document:
    """The messages of a body, each read by itself; `kind` and `name` are the format's, for programs and for people.

    Raises `BrokenDocument` where none holds a text.
    """
    entries: list[Entry] = []
    problems: list[str] = []
    for number, frame in enumerate(frames(narrowed(body), heading), 1):
        if number > MAX_MESSAGES:
            problems.append(f"only the first {MAX_MESSAGES:,} messages read")
            break
        entry, said = message(frame)
        problems += [f"message {number}: {each}" for each in said]
        entries += [entry] if entry else []
    if not entries:
        raise BrokenDocument(f"{name} without a text: {problems[0] if problems else 'no message'}")
    return Document(format=kind, title=None, language=None, entries=tuple(entries), problems=told(problems))


def told(problems: list[str]) -> tuple[str, ...]:
    """The first problems, and how many there are more."""
    return (*problems[:20], *[f"{len(problems) - 20} more problems"] * (len(problems) > 20))


def _frame(message: bytes, heading: re.Pattern[bytes]) -> Frame:
    problems: list[str] = []
    stx, etx = message.find(STX), message.find(ETX)
    if stx < 0 or 0 <= etx < stx or stx > _HEADING:
        problems.append("no STX before the text")
        found = heading.match(message) or _LINE.match(message)
        begins = found.end() if found else 0
        below = _BELOW.match(message, begins)
        begins = stx = below.end() if below else begins
    else:
        begins = stx + 1
    etx = message.rfind(ETX, begins)
    if etx < 0:
        problems.append("no ETX: the message breaks off")
        text, trailer = message[begins:].partition(EOT)[0], b""
    else:
        text, trailer = message[begins:etx], message[etx + 1 :].partition(EOT)[0]
    if len(text) > LONGEST:
        problems.append(f"cut at {LONGEST:,} bytes")
        text = text[:LONGEST]
    return Frame(heading=message[1:stx], text=text.rstrip(_IDLE + b"\r\n "), trailer=trailer, problems=tuple(problems))


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
