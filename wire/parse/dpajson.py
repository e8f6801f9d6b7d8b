"""dpa digitalwires: one JSON object an entry, with the copy as HTML (`format`: `digitalwires@…`).

Law: `article_html` and the infobox are the copy; teaser, link box, notepad and notes stand beside it. An entry without
an article is what it carries: a picture, an audio.
"""

from collections.abc import Iterable

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label
from wire.parse.dates import moment
from wire.parse.fields import as_markup, language_tag, text_or_none, unique
from wire.parse.labels import kind, number, signals, standing
from wire.parse.records import Record, first, load, names, records, stated, words

_INTERNAL = ("closingline", "picture", "dpacontacts", "contacts", "embargo")
"""Roles of notes that tell an editor nothing about the copy."""


def read(text: str, *, url: str) -> Document:
    """The document in `text`. Raises `BrokenDocument`."""
    del url
    value = load(text)
    if not isinstance(value, dict | list):
        raise BrokenDocument("dpa JSON: an object is expected")
    found = [value] if isinstance(value, dict) and "urn" in value else _listed(value)
    entries: list[Entry] = []
    skipped: list[str] = []
    for each in found:
        if _is_text(each):
            entries.append(_entry(each))
        else:
            skipped.append(next((word for one in records(each.get("associations")) if (word := _type(one))), "empty"))
    return Document(
        format="dpa-json",
        title="dpa",
        language=None,
        entries=tuple(entries),
        skipped=tuple(skipped),
    )


def _listed(value: object) -> list[Record]:
    entries = value.get("entries") if isinstance(value, dict) else value
    found = [each for each in records(entries) if "urn" in each]
    if not found:
        raise BrokenDocument("dpa JSON: no entry with a urn")
    return found


def _type(association: Record) -> str | None:
    return kind(first(association, "type"))


def _is_text(entry: Record) -> bool:
    gone = standing(first(entry, "pubstatus")).status == "canceled"
    return bool(text_or_none(entry.get("article_html"))) or gone or not records(entry.get("associations"))


def _entry(entry: Record) -> Entry:
    item = first(entry, "urn")
    changed, made = first(entry, "version_created", "updated"), first(entry, "content_created")
    sections = (text_or_none(entry.get(each)) for each in ("article_html", "infobox_html"))
    return Entry(
        guid=item,
        url=None,
        headline=as_markup(text_or_none(entry.get("headline")) or "", "text", "html"),
        body="\n".join(each for each in sections if each),
        summary=_as_html(entry.get("teaser")),
        author=first(entry, "byline"),
        published=made or changed,
        published_at=moment(made or changed),
        updated_at=moment(changed),
        language=language_tag(entry.get("language")),
        keywords=unique(_keywords(entry)),
        label=_label(entry, item),
    )


def _label(entry: Record, item: str | None) -> Label:
    held = standing(first(entry, "pubstatus"), stated(entry, "embargoed"))
    notes = [each for each in records(entry.get("ednotes")) if not (first(each, "role") or "").endswith(_INTERNAL)]
    told = {(first(each, "role") or "").rpartition(":")[2]: first(each, "ednote") for each in reversed(notes)}
    return Label(
        item=item,
        version=words(entry.get("version")),
        status=held.status,
        embargo=held.embargo,
        embargo_until=held.embargo_until,
        signals=signals(names(entry.get("signal"), "qcode", "name")),
        slug="/".join([*names(entry.get("dpasubject_names")), *_places(entry)]) or None,
        dateline=first(entry, "dateline"),
        credit=first(entry, "creditline"),
        notes=unique(first(each, "ednote") for each in notes),
        reason=told.get("correctionshort") or told.get("correction") or told.get("updateshort") or told.get("update"),
        priority=number(entry.get("urgency")),
        categories=unique(names(entry.get("desk_names"))),
    )


def _places(entry: Record) -> list[str]:
    return [*names(entry.get("geosubject_names")), *names(entry.get("keyword_names"))]


def _keywords(entry: Record) -> Iterable[str]:
    return [*names(entry.get("dpasubject_names")), *_places(entry)]


def _as_html(value: object) -> str | None:
    plain = text_or_none(value)
    return as_markup(plain, "text", "html") if plain else None
