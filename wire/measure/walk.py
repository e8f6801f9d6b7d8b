"""What was received, taken once more in order of arrival into a scratch database, under other settings.

Law: the road is `prepare` and `Ingest`, as when it came first. What came before is put there as it stands.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby, islice

from wire import cluster, editorial, ingest, prepare
from wire.config import Settings
from wire.errors import InputError
from wire.ingest import decisions
from wire.ingest.arrivals import Arrival
from wire.ingest.complete import Completer
from wire.model import Copy, Entry, Feed
from wire.poll.record import TIDY
from wire.store import DecisionRow, Moves, Read, Received, Store, Write

BATCH = 500
"""Deliveries that are read and taken at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A delivery that was taken once more; there may be millions of them."""

    number: int
    delivery_id: str
    feed: str
    entry_key: str
    at: datetime
    """The item's own time."""
    seen_at: datetime
    before: str
    """The version that it was read as."""
    after: str
    """The version that it is read as now."""
    copy: Copy | None
    """That text, where it is another."""


class Walk:
    """Takes deliveries into a scratch database; remembers how each was read."""

    def __init__(self, scratch: Store, settings: Settings) -> None:
        self._store = scratch
        self._settings = settings
        self._feeds: dict[str, Feed] = {}
        self._taker = Completer(settings.cluster, settings.canonical)
        self._tidied: datetime | None = None
        self.standing: dict[str, str] = {}
        """Deliveries that came before, and were not taken again → story in which they stand."""
        self.taken: list[Taken] = []
        self._pending: list[DecisionRow] = []
        """What operators decided, and what is still to be done once more."""
        self._decided: set[str] = set()
        self._readings: dict[str, list[str]] = {}
        """Versions that are read otherwise → as what."""
        self.aliases: dict[str, str] = {}
        """Names of stories that came before, as they are called here → as they are called there."""

    # --- what came before ---------------------------------------------------------------------------------------

    def stand(self, read: Read, since: datetime, earliest: datetime) -> None:
        """Put there what stood at `since` and may be joined by items of `earliest` or later."""
        window = self._taker.window.reach(self._taker.window.reach(earliest))
        self._know(read)
        rows = read.standing(since, window)
        names: dict[str, str] = {}
        with self._store.writing() as write:
            grown: dict[str, None] = {}
            while some := list(islice(rows, BATCH)):
                texts = read.texts({row.version_id for row in some})
                known = write.stories_of(list(texts))
                for row in some:
                    text = texts[row.version_id]
                    if row.version_id not in known:
                        known[row.version_id] = self._stand(write, names, row, text.copy, text.at)
                        grown[known[row.version_id]] = None
                        if text.teaser:
                            write.mark_teaser(row.version_id, known[row.version_id])
                    self._arrive(write, row, text.copy, known[row.version_id], text.at)
                    self.standing[row.delivery_id] = known[row.version_id]
            self._decide(write, earlier=since)
            whole = {story: [each.version_id for each in members] for story, members in write.members(grown).items()}
            self._taker.settle(write, whole, now=since)
        self.aliases = {name: story_id for story_id, name in names.items()}

    def _stand(self, write: Write, names: dict[str, str], row: Received, copy: Copy, at: datetime) -> str:
        """A version that stands. Its story is named after the first such, as the road would have named it."""
        name = names.get(row.story_id)
        if name is None:
            name = names[row.story_id] = ingest.story_founded_by(row.version_id)
            write.add_story(
                name,
                row.version_id,
                seen_at=row.seen_at,
                origin=copy.origin,
                language=copy.language,
                published_at=copy.published_at,
            )
        sketch = cluster.sketch(cluster.profile(copy))
        write.add_version(copy, story_id=name, sketch=sketch, words=ingest.word_count(copy), at=at, seen_at=row.seen_at)
        return name

    def _arrive(self, write: Write, row: Received, copy: Copy, story_id: str, at: datetime) -> None:
        write.add_delivery(
            copy,
            feed=row.feed,
            source=row.source,
            entry_key=row.entry_key,
            story_id=story_id,
            at=at,
            seen_at=row.seen_at,
            arrival=row.arrival,
        )
        write.see_entry(row.feed, row.entry_key, [_stored(row)], row.seen_at)

    # --- what is taken again ------------------------------------------------------------------------------------

    def take(self, read: Read, *, since: datetime | None, advance: Callable[[int], None] = lambda _: None) -> None:
        """Take every delivery since then, behind those taken already."""
        self._know(read)
        rows = read.received(max((each.number for each in self.taken), default=0), since=since, raws=True)
        due = [_after(each) for each in self._pending]
        for batch in _whole_moments(rows):
            with self._store.writing() as write:
                for (at, _), group in groupby(batch, key=lambda row: (row.seen_at, bisect_left(due, row.number))):
                    moment = list(group)
                    self._decide(write, before=moment[0].number)
                    self._take_moment(read, write, at, moment)
            advance(len(batch))
        with self._store.writing() as write:
            self._decide(write)

    def _decide(self, write: Moves, *, before: int | None = None, earlier: datetime | None = None) -> None:
        """Do once more what operators decided before a delivery, or before a time."""
        names = self._readings
        while self._pending:
            made = self._pending[0]
            if (before is not None and _after(made) >= before) or (earlier and made.at >= earlier):
                return
            decisions.again(write, made, names, self._taker)
            self._decided.add(self._pending.pop(0).decision_id)

    def _take_moment(self, read: Read, write: Moves, now: datetime, rows: list[Received]) -> None:
        """Take what was taken at one moment: one polled document, or a batch of an archive."""
        for key, group in groupby(rows, key=lambda row: row.feed):
            feed, arrived = self._feeds[key], list(group)
            members = [row for row in reversed(arrived) if row.arrival != Arrival.FULL_TEXT]  # as a feed lists them
            items = [ingest.bounded(item, now) for item in self._items(read, feed, members)]
            seen = [_seen(row, item) for row, item in zip(members, items, strict=True)]
            self._taker.take(write, feed, seen, items, now=now)
            self._note([_taken(row, item.copy, now) for row, item in zip(members, items, strict=True)])
            for row in (row for row in arrived if row.arrival == Arrival.FULL_TEXT):
                self._take_full(read, write, now, feed, row)
        if self._tidied is None or now - self._tidied > TIDY:
            self._tidied = now
            self._taker.window.forget(now)

    def _take_full(self, read: Read, write: Moves, now: datetime, feed: Feed, row: Received) -> None:
        """Take the text of a page, which came after its teaser."""
        (item,) = self._items(read, feed, [row])
        self._taker.complete(write, feed, item, now=now)
        self._note([_taken(row, item.copy, now)])

    def _note(self, taken: Sequence[Taken]) -> None:
        self.taken += taken
        for each in taken:
            if each.copy is not None or each.before in self._readings:
                readings = self._readings.setdefault(each.before, [])
                readings += [each.after] if each.after not in readings else []

    def _items(self, read: Read, feed: Feed, rows: list[Received]) -> list[prepare.Item]:
        """Prepare what was received; where that is no longer kept, its text stands as it was read then."""
        kept = [row for row in rows if row.raw is not None]
        seen = [
            replace(prepare.name(prepare.restore(row.raw)), key=row.entry_key) for row in kept if row.raw is not None
        ]
        made = dict(zip((row.number for row in kept), prepare.items(seen, feed, self._settings.agencies), strict=True))
        texts = read.texts([row.version_id for row in rows if row.raw is None])
        return [made.get(row.number) or _as_it_stood(row, texts[row.version_id].copy) for row in rows]

    def _know(self, read: Read) -> None:
        """Make every feed known: as configured, else as it is remembered."""
        configured = {feed.key: feed for feed in self._settings.feeds}
        self._feeds = {key: configured.get(key, feed) for key, feed in read.carriers().items()}
        with self._store.writing() as write:
            write.add_feeds(self._feeds.values())
        held = read.decisions("pin", "merge", "split")
        if self._decided - {each.decision_id for each in held}:
            raise InputError("an operator took a decision back meanwhile: run the replay once more")
        self._pending = [each for each in held if each.decision_id not in self._decided]


