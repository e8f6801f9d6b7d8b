"""Datelines: `LIMA, Jan 21 (Reuters) -`, `Paris (ats afp) -`, `NEW YORK--(BUSINESS WIRE)--`, `(ANSA) - ROMA, 12 MAR -`.

Law: only a known agency makes a dateline. `COLUMBIA, Mo. (KMIZ) -` is a station's, and stays in the text.
"""

import re

from wire.model import Dateline
from wire.normalize.agencies import Agencies
from wire.normalize.text import word_set

_REACH = 160
"""Characters from the start of a paragraph in which a dateline ends."""
_MARK = re.compile(r"\(([^()\n]{1,48})\)|/([^\W\d_][^/()\n]{1,31})/")
_SEPARATOR = re.compile(r"\s*(?:[.:,]?\s*[-–—―_]+|[.:](?=\s|$)|$)\s*")
_CAPITALS = re.compile(r"(?:[^\W\d_a-z]{3,}[ /-]?)+(?:[, ]|$)")
_AT_ONCE = re.compile(r" (?=[\"“„«]?[^\W\d_a-z][^\W\d_])")
"""Behind a place in capitals the dash may have been lost."""
_MONTH_DAY = (
    r"(?:\d{1,2}\.?ᵉ?(?:er)?\s+(?:de\s+)?[^\W\d_]{3,10}\.?(?:,?\s+(?:de\s+)?\d{4})?|"
    r"[^\W\d_]{3,10}\.?\s+\d{1,2}(?:,?\s+\d{4})?|\d{1,2}[./]\d{1,2}[./]?(?:\d{2,4})?)"
)
_DATE = re.compile(rf"(?:^|[\s,])({_MONTH_DAY})[\s.,]*$")
_LATE_DATE = re.compile(rf"\s*({_MONTH_DAY})\s*[-–—]+\s*")
_LATE_PLACE = re.compile(rf"\s*(?P<place>[^-–—\n]{{2,60}}?)(?:,\s*(?P<date>{_MONTH_DAY}))?\s*[-–—]+\s+")
_SMALL = word_set(
    "a am an and bei da de del den der des di do du e el en et im in la las le les los near of on sur the und van y"
)


def open_dateline(text: str, agencies: Agencies) -> tuple[Dateline | None, str]:
    """The dateline that opens a text (the last of several) and the rest of the text."""
    found = None
    start = 0
    while hit := _one(text, start, agencies):
        found, start = hit
    return found, text[start:] if start else text


def relay(dateline: Dateline, agencies: Agencies) -> str | None:
    """The key of the agency that passed the text on, where the mark names it before the one that wrote it."""
    for mark in _MARK.finditer(dateline.text):
        if found := agencies.relayed(mark[1] or mark[2]):
            return found.key
    return None


def _one(text: str, start: int, agencies: Agencies) -> tuple[Dateline, int] | None:
    for profile, regex in agencies.datelines:
        if own := regex.match(text, start):
            parts = own.groupdict()
            place, date = (parts.get(name) for name in ("place", "date"))
            if own.end() > start:
                opening = own[0].strip()
                return Dateline(text=opening, place=_tidy(place), date=_tidy(date), agency=profile.key), own.end()
    end = start + _REACH
    if text.find("(", start, end) < 0 and text.find("/", start, end) < 0:
        return None
    for mark in _MARK.finditer(text, start, end):
        agency = agencies.marked(mark[1] or mark[2])
        head = text[start : mark.start()]
        separator = _SEPARATOR.match(text, mark.end(), end) or (
            _CAPITALS.match(head) and _AT_ONCE.match(text, mark.end(), end)
        )
        if agency is None or separator is None or not _is_place(place := _DATE.sub("", head), agencies):
            continue
        date_found = _DATE.search(head)
        date = date_found[1] if date_found else None
        after = separator.end()
        if not head.strip() and (late := _LATE_PLACE.match(text, after, end)) and _is_place(late["place"], agencies):
            place, date, after = late["place"], late["date"], late.end()
        elif date is None and (late := _LATE_DATE.match(text, after, end)):
            date, after = late[1], late.end()
        opening = text[start:after].strip()
        return Dateline(text=opening, place=_tidy(place), date=_tidy(date), agency=agency.key), after
    return None


def _is_place(head: str, agencies: Agencies) -> bool:
    """Whether it can be a place name, and is not the agency's own name before its initials, as in prose."""
    words = head.replace("/", " ").strip(" ,.-–—").split()
    if len(words) > 12 or agencies.named(" ".join(words)) or agencies.named(" ".join(words[1:])):
        return False
    return all(not word[0].islower() or word.lower().strip(",.") in _SMALL for word in words)


def _tidy(part: str | None) -> str | None:
    return (part.strip(" ,.-–—") or None) if part else None
