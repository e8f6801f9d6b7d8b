"""The write transaction: what one fetch caused, gathered in memory and brought to the tables in few large statements.

Law: inserts; of what is there it changes only what may change (`tables`). As nobody else writes meanwhile, what was
read or gathered once in the transaction is answered from memory.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, bindparam, delete, func, select, update

from wire.model import Copy, Evidence, Relation, Sketch, Standing, Status
from wire.store import bulk, copies, search, takes
from wire.store.engine import CHANNEL
from wire.store.feed_tables import feed
from wire.store.notices import Notices
from wire.store.packed import Packer
from wire.store.rows import ITEM, StoredText
from wire.store.tables import change, delivery, evidence, named, notice, raw, sketch, story, tombstone, version

_ORDER = (story, version, sketch, delivery, raw, evidence, change)
"""Tables that are only inserted into, each after those that it refers to."""
_RANK = select(feed.c.rank).where(feed.c.key == bindparam("key"))
_SOONEST = select(func.min(story.c.embargo_until)).where(story.c.status == Status.EMBARGOED)


class StoryFields(TypedDict, total=False):
    """What may change of a story."""

    status: Status
    origin: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    updated_at: datetime
    embargo_until: datetime | None


class Write(Notices):
    """The one write transaction of the moment. Made by `Store.writing`; commits, whole, when that block ends."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._story_changes: dict[str, dict[str, Any]] = {}
        self._relations: dict[str, dict[str, Any]] = {}
        self._stories: dict[str, str | None] = {}
        self._tombstones: dict[str, tuple[str, bool] | None] = {}
        self._soonest: tuple[int, datetime | None] | None = None
        """When the next embargo ends, as of so many changes of how stories stand."""
        self._risen: set[str] = set()
        """Versions that came again."""
        self._members: dict[str, dict[str, Standing]] = {}
        self._canonicals: dict[str, str] = {}
        self._ranks: dict[str, int] = {}
        self._new: dict[str, tuple[str, Standing]] = {}
        """Versions that are in no table yet: story and standing, but for the rank."""
        self._packer = Packer()
        self.published: list[datetime] = []
        """When the entries that are new in this transaction were published."""
        self._came: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        """Deliveries that are in no table yet, by version."""
        self._named: dict[tuple[str, str], dict[str, Any]] = {}
        """What versions call copy that has not come, by that and version."""
        self._items: list[tuple[str, str]] = []
        """Versions that came as another version of an item, each with that one."""

    # --- answers that know what is gathered ---------------------------------------------------------------------

    def stories_of(self, version_ids: Collection[str]) -> dict[str, str]:
        """See `Read.stories_of`; asked for many at once, it answers later questions about each from memory."""
        if unknown := [each for each in version_ids if each not in self._stories]:
            self._stories |= dict.fromkeys(unknown) | super().stories_of(unknown)
        return {each: story_id for each in version_ids if (story_id := self._stories[each])}

    def tombstones(self, version_ids: Collection[str]) -> dict[str, tuple[str, bool]]:
        """See `Read.tombstones`; remembered as `stories_of` is."""
        if unknown := [each for each in version_ids if each not in self._tombstones]:
            self.flush()
            self._tombstones |= dict.fromkeys(unknown) | super().tombstones(unknown)
        return {each: found for each in version_ids if (found := self._tombstones[each])}

    def due(self, now: datetime) -> list[str]:
        """See `Read.due`; asked again for another moment, it answers from memory where no embargo has ended by then."""
        standing = self.standings()
        if self._soonest is None or self._soonest[0] != standing:
            self.flush()
            self._soonest = standing, self._connection.execute(_SOONEST).scalar_one()
        soonest = self._soonest[1]
        return super().due(now) if soonest and soonest <= now else []

    def texts(self, version_ids: Collection[str]) -> dict[str, StoredText]:
        """See `Read.texts`."""
        if not self._new.keys().isdisjoint(version_ids):
            self.flush()
        return super().texts(version_ids)

    def members(self, story_ids: Collection[str]) -> dict[str, list[Standing]]:
        """See `Read.members`."""
        if unknown := [each for each in story_ids if each not in self._members]:
            self._learn_members(unknown)
        return {each: list(members.values()) for each in story_ids if (members := self._members[each])}

    def canonicals(self, story_ids: Collection[str]) -> dict[str, str]:
        """See `Read.canonicals`."""
        if unknown := [each for each in story_ids if each not in self._canonicals]:
            self._canonicals |= super().canonicals(unknown)
        return {each: self._canonicals[each] for each in story_ids if each in self._canonicals}

    # --- what one fetch brings ----------------------------------------------------------------------------------

    def add_story(
        self,
        story_id: str,
        canonical_version_id: str,
        *,
        seen_at: datetime,
        status: Status = Status.USABLE,
        origin: str | None = None,
        language: str | None = None,
        published_at: datetime | None = None,
        embargo_until: datetime | None = None,
        again: bool = False,
    ) -> None:
        """Found a story; its canonical version must be added in the same transaction. `again`: it was removed."""
        self._canonicals[story_id] = canonical_version_id
        if status is not Status.USABLE:
            self._next("standing")
        row = {
            "canonical_version_id": canonical_version_id,
            "status": status,
            "origin": origin,
            "language": language,
            "first_seen_at": seen_at,
            "published_at": published_at,
            "updated_at": seen_at,
            "embargo_until": embargo_until,
        }
        if again:
            self._tombstones.clear()
            self._story_changes.setdefault(story_id, {}).update(row, merged_into=None)
        else:
            self._rows["story"].append({"story_id": story_id, **row})

    def add_version(
        self,
        copy: Copy,
        *,
        story_id: str,
        sketch: Sketch,
        words: int,
        at: datetime,
        seen_at: datetime,
        relation: Relation | None = None,
        similarity: float | None = None,
        teaser: bool = False,
    ) -> int:
        """Add a text that is not known yet; returns its number in the order of arrival.

        `at`: the item's own time; `relation` None: it is the canonical version; `teaser`: it never is beside others.
        """
        number = self._next("version")
        self._rows["version"].append(
            {
                "number": number,
                "version_id": copy.version_id,
                "story_id": story_id,
                "at": at,
                "first_seen_at": seen_at,
                "relation": relation,
                "similarity": similarity,
                "word_count": words,
                "teaser": teaser,
                "body": copy.body,
                **copies.read_out(copy),
            }
        )
        self._rows["sketch"].append({"number": number, "scheme": sketch.scheme, "data": sketch.data})
        self._stories[copy.version_id] = story_id
        self._called(revision=copy.revision, slug=copy.slug_root)
        standing = Standing(
            version_id=copy.version_id,
            words=words,
            origin=copy.origin,
            signals=copy.signals,
            sent_at=at,
            teaser=teaser,
        )
        self._new[copy.version_id] = story_id, standing
        if story_id in self._members:
            self._members[story_id][copy.version_id] = standing
        return number

    def await_item(self, target: str, version_id: str, *, source: str, derived: bool) -> None:
        """A version of `source` names an item that has not come: one that it took the place of, or was made of."""
        row = {"target": target, "version_id": version_id, "source": source, "derived": derived}
        self._named[target, version_id] = row
        self._called(target=target)

    def add_delivery(
        self,
        copy: Copy,
        *,
        feed: str,
        source: str,
        entry_key: str,
        story_id: str,
        at: datetime,
        seen_at: datetime,
        published: str | None = None,
        edit: bool = False,
        arrival: str = "new",
        recognised_by: str | None = None,
        replaces: str | None = None,
        late: bool = False,
        raw: bytes | None = None,
    ) -> str:
        """Record that a known version arrived, and give the delivery's id.

        `copy`: as it came this time; `story_id`: of the version; `at`: the item's own time; `published`: as sent;
        `edit`: the entry's names alone say that the text stands in the place of the one before; `arrival`: what it
        turned out to be; `replaces`: the version before; `late`: that one still stands.
        """
        number = self._next("delivery")
        row = {
            "number": number,
            "delivery_id": f"d{number}",
            "feed": feed,
            "source": source,
            "at": at,
            "seen_at": seen_at,
            "published_at": copy.published_at,
            "published": published,
            "edit": edit,
            "arrival": arrival,
            "recognised_by": recognised_by,
            "replaces": replaces,
            "entry_key": entry_key,
            "guid": copy.guid,
            "url": copy.url,
            **copies.delivered(copy),
        }
        self._rows["delivery"].append(row)
        if raw is not None:
            self._rows["raw"].append({"number": number, "data": self._packer.pack(raw)})
        if not late:
            self._entry(feed, entry_key, seen_at)["version_id"] = copy.version_id
        self._called(guid=copy.guid)
        self._note_arrival(story_id, row)
        return f"d{number}"

    def add_evidence(self, version_id: str, story_id: str, why: Evidence, at: datetime) -> None:
        """Keep why a version came to its story."""
        self._rows["evidence"].append(
            {
                "number": self._next("evidence"),
                "version_id": version_id,
                "story_id": story_id,
                "at": at,
                "rule": why.rule,
                "against": why.against,
                "scores": why.scores,
                "thresholds": {name: value for name, value in why.thresholds.items() if math.isfinite(value)},
                "notes": why.notes,
            }
        )
        if why.rule == ITEM and why.against:
            self._note_item(story_id, version_id, why.against)

    def change(
        self,
        kind: str,
        *,
        at: datetime,
        story_id: str | None = None,
        version_id: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> int:
        """Tell readers what happened; gives the change's `seq`."""
        seq = self._next("change")
        row = {"seq": seq, "kind": kind, "story_id": story_id, "version_id": version_id, "at": at}
        self._rows["change"].append(row | {"detail": dict(detail or {})})
        return seq

    # --- what may change ----------------------------------------------------------------------------------------

    def touch(self, story_id: str, **fields: Unpack[StoryFields]) -> None:
        """Change what is said of a story; fields that are not given stay."""
        self._story_changes.setdefault(story_id, {}).update(fields)
        if "status" in fields:
            self._next("standing")

    def set_canonical(
        self, story_id: str, version_id: str, variants: Mapping[str, tuple[Relation | None, float | None]]
    ) -> None:
        """Let a version stand for its story; `variants`: relation and similarity to it of every other version."""
        self._canonicals[story_id] = version_id
        self._story_changes.setdefault(story_id, {})["canonical_version_id"] = version_id
        for each, (relation, similarity) in {**variants, version_id: (None, None)}.items():
            self._relations[each] = {"relation": relation, "similarity": similarity}

    def merge(self, story_id: str, into: str) -> None:
        """Move every version of a story to another one, whose canonical version stays and wants `set_canonical` anew.

        The id of the first resolves to the second from now on.
        """
        self.flush()
        self._connection.execute(update(version).where(version.c.story_id == story_id).values(story_id=into))
        gone = update(story).where((story.c.story_id == story_id) | (story.c.merged_into == story_id))
        self._connection.execute(gone.values(merged_into=into, canonical_version_id=None))
        self._connection.execute(update(notice).where(notice.c.story_id == story_id).values(story_id=into))
        self._note_move()

    # --- to the tables ------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Bring what is gathered to the tables; the commit stays with `Store.writing`."""
        self._new.clear()
        self._came.clear()
        texts = [row["number"] for row in self._rows.get("version", ())]
        for table in _ORDER:
            bulk.insert(self._connection, table, self._rows.pop(table.name, ()))
        bulk.insert(self._connection, named, list(self._named.values()), renew=("source", "derived"))
        self._named.clear()
        if texts:
            search.add(self._connection, texts[0], texts[-1])
        if self._entries:
            self._save_entries()
        bulk.change(self._connection, version.c.version_id, self._relations)
        bulk.change(self._connection, story.c.story_id, self._story_changes)
        self._relations.clear()
        self._story_changes.clear()

    def finish(self) -> None:
        """Last act before the commit: write down the counters, and wake the readers where something changed."""
        self.flush()
        self._save_counts()
        if "change" in self._given and self._connection.dialect.name == "postgresql":
            self._connection.execute(select(func.pg_notify(CHANNEL, str(self._counts["change"]))))

    # --- memory -------------------------------------------------------------------------------------------------

    def _note_move(self) -> None:
        """Versions stand elsewhere, or are read otherwise: what any process remembers of them does not hold."""
        self._next("move")
        self._forget()

    def unbury(self, version_id: str) -> None:
        """A text that retention had removed has come again."""
        self._connection.execute(delete(tombstone).where(tombstone.c.version_id == version_id))
        self._tombstones.pop(version_id, None)
        self._risen.add(version_id)
        self._members.clear()

    def note_removal(self) -> None:
        """Texts are gone: what any process remembers of them does not hold."""
        self._next("removal")
        self._forget()

    def _forget(self) -> None:
        for memory in (self._stories, self._members, self._canonicals, self._tombstones, self._unheard):
            memory.clear()

    @property
    def connection(self) -> Connection:
        """For the rooms beside this one."""
        return self._connection

    def _learn_members(self, story_ids: Sequence[str]) -> None:
        """What the tables hold of stories, and what is not there yet."""
        if not self._risen.isdisjoint(self._new):
            self.flush()  # what names them is in the tables already
        learnt: dict[str, dict[str, Standing]] = {each: {} for each in story_ids}
        for story_id, stored in super().members(story_ids).items():
            learnt[story_id] = {each.version_id: self._counted(each) for each in stored}
        for version_id, (story_id, standing) in self._new.items():
            if story_id in learnt:
                learnt[story_id][version_id] = self._counted(standing)
        for version_id, other in self._items:
            for members in learnt.values():
                takes.same_item(members, version_id, other)
        self._members |= learnt

    def _note_arrival(self, story_id: str, row: Mapping[str, Any]) -> None:
        """A delivery came: what is remembered of its version and story counts it."""
        version_id = row["version_id"]
        counted = {name: row[name] for name in ("source", "signals", "arrival", "at", "number")}
        counted["rank"] = self._rank(row["feed"])
        self._came[version_id].append(counted)
        if (members := self._members.get(story_id)) and version_id in members:
            members[version_id] = takes.counted(members[version_id], **counted)
        if row["arrival"] == "new" and row["published_at"]:
            self.published.append(row["published_at"])
        if row["recognised_by"] == ITEM and row["replaces"]:
            self._note_item(story_id, version_id, row["replaces"])

    def _note_item(self, story_id: str, version_id: str, other: str) -> None:
        """A version of the story came as another version of an item."""
        self._items.append((version_id, other))
        if members := self._members.get(story_id):
            takes.same_item(members, version_id, other)

    def _counted(self, standing: Standing) -> Standing:
        """With what is in no table yet."""
        for each in self._came.get(standing.version_id, ()):
            standing = takes.counted(standing, **each)
        return standing

    def _rank(self, feed_key: str) -> int:
        if feed_key not in self._ranks:
            self._ranks[feed_key] = self._connection.execute(_RANK, {"key": feed_key}).scalar_one()
        return self._ranks[feed_key]
