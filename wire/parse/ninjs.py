"""ninjs 1.x, 2.x and 3.x (https://iptc.org/standards/ninjs/): news items in JSON, alone, in a list, or one a line.

Law: names are read without regard to case, which is what changed from 2 to 3; a field of the wrong type is absent. A
text item is an entry, and so is a text among its associations that has a body of its own; what is no text is a word in
`skipped`, and no caption is copy.
"""

from collections.abc import Iterator

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label
from wire.parse import nitf
from wire.parse.dates import moment
from wire.parse.fields import (
    Markup,
    as_markup,
    language_tag,
    looks_like_html,
    says_something,
    text_or_none,
    unique,
    web_link,
)
from wire.parse.labels import bare, item_of, kind, number, signals, standing, version_of
from wire.parse.prose import says
from wire.parse.records import Record, first, folded, load, names, records, references, stated, words

_LISTS = ("_items", "items", "hits", "results", "data")
"""Names under which programs send several items at once."""
_DEPTH = 8
"""Associations inside associations that are looked at."""
_EVENT = ("eventdetails", "event_details")
_BODIES = ("body_xhtml", "body_html", "body_nitf", "body_text", "body_plain")


def read(text: str, *, url: str) -> Document:
    """The document in `text`. Raises `BrokenDocument` where it holds no item."""
    value = load(text)
    found = [folded(each) for each in _items(value)]
    if not found:
        raise BrokenDocument("ninjs: no item with a uri")
    entries: list[Entry] = []
    skipped: list[str] = []
    for item in found:
        made = list(_read(item, url, 0))
        entries += [each for each in made if isinstance(each, Entry)]
        skipped += [each for each in made if isinstance(each, str)]
    return Document(
        format="ninjs",
        title=_provider(found[0]),
        language=None,
        entries=tuple(entries),
        skipped=tuple(skipped),
    )


def _items(value: object) -> list[Record]:
    if isinstance(value, dict) and _is_item(value):
        return [value]
    if isinstance(value, dict):
        value = next((value[name] for name in _LISTS if isinstance(value.get(name), list)), [])
    return [each for each in records(value) if _is_item(each)] if isinstance(value, list) else []


def _is_item(record: Record) -> bool:
    return words(record.get("uri")) is not None


def _read(item: Record, url: str, depth: int) -> Iterator[Entry | str]:
    """What an item brings: itself, and what is embedded in it."""
    other = "event" if any(item.get(name) for name in _EVENT) else kind(first(item, "type"))
    body, markup = body_of(item)
    canceled = standing(first(item, "pubstatus")).status == "canceled"
    if other:
        yield other
    elif body or canceled or (headline_of(item) and depth == 0 and not _is_package(item)):
        yield _entry(item, body, markup, url)
    elif depth == 0:
        yield "package" if _is_package(item) else "empty"
    if depth < _DEPTH and not other:
        for each in records(item.get("associations")):
            yield from _read(folded(each), url, depth + 1)


def _is_package(item: Record) -> bool:
    return bare(first(item, "type")) == "composite" and bool(records(item.get("associations")))


def _entry(item: Record, body: str, markup: Markup, url: str) -> Entry:
    uri, changed = item_of(first(item, "uri")), first(item, "versioncreated")
    made = first(item, "firstcreated", "contentcreated") or changed
    return Entry(
        guid=uri,
        url=web_link(item.get("canonicalurl") or item.get("url") or _absolute(uri), base=url),
        headline=as_markup(headline_of(item) or "", "text", markup),
        body=body,
        markup=markup,
        summary=_summary(item, markup),
        author=first(item, "byline", "by"),
        published=made,
        published_at=moment(made),
        updated_at=moment(changed),
        language=language_tag(item.get("language")),
        keywords=unique([*names(item.get("keywords"), "name"), *_subjects(item)]),
        label=label_of(item, uri),
    )


def _absolute(uri: str | None) -> str | None:
    return uri if uri and uri.startswith(("http://", "https://")) else None


def label_of(item: Record, own: str | None) -> Label:
    """What the fields of an item state."""
    held = standing(first(item, "pubstatus"), stated(item, "embargoed"))
    return Label(
        item=own,
        version=words(item.get("version")) or version_of(words(item.get("uri"))),
        status=held.status,
        embargo=held.embargo,
        embargo_until=held.embargo_until,
        signals=signals([*_codes(item.get("signal")), *_codes(item.get("signals"))]),
        slug=first(item, "slugline"),
        dateline=first(item, "dateline"),
        credit=_credit(item),
        notes=unique(names(item.get("ednote"), "value", "name")),
        reason=first(item, "correctionnote", "updatenote"),
        priority=number(item.get("urgency")) or number(item.get("priority")),
        categories=unique([*_codes(item.get("service")), *_codes(item.get("genres")), *_codes(item.get("genre"))]),
        evolved=unique(map(item_of, references(item.get("evolvedfrom")))),
        derived=unique(map(item_of, references(item.get("derivedfrom")))),
    )


def _codes(value: object) -> list[str]:
    return names(value, "code", "qcode", "literal", "name", "uri") if value else []


def _subjects(item: Record) -> list[str]:
    return [*names(item.get("subject"), "name"), *names(item.get("subjects"), "name")]


def _credit(item: Record) -> str | None:
    return next(iter(names(item.get("infosources"), "name")), None) or first(
        item, "source", "creditline", "copyrightholder"
    )


def _provider(item: Record) -> str | None:
    return first(item, "source", "copyrightholder") or _credit(item)


def headline_of(item: Record) -> str | None:
    """The main headline: `headline`, or of `headlines` the one in the role `main`, else the first; else the title."""
    listed = [folded(each) for each in records(item.get("headlines"))]
    listed.sort(key=lambda each: bare(first(each, "role")) not in {"main", None})
    return (
        first(item, "headline")
        or next((text for each in listed if (text := first(each, "value"))), None)
        or first(item, "title")
    )


def _summary(item: Record, markup: Markup) -> str | None:
    listed = [folded(each) for each in records(item.get("descriptions"))]
    texts = [
        first(each, "value") for each in listed if bare(first(each, "role")) not in {"caption", "creditline", "writer"}
    ]
    html = first(item, "description_html", "description_xhtml")
    text = next((each for each in texts if each), None) or first(item, "description_text", "description_summary")
    if html and markup == "html":
        return html
    return as_markup(text, "text", markup) if text else None


def body_of(item: Record) -> tuple[str, Markup]:
    """The text of an item: as HTML where it has that, else as NITF, else as plain text."""
    named = [(name, item.get(name)) for name in _BODIES]
    listed = [(_kind(each), each.get("value")) for each in map(folded, records(item.get("bodies")))]
    found = [(_rank(name), text) for name, value in (*named, *listed) if (text := text_or_none(value))]
    for rank, text in sorted(found, key=lambda each: each[0]):
        if rank == 1:
            body = of_nitf(text)
            if says(body):
                return body, "html"
        elif rank == 2 and not looks_like_html(text):
            return text, "text"
        elif says_something(text):
            return text, "html"
    return "", "html"


def _kind(body: Record) -> str:
    return f"{first(body, 'contenttype') or ''} {first(body, 'role') or ''}".lower()


def _rank(name: str) -> int:
    return 1 if "nitf" in name else 0 if "html" in name else 2


def of_nitf(text: str) -> str:
    """The text in NITF that stands in a string, whole or a part of one; nothing where it can't be read."""
    try:
        return nitf.fragment(text)
    except BrokenDocument:
        return ""
