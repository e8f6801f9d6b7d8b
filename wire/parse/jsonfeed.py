"""JSON Feed 1.0 and 1.1 (jsonfeed.org), tolerant: a field of the wrong type is a field that is absent.

Law: never raises for what an item holds; an item that is no object is counted and passed over. One without an id is
taken: the standard has readers discard it, but copy that is lost is the worse error, and link or text tell it apart.
Pictures, attachments and extensions (`_…`) are no copy.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from wire.errors import BrokenDocument
from wire.model import Document, Entry
from wire.parse.dates import moment
from wire.parse.fields import Markup, as_markup, language_tag, name_or_none, text_or_none, unique, web_link
from wire.parse.odd import oddities

_KINDS = frozenset({"websub", "pubsubhubbub"})
_Item = Mapping[str, Any]


def load_object(text: str) -> dict[str, Any]:
    """The one JSON object in `text`. Raises `BrokenDocument` with the place of the fault."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise BrokenDocument(f"JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise BrokenDocument(f"JSON: {error}") from error
    except RecursionError as error:
        raise BrokenDocument("JSON: nested too deep") from error
    if not isinstance(value, dict):
        raise BrokenDocument(f"JSON: an object is expected, not {type(value).__name__}")
    return value


def read(text: str, *, url: str) -> Document:
    """The document in `text`, fetched from `url`. Raises `BrokenDocument`."""
    feed = load_object(text)
    items = feed.get("items")
    if not isinstance(items, list):
        raise BrokenDocument("JSON Feed: no list of items")
    home = web_link(url, base="") or web_link(feed.get("home_page_url"), base="") or ""
    language = language_tag(feed.get("language"))
    authors = _authors(feed)
    entries = tuple(
        _entry(item, base=home, author=authors, language=language) for item in items if isinstance(item, dict)
    )
    passed_over, nameless = len(items) - len(entries), sum(1 for entry in entries if entry.guid is None)
    problems = [f"{passed_over} items that are no objects"] * bool(passed_over)
    problems += [f"{nameless} items without an id"] * bool(nameless)
    return Document(
        format="json-feed",
        title=text_or_none(feed.get("title")),
        language=language,
        entries=entries,
        hubs=_hubs(feed.get("hubs")),
        topic=text_or_none(feed.get("feed_url")),
        ttl=math.inf if feed.get("expired") is True else None,
        problems=(*problems, *oddities(entries)),
    )


def _hubs(hubs: object) -> tuple[str, ...]:
    """Those of the kind that is known; a type that is not said is that one."""
    listed = [hub for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []
    known = [hub for hub in listed if (text_or_none(hub.get("type")) or "websub").lower() in _KINDS]
    return unique(text_or_none(hub.get("url")) for hub in known)


def _entry(item: _Item, *, base: str, author: str | None, language: str | None) -> Entry:
    html, plain = text_or_none(item.get("content_html")), text_or_none(item.get("content_text"))
    summary = text_or_none(item.get("summary"))
    body = html or plain or summary or ""
    markup: Markup = "html" if html else "text"
    published = text_or_none(item.get("date_published"))
    tags = item.get("tags")
    return Entry(
        guid=identifier(item.get("id")),
        url=web_link(item.get("url"), base=base) or web_link(item.get("external_url"), base=base),
        headline=as_markup(text_or_none(item.get("title")) or "", "text", markup),
        body=body,
        markup=markup,
        summary=as_markup(summary, "text", markup) if summary and summary != body else None,
        author=_authors(item) or author,
        published=published,
        published_at=moment(published),
        updated_at=moment(text_or_none(item.get("date_modified"))),
        language=language_tag(item.get("language")) or language,
        keywords=unique(name_or_none(tag) for tag in tags) if isinstance(tags, list) else (),
    )


def identifier(value: object) -> str | None:
    """An id as a string; JSON Feed 1.0 §items asks readers to take numbers as well."""
    if isinstance(value, float):
        return str(value) if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return text_or_none(value)


def _authors(record: _Item) -> str | None:
    """The names in `authors` of version 1.1, else the one in `author` of 1.0; some write bare names."""
    authors = record.get("authors")
    listed = authors if isinstance(authors, list) else [authors]
    return _names(listed) or _names([record.get("author")])


def _names(people: Iterable[object]) -> str | None:
    names = (name_or_none(one.get("name") if isinstance(one, dict) else one) for one in people)
    return ", ".join(unique(names)) or None
