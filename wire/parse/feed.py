"""RSS, Atom and RDF, by feedparser: from text that `guard` has made harmless to a `Document`.

Law: feedparser is given bytes in memory and nothing else, cleans no HTML and resolves no link; where it fails inside,
the document is broken. Its records become plain dicts at once: their own `get` warns, and maps keys onto others.
"""

import io
import math
import re
from datetime import datetime
from typing import Any
from xml.sax import SAXParseException

import feedparser

from wire.errors import BrokenDocument
from wire.model import Document, Entry
from wire.parse.dates import from_struct, moment
from wire.parse.detect import feed_start
from wire.parse.fields import (
    Markup,
    as_markup,
    language_tag,
    looks_like_html,
    name_or_none,
    says_something,
    text_or_none,
    unique,
    web_link,
)
from wire.parse.guard import MEDIA_DESCRIPTION, find_root, guard
from wire.parse.odd import oddities

_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"
"""On a line of its own: feedparser searches its line for an encoding, in cubic time."""
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR = re.compile(r"[01]?[0-9]|2[0-4]", re.ASCII)  # RSS 0.91 counted from 1 to 24
_HEAD, _SKIP_MOST = 65_536, 4_000
"""Characters before and behind the items in which skipped hours or days are looked for, and read."""
MAX_TTL = 31_536_000.0
"""Seconds; a publisher's hint beyond a year is a mistake."""

_Record = dict[str, Any]


def read(text: str, *, url: str) -> Document:
    """The document in `text`, fetched from `url`. Raises `BrokenDocument`."""
    start = feed_start(text) or 0
    problems = [f"{start} characters before the document"] if text[:start].strip() else []
    document = text[start:]
    root = find_root(document)
    if root is None:
        raise BrokenDocument("no root element")
    guarded = guard(document, root)
    problems += guarded.problems
    parsed = _feedparser(guarded.xml)
    feed, records = dict(parsed["feed"]), [dict(record) for record in parsed["entries"]]
    fault = _fault(parsed.get("bozo_exception"), lines_before=text.count("\n", 0, start + root.at) - 1)
    if not records and (fault or not feed):
        raise BrokenDocument(f"no entry can be read: {fault or 'the document is empty'}")
    if fault:
        problems.append(f"not well-formed: {fault}")
    base = _base(url, guarded.base, feed)
    form = _format(root.name)
    authors = _authors(feed) if form == "atom" else None
    language = language_tag(feed.get("language"))
    entries = tuple(_entry(record, base=base, author=authors, language=language) for record in records)
    return Document(
        format=form,
        title=text_or_none(feed.get("title")),
        language=language,
        entries=entries,
        ttl=_ttl(feed),
        skip_hours=tuple(sorted({int(hour) % 24 for hour in _skipped(guarded.xml, "hour") if _HOUR.fullmatch(hour)})),
        skip_days=tuple(sorted({_DAYS.index(day) for day in _skipped(guarded.xml, "day") if day in _DAYS})),
        hubs=_related(feed, "hub"),
        topic=next(iter(_related(feed, "self")), None),
        problems=(*problems, *oddities(entries)),
    )


def _related(feed: _Record, relation: str) -> tuple[str, ...]:
    """Targets of a feed's own links of one relation, as written."""
    links = _mappings(feed.get("links"))
    return unique(text_or_none(link.get("href")) for link in links if str(link.get("rel")).lower() == relation)


def _feedparser(xml: str) -> _Record:
    body = io.BytesIO(_DECLARATION + xml.encode())
    try:
        return dict(feedparser.parse(body, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False))
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        # feedparser's handlers assume elements in their usual places; sgmllib raises AssertionError and RuntimeError.
        raise BrokenDocument(f"feedparser fails on it ({type(error).__name__}: {error})"[:200]) from error


def _fault(error: Exception | None, *, lines_before: int) -> str | None:
    """Where the XML breaks off and why, with the line as it is in the document that was sent."""
    if isinstance(error, SAXParseException):
        return f"{error.getMessage()} in line {(error.getLineNumber() or 1) + lines_before}"
    return " ".join(str(error).split())[:200] if error else None


def _entry(record: _Record, *, base: str, author: str | None, language: str | None) -> Entry:
    body, kind, summary = _texts(record)
    headline, headline_kind = _headline(record)
    markup: Markup = "html" if "html" in (kind, headline_kind) else "text"
    published, published_at, updated_at = _times(record)
    return Entry(
        guid=text_or_none(record.get("id")),
        url=_link(record, base),
        headline=as_markup(headline, headline_kind, markup),
        body=as_markup(body, kind, markup),
        markup=markup,
        summary=summary and as_markup(summary[0], summary[1], markup),
        author=_authors(record) or author,
        published=published,
        published_at=published_at,
        updated_at=updated_at,
        language=_language(record) or language,
        keywords=unique(name_or_none(tag.get("label") or tag.get("term")) for tag in _mappings(record.get("tags"))),
        source=name_or_none(_mapping(record.get("source")).get("title")),
    )


