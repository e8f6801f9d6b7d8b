"""Which entries of a document have to be taken, what each turned out to be, and what of all that is remembered.

::

    recognised (what is known) ─▶ fresh (to be prepared) ─▶ [taken] ─▶ remember (entries, document, oddities)

Law: which entry is which, `normalize.entries` says; here its questions are put to the store and its answers kept.
What is handled without a delivery leaves a note.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from wire import normalize
from wire.ingest.traits import is_item
from wire.model import Feed
from wire.normalize import By, Match, Names
from wire.prepare import Item, Seen
from wire.store import EntryRow, LastDocument, Lineage, Read, Write
from wire.store.entries import digest, packed, unpacked

STOOD = timedelta(days=1)
"""After which an entry that stands as it stood is written down once more, so that retention knows of it."""
EXAMPLE = 200
"""Characters of a guid or date in the example of a note."""


class Arrival(StrEnum):
    """What a delivery is to its entry."""

    NEW = "new"
    EDIT = "edit"
    """The text stands in the place of the one before."""
    RESTORED = "restored"
    """An edit was taken back: the entry has brought this text before."""
    REUSED = "reused"
    """The name was given to other copy: the text belongs to another story than the one before."""
    LATE = "late"
    """An older version of an item of a wire format, which comes behind a newer one: that stands."""
    FULL_TEXT = "full text"
    """Of the page that the entry links to, and only announced."""


class Odd(StrEnum):
    """What a feed does with its entries that a reader should not have to notice."""

    RESPELLED = "guid respelled"
    """The same guid, or link, with another scheme, `www.`, slash at the end or tracking parameters."""
    RENAMED = "guid changed"
    """Found again by link or content."""
    MOVED = "link changed"
    """An entry without guid, found again by content."""
    SHARED_GUID = "guid shared"
    """One guid on several texts at once: link or content tells them apart."""
    SHARED_LINK = "link shared"
    NO_GUID = "no guid"
    REUSED = "guid reused"
    """A guid, or a link where there is none, was given to other copy."""
    RESTORED = "edit taken back"
    REDATED = "re-dated"
    """Another date of publication on the same words."""
    RETURNED = "returned"
    """Back in the document with the same words, after it had left it."""
    UNSEEN = "unseen change"
    """Something changed that no reader sees, a picture or markup."""
    AHEAD = "date ahead"
    """Published in the future, it says; taken as published when it was received."""
    UNDATED = "date unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a text that was delivered turned out to be."""

    key: str
    """Of its entry."""
    arrival: Arrival
    face: str
    """Of what a reader sees of it."""
    replaces: str | None = None
    """The version that its entry brought before."""


def arrived(item: Item, match: Match[EntryRow], before: Lineage | None, story_id: str, *, restored: bool) -> Taken:
    """What a text is to its entry, now that its story is known; `restored`: the entry has brought it before."""
    if before is None:
        return Taken(key=match.key, arrival=Arrival.NEW, face=item.face)
    if before.story_id == story_id and _is_late(item, before):
        return Taken(key=match.key, arrival=Arrival.LATE, face=item.face, replaces=before.version_id)
    if before.story_id == story_id:
        arrival = Arrival.RESTORED if restored and item.copy.version_id != before.version_id else Arrival.EDIT
        return Taken(key=match.key, arrival=arrival, face=item.face, replaces=before.version_id)
    if match.alone:
        return Taken(key=match.alone, arrival=Arrival.NEW, face=item.face)
    return Taken(key=match.key, arrival=Arrival.REUSED, face=item.face, replaces=before.version_id)


def _is_late(item: Item, before: Lineage) -> bool:
    """Versions are in the order of their own times, in whatever order they come."""
    sent = item.copy.updated_at or item.copy.published_at
    other = item.copy.version_id != before.version_id
    return other and is_item(item) and sent is not None and before.sent_at is not None and sent < before.sent_at


