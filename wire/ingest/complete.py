"""The writer's half of what the page behind a teaser brings: its text becomes a version of the teaser's story.

Law: the link decides, not what the two texts have in common; what a page has to hold to be the teaser's was judged
before. Nothing is decided here that could be: where the text belongs besides, `cluster` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from wire import cluster
from wire.ingest import Ingest, Tally, item_time
from wire.ingest.arrivals import Arrival
from wire.ingest.traits import bounded
from wire.ingest.united import unite
from wire.model import Decision, Evidence, Feed, Founds, Joins
from wire.prepare import Item
from wire.store import Lineage, Moves, Write

RULE = "full text"
"""Name of the rule in the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A full text that was taken."""

    delivery_id: str
    story_id: str
    tally: Tally


class Completer(Ingest):
    """An `Ingest` that also takes the texts of pages."""

    def complete(self, write: Moves, feed: Feed, item: Item, *, now: datetime) -> Completed:
        """Take the full text of an entry that stands. `item`: the entry with its page's text as body.

        It joins the story of what the entry brought last. Where it is copy of another story as well, and the teaser's
        holds nothing but what came under this entry or its link, that one becomes part of the other.
        """
        self.window.catch_up(write)
        item = bounded(item, now)
        self._links = self._links_of(write, feed, [item], now)
        at, version_id, tally = item_time(item.copy, now), item.copy.version_id, Tally(new=1)
        teaser = write.lineage(feed.key, {item.key}).get(item.key)
        story_id, new = write.stories_of([version_id]).get(version_id), list[str]()
        if story_id is None:
            self._buried.dig(write, [version_id])
            decision = self._where(write, feed, item, teaser, at)
            story_id = self._write_down(write, item, decision, at, now, tally)
            new = [version_id]
        delivery_id = self._hand_over(write, feed, item, teaser, story_id, now)
        if teaser and teaser.story_id != story_id and self._alone(write, feed, item, teaser):
            new += self._merge(write, teaser, story_id, against=version_id, now=now)
            teaser = replace(teaser, story_id=story_id)
        if teaser and teaser.story_id == story_id and self._announces(write, teaser, item):
            write.mark_teaser(teaser.version_id, story_id)
        self.settle(write, {story_id: new}, now=now)
        self.window.known(write)
        return Completed(delivery_id=delivery_id, story_id=story_id, tally=tally)

    def _hand_over(
        self, write: Write, feed: Feed, item: Item, teaser: Lineage | None, story_id: str, now: datetime
    ) -> str:
        replaces = teaser.version_id if teaser else None
        delivery_id = write.add_delivery(
            item.copy,
            feed=feed.key,
            source=item.entry.source or feed.source,
            entry_key=item.key,
            story_id=story_id,
            at=item_time(item.copy, now),
            seen_at=now,
            published=item.entry.published,
            arrival=Arrival.FULL_TEXT,
            replaces=replaces,
            raw=item.raw,
        )
        detail = {"delivery_id": delivery_id, "feed": feed.key, "arrival": Arrival.FULL_TEXT, "replaces": replaces}
        write.change("delivery", at=now, story_id=story_id, version_id=item.copy.version_id, detail=detail)
        return delivery_id

    def _where(self, write: Write, feed: Feed, item: Item, teaser: Lineage | None, at: datetime) -> Decision:
        """The story of a text that is new: the teaser's, unless it is copy of another one that can take that in."""
        self.window.hold(write, at)
        candidates = self.window.candidates(write, item, teaser, self._links, at)
        if teaser is None:
            return self.window.decide(item, candidates, at)
        away = {teaser.story_id, *self.window.apart(teaser.story_id)}
        others = [each for each in candidates if each.story_id not in away]
        decision = self.window.decide(item, others, at)
        if isinstance(decision, Joins):
            barred = decision.story_id in self.window.suppressed
            if barred or self._alone(write, feed, item, teaser):
                return decision
        before = next(each for each in candidates if each.version_id == teaser.version_id)
        return Joins(story_id=teaser.story_id, evidence=self._linked(item, before, at, decision))

    def _linked(self, item: Item, teaser: cluster.Candidate, at: datetime, other: Decision) -> Evidence:
        """Why a text is in its teaser's story: the link. The figures are there for those who wonder."""
        found = cluster.compare(
            cluster.Item(at=at, profile=item.profile),
            cluster.Item(at=teaser.at, profile=teaser.profile),
            lambda shingles: self.window.index.weights(shingles, at),
            self.window.policy,
        )
        notes = [f"the text of the page that the entry links to: {item.copy.url}"]
        if not isinstance(other, Founds):
            notes.append(f"is copy of {other.story_id}, too ({other.evidence.rule})")
        return replace(found, rule=RULE, against=teaser.version_id, notes=(*notes, *found.notes))

    def _alone(self, write: Write, feed: Feed, item: Item, teaser: Lineage) -> bool:
        return write.holds_only(teaser.story_id, feed.key, item.key, item.entry.url)

    def _announces(self, write: Write, teaser: Lineage, item: Item) -> bool:
        """Whether what the entry brought before is a shorter text. An entry may have brought its whole text by then."""
        if teaser.version_id == item.copy.version_id:
            return False
        before = self.window.texts.of(write, [teaser.version_id])[teaser.version_id]
        return before.profile.bare or before.profile.length < item.profile.length

    def _merge(self, write: Moves, teaser: Lineage, into: str, *, against: str, now: datetime) -> Sequence[str]:
        """Make the teaser's story part of the one that its full text is in; gives the versions that come with it."""
        why = Evidence(rule=RULE, against=against, notes=("its page's full text is in this story",))
        moved = unite(write, teaser.story_id, into, why, now)
        self.window.moved(write, moved, into)
        return moved
