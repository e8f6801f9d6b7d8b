"""The write transaction: what one fetch caused, gathered in memory and brought to the tables in few large statements.

Law: inserts; of what is there it changes only what may change (`tables`).
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, delete, func, select, update

from wire.model import Copy, Evidence, Relation, Sketch, Standing, Status
from wire.store import bulk, copies, search
from wire.store.engine import CHANNEL
from wire.store.known import Known
from wire.store.packed import Packer
from wire.store.rows import ITEM
from wire.store.tables import change, delivery, evidence, named, notice, raw, sketch, story, tombstone, version

_ORDER = (story, version, sketch, delivery, raw, evidence, change)
"""Tables that are only inserted into, each after those that it refers to."""


class StoryFields(TypedDict, total=False):
    """What may change of a story."""

    status: Status
    origin: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    updated_at: datetime
    embargo_until: datetime | None


class Write(Known):
    """The one write transaction of the moment. Made by `Store.writing`; commits, whole, when that block ends."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._story_changes: dict[str, dict[str, Any]] = {}
        self._relations: dict[str, dict[str, Any]] = {}
        self._named: dict[tuple[str, str], dict[str, Any]] = {}
        """What versions call copy that has not come, by that and version."""
        self._packer = Packer()
        self.published: list[datetime] = []
        """When the entries that are new in this transaction were published."""

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
        self._called(revision=copy.revision, slug=copy.slug_root)
        standing = Standing(
            version_id=copy.version_id,
            words=words,
            origin=copy.origin,
            signals=copy.signals,
            sent_at=at,
            teaser=teaser,
        )
        self._note_version(story_id, standing)
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
        if arrival == "new" and copy.published_at:
            self.published.append(copy.published_at)
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

    def unbury(self, version_id: str) -> None:
        """A text that retention had removed has come again."""
        self._connection.execute(delete(tombstone).where(tombstone.c.version_id == version_id))
        self._note_risen(version_id)

    # --- to the tables ------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Bring what is gathered to the tables; the commit stays with `Store.writing`."""
        self._note_kept()
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

    @property
    def connection(self) -> Connection:
        """For the rooms beside this one."""
        return self._connection
