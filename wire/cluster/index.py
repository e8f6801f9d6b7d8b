"""Which stories might hold copies of a text: the candidates, from memory, over a sliding window.

Law: recall is its business, precision is `decide`'s. It holds whole periods of time. What it answers for a text is a
function of the versions of the periods around that text's time, in their order of arrival, so that it changes
nothing when others are forgotten, or added again.
"""

import math
from bisect import insort
from datetime import UTC, datetime
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from wire.cluster.chains import Chains
from wire.cluster.frequency import StoryCounts
from wire.cluster.shingles import Hashes
from wire.cluster.sketch import BODY, HEADLINE, KEYS, LEAD, unpack
from wire.model import Sketch
from wire.policy import ClusterPolicy

_SHARED: Final = 3
"""Values that a story must share to be a candidate: 3 of 48 are expected at Jaccard .05."""
_VOTES: Final = np.array([1.0] * (BODY + LEAD) + [_SHARED / 2] * HEADLINE)
"""What a shared value counts for that: two of the headline's are enough."""
_MOST: Final = float(_VOTES.max())
_PLACE: Final = KEYS.bit_length()
_MEMBERS: Final = 64
"""Newest members of one story that a query looks at."""
LONG: Final = 120
"""Shingles from which on a version is no flash or brief: the first such one is what its story must stay near."""
_ROOM: Final = 512
"""Versions for which there is room at first."""
_HELD: Final = 16
"""Periods that are held at most, but for the window's: items with absurd times bring more."""
_WEIGHTS: Final = np.reciprocal(np.maximum(np.arange(3 * 255 + 1), 1).astype(np.float32))
"""Of a shingle by the number of stories that hold it, as three periods count them."""
_NO_ANCHOR: Final = (True, 1 << 62, "")
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Index:
    """Each MinHash value is a band of its own (one row a band): a teaser that shares one shingle in twenty with its
    source is still found. A value weighs the less, the more stories hold it.

    A version's number is its place in the order of arrival.
    """

    def __init__(self, policy: ClusterPolicy) -> None:
        self._policy = policy
        self._held: set[int] = set()
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._story_ids: list[str] = []
        self._index: dict[str, int] = {}
        self._members: list[list[tuple[int, int]]] = []
        """Of each story: number and row of its versions, in the order of arrival."""
        self._anchors: list[tuple[bool, int, str]] = []
        """Of each story: is its anchor short, the anchor's number, the anchor. The least is the anchor."""
        self._counts: dict[int, StoryCounts] = {}
        self._chains = Chains()
        self._asked: datetime | None = None
        self._near: tuple[int, ...] = ()
        """The periods around that time."""
        self._at: NDArray[np.float64] = np.zeros(_ROOM, np.float64)
        self._number: NDArray[np.int64] = np.zeros(_ROOM, np.int64)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, version_id: str) -> bool:
        return version_id in self._row

    # --- what is held ----------------------------------------------------------------------------------------------

    def lacks(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """Spans of time, from and before, that must be held before a text of `at` is asked about."""
        missing = [period for period in self._around(at) if period not in self._held]
        return [self._span(period) for period in missing]

    def hold(self, start: datetime) -> None:
        """From now on hold the period that begins then: all its versions are added, in the order of arrival."""
        self._held.add(self._period(start))

    def make_room(self, at: datetime) -> None:
        """Where many periods are held, keep the newest ones and those around that time."""
        if len(self._held) > _HELD:
            self._keep({*sorted(self._held)[-3:], *self._around(at)})

    def forget(self, before: datetime) -> None:
        """Hold no longer the periods that end before then."""
        first = self._period(before)
        self._keep({period for period in self._held if period >= first})

    def _keep(self, periods: set[int]) -> None:
        self._held &= periods
        self._counts = {period: table for period, table in self._counts.items() if period in self._held}
        of_row = self._periods(self._at[: len(self)])
        keep = np.flatnonzero(np.isin(of_row, list(self._held)))
        if len(keep) == len(self):
            return
        self._ids = [self._ids[row] for row in keep]
        self._row = {version_id: row for row, version_id in enumerate(self._ids)}
        indices, stories = np.unique(self._chains.story[keep], return_inverse=True)
        self._story_ids = [self._story_ids[index] for index in indices]
        self._anchors = [self._anchors[index] for index in indices]
        self._index = {story_id: index for index, story_id in enumerate(self._story_ids)}
        self._at, self._number = self._at[keep], self._number[keep]
        self._members = [[] for _ in indices]
        for row, (story, number) in enumerate(zip(stories.tolist(), self._number.tolist(), strict=True)):
            insort(self._members[story], (number, row))
        self._chains.keep(keep, stories.astype(np.int32), of_row[keep])
        self._fit(max(_ROOM, len(keep) * 5 // 4 + 1))

    def add(self, *, number: int, version_id: str, story_id: str, at: datetime, sketch: Sketch) -> None:
        """Take in a version. One that is there already is left as it is; of one whose period is not held the length is
        noted, for it may be an anchor.

        Raises InputError for a sketch of another release.
        """
        signature, period = unpack(sketch), self._period(at)
        if version_id in self._row or not len(signature.keys):
            return
        if period not in self._held:
            self.tell_of(number=number, version_id=version_id, story_id=story_id, shingles=len(signature.shingles))
            return
        row, story = len(self._ids), self._numbered(story_id)
        if row == len(self._at):
            self._fit(row * 5 // 4 + 1)
        self._ids.append(version_id)
        self._row[version_id] = row
        self._at[row], self._number[row] = at.timestamp(), number
        members = self._members[story]
        founds = not members
        if members and members[-1][0] > number:
            insort(members, (number, row))
        else:
            members.append((number, row))
        self.tell_of(number=number, version_id=version_id, story_id=story_id, shingles=len(signature.shingles))
        self._chains.add(row, signature.keys, story, period, founds=founds)
        if self._chains.crowded(period):
            self._chains.thread(period, np.flatnonzero(self._periods(self._at[: len(self)]) == period))
        table = self._counts.get(period)
        if table is None:
            table = self._counts[period] = StoryCounts(self._policy.frequency_cells)
        table.add(signature.shingles, xxhash.xxh32_intdigest(story_id.encode()))

    def tell_of(self, *, number: int, version_id: str, story_id: str, shingles: int) -> None:
        """A story that is held has a version of that length, which may be of a time that is not held."""
        index = self._index.get(story_id)
        if index is not None and shingles:
            self._anchors[index] = min(self._anchors[index], (shingles < LONG, number, version_id))

    def move(self, version_id: str, story_id: str) -> None:
        """A version belongs to another story now: an operator merged or split. Story counts stay as they are."""
        if (row := self._row.get(version_id)) is None:
            return
        story = self._numbered(story_id)
        member = int(self._number[row]), row
        self._members[self._chains.story[row]].remove(member)
        insort(self._members[story], member)
        self._chains.story[row] = story

    # --- what is asked ---------------------------------------------------------------------------------------------

    def anchor(self, story_id: str) -> str | None:
        """The version that a story must stay near: its first long one, else its first; None for an unknown story.

        It may be older than all that is held.
        """
        index = self._index.get(story_id)
        return None if index is None else self._anchors[index][-1] or None

    def members(self, story_id: str) -> list[str]:
        """The versions of a story that are held."""
        index = self._index.get(story_id)
        return [] if index is None else [self._ids[row] for _, row in self._members[index]]

    def candidates(self, *, sketch: Sketch, at: datetime) -> dict[str, str]:
        """Versions of the stories that share most with a text, each with its story: the best one first.

        At most `policy.stories` stories, and of each at most `policy.members` versions and its anchor.
        """
        keys = unpack(sketch).keys
        if not len(keys):
            return {}
        found: dict[str, str] = {}
        for story in self._best_stories(keys, at):
            best = [self._ids[row] for row in self._best_members(story, keys, at.timestamp())]
            found |= dict.fromkeys([*best, self._anchors[story][-1]], self._story_ids[story])
        return found

    def weights(self, shingles: Hashes, at: datetime) -> NDArray[np.float32]:
        """1 for a shingle that one story holds, 1/n for one that n stories hold around that time."""
        counts = np.zeros(len(shingles), np.uint32)
        for period in self._around(at):
            if (table := self._counts.get(period)) is not None:
                counts += table.of(shingles)
        return _WEIGHTS.take(counts)

    def _best_stories(self, keys: Hashes, at: datetime) -> list[int]:
        """Those that share enough. Each value gives 1/n to each of the n stories that share it; of equals, the one with
        the newest version comes first."""
        links = self._chains.walk(keys, self._around(at))
        if len(links) * _MOST < _SHARED:
            return []
        rows = links // KEYS
        near = np.abs(self._at[rows] - at.timestamp()) <= self._policy.window
        links, rows = links[near], rows[near]
        of_link = self._chains.story[rows]
        shares = of_link.astype(np.int64) << _PLACE | links - rows * KEYS
        shares.sort()
        shares = shares[_first(shares)]
        stories, places = shares >> _PLACE, shares & (1 << _PLACE) - 1
        starts = _first(stories).nonzero()[0]
        if not len(starts):
            return []
        enough = np.add.reduceat(_VOTES[places], starts) >= _SHARED
        best = stories[starts[enough]]
        if len(best) < 2:
            return [int(each) for each in best]
        score = np.add.reduceat((1 / np.maximum(np.bincount(places), 1))[places], starts)[enough]
        order = np.lexsort((-self._newest(best, of_link, self._number[rows]), -score.round(9)))
        return [int(each) for each in best[order][: self._policy.stories]]

    @staticmethod
    def _newest(stories: NDArray[np.int64], of_link: NDArray[np.int32], number: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of each of those stories, in ascending order: the number of its newest version among the links."""
        which = np.minimum(stories.searchsorted(of_link), len(stories) - 1)
        among = stories[which] == of_link
        newest = np.zeros(len(stories), np.int64)
        np.maximum.at(newest, which[among], number[among])
        return newest

    def _best_members(self, story: int, keys: Hashes, at: float) -> list[int]:
        members = self._members[story]
        if len(members) == 1:
            return [members[0][1]]
        near: list[int] = []
        for _, row in reversed(members):
            if abs(self._at[row] - at) <= self._policy.window:
                near.append(row)
                if len(near) == _MEMBERS:
                    break
        rows = np.array(near)
        shared = (self._chains.keys[rows] == keys).sum(axis=1)
        order = np.argsort(-shared, kind="stable")
        return [near[each] for each in order[: self._policy.members]]

    # --- time --------------------------------------------------------------------------------------------------------

    def _period(self, at: datetime) -> int:
        return 0 if math.isinf(self._policy.window) else int(at.timestamp() // self._policy.window)

    def _periods(self, at: NDArray[np.float64]) -> NDArray[np.int64]:
        periods: NDArray[np.int64] = (at // self._policy.window).astype(np.int64)
        return np.zeros_like(periods) if math.isinf(self._policy.window) else periods

    def _around(self, at: datetime) -> tuple[int, ...]:
        if at is not self._asked:  # many questions are about one text
            period = self._period(at)
            self._asked = at
            self._near = (period,) if math.isinf(self._policy.window) else (period - 1, period, period + 1)
        return self._near

    def _span(self, period: int) -> tuple[datetime, datetime]:
        if math.isinf(self._policy.window):
            return _ALWAYS
        start, end = (datetime.fromtimestamp(each * self._policy.window, UTC) for each in (period, period + 1))
        return start, end

    def _fit(self, capacity: int) -> None:
        for name in ("_at", "_number"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros(capacity - len(old), old.dtype)]))

    def _numbered(self, story_id: str) -> int:
        index = self._index.setdefault(story_id, len(self._story_ids))
        if index == len(self._story_ids):
            self._story_ids.append(story_id)
            self._members.append([])
            self._anchors.append(_NO_ANCHOR)
        return index


def _first(ascending: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each value: is it the first of its kind?"""
    first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return first
