"""Orders to editors, as they are kept: who gave them, of which copy, and which of them stand.

Law: nothing goes. An order that is lifted keeps its row; `number` is its place in the order of arrival.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from wire.editorial import By, Carried, Held, Key, Open, Party, names
from wire.model import Copy, Signal, Status
from wire.store import bulk
from wire.store.entries import Entries
from wire.store.rows import Carrier, Notice
from wire.store.tables import delivery, notice, notice_key, story, version
from wire.store.types import storable
from wire.store.views import among

_ORDERED = ("kill", "withhold")


_OPEN = (
    select(*notice.c, notice_key.c.digest)
    .join(notice_key, notice_key.c.number == notice.c.number)
    .where(notice.c.lifted_at.is_(None), notice.c.follows.is_(None), notice.c.kind.in_(_ORDERED))
    .where(among(notice_key.c.digest))
)
"""Made once: it is asked with each document."""


class Notices(Entries):
    """The part of the write transaction that knows orders to editors."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._unordered: set[str] = set()
        """Digests of names of which no order stands."""

    def carried(self, keys: Collection[Key], party: Party, since: datetime, before: datetime) -> list[Carried]:
        """Deliveries of copy that `party` may order something of: those under the guids and links among `keys`, and all
        whose item time lies between `since` and `before`."""
        self.flush()
        guids = [storable(each.value) for each in keys if each.by in {By.GUID, By.ITEM}]
        links = [storable(each.value) for each in keys if each.by is By.LINK]
        theirs = delivery.c.source.in_(party.names) | version.c.origin.in_(party.names)
        recent = (version.c.at >= since) & (version.c.at <= before) & theirs
        columns = [*version.c["version_id", "story_id", "origin", "slug"], *delivery.c["source", "at", "guid", "url"]]
        query = select(*columns, delivery.c.headline, delivery.c.signals).join(
            version, version.c.version_id == delivery.c.version_id
        )
        found: list[Row[Any]] = []
        for some in (
            delivery.c.guid.in_(guids) if guids else None,
            delivery.c.url.in_(links) if links else None,
            recent,
        ):
            if some is not None:
                found += list(self._connection.execute(query.where(some)))
        return [_carried(row) for row in found if not set(row.signals).intersection(_ORDERED)]

    def opened(self, keys: Collection[Key]) -> list[Open]:
        """The kills and withholds that stand and share a name with `keys`.

        Asked for many at once, it answers from memory where there are none.
        """
        wanted = {digest: each for each in keys if (digest := _digest(each)) not in self._unordered}
        rows = list(self._each(wanted, _OPEN))
        self._unordered |= wanted.keys() - {row.digest for row in rows}
        shared: defaultdict[int, set[Key]] = defaultdict(set)
        for row in rows:
            shared[row.number].add(wanted[row.digest])
        return [
            Open(
                number=row.number,
                story_id=row.story_id,
                party=Party(source=row.source, origin=row.origin),
                at=row.at,
                waits=row.matched_by is None,
                keys=frozenset(shared[row.number]),
            )
            for row in {row.number: row for row in rows}.values()
        ]

    def add_notice(self, given: Notice, keys: Iterable[Key] = ()) -> int:
        """Keep an order; gives its number."""
        self.flush()
        highest = self._connection.execute(select(func.max(notice.c.number))).scalar_one()
        number = (highest or 0) + 1
        row = {name: getattr(given, name) for name in Notice.__slots__ if name != "number"}
        bulk.insert(self._connection, notice, [{"number": number, **row}])
        named = {_digest(each): each for each in keys}
        rows = [
            {"number": number, "kind": each.by.value, "digest": digest, "value": each.value}
            for digest, each in named.items()
        ]
        bulk.insert(self._connection, notice_key, rows)
        self._unordered -= named.keys()
        return number

    def match_notice(self, number: int, by: str | None) -> None:
        """What an order means has come; `by` None: it waits again."""
        self._connection.execute(update(notice).where(notice.c.number == number).values(matched_by=by))

    def note_alert(self, number: int, alert_id: str) -> None:
        """People were told of an order."""
        self._connection.execute(update(notice).where(notice.c.number == number).values(alert_id=alert_id))

    def lift_notices(self, numbers: Collection[int], at: datetime | None, decision: int | None) -> None:
        """Orders count no longer; `at` None: they do again."""
        self._unordered.clear()
        self._connection.execute(
            update(notice).where(notice.c.number.in_(list(numbers))).values(lifted_at=at, lifted_by=decision)
        )

    def bring_notices(self, numbers: Collection[int], story_id: str) -> None:
        """Orders are of another story now."""
        self._connection.execute(update(notice).where(notice.c.number.in_(list(numbers))).values(story_id=story_id))

    def notices(self, story_ids: Collection[str], *, lifted: bool = False) -> list[Notice]:
        """The orders on stories, in order of arrival; `lifted`: also those that count no longer."""
        query = select(notice) if lifted else select(notice).where(notice.c.lifted_at.is_(None))
        rows = self._each(story_ids, query.where(among(notice.c.story_id)))
        found = [Notice(**{name: getattr(row, name) for name in Notice.__slots__}) for row in rows]
        return sorted(found, key=lambda each: each.number)

    def held(self, story_id: str) -> list[Held]:
        """The orders that stand on a story."""
        return [Held(kind=Signal(each.kind), until=each.until) for each in self.notices([story_id])]

    def status(self, story_id: str) -> tuple[Status, datetime | None]:
        """What stands written of a story: its status, and the hour of its embargo."""
        self.flush()
        row = self._connection.execute(
            select(story.c.status, story.c.embargo_until).where(story.c.story_id == story_id)
        ).one()
        return Status(row.status), row.embargo_until

    def carriers_of(self, story_id: str) -> list[Carrier]:
        """Who carried a story, in order of arrival; orders about it are none."""
        self.flush()
        columns = delivery.c["feed", "source", "url", "headline", "seen_at", "signals"]
        query = select(*columns).join(version, version.c.version_id == delivery.c.version_id)
        rows = self._connection.execute(query.where(version.c.story_id == story_id).order_by(delivery.c.number)).all()
        return [
            Carrier(feed=row.feed, source=row.source, url=row.url, headline=row.headline, seen_at=row.seen_at)
            for row in rows
            if not set(row.signals).intersection(_ORDERED)
        ]


def _digest(key: Key) -> str:
    return blake2b(f"{key.by}\0{key.value}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _carried(row: Row[Any]) -> Carried:
    copy = Copy(
        version_id=row.version_id, headline=row.headline, paragraphs=(), slug=row.slug, guid=row.guid, url=row.url
    )
    return Carried(
        story_id=row.story_id, party=Party(source=row.source, origin=row.origin), at=row.at, keys=frozenset(names(copy))
    )
