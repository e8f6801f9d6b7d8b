"""The window: what a writer holds beside the database, to hold new texts against.

The index of the sliding window, texts held ready, copy that may not be used, and what operators hold apart or near.

Law: what it answers follows from the database. `catch_up` at the start of a document, `moved` or `moves_known` when
versions went to another story, `known` at its end; where a transaction fails, `void`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from wire import cluster
from wire.ingest.links import Links
from wire.ingest.memory import Text, Texts, fill, hold, tell
from wire.ingest.suppressed import Suppressed
from wire.ingest.traits import EARLIEST
from wire.model import Decision
from wire.policy import ClusterPolicy
from wire.prepare import Item
from wire.store import Lineage, StoredSketch, Write

_NONE: frozenset[str] = frozenset()


class Window:
    """Beside one database; in one writer."""

    def __init__(self, policy: ClusterPolicy) -> None:
        self.policy = policy
        self.texts = Texts()
        self._removals = 0
        self._apart: Mapping[str, frozenset[str]] = {}
        """Stories that operators hold apart."""
        self._anchors: Mapping[str, frozenset[str]] = {}
        """Versions that a story may stay near besides its own anchor, where operators made it of several."""
        self.void()

    def __len__(self) -> int:
        return len(self.index)

    # --- kept true ----------------------------------------------------------------------------------------------

    def void(self) -> None:
        """Know nothing; what is asked for is read again."""
        self.index = cluster.Index(self.policy)
        self.suppressed = Suppressed(self.policy)
        self.texts.clear()
        self._mark = 0
        self._moved = -1

    def catch_up(self, write: Write) -> None:
        """Bring the index up to what other processes added, where it holds their time.

        Where versions were moved between stories or read anew meanwhile, it is read again.
        """
        if write.moves() != self._moved:
            self.void()
            self.moves_known(write)
        self.suppressed.catch_up(write)
        if (removals := write.removals()) != self._removals:
            self._removals = removals
            self.texts.clear()
        newest = write.last_number()
        if newest == self._mark:
            return
        if self._mark:
            for each in write.sketches(after=self._mark):
                fill(self.index, [each])
                self.suppressed.add(each)
        self._mark = newest

    def known(self, write: Write) -> None:
        """All that was added so far is known here."""
        self._mark = write.last_number()

    def moved(self, write: Write, version_ids: Iterable[str], into: str) -> None:
        """Versions went to another story; all that moved before is known here."""
        for version_id in version_ids:
            self.index.move(version_id, into)
        self.moves_known(write)

    def moves_known(self, write: Write) -> None:
        """All that was moved so far is known here."""
        self._moved = write.moves()
        self._apart = write.apart() if self._moved else {}
        self._anchors = write.anchors(cluster.LONG) if self._moved else {}

    def add(self, write: Write, item: Item, stored: StoredSketch, *, joined: bool) -> None:
        """A new text came to its story; `joined`: others are there."""
        away = joined and self.index.anchor(stored.story_id) is None
        fill(self.index, [stored])
        self.index.move(stored.version_id, stored.story_id)  # held from before retention removed it, it stood elsewhere
        if item.order is None or item.order.own:
            self.suppressed.add(stored)
        if away:  # linked with a text of a time that is not held
            tell(self.index, write.kin_of(stored.story_id))
        self.texts.keep(stored.version_id, Text(profile=item.profile, at=stored.at))

    def forget(self, now: datetime) -> None:
        """Let go of what no item of `now` or later is held against; an older item finds it in the database."""
        self.index.forget(self.reach(now))

    def reach(self, at: datetime) -> datetime:
        """The time of the oldest version that an item of `at` may join."""
        window = self.policy.window
        return at - timedelta(seconds=window) if window < (at - EARLIEST).total_seconds() else EARLIEST

    def hold(self, write: Write, at: datetime) -> None:
        """Know all that a text of that time has to be held against."""
        hold(self.index, write, at)

    # --- asked --------------------------------------------------------------------------------------------------

    def apart(self, story_id: str) -> frozenset[str]:
        """The stories that an operator holds apart from one."""
        return self._apart.get(story_id, _NONE)

    def candidates(
        self, write: Write, item: Item, before: Lineage | None, links: Links | None, at: datetime
    ) -> list[cluster.Candidate]:
        """What a text has to be held against. `before`: what its entry brought; `links`: what its names lead to."""
        barred = self.suppressed.candidates(item.sketch, at)
        stories = self.index.candidates(sketch=item.sketch, at=at) | barred
        linked = before.version_id if before else None
        named = links.of(item, at) if links else {}
        if named:
            stories |= write.stories_of(named)
        if before:
            stories[before.version_id] = before.story_id
        for other in sorted({each for story_id in stories.values() for each in self._apart.get(story_id, ())}):
            stories |= dict.fromkeys(self.index.members(other)[-self.policy.members :], other)
        anchors = {each: story_id for story_id in {*stories.values()} for each in self._anchors.get(story_id, ())}
        stories |= anchors
        texts = self.texts.of(write, list(stories))
        return [
            cluster.Candidate(
                version_id=each,
                story_id=stories[each],
                at=texts[each].at,
                profile=texts[each].profile,
                link="guid" if each == linked else named.get(each),
                anchor=each in anchors or each == self.index.anchor(stories[each]),
                suppressed=each in barred,
            )
            for each in stories
            if each in texts  # else retention has removed it
        ]

    def decide(self, item: Item, candidates: Sequence[cluster.Candidate], at: datetime) -> Decision:
        """Where a text belongs: see `cluster.decide`."""
        text = cluster.Item(at=at, profile=item.profile)
        return cluster.decide(
            text, candidates, lambda shingles: self.index.weights(shingles, at), self.policy, self._apart
        )
