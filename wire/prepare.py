"""The pure half of the walk: bytes → entries → copy with sketch. Runs in a child process with limits (`worker`).

Law: everything here is a function of its arguments, and every argument and result can be pickled.
"""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from wire import cluster, editorial, normalize, parse
from wire.cluster import Profile
from wire.editorial import Order
from wire.errors import ParseError
from wire.model import Copy, Document, Entry, Feed, Label, Signal, Sketch
from wire.normalize.markup import to_text
from wire.parse import article
from wire.parse.article import Page
from wire.parse.dates import moment
from wire.parse.fields import web_link
from wire.policy import AgencyProfile

LONGER, MORE = 1.2, 25
"""A page's text is taken where it is so many times as long as the teaser, and so many words longer."""
TOP = 200
"""Words of a page among which its teaser's subject is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry with the two names that tell whether it is new: to its feed (`key`), and as it stands (`hash`)."""

    key: str
    hash: str
    entry: Entry
    guid: str | None = None
    """The name that its guid gives it."""
    link: str | None = None
    """The name that its link gives it."""
    spelling: str | None = None
    """Of guid or link, as sent: tells where the same name comes to be written otherwise."""
    ties: bool | None = None
    """Where an earlier run has recognised the entry as `key`: was its text tied to the one before? None: find out."""

    @property
    def published_at(self) -> datetime | None:
        """As it states."""
        return self.entry.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry that has walked the pure half, ready for the writer."""

    key: str
    hash: str
    entry: Entry
    copy: Copy
    profile: Profile = field(repr=False)
    sketch: Sketch
    face: str
    """Of what a reader sees of it."""
    raw: bytes = field(repr=False)
    """The entry as parsed, in JSON, with its document's language where it names none: what a later release replays."""
    order: Order | None = None
    """What it orders; None: nothing, it is copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """What came of the page that a teaser links to."""

    item: Item | None
    """Its text as an item of the same entry; None: it is not to be taken."""
    refused: str | None
    """Why not, for people."""
    onward: str | None
    """Another page where the text may be: where this one sends its readers, or says that it really is."""
    words: int


def read(body: bytes, url: str, content_type: str | None) -> tuple[Document, list[Seen]]:
    """Parse one document and name its entries. Raises `ParseError`."""
    document = parse.parse(body, url=url, content_type=content_type)
    return document, [name(entry) for entry in document.entries]


def read_files(files: Sequence[tuple[bytes, str]]) -> list[tuple[Document, list[Seen]] | str]:
    """The same of many bodies, each with its URL; of one that can't be parsed, why not."""
    return [_read_file(body, url) for body, url in files]


def _read_file(body: bytes, url: str) -> tuple[Document, list[Seen]] | str:
    try:
        return read(body, url, None)
    except ParseError as error:
        return str(error)


def name(entry: Entry) -> Seen:
    """Give an entry its key and its hash."""
    guid, link = normalize.guid_name(entry), normalize.link_name(entry)
    return Seen(
        key=guid or link or normalize.content_name(entry),
        hash=normalize.entry_hash(entry),
        entry=entry,
        guid=guid,
        link=link,
        spelling=normalize.spelling(entry),
    )


def key_of(guid: str) -> str:
    """The key of an entry with that guid."""
    return name(Entry(guid=guid, url=None, headline="", body="")).key


def page(body: bytes, content_type: str | None, url: str, guid: str, at: datetime | None) -> Seen | None:
    """The article in a page from `url` that was fetched `at`, as an entry of that guid; None: there is none."""
    found = article.read(body, url=url, content_type=content_type)
    if not found.body:
        return None
    stated = moment(found.published)
    return name(
        Entry(
            guid=guid,
            url=web_link(url, base=""),
            headline=found.title or "",
            body=found.body,
            author=found.author,
            published=found.published,
            published_at=stated or at,
            updated_at=moment(found.modified),
            language=found.language,
        )
    )


def items(
    seen: Sequence[Seen], feed: Feed, profiles: tuple[AgencyProfile, ...], language: str | None = None
) -> list[Item]:
    """Normalize and sketch entries of `feed`; `language`: the document's own, before the feed's."""
    agencies = _agencies(profiles)
    return _items([(each, language) for each in seen], feed, agencies)


def items_of(seen: Sequence[tuple[Seen, str | None]], feed: Feed, profiles: tuple[AgencyProfile, ...]) -> list[Item]:
    """The same of entries from several documents, each with its document's language."""
    agencies = _agencies(profiles)
    return _items(seen, feed, agencies)


def _item(seen: Seen, feed: Feed, agencies: normalize.Agencies, language: str | None) -> Item:
    return _items([(seen, language)], feed, agencies)[0]


