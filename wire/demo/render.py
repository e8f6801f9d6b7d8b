"""A feed of the sample day as its server would send it: RSS 2.0, Atom, RSS 1.0 (RDF) or JSON Feed, and its validators.

Law: pure. The same publication at the same minute is the same bytes, so an ETag is a hash of them.
"""

import html
import json
import textwrap
from collections.abc import Sequence
from datetime import timedelta, timezone
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any
from xml.etree import ElementTree as ET

from wire.demo.day import Day, DayEntry, Publication, Text, moment

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS1 = "http://purl.org/rss/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
ATOM = "http://www.w3.org/2005/Atom"
for prefix, uri in {"rdf": RDF, "dc": DC, "content": CONTENT, "atom": ATOM, "rss1": RSS1}.items():
    ET.register_namespace(prefix, uri)

CONTENT_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}

FIGURE = (
    '<figure class="lead"><img src="https://{0}.example/img/large.jpg" width="1200" height="675" alt="">'
    "<figcaption>File photo. Picture: {1}</figcaption></figure>\n"
)
Shown = Sequence[tuple[DayEntry, Text]]


def render(day: Day, feed: str, minute: int, base: str) -> bytes:
    """The feed's document at that minute; `base` is the server's root, without a slash at its end."""
    publication = day.feeds[feed]
    shown = day.visible(feed, minute)
    match publication.format:
        case "rss":
            return _xml(_rss(publication, shown, base, minute))
        case "atom":
            return _xml(_atom(publication, shown, base))
        case "rdf":
            return _xml(_rdf(publication, shown, base))
        case "json":
            return _json(publication, shown, base)


def etag(body: bytes) -> str:
    """A strong validator, quotes included."""
    return f'"{blake2b(body, digest_size=8).hexdigest()}"'


def last_modified(day: Day, feed: str, minute: int) -> str:
    """Of the newest text shown, as an HTTP date."""
    return format_datetime(moment(max((text.at for _, text in day.visible(feed, minute)), default=0)), usegmt=True)


def page(text: Text, publication: Publication) -> str:
    """The web page of one entry."""
    body = "".join(f"<p>{html.escape(p)}</p>\n" for p in text.paragraphs)
    title = html.escape(text.headline)
    return (
        f'<!doctype html>\n<html lang="{publication.language}"><head><meta charset="utf-8"><title>{title} | '
        f"{html.escape(publication.title)}</title></head>\n<body><article><h1>{title}</h1>\n{body}</article></body></html>\n"
    )


def guid(entry: DayEntry, publication: Publication, minute: int) -> str | None:
    """What the publisher calls the entry at that minute."""
    match publication.guid:
        case "urn":
            return f"urn:{publication.key}:2031-03-14:{entry.number}"
        case "permalink":
            return f"https://{publication.key}.example/2031/03/14/{entry.number}"
        case "flip":
            return f"{'http' if minute < 12 * 60 else 'https'}://{publication.key}.example/2031/03/14/{entry.number}"
        case "same":
            return publication.key
        case "none":
            return None


def _body(publication: Publication, text: Text) -> str:
    """As the feed carries it: wrapped plain text, or HTML."""
    if width := publication.house.wrap:
        return "\n\n".join(textwrap.fill(p, width) for p in text.paragraphs)
    paragraphs = [html.escape(p, quote=False) for p in text.paragraphs]
    if publication.markup == "br":
        return "<br />\n<br />".join(paragraphs)
    body = "\n".join(f"<p>{p}</p>" for p in paragraphs)
    return (FIGURE.format(publication.key, publication.source) if publication.markup == "figure" else "") + body


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _iso(publication: Publication, minute: int) -> str:
    return moment(minute).astimezone(timezone(timedelta(minutes=publication.zone))).isoformat()


def _rss(publication: Publication, shown: Shown, base: str, minute: int) -> ET.Element:
    root = ET.Element("rss", version="2.0")
    channel = _add(root, "channel")
    _add(channel, "title", publication.title)
    _add(channel, "link", f"{base}/{publication.key}")
    _add(channel, "description", publication.title)
    _add(channel, "language", publication.language)
    zone = timezone(timedelta(minutes=publication.zone))
    for entry, text in shown:
        item = _add(channel, "item")
        _add(item, "title", text.headline)
        _add(item, "link", base + entry.path)
        if (name := guid(entry, publication, minute)) is not None:
            _add(item, "guid", name, isPermaLink="false")
        _add(item, "pubDate", format_datetime(moment(text.at).astimezone(zone)))
        if publication.house.wrap:
            _add(item, "description", _body(publication, text))
        else:
            _add(item, "description", html.escape(text.paragraphs[0][:200], quote=False))
            _add(item, f"{{{CONTENT}}}encoded", _body(publication, text))
    return root


def _atom(publication: Publication, shown: Shown, base: str) -> ET.Element:
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": publication.language})

    def add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
        return _add(parent, f"{{{ATOM}}}{tag}", text, **attributes)

    add(root, "title", publication.title)
    add(root, "id", f"urn:{publication.key}")
    add(root, "link", rel="alternate", href=f"{base}/{publication.key}")
    add(root, "updated", _iso(publication, max((text.at for _, text in shown), default=0)))
    for entry, text in shown:
        item = add(root, "entry")
        add(item, "title", text.headline)
        add(item, "id", guid(entry, publication, text.at))
        add(item, "link", rel="alternate", href=base + entry.path)
        add(item, "published", _iso(publication, entry.texts[0].at))
        add(item, "updated", _iso(publication, text.at))
        add(add(item, "author"), "name", publication.source)
        if publication.body == "teaser":
            add(item, "summary", "\n\n".join(text.paragraphs), type="text")
        else:
            add(item, "content", _body(publication, text), type="html")
    return root


def _rdf(publication: Publication, shown: Shown, base: str) -> ET.Element:
    root = ET.Element(f"{{{RDF}}}RDF")
    channel = _add(root, f"{{{RSS1}}}channel", **{f"{{{RDF}}}about": f"{base}/{publication.key}"})
    _add(channel, f"{{{RSS1}}}title", publication.title)
    _add(channel, f"{{{RSS1}}}link", f"{base}/{publication.key}")
    _add(channel, f"{{{RSS1}}}description", publication.title)
    _add(channel, f"{{{DC}}}language", publication.language)
    for entry, text in shown:
        item = _add(root, f"{{{RSS1}}}item", **{f"{{{RDF}}}about": base + entry.path})
        _add(item, f"{{{RSS1}}}title", text.headline)
        _add(item, f"{{{RSS1}}}link", base + entry.path)
        _add(item, f"{{{DC}}}date", _iso(publication, text.at))
        _add(item, f"{{{CONTENT}}}encoded", _body(publication, text))
    return root


def _json(publication: Publication, shown: Shown, base: str) -> bytes:
    items: list[dict[str, Any]] = [
        {
            "id": guid(entry, publication, text.at),
            "url": base + entry.path,
            "title": text.headline,
            "content_html": _body(publication, text),
            "date_published": _iso(publication, entry.texts[0].at),
            "date_modified": _iso(publication, text.at),
        }
        for entry, text in shown
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publication.title,
        "home_page_url": f"{base}/{publication.key}",
        "language": publication.language,
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _xml(root: ET.Element) -> bytes:
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body
