"""What is old, and its going: whole stories, all but the canonical version, all but the first delivery of each text.

Law: goes by story. A story is spared as long as anything of it is young, an order or an operator's decision names it,
or it is not usable. What goes leaves its ids (`tombstone`) and is told to readers; one transaction removes few rows.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, tuple_, update

from wire.model import Status
from wire.store import bulk
from wire.store.entries import digest, unpacked
from wire.store.feed_tables import article, document, entry, poll
from wire.store.health import alert, alert_call
from wire.store.moves import Moves
from wire.store.read import Read
from wire.store.tables import decision, delivery, evidence, named, notice, raw, sketch, story, tombstone, version

ROWS = 100
"""Deliveries that one transaction removes at most."""
TEXTS = 20
"""Versions that one transaction removes at most: each is taken out of the search, too."""


class Depth(StrEnum):
    """How much of an old story goes."""

    DELIVERIES = "deliveries"
    """All but the first of each text."""
    VERSIONS = "versions"
    """All texts but the canonical one, and what brought them."""
    STORIES = "stories"
    """All of it; its id stays."""


# --- asked in a snapshot ----------------------------------------------------------------------------------------------


def old_stories(read: Read, before: datetime, after: tuple[datetime, str] | None, limit: int) -> list[tuple[Any, str]]:
    """Stories that have not changed since then, the oldest first, behind `after`: when it changed, and its id."""
    at, name = story.c.updated_at, story.c.story_id
    query = select(at, name).where(story.c.merged_into.is_(None), at < before)
    if after:
        query = query.where(or_(at > after[0], and_(at == after[0], name > after[1])))
    return [(row.updated_at, row.story_id) for row in read.execute(query.order_by(at, name).limit(limit))]


def quiet(read: Read, story_ids: Collection[str], before: datetime) -> list[str]:
    """Those of the stories of which nothing is younger, and that nobody has ordered or decided anything of."""
    some = list(story_ids)
    ids, of_story = story.c.story_id, version.c.story_id == story.c.story_id
    names = select(among.c.story_id).where(or_(among.c.story_id == ids, among.c.merged_into == ids)).correlate(story)
    of_version = version.c.version_id
    young = (
        exists().where(of_story, or_(version.c.at >= before, version.c.first_seen_at >= before)),
        exists().where(of_story, delivery.c.version_id == of_version, delivery.c.seen_at >= before),
        exists().where(of_story, entry.c.version_id == of_version, entry.c.seen_at >= before),
        exists().where(of_story, article.c.teaser_version_id == of_version, article.c.state == "waiting"),
        exists().where(notice.c.story_id == ids, notice.c.kind != "embargo"),
        exists().where(decision.c.story_id.in_(names)),
        exists().where(decision.c.other_story_id.in_(names)),
        exists().where(of_story, decision.c.version_id == of_version),
    )
    query = select(ids).where(ids.in_(some), story.c.updated_at < before, story.c.merged_into.is_(None))
    found = set(read.execute(query.where(story.c.status == Status.USABLE, ~or_(*young))).scalars())
    return [each for each in some if each in found]


def count(read: Read, story_ids: Collection[str], depth: Depth) -> int:
    """How many rows of that kind would go with those stories."""
    if not story_ids or depth is Depth.STORIES:
        return len(story_ids)
    query = _deliveries(story_ids, depth) if depth is Depth.DELIVERIES else _texts(story_ids, depth)
    return int(read.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def old_entries(
    read: Read, before: datetime, after: tuple[str, str] | None, limit: int
) -> tuple[list[tuple[str, str]], tuple[str, str] | None]:
    """Feed and key of entries that stood in no document since then, of those behind `after`; and the last looked at."""
    key = tuple_(entry.c.feed, entry.c.key)
    query = select(entry.c.feed, entry.c.key, entry.c.seen_at).order_by(entry.c.feed, entry.c.key).limit(limit)
    rows = list(read.execute(query.where(key > after) if after else query))
    if not rows:
        return [], None
    feeds = sorted({row.feed for row in rows})
    last = select(document.c.feed, document.c.digests).where(document.c.feed.in_(feeds))
    stands = {row.feed: unpacked(row.digests) for row in read.execute(last)}
    old = [(row.feed, row.key) for row in rows if row.seen_at < before]
    return [each for each in old if digest(each[1]) not in stands.get(each[0], ())], (rows[-1].feed, rows[-1].key)


def old_polls(read: Read, before: datetime) -> list[tuple[str, int]]:
    """Feed and slot of polls before then."""
    return [(row.feed, row.slot) for row in read.execute(select(poll.c.feed, poll.c.slot).where(poll.c.at < before))]


def old_alerts(read: Read, before: datetime) -> list[str]:
    """Alerts that ended before then, but for those of kills."""
    ours = exists().where(notice.c.alert_id == alert.c.alert_id)
    query = select(alert.c.alert_id).where(alert.c.ended_at < before, ~ours).order_by(alert.c.ended_at)
    return list(read.execute(query).scalars())


# --- done under the write lock ----------------------------------------------------------------------------------------


def thin(write: Moves, story_ids: Sequence[str], before: datetime, now: datetime, depth: Depth) -> tuple[int, bool]:
    """Remove some of what goes of these stories, where they are quiet still: rows of that kind, and is it all?"""
    still = quiet(write, story_ids, before)
    if not still:
        return 0, True
    numbers = list(write.execute(_deliveries(still, depth).limit(ROWS)).scalars())
    _drop_deliveries(write, numbers)
    if depth is Depth.DELIVERIES:
        return len(numbers), len(numbers) < ROWS
    if numbers:  # until each text has one
        return 0, False
    texts = write.execute(_texts(still, depth).limit(TEXTS)).all()
    variants = [row for row in texts if not row.canonical]
    gone = variants or texts
    _drop_deliveries(write, list(write.execute(_brought([row.version_id for row in gone])).scalars()))
    _drop_texts(write, gone, now, whole=not variants)
    if depth is Depth.VERSIONS:
        return len(gone), len(gone) < TEXTS
    return (0, False) if variants else (len(gone), len(gone) < TEXTS)


def drop_entries(write: Moves, names: Iterable[tuple[str, str]], before: datetime) -> int:
    """Forget entries, where they are old still."""
    key = tuple_(entry.c.feed, entry.c.key)
    gone = write.execute(delete(entry).where(key.in_(list(names)), entry.c.seen_at < before))
    return int(gone.rowcount)


def drop_polls(write: Moves, slots: Iterable[tuple[str, int]], before: datetime) -> int:
    """Forget polls, where their slots hold old ones still."""
    gone = write.execute(delete(poll).where(tuple_(poll.c.feed, poll.c.slot).in_(list(slots)), poll.c.at < before))
    return int(gone.rowcount)


def drop_alerts(write: Moves, alert_ids: Collection[str]) -> int:
    """Forget alerts."""
    ids = list(alert_ids)
    write.execute(delete(alert_call).where(alert_call.c.alert_id.in_(ids)))
    return int(write.execute(delete(alert).where(alert.c.alert_id.in_(ids))).rowcount)


among = story.alias("among")


def _brought(version_ids: Collection[str]) -> Select[Any]:
    return select(delivery.c.number).where(delivery.c.version_id.in_(list(version_ids)))


def _deliveries(story_ids: Collection[str], depth: Depth) -> Select[Any]:
    """Numbers of all deliveries but the first of each text that is to be thinned out, or to go."""
    first = delivery.alias("first")
    before = exists().where(first.c.version_id == delivery.c.version_id, first.c.number < delivery.c.number)
    query = select(delivery.c.number).join(version, version.c.version_id == delivery.c.version_id)
    if depth is Depth.VERSIONS:
        query = query.join(story, story.c.story_id == version.c.story_id)
        query = query.where(version.c.version_id != story.c.canonical_version_id)
    return query.where(version.c.story_id.in_(list(story_ids)), before).order_by(delivery.c.number)


def _texts(story_ids: Collection[str], depth: Depth) -> Select[Any]:
    canonical: ColumnElement[bool] = version.c.version_id == story.c.canonical_version_id
    query = select(*version.c["number", "version_id", "story_id"], canonical.label("canonical"))
    query = query.join(story, story.c.story_id == version.c.story_id).where(version.c.story_id.in_(list(story_ids)))
    if depth is Depth.VERSIONS:
        query = query.where(~canonical)
    return query.order_by(canonical, version.c.number)


def _drop_deliveries(write: Moves, numbers: Sequence[int]) -> None:
    if not numbers:
        return
    write.execute(delete(raw).where(raw.c.number.in_(numbers)))
    write.execute(update(article).where(article.c.full_number.in_(numbers)).values(full_number=None))
    write.execute(delete(delivery).where(delivery.c.number.in_(numbers)))


def _drop_texts(write: Moves, texts: Sequence[Any], now: datetime, *, whole: bool) -> None:
    """`whole`: nothing is left of their stories."""
    if not texts:
        return
    ids, numbers = [row.version_id for row in texts], [row.number for row in texts]
    by_story: dict[str, list[str]] = {}
    for row in texts:
        by_story.setdefault(row.story_id, []).append(row.version_id)
    if whole:
        # Merged into itself: see `tables`.
        gone = update(story).where(story.c.story_id.in_(list(by_story)))
        write.execute(gone.values(canonical_version_id=None, merged_into=story.c.story_id, updated_at=now))
    write.execute(update(entry).where(entry.c.version_id.in_(ids)).values(version_id=None))
    for column in (article.c.teaser_version_id, article.c.full_version_id):
        write.execute(delete(article).where(column.in_(ids)))
    write.execute(delete(evidence).where(evidence.c.version_id.in_(ids)))
    write.execute(delete(named).where(named.c.version_id.in_(ids)))
    write.execute(delete(sketch).where(sketch.c.number.in_(numbers)))
    write.execute(delete(version).where(version.c.number.in_(numbers)))
    rows = [{"version_id": row.version_id, "story_id": row.story_id, "at": now} for row in texts]
    bulk.insert(write.connection, tombstone, rows, renew=("story_id", "at"))
    for story_id, versions in by_story.items():
        write.change("removed", at=now, story_id=story_id, detail={"versions": versions, "whole": whole})
    write.note_removal()
