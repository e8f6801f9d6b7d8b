"""Which stories might hold copies of a text: the candidates, from memory, over a sliding window.

Law: recall is its business, precision is `decide`'s. Its state is a function of the versions added, in their order, so
that a daemon which adds the stored sketches again at start answers as before.
"""

import math
from datetime import UTC, datetime
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from wire.cluster.frequency import StoryCounts
from wire.cluster.profile import Hashes
from wire.cluster.sketch import BODY, HEADLINE, KEYS, LEAD, unpack
from wire.model import Sketch
from wire.policy import ClusterPolicy

_SHARED: Final = 3
"""Values that a story must share to be a candidate: 3 of 48 are expected at Jaccard .05."""
_VOTES: Final = (*[1.0] * (BODY + LEAD), *[_SHARED / 2] * HEADLINE)
"""What a shared value counts for that: two of the headline's are enough."""
_WALK: Final = 16
"""Links of one chain that a query follows: a value that more stories hold tells little."""
_MEMBERS: Final = 64
"""Newest members of one story that a query looks at, and oldest among which its anchor is."""
_PERIODS: Final = 4
"""Tables of story counts that are kept: this period's and the last one's, and two for items with absurd times."""
_LONG: Final = 120
"""Shingles from which on a version is no flash or brief: the first such one is what its story must stay near."""
_ROOM: Final = 512
"""Versions for which there is room at first."""
_END: Final = -1
_PLACES: Final = np.arange(KEYS)
_SPREAD: Final = np.uint32(0x9E3779B1)