def _after(made: DecisionRow) -> int:
    """The last delivery that an operator knew of."""
    return int(made.detail.get("deliveries", 0))


def _seen(row: Received, item: prepare.Item) -> prepare.Seen:
    """The entry, recognised as it was then."""
    return prepare.Seen(key=item.key, hash=item.hash, entry=item.entry, ties=row.edit)


def _whole_moments(rows: Iterable[Received]) -> Iterator[list[Received]]:
    """Batches that end where a moment ends."""
    batch: list[Received] = []
    for row in rows:
        if len(batch) >= BATCH and row.seen_at != batch[-1].seen_at:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _taken(row: Received, copy: Copy, now: datetime) -> Taken:
    return Taken(
        number=row.number,
        delivery_id=row.delivery_id,
        feed=row.feed,
        entry_key=row.entry_key,
        at=ingest.item_time(copy, now),
        seen_at=row.seen_at,
        before=row.version_id,
        after=copy.version_id,
        copy=None if copy.version_id == row.version_id else copy,
    )


def _as_it_stood(row: Received, text: Copy) -> prepare.Item:
    copy = replace(text, guid=row.guid, url=row.url)
    profile = cluster.profile(copy)
    entry = Entry(
        guid=row.guid,
        url=row.url,
        headline=copy.headline,
        body=copy.body,
        markup="text",
        published=row.published,
        source=row.source,
    )
    return prepare.Item(
        key=row.entry_key,
        hash=_stored(row),
        entry=entry,
        copy=copy,
        profile=profile,
        sketch=cluster.sketch(profile),
        face="",
        raw=b"",
        order=editorial.order(copy, f"{copy.headline}\n{copy.body}") if copy.signals else None,
    )


def _stored(row: Received) -> str:
    """Stands for the hash of an entry whose text alone is known."""
    return "of:" + row.version_id
