"""What feeds write where a date belongs, as an aware UTC datetime.

Law: never raises and never guesses a day: what can't be read is None, and the caller keeps the text. A time without a
zone is UTC, 24:00 is the midnight that follows (ISO 8601), and where clocks begin nothing was published.
"""

import re
from collections.abc import Sequence
from datetime import MAXYEAR, UTC, date, datetime, timedelta, timezone

EARLIEST_YEAR = 1835
"""The year of the first news agency. An earlier date is a program's zero (year 1) or a mistake."""

MOST = 80
"""Characters of what can be a date."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZEROS = frozenset({datetime(1970, 1, 1), datetime(1904, 1, 1), datetime(1900, 1, 1), datetime(1899, 12, 30)})  # noqa: DTZ001 - in whatever zone
"""Where clocks of Unix, the Macintosh and spreadsheets begin: a program's "never", and no time of publication."""

_RFC822 = re.compile(
    r"""(?:[a-z]{2,9}\.?(?:,\s*|\s+))?                            # day of the week
        (?P<day>\d{1,2})[\s-]+(?P<month>[a-z]{3})[a-z]*\.?[\s-]+(?P<year>\d{4}|\d{2}),?
        (?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?)?
        (?:\s*(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2})(?:\s*\([a-z ]{1,40}\))?|\s+(?P<zone>[a-z]{1,5}))?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", re.ASCII)
_OFFSET = re.compile(r":\d\d\s*[+-](\d\d):?(\d\d)\s*$", re.ASCII)
_NAMED = re.compile(
    r"""(?:[^\W\d_]{1,10}(?:-[^\W\d_]{1,6})?\.?(?:,\s*|\s+))?
        (?P<day>\d{1,2})\.?(?:\s+de)?[\s-]+(?P<month>[^\W\d_]{3,12})\.?(?:\s+de)?[\s-]+(?P<year>\d{4}),?
        (?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?
        (?:\s*(?P<sign>[+-])(?P<zh>\d{2}):?(?P<zm>\d{2})|\s+(?P<zone>[a-zA-Z]{1,5}))?""",
    re.VERBOSE,
)
"""The same with a month in any language: `lun., 02 mars 2026 12:00:00 +0100`, `2. März 2026`, `2 de marzo de 2026`."""
_MIDNIGHT = re.compile(r"(?<=[T\s])24(?=:00(?::00(?:[.,]0+)?)?(?![\d:]))")
_SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"

_ZONES = {
    **dict.fromkeys(("ut", "utc", "gmt", "z", "wet"), 0.0),
    **dict.fromkeys(("bst", "west", "cet", "met"), 1.0),
    **dict.fromkeys(("cest", "mest", "eet", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk"), 3.0),
    **dict.fromkeys(("pkt",), 5.0),
    **dict.fromkeys(("ist",), 5.5),
    **dict.fromkeys(("wib",), 7.0),
    **dict.fromkeys(("hkt", "sgt", "pht", "awst"), 8.0),
    **dict.fromkeys(("jst", "kst"), 9.0),
    **dict.fromkeys(("acst",), 9.5),
    **dict.fromkeys(("aest",), 10.0),
    **dict.fromkeys(("aedt",), 11.0),
    **dict.fromkeys(("nzst",), 12.0),
    **dict.fromkeys(("nzdt",), 13.0),
    **dict.fromkeys(("art", "brt", "adt"), -3.0),
    **dict.fromkeys(("ast", "edt"), -4.0),
    **dict.fromkeys(("est", "cdt"), -5.0),
    **dict.fromkeys(("cst", "mdt"), -6.0),
    **dict.fromkeys(("mst", "pdt"), -7.0),
    **dict.fromkeys(("pst", "akdt"), -8.0),
    **dict.fromkeys(("akst",), -9.0),
    **dict.fromkeys(("hst",), -10.0),
}
"""Hours east of Greenwich. RFC 822 §5 gives the American ones; of those with two meanings (IST, BST, CST, AST) the one
that more feeds mean."""


def moment(text: str | None) -> datetime | None:
    """The time that `text` names, as ISO 8601 or RFC 822 with the liberties that feeds take; None for anything else."""
    text = (text or "").strip()
    if not 8 <= len(text) <= MOST:
        return None
    early = _MIDNIGHT.sub("00", text, count=1)
    when = _read(early)
    if when is None or early == text:
        return when
    return when + timedelta(days=1) if when.year < MAXYEAR else None


def _read(text: str) -> datetime | None:
    try:
        return _sane(datetime.fromisoformat(_SPACED_OFFSET.sub("", text)))
    except ValueError:
        pass
    match = _RFC822.fullmatch(text)
    found = _rfc822(match, _MONTHS.find(match["month"].lower()) // 4 + 1) if match else None
    if found is None and (match := _NAMED.fullmatch(text)):
        found = _rfc822(match, _month(match["month"]))
    return found


def _month(name: str) -> int:
    from wire.parse.months import month  # noqa: PLC0415 - few feeds need what costs 60 ms to read

    return month(name) or 0


def from_struct(parsed: Sequence[int] | None, text: str) -> datetime | None:
    """A UTC time tuple that feedparser made of `text`; None where its year is none (10000, -1) or not in the text.

    feedparser knows dates in Greek, Hungarian and Korean, and sees one in `10000-01-01` as well: November 2010.
    """
    if parsed is None or len(text) > MOST or not _possible(text):
        return None
    year, month, day, hour, minute, second = parsed[:6]
    try:
        when = _sane(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None
    a_day_off = (year - 1, year, year + 1)
    return when if any(str(named) in text for named in a_day_off) else None


def _possible(text: str) -> bool:
    """Whether day and zone exist: feedparser makes 2 March of 30 February, and takes zones four days away."""
    zone = _OFFSET.search(text)
    if zone and (int(zone[1]) > 15 or int(zone[2]) > 59):
        return False
    day = _ISO_DAY.match(text)
    try:
        return day is None or bool(date(int(day[1]), int(day[2]), int(day[3])))
    except ValueError:
        return False


def _rfc822(match: re.Match[str], month: int) -> datetime | None:
    zone = (match["zone"] or "utc").lower()
    if not month or zone not in _ZONES:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= 70 else 2000
    offset = timedelta(hours=_ZONES[zone])
    if match["sign"]:
        offset = timedelta(hours=int(match["zh"]), minutes=int(match["zm"])) * (-1 if match["sign"] == "-" else 1)
    try:
        clock = (int(match["hour"] or 0), int(match["minute"] or 0), min(int(match["second"] or 0), 59))
        return _sane(datetime(year, month, int(match["day"]), *clock, tzinfo=timezone(offset)))
    except ValueError:
        return None


def _sane(when: datetime) -> datetime | None:
    if when.replace(tzinfo=None) in _ZEROS:
        return None
    try:
        utc = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:
        return None
    return utc if utc.year >= EARLIEST_YEAR and utc != _EPOCH else None