class Index:
    """MinHash values in chains; a chain's links are threaded through the signatures, newest first.

    Each value is a band of its own (one row a band): a teaser that shares one shingle in twenty with its source is
    still found. A value weighs the less, the more stories hold it. Successive versions of one story hold one link of a
    chain between them, so that 50,000 copies of one text cost a query no more than one.
    """

    def __init__(self, policy: ClusterPolicy) -> None:
        self._policy = policy
        self._ids: list[str] = []
        self._row: dict[str, int] = {}
        self._story_ids: list[str] = []
        self._number: dict[str, int] = {}
        self._members: list[list[int]] = []
        self._counts: dict[int, StoryCounts] = {}
        self._keys: Hashes = np.zeros((_ROOM, KEYS), np.uint32)
        self._next: NDArray[np.int32] = np.full((_ROOM, KEYS), _END, np.int32)
        self._heads: NDArray[np.int32] = np.full((KEYS, _ROOM // 2), _END, np.int32)
        self._story: NDArray[np.int32] = np.zeros(_ROOM, np.int32)
        self._at: NDArray[np.float64] = np.zeros(_ROOM, np.float64)
        self._long: NDArray[np.bool_] = np.zeros(_ROOM, np.bool_)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, version_id: str) -> bool:
        return version_id in self._row

    def add(self, *, version_id: str, story_id: str, at: datetime, sketch: Sketch) -> None:
        """Take in a version. One that is there already is left as it is.

        Raises InputError for a sketch of another release.
        """
        signature = unpack(sketch)
        if version_id in self._row or not len(signature.keys):
            return
        row, story = len(self._ids), self._numbered(story_id)
        self._make_room(row)
        self._ids.append(version_id)
        self._row[version_id] = row
        self._members[story].append(row)
        self._keys[row], self._story[row], self._at[row] = signature.keys, story, at.timestamp()
        self._long[row] = len(signature.shingles) >= _LONG
        self._link(row)
        self._table(self._period(at)).add(signature.shingles, xxhash.xxh32_intdigest(story_id.encode()))

    def story(self, version_id: str) -> str:
        """The story of a version that is in the index."""
        return self._story_ids[int(self._story[self._row[version_id]])]

    def anchor(self, story_id: str) -> str | None:
        """The version that a story must stay near: the first long one, else the first; None for an unknown story."""
        number = self._number.get(story_id)
        if number is None or not self._members[number]:
            return None
        return self._ids[self._anchor(self._members[number])]

    def move(self, version_id: str, story_id: str) -> None:
        """A version belongs to another story now: an operator merged or split. Story counts stay as they are."""
        if (row := self._row.get(version_id)) is None:
            return
        story = self._numbered(story_id)
        self._members[self._story[row]].remove(row)
        self._members[story] = sorted([*self._members[story], row])
        self._story[row] = story

    def candidates(self, *, sketch: Sketch, at: datetime) -> list[str]:
        """Versions of the stories that share most with a text: the best story first, its best version first.

        At most `policy.stories` stories, and of each at most `policy.members` versions and its anchor.
        """
        keys = unpack(sketch).keys
        if not len(keys):
            return []
        stories = self._best_stories(keys, at.timestamp())
        return [self._ids[row] for story in stories for row in self._best_members(story, keys, at.timestamp())]

    def weights(self, shingles: Hashes, at: datetime) -> NDArray[np.float32]:
        """1 for a shingle that one story holds, 1/n for one that n stories hold around that time."""
        counts = np.zeros(len(shingles), np.uint32)
        for period in self._around(at):
            if (table := self._counts.get(period)) is not None:
                counts += table.of(shingles)
        return np.reciprocal(np.maximum(counts, np.uint32(1)).astype(np.float32))

    def start(self, before: datetime) -> datetime:
        """The time from which versions must be added again so that an index that forgot `before` answers the same."""
        if math.isinf(self._policy.window):
            return datetime.min.replace(tzinfo=UTC)
        return datetime.fromtimestamp(self._period(before) * self._policy.window, UTC)

    def forget(self, before: datetime) -> None:
        """Drop what is older than `start(before)`."""
        first = self._period(before)
        self._counts = {period: table for period, table in self._counts.items() if period >= first}
        keep = np.flatnonzero(self._at[: len(self)] >= self.start(before).timestamp())
        if len(keep) == len(self):
            return
        self._ids = [self._ids[row] for row in keep]
        self._row = {version_id: row for row, version_id in enumerate(self._ids)}
        numbers, stories = np.unique(self._story[keep], return_inverse=True)
        self._story_ids = [self._story_ids[number] for number in numbers]
        self._number = {story_id: number for number, story_id in enumerate(self._story_ids)}
        self._members = [[] for _ in numbers]
        for row, story in enumerate(stories):
            self._members[story].append(row)
        self._keys, self._at, self._long = self._keys[keep], self._at[keep], self._long[keep]
        self._story = stories.astype(np.int32)
        self._next = np.full_like(self._keys, _END, np.int32)
        self._fit(max(_ROOM, len(keep) * 5 // 4 + 1))
        self._relink(max(_ROOM // 2, 1 << (len(self._at) // 2).bit_length() - 1))

    def _best_stories(self, keys: Hashes, at: float) -> list[int]:
        """Each value gives 1/n to each of the n stories that share it."""
        links = self._walk(keys)
        if len(links) * max(_VOTES) < _SHARED:
            return []
        row, place = np.divmod(links, KEYS)
        near = np.abs(self._at[row] - at) <= self._policy.window
        holders: dict[int, set[int]] = {}
        for each, story in zip(place[near].tolist(), self._story[row[near]].tolist(), strict=True):
            holders.setdefault(each, set()).add(story)
        score: dict[int, float] = {}
        votes: dict[int, float] = {}
        for each in sorted(holders):
            for story in holders[each]:
                score[story] = score.get(story, 0.0) + 1 / len(holders[each])
                votes[story] = votes.get(story, 0.0) + _VOTES[each]
        enough = [story for story, count in votes.items() if count >= _SHARED]
        return sorted(enough, key=lambda story: (-score[story], -self._members[story][-1], story))[
            : self._policy.stories
        ]

    def _walk(self, keys: Hashes) -> NDArray[np.int32]:
        """Links that hold the values asked for. All chains are walked in step: behind an end is an end."""
        links = np.empty((_WALK, KEYS), np.int32)
        links[0] = self._heads[_PLACES, self._slots(keys)]
        for step in range(1, _WALK):
            self._next.take(links[step - 1], out=links[step], mode="wrap")
        alike: NDArray[np.bool_] = (self._keys.take(links) == keys) & (links != _END)
        return links[alike]

    def _best_members(self, story: int, keys: Hashes, at: float) -> list[int]:
        members = self._members[story]
        if len(members) == 1:
            return members
        rows = np.array(members[-_MEMBERS:])
        rows = rows[np.abs(self._at[rows] - at) <= self._policy.window]
        shared = (self._keys[rows] == keys).sum(axis=1)
        best = [int(row) for row in rows[np.lexsort((-rows, -shared))[: self._policy.members]]]
        anchor = self._anchor(members)
        return best if anchor in best else [*best, anchor]

    def _anchor(self, members: list[int]) -> int:
        return next((row for row in members[:_MEMBERS] if self._long[row]), members[0])

    # --- chains ------------------------------------------------------------------------------------------------

    def _slots(self, keys: Hashes) -> NDArray[np.uint32]:
        """Where a value's chain begins, in the region of its place. MinHash values are small: spread them."""
        slots: NDArray[np.uint32] = (keys * _SPREAD) >> np.uint32(33 - self._heads.shape[1].bit_length())
        return slots

    def _link(self, row: int) -> None:
        slots = self._slots(self._keys[row])
        heads = self._heads[_PLACES, slots]
        mine = (heads != _END) & (self._keys.take(heads) == self._keys[row])
        mine &= self._story[heads // KEYS] == self._story[row]
        self._next[row] = np.where(mine, self._next.take(heads), heads)
        self._heads[_PLACES, slots] = row * KEYS + _PLACES

    def _make_room(self, row: int) -> None:
        if row < len(self._at) - 1:
            return
        self._fit(row * 5 // 4 + 1)
        if self._heads.shape[1] * 2 < len(self._at):
            self._relink(self._heads.shape[1] * 2)

    def _fit(self, capacity: int) -> None:
        for name, empty in (("_keys", 0), ("_next", _END), ("_story", 0), ("_at", 0), ("_long", 0)):
            old = getattr(self, name)
            more = np.full((capacity - len(old), *old.shape[1:]), empty, old.dtype)
            setattr(self, name, np.concatenate([old, more]))

    def _relink(self, heads: int) -> None:
        """Thread every chain again, as adding the rows one by one would have done."""
        self._heads = np.full((KEYS, heads), _END, np.int32)
        rows = np.arange(len(self))
        for place in _PLACES:
            keys = self._keys[rows, place]
            slots = self._slots(keys)
            order = np.argsort(slots, kind="stable")
            slot, key, story = slots[order], keys[order], self._story[order]
            begins = np.append(True, slot[1:] != slot[:-1])
            run = begins | np.append(True, (key[1:] != key[:-1]) | (story[1:] != story[:-1]))
            first = np.maximum.accumulate(np.where(run, rows, 0))
            links = order * KEYS + place
            self._next[order, place] = np.where(begins[first], _END, links[first - 1])
            self._heads[place, slot] = links

    # --- story counts ------------------------------------------------------------------------------------------

    def _period(self, at: datetime) -> int:
        return 0 if math.isinf(self._policy.window) else int(at.timestamp() // self._policy.window)

    def _around(self, at: datetime) -> tuple[int, ...]:
        period = self._period(at)
        return (period,) if math.isinf(self._policy.window) else (period - 1, period, period + 1)

    def _table(self, period: int) -> StoryCounts:
        table = self._counts.pop(period, None) or StoryCounts(self._policy.frequency_cells)
        self._counts[period] = table
        if len(self._counts) > _PERIODS:
            self._counts.pop(next(iter(self._counts)))
        return table

    def _numbered(self, story_id: str) -> int:
        number = self._number.setdefault(story_id, len(self._story_ids))
        if number == len(self._story_ids):
            self._story_ids.append(story_id)
            self._members.append([])
        return number
