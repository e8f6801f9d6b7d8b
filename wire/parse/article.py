"""The article in a web page, as a fragment of HTML that `normalize` reads like an entry's body.

Law: a pure function of bytes; precision before recall, so that of a page without an article nothing is left. Whatever
else a page says of itself (where it really is, that it is sold) is told, not judged. The extractor costs 0.4 s to
import: it is imported where it is needed. Its time is not bounded on hostile pages: run it where time is.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from wire.parse.fields import language_tag, name_or_none, text_or_none, web_link
from wire.parse.text import decode

_WIDE_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})\s[^<>]{20000,}>")
"""60,000 attributes on one element take lxml 40 s."""
_REFRESH = re.compile(r"""\s*(\d{1,3})(?:\.\d*)?\s*[;,]\s*url\s*=\s*["']?([^"']+)""", re.IGNORECASE)
_SOON = 10
"""Seconds; a page that sends its readers on later than this is one to be read."""
_HEADING = re.compile(r"\s*<h1\b[^>]*>.*?</h1>", re.DOTALL)
_INSIDE = re.compile(r"<body\b[^>]*>(.*)</body>", re.DOTALL)
_PUBLISHED = ("article:published_time", "datePublished", "dcterms.issued", "dcterms.date", "DC.date", "date", "pubdate")
_MODIFIED = ("article:modified_time", "og:updated_time", "dateModified", "dcterms.modified")
_LONGEST = 300
"""Characters of a date or a name."""
_NODES = 400
"""Objects of JSON-LD that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a web page holds."""

    title: str | None
    body: str
    """The article in simple HTML, without its headline; empty: none was found."""
    canonical: str | None = None
    """Where the page says that it really is; only http(s)."""
    onward: str | None = None
    """Where it sends its readers on to (meta refresh)."""
    sold: bool = False
    """Does it say that its article is for those who pay (schema.org `isAccessibleForFree`)?"""
    language: str | None = None
    published: str | None = None
    """When the article was published first, as the page says."""
    modified: str | None = None
    """When it was changed last, as the page says."""
    author: str | None = None


def read(body: bytes, *, url: str, content_type: str | None = None) -> Page:
    """Find the article in a page fetched from `url`. Never fails, whatever the bytes."""
    from trafilatura import extract, load_html  # noqa: PLC0415 - see the head of this file

    text = _WIDE_TAG.sub(r"<\1>", decode(body, content_type).text)
    tree = load_html(text)
    if tree is None:
        return Page(title=None, body="")
    linked = list(_linked_data(tree))
    page = Page(
        title=_first(tree, "//meta[@property='og:title']/@content", "//title//text()", "//h1//text()"),
        body="",  # comes last: the extractor takes the tree apart
        canonical=_link(tree, url),
        onward=_onward(tree, url),
        sold=any(map(_sold, linked)),
        language=language_tag(_first(tree, "/html/@lang", "//html/@lang")),
        published=_said(linked, "datePublished") or _first(tree, *map(_meta, _PUBLISHED), "//time/@datetime"),
        modified=_said(linked, "dateModified") or _first(tree, *map(_meta, _MODIFIED)),
        author=name_or_none(_said(linked, "author") or _first(tree, _meta("author"))),
    )
    found = extract(tree, url=url, fast=True, favor_precision=True, include_comments=False, output_format="html")
    return replace(page, body=_fragment(found or ""))


def _first(tree: Any, *paths: str) -> str | None:
    """The first thing that says something."""
    return next((text for path in paths for found in tree.xpath(path)[:3] if (text := text_or_none(str(found)))), None)


def _meta(name: str) -> str:
    """Path of what a page's head says under a name."""
    return f"//meta[@property='{name}' or @name='{name}' or @itemprop='{name}']/@content"


def _said(linked: list[dict[str, Any]], key: str) -> str | None:
    """What an object of the page's JSON-LD says: text, or the name of a person or a house."""
    for found in linked:
        value = found.get(key)
        for each in value if isinstance(value, list) else [value]:
            if text := text_or_none(each.get("name") if isinstance(each, dict) else each):
                return text[:_LONGEST]
    return None


def _link(tree: Any, url: str) -> str | None:
    found = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    return web_link(str(found[0]), base=url) if found else None


def _onward(tree: Any, url: str) -> str | None:
    for content in tree.xpath("//meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']/@content")[:3]:
        if (sent := _REFRESH.match(str(content))) and int(sent[1]) <= _SOON:
            target = web_link(html.unescape(sent[2]), base=url)
            return target if target != url else None
    return None


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, as far as it can be read."""
    todo: list[Any] = []
    for script in tree.xpath("//script[@type='application/ld+json']")[:20]:
        try:
            todo.append(json.loads(script.text or ""))
        except (ValueError, RecursionError):
            continue
    for _ in range(_NODES):
        if not todo:
            return
        one = todo.pop()
        if isinstance(one, dict):
            yield one
            todo += one.values()
        elif isinstance(one, list):
            todo += one[:_NODES]


def _sold(found: dict[str, Any]) -> bool:
    return str(found.get("isAccessibleForFree", "")).strip().lower() in {"false", "http://schema.org/false"}


def _fragment(found: str) -> str:
    inside = _INSIDE.search(found)
    return _HEADING.sub("", inside[1], count=1).strip() if inside else ""
