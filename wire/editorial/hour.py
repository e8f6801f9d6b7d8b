"""The hour of an embargo, as people write it.

Law: never early. A clock without a zone counts where the day ends last; a zone with summer time counts as in winter.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_REACH: Final = 300
"""Characters behind the word in which its hour stands."""
_NEAR: Final = 80
"""Characters behind the clock in which its day stands."""
_MARK: Final = re.compile(
    r"(?i)\bembargo(?:ed)?\b|\bsperrfrist\b|\bnot for (?:release|publication|use)\b|\bhold for release\b|"
    r"\b(?:strictly )?under embargo\b"
)
_ISO: Final = re.compile(r"\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?")
_CLOCK: Final = re.compile(
    r"(?i)(?<![\d.:])(?:(?P<h>\d{1,2})(?:[:.h](?P<m>\d\d))?\s*(?P<half>[ap]\.?m\b\.?)|"
    r"(?P<h2>[01]?\d|2[0-4])[:.h](?P<m2>[0-5]\d)(?![.\d])|(?P<h3>[01]\d|2[0-4])(?P<m3>[0-5]\d)(?=\s*(?:hrs\b|[A-Z]{2,5}\b|[+-]\d))|"
    r"(?P<h4>[01]?\d|2[0-4])(?=\s*uhr)|(?P<noon>noon)\b|(?P<midnight>midnight)\b)"
)
_ZONE: Final = re.compile(
    r"\s*(?i:hrs|hours|uhr|local time)?[\s,(]*(?:(?P<name>[A-Z]{1,5})\b|(?P<offset>[+-]\d\d:?\d\d))"
)
_UHR: Final = re.compile(r"(?i)\s*uhr\b")
_MONTH: Final = (
    r"(?P<month>jan|f[eé]b|f[eé]v|m[aä]r|apr|avr|abr|ma[iy]|mag|jun|juin|giu|jul|juil|lug|aug|ao[uû]|ago|sep|set|oct|okt|"
    r"ott|out|nov|dec|dez|d[eé]c|dic)[^\W\d_]*\.?"
)
_DATES: Final = tuple(
    re.compile(rf"(?i){pattern}")
    for pattern in (
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?",
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:de\s+|of\s+)?{_MONTH}(?:,?\s+(?:de\s+)?(?P<year>\d{{4}})\b)?",
        r"\b(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)\b",
        r"\b(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>\d{4})\b",
        r"\b(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?!\d)",
    )
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan",
            "feb féb fev fév",
            "mar mär",
            "apr avr abr",
            "mai may mag",
            "jun juin giu",
            "jul juil lug",
            "aug aou aoû ago",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}
_HOURS: Final = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET", "BST", "WEST"), 0.0),
    **dict.fromkeys(("CET", "CEST", "MEZ", "MESZ"), 1.0),
    **dict.fromkeys(("EET", "EEST", "SAST", "CAT"), 2.0),
    **dict.fromkeys(("MSK", "EAT", "TRT"), 3.0),
    **dict.fromkeys(("HKT", "SGT", "CST8", "AWST"), 8.0),
    **dict.fromkeys(("JST", "KST"), 9.0),
    **dict.fromkeys(("AEST", "AEDT"), 10.0),
    **dict.fromkeys(("NZST", "NZDT"), 12.0),
    **dict.fromkeys(("ET", "EST"), -5.0),
    "EDT": -4.0,
    **dict.fromkeys(("CT", "CST", "CDT"), -6.0),
    **dict.fromkeys(("MT", "MST", "MDT"), -7.0),
    **dict.fromkeys(("PT", "PST", "PDT"), -8.0),
}
"""Hours east of Greenwich; of a name with two meanings, and of zones with summer time, the one that ends last."""
_DAYS: Final = tuple(
    re.compile(rf"(?i)\b(?:{names})\b")
    for names in (
        "mon(?:day)?|montag|lundi|lunes|lunedì",
        "tues?(?:day)?|dienstag|mardi|martes|martedì",
        "wed(?:nesday)?|mittwoch|mercredi|miércoles|mercoledì",
        "thu(?:rs?(?:day)?)?|donnerstag|jeudi|jueves|giovedì",
        "fri(?:day)?|freitag|vendredi|viernes|venerdì",
        "sat(?:urday)?|samstag|sonnabend|samedi|sábado|sabato",
        "sun(?:day)?|sonntag|dimanche|domingo|domenica",
    )
)
_TOMORROW: Final = re.compile(r"(?i)\b(?:tomorrow|morgen|demain|mañana|domani)\b")
_LAST: Final = -12.0
"""Where the day ends last."""


def until(text: str, sent: datetime) -> datetime | None:
    """When an embargo ends that `text` states; None: it states no hour that can be read. `sent`: when the copy was."""
    for mark in _MARK.finditer(text):
        if found := _read(text[mark.end() : mark.end() + _REACH], sent):
            return found
    return None


def _read(text: str, sent: datetime) -> datetime | None:
    if iso := _ISO.search(text):
        zone = iso[3] or "-12:00"
        return _made(f"{iso[1]}T{iso[2]}{'+00:00' if zone in {'Z', 'UTC', 'GMT'} else zone}")
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    hours, minutes = _clock(clock)
    zone = timezone(timedelta(hours=_away(text[clock.end() :])))
    rest = f"{text[: clock.start()]} | {text[clock.end() : clock.end() + _NEAR]}"
    try:
        for each in _DATES:
            if day := each.search(rest):
                return _dated(day, sent.astimezone(zone), hours, minutes)
        return _next(rest, sent.astimezone(zone), timedelta(hours=hours, minutes=minutes))
    except (ValueError, OverflowError):
        return None


def _made(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _clock(found: re.Match[str]) -> tuple[int, int]:
    if found["noon"]:
        return 12, 0
    if found["midnight"]:
        return 24, 0
    hours = int(found["h"] or found["h2"] or found["h3"] or found["h4"])
    minutes = int(found["m"] or found["m2"] or found["m3"] or 0)
    if found["half"]:
        hours = hours % 12 + (12 if found["half"][0] in "pP" else 0)
    return hours, minutes


def _away(rest: str) -> float:
    """Hours east of Greenwich, by what stands behind the clock."""
    zone = _ZONE.match(rest)
    if zone and zone["offset"]:
        sign, digits = zone["offset"][0], zone["offset"][1:].replace(":", "")
        away = int(digits[:2]) + int(digits[2:]) / 60
        return max(min(-away if sign == "-" else away, 14.0), _LAST)
    if zone and zone["name"] in _HOURS:
        return _HOURS[zone["name"]]
    return _HOURS["CET"] if _UHR.match(rest) else _LAST


def _dated(day: re.Match[str], here: datetime, hours: int, minutes: int) -> datetime:
    """The clock on that day; without a year, the one that is nearest."""
    parts = day.groupdict()
    month = int(parts["number"]) if parts.get("number") else _month(parts["month"])
    years = [int(parts["year"])] if parts.get("year") else [here.year - 1, here.year, here.year + 1]
    after = timedelta(hours=hours, minutes=minutes)
    made = [datetime(year, month, int(parts["day"]), tzinfo=here.tzinfo) + after for year in years]
    return min(made, key=lambda each: abs(each - here)).astimezone(UTC)


def _next(text: str, here: datetime, after: timedelta) -> datetime:
    """The next time that the clock shows this, on the day of the week that is named."""
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if _TOMORROW.search(text):
        return (midnight + timedelta(days=1) + after).astimezone(UTC)
    week = next((number for number, each in enumerate(_DAYS) if each.search(text)), None)
    step = 1 if week is None else 7
    first = midnight + after + timedelta(days=0 if week is None else (week - here.weekday()) % 7)
    return (first if first > here else first + timedelta(days=step)).astimezone(UTC)


def _month(name: str) -> int:
    folded = name.lower()
    return next(
        number for start, number in sorted(_MONTHS.items(), key=lambda each: -len(each[0])) if folded.startswith(start)
    )
