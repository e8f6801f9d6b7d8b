"""AP Media API items in JSON: alone, in a feed, or as the record of older exports.

Law: an item is known by its `itemid`, which all its versions share; `etag` changes with each. The text stands in NITF,
where it was sent along; where it is only linked, headline and summary are what was sent. Unknown fields are none.
https://developer.ap.org/ap-media-api/agent/Content_Metadata_Fields.htm
"""

from collections.abc import Iterator, Mapping

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label
from wire.parse.dates import moment
from wire.parse.fields import Markup, as_markup, language_tag, text_or_none, unique, web_link
from wire.parse.labels import kind, number, signals, standing
from wire.parse.ninjs import body_of, headline_of, of_nitf
from wire.parse.prose import says
from wire.parse.records import Record, first, folded, load, names, records, references, stated, words

_PRIORITIES = {"f": "flash", "b": "bulletin", "u": "urgent"}
"""Of `editorialpriority`, as in ANPA 1312; the others say nothing about the copy."""
_NITF = ("body_nitf", "nitf")
_PARTS = ("story", "main", "body", "text")
"""Objects in which a text is sent along."""
_DEPTH = 6


def read(text: str, *, url: str) -> Document:
    """The document in `text`. Raises `BrokenDocument` where it holds no item."""
    found = list(_items(load(text), 0))
    if not found:
        raise BrokenDocument("AP JSON: no item with an itemid")
    entries: list[Entry] = []
    skipped: list[str] = []
    for item in found:
        held = standing(first(item, "pubstatus"))
        if other := kind(first(item, "type")):
            skipped.append(other)
            continue
        entry = _entry(item, url)
        if entry.headline or entry.body or entry.summary or held.status == "canceled":
            entries.append(entry)
        else:
            skipped.append("empty")
        skipped += [other for each in records(item.get("associations")) if (other := kind(first(each, "type")))]
    return Document(format="ap-json", title="AP", language=None, entries=tuple(entries), skipped=tuple(skipped))


def _items(value: object, depth: int) -> Iterator[Record]:
    """Items, however deep a feed wraps them."""
    if isinstance(value, list):
        for each in value:
            yield from _items(each, depth)
    elif isinstance(value, Mapping) and _identity(value):
        yield folded(value)
    elif isinstance(value, Mapping) and depth < _DEPTH:
        for name in ("data", "items", "item", "results"):
            yield from _items(value.get(name), depth + 1)


def _identity(item: Record) -> str | None:
    ids = item.get("altids")
    return (first(ids, "itemid") if isinstance(ids, Mapping) else None) or first(item, "itemid")


def _entry(item: Record, url: str) -> Entry:
    body, markup = _body(item)
    changed = first(item, "versioncreated", "arrivaldatetime")
    made = first(item, "firstcreated") or changed
    summary = first(item, "description_summary", "headline_extended")
    return Entry(
        guid=_identity(item),
        url=next((page for each in records(item.get("links")) if (page := web_link(each.get("href"), base=url))), None),
        headline=as_markup(headline_of(item) or "", "text", markup),
        body=body,
        markup=markup,
        summary=as_markup(summary, "text", markup) if summary else None,
        author=", ".join(unique(names(item.get("bylines"), "by", "name"))) or first(item, "byline"),
        published=made,
        published_at=moment(made),
        updated_at=moment(changed),
        language=language_tag(item.get("language")),
        keywords=unique([*names(item.get("keywords"), "name"), *names(item.get("subject"), "name")]),
        label=_label(item),
    )


def _body(item: Record) -> tuple[str, Markup]:
    parts = [item, *(folded(each) for name in _PARTS if isinstance(each := item.get(name), Mapping))]
    for part in parts:
        for text in (text_or_none(part.get(name)) for name in _NITF):
            if text and says(body := of_nitf(text)):
                return body, "html"
    return next((found for part in parts if (found := body_of(part))[0]), ("", "html"))


def _label(item: Record) -> Label:
    held = standing(first(item, "pubstatus"), stated(item, "embargoed"))
    ids = item.get("altids")
    codes = [
        *names(item.get("signals"), "code", "name"),
        *names(item.get("editorialtypes"), "code", "name"),
        first(item, "editorialrole"),
        _PRIORITIES.get((first(item, "editorialpriority") or "").lower()),
    ]
    return Label(
        item=_identity(item),
        version=words(item.get("version")) or (first(ids, "etag") if isinstance(ids, Mapping) else None),
        status=held.status,
        embargo=held.embargo,
        embargo_until=held.embargo_until,
        signals=signals(codes),
        slug=first(item, "slugline", "title"),
        dateline=first(item, "located", "dateline"),
        credit=first(item, "description_creditline") or "AP",
        notes=unique([*names(item.get("ednote")), *names(item.get("specialinstructions"))]),
        priority=number(item.get("urgency")),
        categories=unique(names(item.get("subject"), "code")),
        evolved=unique(references(item.get("evolvedfrom"))),
        derived=unique(references(item.get("derivedfrom"))),
    )