def _texts(record: _Record) -> tuple[str, Markup, tuple[str, Markup] | None]:
    """Body, its kind, and the summary with its kind where there is one besides."""
    contents = [(value, _kind(content)) for content in _mappings(record.get("content")) if (value := _value(content))]
    detail = _mapping(record.get("summary_detail"))
    value = text_or_none(record.get("summary"))
    summary = (value, _kind(detail) if detail else _guess(value)) if value else None
    if telling := [content for content in contents if says_something(content[0])]:
        body = max(telling, key=lambda content: len(content[0]))
        return *body, summary if summary and summary[0] != body[0] else None
    if summary:
        return *summary, None
    about = text_or_none(record.get(MEDIA_DESCRIPTION)) or ""
    return about, _guess(about), None


def _headline(record: _Record) -> tuple[str, Markup]:
    title = text_or_none(record.get("title")) or ""
    kind = _kind(_mapping(record.get("title_detail")))
    return title, "html" if kind == "text" and looks_like_html(title) else kind


def _value(content: _Record) -> str | None:
    """The text of a content element; none where it says that it holds something else, an image or a feed."""
    kind = str(content.get("type") or "text/html")
    return text_or_none(content.get("value")) if kind.startswith("text/") or kind.endswith("xml") else None


def _kind(detail: _Record) -> Markup:
    kind = str(detail.get("type") or "text/html")
    return "text" if kind.startswith("text/") and kind != "text/html" else "html"


def _guess(text: str) -> Markup:
    return "html" if looks_like_html(text) else "text"


def _times(record: _Record) -> tuple[str | None, datetime | None, datetime | None]:
    """Publication as sent, as a time, and the time of the last change. RDF and some RSS give one date, `dc:date`."""
    times = {
        key: (text, moment(text) or from_struct(record.get(f"{key}_parsed"), text))
        for key in ("published", "created", "updated")
        if (text := text_or_none(record.get(key)))
    }
    published = times.get("published") or times.get("created") or times.get("updated") or (None, None)
    updated = times.get("updated", (None, None)) if len(times) > 1 else (None, None)
    return published[0], published[1], updated[1]


def _link(record: _Record, base: str) -> str | None:
    """The entry's page: where a proxy rewrote the link the original, else the first alternate of any type."""
    alternates = [link.get("href") for link in _mappings(record.get("links")) if link.get("rel") == "alternate"]
    candidates = (record.get("feedburner_origlink"), record.get("link"), *alternates)
    return next((link for candidate in candidates if (link := web_link(candidate, base=base))), None)


def _base(url: str, xml_base: str | None, feed: _Record) -> str:
    """What relative links are relative to: `xml:base`, the document's own URL, or for a file the page it speaks of."""
    return web_link(xml_base, base=url) or web_link(url, base="") or web_link(feed.get("link"), base="") or ""


def _authors(record: _Record) -> str | None:
    names = [name_or_none(author.get("name")) for author in _mappings(record.get("authors"))]
    return ", ".join(unique(names)) or name_or_none(record.get("author"))


def _language(record: _Record) -> str | None:
    """`dc:language` or `xml:lang` of the entry, or of the text in it."""
    details = [
        *_mappings(record.get("content")),
        record.get("summary_detail"),
        record.get("title_detail"),
    ]
    sent = [record.get("language"), *(_mapping(detail).get("language") for detail in details)]
    return next((tag for value in sent if (tag := language_tag(value))), None)


def _ttl(feed: _Record) -> float | None:
    """Seconds between updates by the publisher's word: `ttl` in minutes, else sy:updatePeriod / sy:updateFrequency."""
    minutes = _number(feed.get("ttl"))
    if minutes is None:
        period = _PERIODS.get((text_or_none(feed.get("sy_updateperiod")) or "").lower())
        seconds = period and period / (_number(feed.get("sy_updatefrequency")) or 1)
    else:
        seconds = minutes * 60
    return seconds if seconds and 0 < seconds <= MAX_TTL else None


def _skipped(xml: str, unit: str) -> list[str]:
    """What stands in `skipHours` or `skipDays` of the channel, in lower case: feedparser keeps but the last of them.

    Looked for before the first item and behind the last one: in between, the words may be somebody's text.
    """
    first, last = xml.find("<item"), xml.rfind("</item>")
    for part in (xml[: min(first, _HEAD) if first >= 0 else _HEAD], xml[last:][:_HEAD] if last >= 0 else ""):
        if found := re.search(rf"<skip{unit}s\s*>", part, re.IGNORECASE):
            inside = part[found.end() : found.end() + _SKIP_MOST].lower().partition(f"</skip{unit}s")[0]
            return [text.strip() for text in re.findall(rf"<{unit}\s*>([^<]*)<", inside)]
    return []


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, str) and len(value) < 20 else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _mapping(value: object) -> _Record:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> list[_Record]:
    """Those of a list; none where an element of the list's name stood in the document, so that it is a text."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _format(root: str) -> str:
    return {"rss": "rss", "rdf": "rdf", "channel": "rss"}.get(root.rpartition(":")[2].lower(), "atom")
