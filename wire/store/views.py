"""What newsrooms and operators look at, read through the views: this package is a reader of its own contract.

Law: reads views, and tables only for what no view shows yet (polls, evidence).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    null,
    or_,
    select,
    union_all,
)

from wire.errors import ChangesGone, NotFound
from wire.model import Evidence, Status
from wire.store import quarantine, spools
from wire.store.answers import (
    CarriedRow,
    ChangeLog,
    ChangeRow,
    DecisionRow,
    DeliveryRow,
    FeedFile,
    FeedRow,
    LineageRow,
    Named,
    NoticeRow,
    StoredEvidence,
    StoryFile,
    StoryRow,
    VersionRow,
)
from wire.store.contract import (
    carried_v1,
    change_log_v1,
    change_v1,
    decision_v1,
    delivery_v1,
    feed_gap_v1,
    feed_note_v1,
    feed_v1,
    lineage_v1,
    notice_v1,
    story_v1,
    version_v1,
)
from wire.store.feed_tables import poll
from wire.store.rows import Gap, Note, Poll
from wire.store.search import matching
from wire.store.tables import delivery, evidence, raw, story, tombstone, version

PIECE = 500
"""Values in one IN list."""


class Views:
    """Questions about stories, feeds and changes, answered in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def flush(self) -> None:
        """Bring what is buffered into the database; a reader has nothing."""

    def stories(
        self,
        *,
        since: datetime | None = None,
        source: str | None = None,
        status: Status | None = None,
        text: str | None = None,
        match: str | None = None,
        limit: int = 50,
    ) -> list[StoryRow]:
        """Stories that are not merged into another and hold copy, the last updated first.

        `since`: updated then or later; `source`: carried by it; `text`: stands in headline or body of any version,
        whatever its case (on SQLite: the case of ASCII letters);
        `match`: words to search for, see `search`. Raises InputError.
        """
        self.flush()
        wanted: list[ColumnElement[bool]] = [story_v1.c.merged_into.is_(None), story_v1.c.copies > 0]
        if since:
            wanted.append(story_v1.c.updated_at >= since)
        if status:
            wanted.append(story_v1.c.status == status)
        of_story = version.c.story_id == story_v1.c.story_id
        if source:
            carried = delivery.c.version_id == version.c.version_id
            wanted.append(exists().where(and_(of_story, carried, delivery.c.source == source)))
        if text:
            held = [column.icontains(text, autoescape=True) for column in (version.c.headline, version.c.body)]
            wanted.append(exists().where(and_(of_story, or_(*held))))
        if match is not None:
            wanted.append(story_v1.c.story_id.in_(matching(match)))
        query = select(story_v1).where(*wanted).order_by(story_v1.c.updated_at.desc(), story_v1.c.story_id).limit(limit)
        return [story_row(**row) for row in self._connection.execute(query).mappings()]

    def story(self, identifier: str) -> StoryFile:
        """All of one story; the id may be that of a merged story, of a version or of a delivery. Raises NotFound."""
        story_id = self.named(identifier).story_id
        rows = self._connection.execute
        versions = select(version_v1).where(version_v1.c.story_id == story_id)
        deliveries = select(delivery_v1).where(delivery_v1.c.story_id == story_id)
        takes = select(lineage_v1).where(lineage_v1.c.story_id == story_id)
        takes = takes.order_by(lineage_v1.c.author, lineage_v1.c.position)
        return StoryFile(
            story=story_row(**rows(select(story_v1).where(story_v1.c.story_id == story_id)).mappings().one()),
            versions=tuple(
                VersionRow(**row)
                for row in rows(versions.order_by(version_v1.c.is_canonical.desc(), version_v1.c.number)).mappings()
            ),
            deliveries=tuple(DeliveryRow(**row) for row in rows(deliveries.order_by(delivery_v1.c.number)).mappings()),
            evidence=self.evidence(story_id),
            notices=tuple(NoticeRow(**row) for row in self._of_story(notice_v1, story_id, notice_v1.c.seen_at)),
            carried=tuple(CarriedRow(**row) for row in self._of_story(carried_v1, story_id, carried_v1.c.seen_at)),
            decisions=self._decisions(story_id),
            lineage=tuple(LineageRow(**row) for row in rows(takes).mappings()),
        )

    def _of_story(self, view: Table, story_id: str, order: Column[Any]) -> Iterable[RowMapping]:
        """A story's rows of a view, in order."""
        query = select(view).where(view.c.story_id == story_id).order_by(order, *list(view.c)[:1])
        return self._connection.execute(query).mappings()

    def _decisions(self, story_id: str) -> tuple[DecisionRow, ...]:
        """What was decided of a story, and of those that are part of it now."""
        ids = select(story.c.story_id).where((story.c.story_id == story_id) | (story.c.merged_into == story_id))
        about = or_(decision_v1.c.story_id.in_(ids), decision_v1.c.other_story_id.in_(ids))
        rows = self._connection.execute(select(decision_v1).where(about)).mappings()
        found = [DecisionRow(**row) for row in rows]
        return tuple(sorted(found, key=lambda each: int(each.decision_id.removeprefix("o"))))

    def named(self, identifier: str) -> Named:
        """What an id stands for: a story, a version or a delivery. Raises NotFound."""
        self.flush()
        found = self._connection.execute(
            union_all(
                select(story.c.story_id, story.c.merged_into, null()).where(story.c.story_id == identifier),
                select(version.c.story_id, null(), version.c.version_id).where(version.c.version_id == identifier),
                select(tombstone.c.story_id, story.c.merged_into, null())
                .join(story, story.c.story_id == tombstone.c.story_id)
                .where(tombstone.c.version_id == identifier),
                select(version.c.story_id, null(), version.c.version_id)
                .join(delivery, delivery.c.version_id == version.c.version_id)
                .where(delivery.c.delivery_id == identifier),
            )
        ).first()
        if found is None:
            raise NotFound(f"no story, version or delivery is called {identifier!r}")
        story_id, merged_into, version_id = found
        return Named(story_id=merged_into or story_id, version_id=version_id)

    def feeds(self) -> list[FeedRow]:
        """Every feed that is or was configured or taken in, by key."""
        query = select(feed_v1).order_by(feed_v1.c.feed)
        return [FeedRow(**row) for row in self._connection.execute(query).mappings()]

    def feed(self, key: str) -> FeedFile:
        """One feed with its last polls. Raises NotFound."""
        row = self._connection.execute(select(feed_v1).where(feed_v1.c.feed == key)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"no feed is called {key!r}")
        columns = [column for column in poll.c if column.name not in {"feed", "slot"}]
        polls = select(*columns).where(poll.c.feed == key).order_by(poll.c.at.desc())
        return FeedFile(
            feed=FeedRow(**row),
            polls=tuple(Poll(**each) for each in self._connection.execute(polls).mappings()),
            quarantined=quarantine.about(self._connection, key),
            gaps=tuple(Gap(**each) for each in self._of_feed(feed_gap_v1, key, feed_gap_v1.c.at)),
            files=spools.counts(self._connection, key),
            refused=spools.refused(self._connection, key),
            notes=tuple(Note(**each) for each in self._of_feed(feed_note_v1, key, feed_note_v1.c.last_at)),
        )

    def quarantined(self, key: str) -> bytes:
        """The document of a feed that is kept because its reading had to be stopped. Raises NotFound."""
        return quarantine.body(self._connection, key)

    def _of_feed(self, view: Table, key: str, latest: Column[Any]) -> Iterable[RowMapping]:
        """A feed's rows of a view, the newest first, without its key."""
        columns = [column for column in view.c if column.name != "feed"]
        return self._connection.execute(select(*columns).where(view.c.feed == key).order_by(latest.desc())).mappings()

    def changes(self, after: int | None = None, limit: int = 1000) -> list[ChangeRow]:
        """The change log behind `after`, in order; asked again with the last `seq`, it gives what came since.

        None: from the first on that is kept. Raises ChangesGone where what comes next is not kept.
        """
        self.flush()
        log = self.change_log()
        if after is None:
            after = log.first_seq - 1
        if after < log.first_seq - 1:
            raise ChangesGone(
                f"changes {after + 1} to {log.first_seq - 1} are no longer kept: read anew what you follow, then go on"
                f" with --after {log.last_seq} (docs/database.md, Too late)"
            )
        if after > log.last_seq:
            raise ChangesGone(
                f"there is no change {after}, the last is {log.last_seq}: an older state of the database was restored;"
                f" read anew what you follow, then go on with --after {log.last_seq} (docs/database.md, Too late)"
            )
        query = select(change_v1).where(change_v1.c.seq > after).order_by(change_v1.c.seq).limit(limit)
        return [ChangeRow(**row) for row in self._connection.execute(query).mappings()]

    def old_raw(self, before: datetime) -> int:
        """How many entries are kept as received that were seen before a time."""
        query = select(func.count()).select_from(raw.join(delivery, delivery.c.number == raw.c.number))
        return int(self._connection.execute(query.where(delivery.c.seen_at < before)).scalar_one())

    def old_changes(self, before: datetime) -> int:
        """How many changes are kept that were decided before a time, without the last one."""
        log = self.change_log()
        query = select(func.count()).where(change_v1.c.at < before, change_v1.c.seq < log.last_seq)
        return int(self._connection.execute(query).scalar_one())

    def change_log(self) -> ChangeLog:
        """How far the change log reaches."""
        return ChangeLog(**self._connection.execute(select(change_log_v1)).mappings().one())

    def evidence(self, story_id: str) -> tuple[StoredEvidence, ...]:
        """Why the versions of a story came to it, in order of decision."""
        self.flush()
        query = (
            select(evidence)
            .join(version, version.c.version_id == evidence.c.version_id)
            .where(version.c.story_id == story_id)
            .order_by(evidence.c.number)
        )
        return tuple(
            StoredEvidence(
                version_id=row.version_id,
                story_id=row.story_id,
                at=row.at,
                evidence=Evidence(
                    rule=row.rule,
                    against=row.against,
                    scores=row.scores,
                    thresholds=row.thresholds,
                    notes=tuple(row.notes),
                ),
            )
            for row in self._connection.execute(query)
        )

    def _each(self, values: Collection[str], query: Select[Any], **also: object) -> Iterator[Row[Any]]:
        """Ask of a set of any size, in pieces that both databases take; `query` has the set where it says `among`.

        `also`: what else it has to be told.
        """
        rest = iter(values)
        while some := list(islice(rest, PIECE)):
            yield from self._connection.execute(query, {"some": some, **also})


def among(column: Column[Any]) -> ColumnElement[bool]:
    """Is it one of the set that is asked of? So a statement is made once: to make one takes longer than to run it."""
    return column.in_(bindparam("some", type_=column.type, expanding=True))


def story_row(*, status: str, **columns: object) -> StoryRow:
    """A row of `story_v1`."""
    return StoryRow(status=Status(status), **columns)  # type: ignore[arg-type]  # the view's columns are its fields
