"""What the walk asks of the past: what is known of a text, of a story, of a feed, of what was decided.

Law: asks in sets, never once a row; a set of any size is asked in pieces that both databases take.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Executable, Select, bindparam, case, func, or_, select, union

from wire.model import Feed, PollState, Relation, Signal, Sketch, Standing, Status
from wire.store import copies, takes
from wire.store.answers import DecisionRow, StoryRow
from wire.store.contract import decision_v1, story_v1
from wire.store.entry_queries import EntryQueries
from wire.store.feed_tables import feed
from wire.store.hubs import Hubs
from wire.store.packed import unpack
from wire.store.rows import ITEM, Kin, Place, Received, StoredSketch, StoredText
from wire.store.spools import Spools
from wire.store.states import state_of
from wire.store.tables import counter, decision, delivery, evidence, raw, sketch, story, tombstone, version
from wire.store.views import among, story_row

_FEED = select(feed).where(feed.c.key == bindparam("key"))
_COUNTED = select(counter.c.value).where(counter.c.name == bindparam("name"))
_DUE = (
    select(story.c.story_id)
    .where(story.c.status == Status.EMBARGOED, story.c.embargo_until <= bindparam("now"))
    .order_by(story.c.embargo_until, story.c.story_id)
)
_STORIES = select(version.c.version_id, version.c.story_id).where(among(version.c.version_id))
_TEXTS = select(version).where(among(version.c.version_id))
_CANONICALS = select(story.c.story_id, story.c.canonical_version_id).where(
    story.c.canonical_version_id.is_not(None), among(story.c.story_id)
)
_MEMBERS = (
    select(
        *version.c["story_id", "version_id", "word_count", "origin", "signals", "teaser"],
        func.max(case((delivery.c.recognised_by == ITEM, delivery.c.replaces))).label("replaces"),
        func.max(evidence.c.against).label("against"),
        *(column.label(name) for name, column in takes.COLUMNS.items()),
    )
    .outerjoin(evidence, (evidence.c.version_id == version.c.version_id) & (evidence.c.rule == ITEM))
    .outerjoin(delivery, delivery.c.version_id == version.c.version_id)
    .outerjoin(feed, feed.c.key == delivery.c.feed)
    .where(among(version.c.story_id))
    .group_by(version.c.number)
    .order_by(version.c.number)
)
_LAST = story.alias()
_TOMBSTONES = (
    select(tombstone.c.version_id, _LAST.c.story_id, _LAST.c.merged_into)
    .join(story, story.c.story_id == tombstone.c.story_id)
    .join(_LAST, _LAST.c.story_id == func.coalesce(story.c.merged_into, story.c.story_id))
    .where(among(tombstone.c.version_id))
)
"""Made once: they are asked with each document."""


class Read(EntryQueries):
    """A snapshot of the store. Made by `Store.reading`; good until that block ends."""

    @property
    def hubs(self) -> Hubs:
        """Subscriptions, and what came by them."""
        return Hubs(self._connection)

    @property
    def spools(self) -> Spools:
        """Files of spools that were dealt with."""
        return Spools(self._connection)

    def execute(self, statement: Executable) -> CursorResult[Any]:
        """For the rooms beside this one."""
        self.flush()
        return self._connection.execute(statement)

    def stories_of(self, version_ids: Collection[str]) -> dict[str, str]:
        """The story of each known version; unknown texts are left out."""
        return {row.version_id: row.story_id for row in self._each(version_ids, _STORIES)}

    def texts(self, version_ids: Collection[str]) -> dict[str, StoredText]:
        """Each known version as the matcher needs it."""
        return {row.version_id: copies.text(row) for row in self._each(version_ids, _TEXTS)}

    def members(self, story_ids: Collection[str]) -> dict[str, list[Standing]]:
        """The versions of each known story in order of arrival, for the choice of the canonical one."""
        found: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
        items: list[tuple[str, str, str]] = []
        for row in self._each(story_ids, _MEMBERS):
            found[row.story_id][row.version_id] = Standing(
                version_id=row.version_id,
                words=row.word_count,
                origin=row.origin,
                signals=copies.signals(row.signals),
                sent_at=row.sent_at,
                rank=row.rank,
                own=bool(row.own),
                take=row.take,
                edited_at=row.edited_at,
                last=row.last,
                teaser=row.teaser,
            )
            items += [(row.story_id, row.version_id, other) for other in {row.replaces, row.against} - {None}]
        for story_id, version_id, other in items:
            takes.same_item(found[story_id], version_id, other)
        return {story_id: list(members.values()) for story_id, members in found.items()}

    def canonicals(self, story_ids: Collection[str]) -> dict[str, str]:
        """The version that stands for each known story that is not merged into another."""
        return {row.story_id: row.canonical_version_id for row in self._each(story_ids, _CANONICALS)}

    def last_number(self) -> int:
        """The number of the version that arrived last; 0: there is none."""
        return self._reached("version")

    def last_delivery(self) -> int:
        """The number of the delivery that arrived last; 0: there is none."""
        return self._reached("delivery")

    def moves(self) -> int:
        """How often versions were moved or read anew: tells whether what is remembered of them still holds."""
        return self._reached("move")

    def removals(self) -> int:
        """How often retention removed texts."""
        return self._reached("removal")

    def tombstones(self, version_ids: Collection[str]) -> dict[str, tuple[str, bool]]:
        """Of each text that retention has removed: the story where it belongs, and does that stand?"""
        rows = self._each(version_ids, _TOMBSTONES)
        return {row.version_id: (row.story_id, row.merged_into is None) for row in rows}

    def standings(self) -> int:
        """How often an order changed how a story stands."""
        return self._reached("standing")

    def _reached(self, name: str) -> int:
        """Where a counter stands."""
        return self._connection.execute(_COUNTED, {"name": name}).scalar() or 0

    def sketches(
        self, after: int = 0, since: datetime | None = None, before: datetime | None = None
    ) -> Iterator[StoredSketch]:
        """The sketches of versions with a number over `after` whose item time is `since` or later, in order of arrival.

        `before`: and before that. Comes in pieces: a long window doesn't have to fit into memory.
        """
        self.flush()
        query = (
            select(*version.c["number", "version_id", "story_id", "at"], sketch.c.scheme, sketch.c.data)
            .join(sketch, sketch.c.number == version.c.number)
            .order_by(version.c.number)
        )
        if after:
            query = query.where(version.c.number > after)
        if since:
            query = query.where(version.c.at >= since)
        if before:
            query = query.where(version.c.at < before)
        with self._connection.execute(query, execution_options={"yield_per": 1000}) as rows:
            for row in rows:
                yield StoredSketch(
                    number=row.number,
                    version_id=row.version_id,
                    story_id=row.story_id,
                    at=row.at,
                    sketch=Sketch(scheme=row.scheme, data=row.data),
                )

    def sketches_of(self, story_ids: Collection[str]) -> Iterator[StoredSketch]:
        """The sketches of all copy of these stories; orders to editors are none."""
        self.flush()
        query = select(
            *version.c["number", "version_id", "story_id", "at", "signals"], sketch.c.scheme, sketch.c.data
        ).join(sketch, sketch.c.number == version.c.number)
        for row in self._each(story_ids, query.where(among(version.c.story_id))):
            if {Signal.KILL, Signal.WITHHOLD}.isdisjoint(row.signals):
                yield StoredSketch(
                    number=row.number,
                    version_id=row.version_id,
                    story_id=row.story_id,
                    at=row.at,
                    sketch=Sketch(scheme=row.scheme, data=row.data),
                )

    def received(self, after: int = 0, *, since: datetime | None = None, raws: bool = False) -> Iterator[Received]:
        """Deliveries with a number over `after`, seen at `since` or later, in order of arrival.

        `raws`: with the entry as it was received.
        """
        self.flush()
        query = _received(raws)
        if after:
            query = query.where(delivery.c.number > after)
        if since:
            query = query.where(delivery.c.seen_at >= since)
        yield from self._deliveries(query)

    def kin(self, since: datetime, before: datetime) -> list[Kin]:
        """The versions whose item time is not in that span, of stories that have a version whose time is."""
        among = version.alias()
        inside = select(among.c.story_id).where(among.c.at >= since, among.c.at < before)
        return self._kin(or_(version.c.at < since, version.c.at >= before), version.c.story_id.in_(inside))

    def kin_of(self, story_id: str) -> list[Kin]:
        """All versions of a story."""
        return self._kin(version.c.story_id == story_id)

    def _kin(self, *where: ColumnElement[bool]) -> list[Kin]:
        self.flush()
        query = (
            select(*version.c["number", "version_id", "story_id"], func.length(sketch.c.data).label("size"))
            .join(sketch, sketch.c.number == version.c.number)
            .where(*where)
        )
        return [Kin(**row) for row in self._connection.execute(query).mappings()]

    def standing(self, before: datetime, alive: datetime) -> Iterator[Received]:
        """Deliveries seen before a time, of stories that may still change after it, in order of arrival.

        Those are the stories that have a version whose item time is `alive` or later, or a delivery seen later.
        """
        self.flush()
        other = version.alias()
        again = select(other.c.story_id).join(delivery, delivery.c.version_id == other.c.version_id)
        young = select(other.c.story_id).where(other.c.at >= alive)
        moving = union(young, again.where(delivery.c.seen_at >= before))
        query = _received(raws=False).where(delivery.c.seen_at < before, version.c.story_id.in_(moving))
        yield from self._deliveries(query)

    def extent(self, since: datetime | None = None) -> tuple[int, datetime | None]:
        """How many deliveries were seen at `since` or later, and the earliest item time among them."""
        self.flush()
        query = select(func.count(), func.min(delivery.c.at))
        count, earliest = self._connection.execute(query.where(delivery.c.seen_at >= since) if since else query).one()
        return count, earliest

    def _deliveries(self, query: Select[Any]) -> Iterator[Received]:
        with self._connection.execute(query, execution_options={"yield_per": 500}) as rows:
            for row in rows.mappings():
                kept = row.get("raw")
                yield Received(**{**row, "raw": kept and unpack(kept)})

    def places(self, version_ids: Collection[str]) -> dict[str, Place]:
        """Where each known version stands now."""
        self.flush()
        canonical = story.c.canonical_version_id == version.c.version_id
        columns = version.c["version_id", "story_id", "relation", "similarity"]
        query = select(*columns, canonical.label("canonical")).join(story, story.c.story_id == version.c.story_id)
        rows = self._each(version_ids, query.where(among(version.c.version_id)))
        return {
            row.version_id: Place(
                version_id=row.version_id,
                story_id=row.story_id,
                canonical=bool(row.canonical),
                relation=row.relation and Relation(row.relation),
                similarity=row.similarity,
            )
            for row in rows
        }

    def schemes(self, version_ids: Collection[str]) -> dict[str, str]:
        """The scheme of each known version's sketch."""
        query = select(version.c.version_id, sketch.c.scheme).join(sketch, sketch.c.number == version.c.number)
        rows = self._each(version_ids, query.where(among(version.c.version_id)))
        return {row.version_id: row.scheme for row in rows}

    def story_rows(self, story_ids: Collection[str]) -> dict[str, StoryRow]:
        """The row of each known story, merged ones too."""
        self.flush()
        rows = self._each(story_ids, select(story_v1).where(among(story_v1.c.story_id)))
        return {row.story_id: story_row(**row._mapping) for row in rows}

    def suppressed(self) -> frozenset[str]:
        """Stories that are killed, withheld or embargoed."""
        self.flush()
        held = [Status.KILLED, Status.WITHHELD, Status.EMBARGOED]
        query = select(story.c.story_id).where(story.c.status.in_(held), story.c.merged_into.is_(None))
        return frozenset(self._connection.execute(query).scalars())

    def due(self, now: datetime) -> list[str]:
        """Stories whose embargo has ended."""
        return list(self._connection.execute(_DUE, {"now": now}).scalars())

    def decisions(self, *kinds: str) -> list[DecisionRow]:
        """Operators' decisions of these kinds that hold, in order."""
        self.flush()
        held = select(decision.c.number).where(decision.c.kind.in_(kinds), decision.c.undone_by.is_(None))
        numbers = list(self._connection.execute(held.order_by(decision.c.number)).scalars())
        decided = select(decision_v1).where(among(decision_v1.c.decision_id))
        rows = self._each([f"o{each}" for each in numbers], decided)
        found = {row.decision_id: DecisionRow(**row._mapping) for row in rows}
        return [found[f"o{each}"] for each in numbers]

    def pins(self) -> list[str]:
        """Versions that operators chose to stand for their stories, in order of decision; where two pinned stories were
        merged, the pin that goes on counts from then."""
        query = select(decision.c.kind, decision.c.version_id).where(
            decision.c.kind.in_(("pin", "merge")), decision.c.version_id.is_not(None), decision.c.undone_by.is_(None)
        )
        rows = self._connection.execute(query.order_by(decision.c.number)).all()
        pinned = {row.version_id for row in rows if row.kind == "pin"}
        return [row.version_id for row in rows if row.version_id in pinned]

    def apart(self) -> dict[str, frozenset[str]]:
        """Stories that operators hold apart, by what they split: of each, those that no text of it may join."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.decisions("split"):
            sides = [set(self.stories_of(each.detail[side]).values()) for side in ("versions", "others")]
            for one, other in product(*sides):
                if one != other:
                    found[one].add(other)
                    found[other].add(one)
        return {story_id: frozenset(others) for story_id, others in found.items()}

    def anchors(self, long: int) -> dict[str, frozenset[str]]:
        """Of stories that operators made of several, the first version with so many words, else the first, of each."""
        sides = [each.detail[side] for each in self.decisions("merge") for side in ("versions", "others")]
        query = select(*version.c["version_id", "story_id", "word_count", "number"])
        rows = self._each({each for side in sides for each in side}, query.where(among(version.c.version_id)))
        known = {row.version_id: row for row in rows}
        found: defaultdict[str, set[str]] = defaultdict(set)
        for side in sides:
            first = min(
                (row for each in side if (row := known.get(each))),
                key=lambda row: (row.word_count < long, row.number),
                default=None,
            )
            if first:
                found[first.story_id].add(first.version_id)
        return {story_id: frozenset(versions) for story_id, versions in found.items()}

    def carriers(self) -> dict[str, Feed]:
        """Every feed that is or was configured or taken in, as far as the store knows it."""
        columns = feed.c["key", "url", "source", "enabled", "rank"]
        return {row["key"]: Feed(**row) for row in self._connection.execute(select(*columns)).mappings()}

    def poll_states(self, feed_key: str | None = None) -> dict[str, PollState]:
        """What is remembered of each feed, or of one, between two polls."""
        rows = self._connection.execute(select(feed) if feed_key is None else _FEED, {"key": feed_key})
        return {row.key: state_of(row) for row in rows}


def _received(raws: bool) -> Select[Any]:
    named = ("number", "delivery_id", "version_id", "feed", "source", "entry_key", "guid", "url", "headline")
    columns = [*delivery.c[*named], *delivery.c["published", "edit", "arrival", "seen_at"], version.c.story_id]
    query = select(*columns).join(version, version.c.version_id == delivery.c.version_id).order_by(delivery.c.number)
    if raws:
        query = query.add_columns(raw.c.data.label("raw")).outerjoin(raw, raw.c.number == delivery.c.number)
    return query
