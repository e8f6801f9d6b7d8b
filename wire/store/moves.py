"""What may be set right afterwards: which story a version belongs to, and how what was received is read.

Law: nothing is lost. A body never changes and no version goes; an id that was given resolves for ever.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Column, Select, delete, func, select, update

from wire.model import Copy, Sketch, Status
from wire.store import bulk
from wire.store.copies import delivered, read_out
from wire.store.decisions import Decisions
from wire.store.feed_tables import entry
from wire.store.tables import change, delivery, raw, sketch, story, version
from wire.store.types import storable
from wire.store.views import among


class Moves(Decisions):
    """The write transaction of those who correct what stands. A fetch uses no more of it than `Write`."""

    def move(self, version_ids: Collection[str], into: str) -> None:
        """Move versions to another story. Both want `set_canonical` in the same transaction."""
        self.flush()
        bulk.change(self._connection, version.c.version_id, {each: {"story_id": into} for each in version_ids})
        self._note_move()

    def revive(self, story_id: str, canonical_version_id: str, *, at: datetime, status: Status = Status.USABLE) -> None:
        """Let a story that was merged into another stand again; its versions must be moved to it."""
        self.flush()
        values = {"merged_into": None, "canonical_version_id": canonical_version_id, "updated_at": at, "status": status}
        bulk.change(self._connection, story.c.story_id, {story_id: values})
        self._note_move()
        self._next("standing")

    def rename(self, story_ids: Collection[str], before: str, into: str) -> None:
        """Ids of merged stories that resolve to one story resolve to another one."""
        mine = story.c.story_id.in_(list(story_ids)) & (story.c.merged_into == before)
        self._connection.execute(update(story).where(mine).values(merged_into=into))

    def merged_ids(self, story_id: str) -> list[str]:
        """The ids of stories that were merged into one."""
        query = select(story.c.story_id).where(story.c.merged_into == story_id).order_by(story.c.story_id)
        return list(self._connection.execute(query).scalars())

    def refound(self, story_id: str) -> None:
        """Say anew when a story began and in which language, by its first version: others were moved to it, or away."""
        self.flush()
        columns = version.c["first_seen_at", "published_at", "language"]
        first = select(*columns).where(version.c.story_id == story_id).order_by(version.c.number).limit(1)
        row = self._connection.execute(first).one()
        self.touch(story_id, first_seen_at=row.first_seen_at, published_at=row.published_at, language=row.language)

    def read_again(self, copies: Mapping[str, Copy]) -> None:
        """Note what a better reading finds in texts that are known: headline, origin, signals …"""
        self.flush()
        bulk.change(self._connection, version.c.version_id, {each: read_out(copy) for each, copy in copies.items()})
        self._note_move()

    def sketch_again(self, sketches: Mapping[str, Sketch]) -> None:
        """Replace sketches of an older scheme."""
        self.flush()
        query = select(version.c.version_id, version.c.number)
        rows = self._each(sketches, query.where(among(version.c.version_id)))
        numbers: dict[str, Any] = {row.version_id: row.number for row in rows}
        values = {numbers[each]: {"scheme": made.scheme, "data": made.data} for each, made in sketches.items()}
        bulk.change(self._connection, sketch.c.number, values)
        self._note_move()

    def deliver_again(self, number: int, copy: Copy, *, feed: str, entry_key: str, before: str) -> None:
        """A delivery brought this text, as it is read now, and not the version `before`."""
        self.flush()
        self._connection.execute(update(delivery).where(delivery.c.number == number).values(delivered(copy)))
        here = (entry.c.feed == feed) & (entry.c.key == storable(entry_key)) & (entry.c.version_id == before)
        self._connection.execute(update(entry).where(here).values(version_id=copy.version_id))

    # --- retention ----------------------------------------------------------------------------------------------

    def clear_raw(self, before: datetime, limit: int) -> int:
        """Let go of at most `limit` entries as received, the oldest, up to the first seen at `before` or later."""
        query = select(raw.c.number, delivery.c.seen_at).join(delivery, delivery.c.number == raw.c.number)
        return self._clear(raw.c.number, query.order_by(raw.c.number).limit(limit), before)

    def clear_changes(self, before: datetime, limit: int) -> int:
        """Let go of at most `limit` changes, the oldest, up to the first of `before` or later; the last one stays."""
        last = select(func.max(change.c.seq)).scalar_subquery()
        query = select(change.c.seq, change.c.at).where(change.c.seq < last).order_by(change.c.seq).limit(limit)
        return self._clear(change.c.seq, query, before)

    def _clear(self, number: Column[Any], oldest: Select[Any], before: datetime) -> int:
        self.flush()
        rows = self._connection.execute(oldest).all()
        old = list(takewhile(lambda row: row[1] < before, rows))
        if old:
            self._connection.execute(delete(number.table).where(number <= old[-1][0]))
        return len(old)