class _Named(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def hash(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A document's entries, held against what is known of the feed."""

    matches: Mapping[tuple[str, str], Match[EntryRow]]
    whole: bool
    """Is an entry known by all its names? Else by its key alone."""
    known: Mapping[str, frozenset[str]]
    """Hashes by key, where entries are known by their keys."""
    last: LastDocument | None = None

    def of(self, each: _Named) -> Match[EntryRow]:
        """Which entry it is."""
        return self.matches[each.key, each.hash]


def recognised(read: Read, feed: Feed, seen: Sequence[Seen], *, whole: bool) -> Recognised:
    """Hold a document's entries against the feed's. Pieces of an archive, and what was recognised before, go by key."""
    if not whole or any(each.ties is not None for each in seen):
        return _by_key(seen, read.contents(feed.key, {each.key for each in seen}))
    known = _known(read, feed, seen)
    last = read.last_document(feed.key)
    standing = unpacked(last.digests) if last else frozenset()
    matches = normalize.recognise(seen, known.values(), lambda key: digest(key) in standing)
    return Recognised(matches=matches, whole=True, known={}, last=last)


def _known(read: Read, feed: Feed, seen: Sequence[Seen]) -> dict[str, EntryRow]:
    """The entries that a document may hold again, by key: each question is asked only of what none has found yet."""
    known = {row.key: row for row in read.entries(feed.key, "key", {each.key for each in seen})}
    rest = [each for each in seen if each.key not in known or each.hash not in known[each.key].hashes]
    if not rest or not (known or read.last_document(feed.key)):
        return known  # nothing else, or a feed of which nothing is known
    called = read.entries(feed.key, "guid", {each.guid for each in rest if each.guid})
    stands = {(row.guid, hash_) for row in called for hash_ in row.hashes}
    known |= {row.key: row for row in called}
    rest = [each for each in rest if (each.guid, each.hash) not in stands]
    links = {each.link for each in rest if each.link}
    for column, values in (
        ("link", links),
        ("hash", {each.hash for each in rest}),
        ("key", links | {normalize.content_key(each) for each in rest}),
    ):
        known |= {row.key: row for row in read.entries(feed.key, column, values)}
    return known


def _by_key(seen: Sequence[Seen], known: Mapping[str, frozenset[str]]) -> Recognised:
    texts: dict[str, set[str]] = {}
    for each in seen:
        texts.setdefault(each.key, set()).add(each.hash)
    matches: dict[tuple[str, str], Match[EntryRow]] = {}
    for each in seen:
        changed = each.hash not in known.get(each.key, ())
        alone = len(texts[each.key]) == 1 and each.ties is not False
        by = By.GUID if each.entry.guid else By.LINK if each.entry.url else By.CONTENT
        matches[each.key, each.hash] = Match(
            key=each.key, by=by if each.key in known else None, changed=changed, firm=alone
        )
    return Recognised(matches=matches, whole=False, known=known)


def fresh(read: Read, feed: Feed, seen: Sequence[Seen], *, whole: bool = True) -> list[Seen]:
    """The entries that are new, or changed since the last document of `feed`; each text once."""
    return _fresh(recognised(read, feed, seen, whole=whole), seen)


def fresh_of(read: Read, feed: Feed, pieces: Mapping[int, Sequence[Seen]]) -> dict[int, list[Seen]]:
    """The same of many pieces, each as if it came alone; asks once."""
    known = read.contents(feed.key, {each.key for seen in pieces.values() for each in seen})
    return {name: _fresh(_by_key(seen, known), seen) for name, seen in pieces.items()}


def _fresh(found: Recognised, seen: Sequence[Seen]) -> list[Seen]:
    return list({(each.key, each.hash): each for each in seen if found.of(each).changed}.values())


def remember(
    write: Write,
    feed: Feed,
    seen: Sequence[Seen],
    found: Recognised,
    taken: Mapping[tuple[str, str], Taken | str],
    *,
    now: datetime,
    whole: bool,
) -> bool:
    """Note how the entries stand now, and tell whether there is a gap: nothing of the last document is in this one.

    `taken`: what became of each text that was fresh; of one that showed a reader nothing new, its face.
    """
    if not found.whole:
        _remember_keys(write, feed, seen, found, now, whole=whole)
        return False
    odd = _Oddities(Names.of(seen) if taken else None)
    standing: set[str] = set()
    stood = unpacked(found.last.digests) if found.last else None
    for each in {(each.key, each.hash): each for each in seen}.values():
        match, outcome = found.of(each), taken.get((each.key, each.hash))
        if match.changed and outcome is None:
            continue  # another process has taken a later document meanwhile
        key = outcome.key if isinstance(outcome, Taken) else match.key
        standing.add(key)
        odd.look(each, match, outcome, now, returned=stood is not None and digest(match.key) not in stood)
        _remember_entry(write, feed, each, match, key, outcome, now)
    if odd.found:
        write.add_notes(feed.key, odd.found, now)
    if not standing:
        return False
    document = LastDocument(url=feed.url, digests=packed(standing))
    if document != found.last:
        write.see_document(feed.key, document)
    apart = stood is not None and stood.isdisjoint(map(digest, standing))
    same_place = found.last is not None and found.last.url == feed.url
    return apart and same_place and any(isinstance(each, Taken) for each in taken.values())


def _remember_entry(
    write: Write, feed: Feed, seen: Seen, match: Match[EntryRow], key: str, outcome: Taken | str | None, now: datetime
) -> None:
    """Write the entry down where it does not stand as it stood."""
    row = match.known if match.known and match.known.key == key else None
    face = outcome.face if isinstance(outcome, Taken) else outcome or (row.face if row else None)
    named = (seen.guid, seen.link, seen.spelling, seen.published_at)
    stands = row and not match.changed and (row.guid, row.link, row.spelling, row.published_at) == named
    if not stands or (row and now - row.seen_at >= STOOD):
        write.see_entry(
            feed.key,
            key,
            [seen.hash],
            now,
            guid=seen.guid,
            link=seen.link,
            spelling=seen.spelling,
            published_at=seen.published_at,
            face=face,
        )


def _remember_keys(
    write: Write, feed: Feed, seen: Sequence[Seen], found: Recognised, now: datetime, *, whole: bool
) -> None:
    present: dict[str, set[str]] = {}
    for each in seen:
        present.setdefault(each.key, set()).add(each.hash)
    for key, hashes in present.items():
        before = found.known.get(key, frozenset())
        if (after := hashes if whole else hashes | before) != before:
            write.see_entry(feed.key, key, after, now)


class _Oddities:
    """Counts what is odd, with an example of each kind."""

    def __init__(self, names: Names | None) -> None:
        self._names = names
        self.found: dict[str, tuple[int, dict[str, Any]]] = {}

    def look(
        self, seen: Seen, match: Match[EntryRow], outcome: Taken | str | None, now: datetime, *, returned: bool
    ) -> None:
        """Look at one entry."""
        same = match.known is not None and not (isinstance(outcome, Taken) and outcome.key != match.key)
        if match.known is not None and same:
            self._names_of(seen, match.known)
            if not match.changed and returned:
                self._count(Odd.RETURNED, guid=_shown(seen))
        if isinstance(outcome, str):
            self._count(Odd.UNSEEN, guid=_shown(seen))
        if isinstance(outcome, Taken):
            self._taken(seen, outcome, now)

    def _names_of(self, seen: Seen, known: EntryRow) -> None:
        if known.spelling is None:  # its names were not remembered then
            return
        if seen.guid != known.guid:
            self._count(Odd.RENAMED, before=known.guid, now=seen.entry.guid)
        elif not seen.guid and seen.link != known.link:
            self._count(Odd.MOVED, before=known.link, now=seen.entry.url)
        elif seen.spelling != known.spelling:
            self._count(Odd.RESPELLED, now=_shown(seen))
        if seen.published_at and known.published_at and seen.published_at != known.published_at:
            self._count(Odd.REDATED, before=known.published_at.isoformat(), now=seen.published_at.isoformat())

    def _taken(self, seen: Seen, outcome: Taken, now: datetime) -> None:
        if not seen.guid:
            self._count(Odd.NO_GUID, link=seen.entry.url)
        elif self._names and not self._names.guid(seen):
            self._count(Odd.SHARED_GUID, guid=seen.entry.guid)
        if seen.link and self._names and not self._names.link(seen):
            self._count(Odd.SHARED_LINK, link=seen.entry.url)
        if outcome.arrival is Arrival.REUSED:
            self._count(Odd.REUSED, guid=_shown(seen), replaces=outcome.replaces)
        elif outcome.arrival is Arrival.RESTORED:
            self._count(Odd.RESTORED, guid=_shown(seen), replaces=outcome.replaces)
        if seen.published_at and seen.published_at > now:
            self._count(Odd.AHEAD, sent=seen.entry.published)
        if seen.entry.published and not seen.published_at:
            self._count(Odd.UNDATED, sent=seen.entry.published)

    def _count(self, kind: Odd, **example: str | None) -> None:
        count = self.found[kind][0] if kind in self.found else 0
        shown = {name: value[:EXAMPLE] for name, value in example.items() if value}
        self.found[kind] = count + 1, shown


def _shown(seen: Seen) -> str | None:
    return seen.entry.guid or seen.entry.url


def lineages(found: Recognised, items: Collection[_Named]) -> set[str]:
    """Keys of the entries among `items` that were known, and stand with other words."""
    return {match.key for each in items if (match := found.of(each)).by is not None}