def _items(seen: Sequence[tuple[Seen, str | None]], feed: Feed, agencies: normalize.Agencies) -> list[Item]:
    """Entries, each with its document's language, taken down the pure half together."""
    copies = [_copy(each, feed, agencies, language) for each, language in seen]
    profiles = cluster.profiles(copies)
    return [
        Item(
            key=each.key,
            hash=each.hash,
            entry=each.entry,
            copy=copy,
            profile=profile,
            sketch=sketch,
            face=normalize.face(copy, each.entry.source or feed.source, each.entry.label),
            raw=_raw(each.entry, language),
            order=editorial.order(copy, _words(each.entry), each.entry.label) if copy.signals else None,
        )
        for (each, language), copy, profile, sketch in zip(
            seen, copies, profiles, cluster.sketches(profiles), strict=True
        )
    ]


def _copy(seen: Seen, feed: Feed, agencies: normalize.Agencies, language: str | None) -> Copy:
    return normalize.normalize(
        seen.entry,
        source=seen.entry.source or feed.source,
        agency=feed.agency,
        language=language or feed.language,
        agencies=agencies,
    )


def _raw(entry: Entry, language: str | None) -> bytes:
    """See `Item.raw`."""
    return serialise(entry if entry.language or not language else replace(entry, language=language))


def _words(entry: Entry) -> str:
    """All that an entry says, as sent: orders stand where furniture does."""
    texts = (entry.headline, entry.summary or "", entry.body)
    return "\n".join(to_text(each) if entry.markup == "html" else each for each in texts)


def full_text(
    page: Page,
    teaser: Seen,
    feed: Feed,
    profiles: tuple[AgencyProfile, ...],
    url: str,
) -> Full:
    """What a page from `url` makes of the teaser that links to it; `page.title` None: that was forgotten."""
    agencies = _agencies(profiles)
    short = _item(teaser, feed, agencies, None)
    sent = teaser.entry
    headline = sent.headline if sent.markup == "html" else html.escape(sent.headline, quote=False)
    entry = replace(sent, headline=headline, body=page.body, markup="html", summary=None)
    item = _item(replace(name(entry), key=teaser.key), feed, agencies, page.language)
    words, before = words_of(item), words_of(short)
    refused: str | None
    if words < max(LONGER * before, before + MORE):
        refused = "the page holds no more than the teaser"
    elif page.sold:
        refused = "the page is for those who pay"
    else:
        told = cluster.telling(_top(item.copy, page.title), item.profile, short.profile)
        refused = None if told.holds else f"the page is another text ({told})"
    onward = page.onward or (page.canonical if refused else None)
    return Full(item=None if refused else item, refused=refused, onward=onward if onward != url else None, words=words)


def full_text_of(
    body: bytes, content_type: str | None, teaser: Seen, feed: Feed, profiles: tuple[AgencyProfile, ...], url: str
) -> Full:
    """The same of a page that was just fetched from `url`."""
    page = article.read(body, url=url, content_type=content_type)
    return full_text(page, teaser, feed, profiles, url)


def words_of(item: Item) -> int:
    """Words of an item's body; 0: it has a headline alone."""
    return 0 if item.profile.bare else round(item.profile.length / item.profile.unit)


def _top(copy: Copy, title: str | None) -> Profile:
    """The top of a page: its title over its first words."""
    first = " ".join(copy.body.split()[:TOP])[: TOP * 10]
    return cluster.profile(replace(copy, headline=title or "", paragraphs=(first,)))


def serialise(entry: Entry) -> bytes:
    """An entry as JSON; fields at their default are left out."""
    return _JSON.encode(_kept(entry)).encode("utf-8", "surrogatepass")


def restore(raw: bytes) -> Entry:
    """The entry that `serialise` wrote. Raises ValueError for bytes that it did not write."""
    kept = json.loads(raw.decode("utf-8", "surrogatepass"))
    values = {"guid": None, "url": None, "headline": "", "body": ""} | _values(Entry, kept)
    if "label" in values:
        values["label"] = Label(**_values(Label, values["label"]))
    return Entry(**values)


def _kept(sent: Entry | Label) -> dict[str, object]:
    values = ((name, getattr(sent, name)) for name in (_OF_ENTRY if isinstance(sent, Entry) else _OF_LABEL))
    kept = {name: value for name, value in values if value not in _NOTHING}
    if "label" in kept and isinstance(sent, Entry) and sent.label:
        kept["label"] = _kept(sent.label)
    return kept


def _values(kind: type[Entry | Label], kept: dict[str, Any]) -> dict[str, Any]:
    values = {each.name: kept[each.name] for each in fields(kind) if each.name in kept}
    for name, value in values.items():
        if name in _TIMES:
            values[name] = datetime.fromisoformat(value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    if "signals" in values:
        values["signals"] = tuple(Signal(each) for each in values["signals"])
    return values


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"an entry holds a {type(value).__name__}, which JSON does not know")


_NOTHING = (None, "", ())
_OF_ENTRY, _OF_LABEL = (tuple(each.name for each in fields(kind)) for kind in (Entry, Label))
_TIMES = frozenset({"published_at", "updated_at", "embargo_until"})
_JSON = json.JSONEncoder(ensure_ascii=False, default=_iso, separators=(",", ":"))


@lru_cache(maxsize=2)
def _agencies(profiles: tuple[AgencyProfile, ...]) -> normalize.Agencies:
    return normalize.Agencies(profiles)
