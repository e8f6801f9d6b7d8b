"""A labelled day down the real road, and what came of it in figures.

Law: items go in as any archive does, stories come out of the views that readers see.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.corpus import Labelled
from wire import archive
from wire.config import load
from wire.measure.figures import Score, bcubed, pairwise
from wire.policy import StorePolicy
from wire.store import Store
from wire.store.migration import migrate

Found = Mapping[str, str]
"""The story of each item."""


def take(items: Sequence[Labelled], folder: Path) -> Found:
    """Take the items in, and look up the story of each."""
    lines, database = folder / "day.jsonl", folder / "day.db"
    with lines.open("w", encoding="utf-8") as out:
        for item in items:
            sent = {"id": item.id, "source": item.source, "headline": item.headline, "body": item.body}
            out.write(json.dumps(sent | {"published": item.published.isoformat()}) + "\n")
    policy = StorePolicy(url=f"sqlite:///{database}")
    migrate(policy)
    latest = max(item.published for item in items)
    with archive.Archive([lines]) as day, Store.open(policy) as store:
        day.scan()
        archive.take(day, settings=load(None, environ={}), store=store, clock=lambda: latest)
    query = (
        "SELECT delivery.guid, version.story_id FROM delivery_v1 delivery JOIN version_v1 version USING (version_id)"
    )
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as view:
        return dict(view.execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One transformation or scenario over all days."""

    items: int
    found: int
    """Items in the story of the original that they were made of."""
    wrong: int
    """Items that share a story with an item of another cluster."""

    @property
    def recall(self) -> float:
        """Share of the items that were found."""
        return self.found / self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How well the stories that were found agree with the labels."""

    items: int
    clusters: int
    stories: int
    pairs: Score
    bcubed: Score
    rows: Mapping[str, Row]


def judge(days: Iterable[tuple[Sequence[Labelled], Found]]) -> Judgement:
    """Judge some days together; none has a story in common with another."""
    ours: list[str] = []
    theirs: list[str] = []
    stories: set[str] = set()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, (day, found) in enumerate(days):
        labels = _labels(day, found)
        ours += [f"{number} {story}" for story, _ in labels]
        theirs += [cluster for _, cluster in labels]
        stories.update(f"{number} {story}" for story in found.values())
        mixed = _mixed(day, found)
        for item in day:
            counts[item.transformation]["items"] += 1
            counts[item.transformation]["found"] += found[item.id] == found[item.root]
            counts[item.transformation]["wrong"] += found[item.id] in mixed
    return Judgement(
        items=sum(row["items"] for row in counts.values()),
        clusters=len(set(theirs)),
        stories=len(stories),
        pairs=pairwise(ours, theirs),
        bcubed=bcubed(ours, theirs),
        rows={
            name: Row(items=row["items"], found=row["found"], wrong=row["wrong"])
            for name, row in sorted(counts.items())
        },
    )


def _labels(day: Sequence[Labelled], found: Found) -> list[tuple[str, str]]:
    """Story and cluster of each item; of a loose cluster one a story, so that only merges with others count."""
    loose = {(found[item.id], f"{item.cluster} {found[item.id]}") for item in day if item.loose}
    return [(found[item.id], item.cluster) for item in day if not item.loose] + sorted(loose)


def _mixed(day: Sequence[Labelled], found: Found) -> set[str]:
    """Stories that hold items of several clusters."""
    held: dict[str, set[str]] = defaultdict(set)
    for item in day:
        held[found[item.id]].add(item.cluster)
    return {story for story, clusters in held.items() if len(clusters) > 1}
