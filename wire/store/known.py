"""What a write transaction knows already: what it asked and what it gathered, so that neither is asked of the tables.

Law: nobody else writes meanwhile. What versions belonged to before they were moved or removed is not remembered.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from wire.model import Standing, Status
from wire.store import takes
from wire.store.feed_tables import feed
from wire.store.notices import Notices
from wire.store.rows import ITEM, StoredText
from wire.store.tables import story

_RANK = select(feed.c.rank).where(feed.c.key == bindparam("key"))
_SOONEST = select(func.min(story.c.embargo_until)).where(story.c.status == Status.EMBARGOED)


class Known(Notices):
    """The part of the write transaction that remembers."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
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
        self._came: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        """Deliveries that are in no table yet, by version."""
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

    # --- what is no longer so -----------------------------------------------------------------------------------------

    def _note_move(self) -> None:
        """Versions stand elsewhere, or are read otherwise: what any process remembers of them does not hold."""
        self._next("move")
        self._forget()

    def note_removal(self) -> None:
        """Texts are gone: what any process remembers of them does not hold."""
        self._next("removal")
        self._forget()

    def _note_risen(self, version_id: str) -> None:
        """A text that retention had removed has come again."""
        self._tombstones.pop(version_id, None)
        self._risen.add(version_id)
        self._members.clear()

    def _forget(self) -> None:
        for memory in (self._stories, self._members, self._canonicals, self._tombstones, self._unheard):
            memory.clear()

    # --- what is gathered ---------------------------------------------------------------------------------------------

    def _note_kept(self) -> None:
        """All that was gathered is in the tables."""
        self._new.clear()
        self._came.clear()

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

    def _note_version(self, story_id: str, standing: Standing) -> None:
        """A text came that was not known."""
        self._stories[standing.version_id] = story_id
        self._new[standing.version_id] = story_id, standing
        if story_id in self._members:
            self._members[story_id][standing.version_id] = standing

    def _note_arrival(self, story_id: str, row: Mapping[str, Any]) -> None:
        """A delivery came: what is remembered of its version and story counts it."""
        version_id = row["version_id"]
        counted = {name: row[name] for name in ("source", "signals", "arrival", "at", "number")}
        counted["rank"] = self._rank(row["feed"])
        self._came[version_id].append(counted)
        if (members := self._members.get(story_id)) and version_id in members:
            members[version_id] = takes.counted(members[version_id], **counted)
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
