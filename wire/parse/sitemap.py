"""Sitemaps (https://www.sitemaps.org/protocol.html) with Google's news extension: headlines and the pages they lead to.

Law: as tolerant as feeds are read: elements are known by their local names and their place, whatever their prefix; what
breaks off is read as far as it goes. A page without a news title has no headline, so it is no entry.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError, ParserCreate

from wire.errors import BrokenDocument, NotAFeed
from wire.model import Document, Entry, Part
from wire.parse.dates import moment
from wire.parse.fields import language_tag, looks_like_html, text_or_none, unique, web_link
from wire.parse.guard import find_root, guard
from wire.parse.odd import oddities

MAX_LISTED = 100
"""Sitemaps of an index that are named, the newest; it may list 50,000."""

_ESCAPED = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,9}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
"""Left in a title that was escaped twice."""
_NUMBER = re.compile(r"(\d+)")
_WANTED = {
    "loc": "loc",
    "lastmod": "lastmod",
    "news/title": "title",
    "news/publication_date": "date",
    "news/keywords": "keywords",
    "news/stock_tickers": "tickers",
    "news/publication/name": "name",
    "news/publication/language": "language",
}
"""What is read of an element of the list, by the path below it."""


@dataclass(slots=True)
class _Listed:
    """The elements of a list, filled while the parser walks."""

    items: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    text: list[str] | None = None
    """Of the element under way, where it is wanted."""

    def start(self, name: str, _: object) -> None:
        self.path.append(name.rpartition(":")[2].lower())
        if len(self.path) == 2:
            self.items.append({})
        self.text = [] if "/".join(self.path[2:]) in _WANTED else None

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, _: str) -> None:
        key = _WANTED.get("/".join(self.path[2:]))
        if key and self.text is not None:
            self.items[-1].setdefault(key, "".join(self.text))
        self.path.pop()
        self.text = None


def read(text: str, *, url: str) -> Document:
    """The document in `text`, fetched from `url`: entries of a sitemap, parts of an index.

    Raises `BrokenDocument`, and `NotAFeed` for a sitemap that lists pages and not one headline.
    """
    root = find_root(text)
    if root is None:
        raise BrokenDocument("no root element")
    guarded = guard(text, root)
    items, fault = _walk(guarded.xml)
    problems = [*guarded.problems, *([f"not well-formed: {fault}"] if fault else [])]
    if fault and not items:
        raise BrokenDocument(f"no entry can be read: {fault}")
    if root.name.rpartition(":")[2].lower() == "sitemapindex":
        parts = _parts(items, url)
        return Document(
            format="sitemap-index", title=None, language=None, entries=(), parts=parts, problems=tuple(problems)
        )
    entries = tuple(entry for item in items if (entry := _entry(item, url)))
    silent = len(items) - len(entries)
    if items and not entries:
        raise NotAFeed(f"not a feed but a sitemap of {silent} pages, and none of them has a news title")
    problems += [f"{silent} pages without a news title, or without an address, passed over"] * bool(silent)
    names = Counter(name for item in items if (name := text_or_none(item.get("name"))))
    return Document(
        format="sitemap",
        title=names.most_common(1)[0][0] if names else None,
        language=None,
        entries=entries,
        problems=(*problems, *oddities(entries)),
    )


def _walk(xml: str) -> tuple[list[dict[str, str]], str | None]:
    """The elements of the list, and where the XML breaks off, if it does; the element in which it does is dropped."""
    listed = _Listed()
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = listed.start, listed.end
    parser.CharacterDataHandler = listed.data
    try:
        parser.Parse(xml.encode(), True)
    except ExpatError as error:
        return listed.items[:-1] if len(listed.path) > 1 else listed.items, str(error)[:200]
    return listed.items, None


def _entry(item: dict[str, str], url: str) -> Entry | None:
    headline, page = text_or_none(item.get("title")), web_link(item.get("loc"), base=url)
    if headline is None or page is None:
        return None
    published = text_or_none(item.get("date"))
    changed = text_or_none(item.get("lastmod"))
    words = f"{item.get('keywords', '')},{item.get('tickers', '')}".split(",")
    return Entry(
        guid=None,
        url=page,
        headline=headline,
        body="",
        markup="html" if looks_like_html(headline) or _ESCAPED.search(headline) else "text",
        published=published or changed,
        published_at=moment(published or changed),
        updated_at=moment(changed) if published else None,
        language=language_tag(item.get("language")),
        keywords=unique(map(text_or_none, words)),
    )


def _parts(items: Sequence[dict[str, str]], url: str) -> tuple[Part, ...]:
    """The sitemaps of an index, the newest first: by their dates, then, where they have none, by what counts in names.

    Of those without a date the first one listed comes first: some number from the newest on, most from the oldest.
    Before all others come those that are called after news: an index lists sections and authors, too.
    """
    found = {
        page: Part(url=page, modified=text_or_none(item.get("lastmod")))
        for item in items
        if (page := web_link(item.get("loc"), base=url))
    }
    dated = [(at, part) for part in found.values() if (at := moment(part.modified))]
    others = [part for part in found.values() if moment(part.modified) is None]
    newest = [part for _, part in sorted(dated, key=lambda each: each[0], reverse=True)]
    counted = sorted(others[1:], key=lambda part: _natural(part.url), reverse=True)
    ordered = [*newest, *others[:1], *counted]
    return tuple(sorted(ordered, key=lambda part: "news" not in urlsplit(part.url).path.lower())[:MAX_LISTED])


def _natural(text: str) -> list[tuple[int, str]]:
    """A key by which page 12 comes behind page 2."""
    return [(int(piece[:18]), "") if piece.isdecimal() else (0, piece) for piece in _NUMBER.split(text)]
