"""Copy that may not be used: held against every new text for as long as the order on it stands, whatever the window.

Law: what it answers follows from the stories that stand under an order in the database. They are few; a text that
resembles none of them pays a tenth of a millisecond.
"""

import math
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from wire import cluster
from wire.errors import InputError
from wire.model import Sketch
from wire.policy import ClusterPolicy
from wire.store import Read, StoredSketch

_ANY = datetime(1980, 1, 1, tzinfo=UTC)
"""The index has one period, for all times."""
_IDLE = 64
"""Stories let go of, from which on the index is made anew, where they are more than those that it serves."""


class Suppressed:
    """The versions of killed, withheld and embargoed stories. One daemon's, beside its index of the window."""

    def __init__(self, policy: ClusterPolicy) -> None:
        # No weights are asked of it.
        self._policy = replace(policy, window=math.inf, frequency_cells=1)
        self._mark = (-1, -1)
        self._stories: frozenset[str] = frozenset()
        self._idle = 0
        self._empty()

    def __contains__(self, story_id: str) -> bool:
        return story_id in self._stories

    def catch_up(self, read: Read) -> None:
        """Know the orders that stand now; asks for two numbers where nothing has come, gone or moved."""
        mark = read.standings(), read.moves()
        if mark == self._mark:
            return
        stands, known = read.suppressed(), self._stories
        self._idle += len(known - stands)
        if mark[1] != self._mark[1] or self._idle > max(_IDLE, len(stands)):
            self._empty()
            known = frozenset()
        self._stories, self._mark = stands, mark
        for each in read.sketches_of(stands - known):
            self._hold(each)

    def add(self, each: StoredSketch) -> None:
        """A version came to a story."""
        if each.story_id in self._stories:
            self._hold(each)

    def candidates(self, sketch: Sketch, at: datetime) -> dict[str, str]:
        """Versions that a text might bring back, each with its story."""
        if not self._stories:
            return {}
        found = self._index.candidates(sketch=sketch, at=at)
        return {version_id: story_id for version_id, story_id in found.items() if story_id in self._stories}

    def _empty(self) -> None:
        self._index = cluster.Index(self._policy)
        self._index.hold(_ANY)
        self._idle = 0

    def _hold(self, each: StoredSketch) -> None:
        with suppress(InputError):  # of another release; `ingest` says so, and a replay makes it anew
            self._index.add(
                number=each.number, version_id=each.version_id, story_id=each.story_id, at=each.at, sketch=each.sketch
            )
