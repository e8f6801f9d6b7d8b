"""Puts what a replay found in the place of what stands, within one write transaction.

Law: follows the plan to the letter. Readers are told of every story that was founded, split or merged, of every
delivery that is read as another text, and of every canonical version that changed.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from wire import cluster, ingest
from wire.ingest import orders
from wire.measure.outlook import Moved, Plan
from wire.measure.walk import Walk
from wire.model import Status
from wire.store import Moves, Read, StoryFile, StoryRow

_STRICTEST = list(Status)


def apply(write: Moves, trial: Read, walk: Walk, plan: Plan, now: datetime) -> None:
    """Make the plan true."""
    files = {story: trial.story(story) for story in sorted(plan.changed)}
    rows = write.story_rows({before for before, _ in plan.succession.shared})
    for story in sorted(plan.succession.new):
        _found(write, plan, files[story], now)
    arrived = _arrive(write, walk, plan, now)
    moved = _move(write, plan)
    _tell_moves(write, plan, now)
    _read_again(write, trial, walk, plan, now)
    for story, file in files.items():
        _settle(write, plan, story, file, rows, now)
        for teaser in (each for each in file.versions if each.teaser):
            write.mark_teaser(teaser.version_id, plan.ids[story])
        for each in file.evidence:
            if each.version_id in arrived or each.version_id in moved:
                write.add_evidence(each.version_id, plan.ids[story], each.evidence, now)
    _follow(write, plan, now)


def _follow(write: Moves, plan: Plan, now: datetime) -> None:
    """An order follows its copy: what is split off a killed story, or goes from it to another, is killed."""
    shared = {(before, plan.ids[after]) for before, after in plan.succession.shared}
    for before, story_id in sorted(shared):
        orders.follow(write, before, story_id, now)


def _found(write: Moves, plan: Plan, file: StoryFile, now: datetime) -> None:
    story_id, canonical = plan.ids[file.story.story_id], file.versions[0].version_id
    if story_id in plan.revived:
        write.revive(story_id, canonical, at=now)
    else:
        write.add_story(story_id, canonical, seen_at=file.story.first_seen_at)
    write.change("story", at=now, story_id=story_id, version_id=canonical)


def _arrive(write: Moves, walk: Walk, plan: Plan, now: datetime) -> set[str]:
    """Add the texts that nothing was read as before."""
    arrived: set[str] = set()
    for each in walk.taken:
        if each.copy is None or each.after in plan.here or each.after in arrived:
            continue
        arrived.add(each.after)
        story_id = plan.ids[plan.there[each.after].story_id]
        write.add_version(
            each.copy,
            story_id=story_id,
            sketch=cluster.sketch(cluster.profile(each.copy)),
            words=ingest.word_count(each.copy),
            at=each.at,
            seen_at=each.seen_at,
        )
        write.change("version", at=now, story_id=story_id, version_id=each.after)
    return arrived


def _move(write: Moves, plan: Plan) -> set[str]:
    """Bring versions to their stories; one that nothing is read as any more goes where its deliveries go."""
    by_story: defaultdict[str, list[str]] = defaultdict(list)
    wanted = {each.version_id: each.story_id for each in plan.there.values()} | dict(plan.left)
    for version_id, story in wanted.items():
        stands = plan.here.get(version_id)
        if stands and stands.story_id != plan.ids[story]:
            by_story[plan.ids[story]].append(version_id)
    for story_id, version_ids in sorted(by_story.items()):
        write.move(version_ids, story_id)
    for before, after in sorted(plan.succession.merged.items()):
        write.merge(before, into=plan.ids[after])
    return {version_id for version_ids in by_story.values() for version_id in version_ids}


def _tell_moves(write: Moves, plan: Plan, now: datetime) -> None:
    def tell(kind: str, moved: Moved) -> None:
        detail = {"into": moved.into.story_id, "versions": list(moved.versions)}
        write.change(kind, at=now, story_id=moved.story.story_id, detail=detail)

    for each in plan.outlook.split:
        tell("split", each)
    for each in plan.outlook.merged:
        tell("merged", each)


def _read_again(write: Moves, trial: Read, walk: Walk, plan: Plan, now: datetime) -> None:
    for each in walk.taken:
        if each.copy is None:
            continue
        write.deliver_again(each.number, each.copy, feed=each.feed, entry_key=each.entry_key, before=each.before)
        detail = {"delivery_id": each.delivery_id, "before": each.before}
        story_id = plan.ids[plan.there[each.after].story_id]
        write.change("reread", at=now, story_id=story_id, version_id=each.after, detail=detail)
    if plan.texts:
        write.read_again(plan.texts)
    if stale := trial.texts(plan.unsketched):
        sketches = cluster.sketches(cluster.profiles([text.copy for text in stale.values()]))
        write.sketch_again(dict(zip(stale, sketches, strict=True)))


def _settle(write: Moves, plan: Plan, story: str, file: StoryFile, rows: dict[str, StoryRow], now: datetime) -> None:
    """Say what the story is now: its canonical version, what the others are to it, and what is said of it."""
    story_id, canonical = plan.ids[story], file.versions[0].version_id
    variants = {each.version_id: plan.there[each.version_id] for each in file.versions[1:]}
    relations = {name: (place.relation, place.similarity) for name, place in variants.items()}
    left = {name: (None, None) for name, into in plan.left.items() if into == story}
    write.set_canonical(story_id, canonical, {**left, **relations})
    sources = [rows[before] for before, after in plan.succession.shared if after == story]
    keeps = [rows[story_id]] if story_id in rows and story in plan.succession.heirs else []
    merged = [row for row in sources if plan.succession.merged.get(row.story_id) == story]
    status, embargo = _status(keeps + merged or sources)
    write.touch(
        story_id,
        status=status,
        embargo_until=embargo,
        origin=file.story.origin,
        language=file.story.language,
        published_at=file.story.published_at,
        first_seen_at=file.story.first_seen_at,
        updated_at=now,
    )
    before = keeps[0].canonical_version_id if keeps else None
    if before and before != canonical:
        write.change("canonical", at=now, story_id=story_id, version_id=canonical, detail={"before": before})


def _status(sources: Collection[StoryRow]) -> tuple[Status, datetime | None]:
    """The strictest: copy that was killed is not usable again because it is called otherwise."""
    strictest = max(sources, key=lambda row: (_STRICTEST.index(row.status), row.story_id))
    return strictest.status, strictest.embargo_until
