"""What the writer holds between documents: texts ready for comparison, and the index, filled from the store.

Law: what is not held is read, and changes no answer.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from wire import cluster
from wire.errors import InputError
from wire.store import Kin, Read, StoredSketch

log = structlog.get_logger()

TOKENS_KEPT = 400_000
"""Tokens of recent versions that are held ready for comparison: some 30 MB, 2,500 agency stories or 450 articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A version, ready for comparison."""

    profile: cluster.Profile = field(repr=False)
    at: datetime


class Texts:
    """Texts of recent versions, the one used last held longest."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Text] = OrderedDict()
        self._tokens = 0

    def __len__(self) -> int:
        return len(self._held)

    def clear(self) -> None:
        """Hold none."""
        self._held.clear()
        self._tokens = 0

    def of(self, read: Read, version_ids: Sequence[str]) -> dict[str, Text]:
        """The texts of versions; what retention has removed is missing."""
        missing = [each for each in version_ids if each not in self._held]
        found = {each: self._held[each] for each in version_ids if each in self._held}
        for each in found:
            self._held.move_to_end(each)
        if missing:
            stored = read.texts(missing)
            profiles = cluster.profiles([each.copy for each in stored.values()])
            for (each, text), profile in zip(stored.items(), profiles, strict=True):
                found[each] = Text(profile=profile, at=text.at)
                self.keep(each, found[each])
        return found

    def keep(self, version_id: str, text: Text) -> None:
        """Hold a text that is not held."""
        self._held[version_id] = text
        self._tokens += text.profile.length
        while self._tokens > TOKENS_KEPT:
            self._tokens -= self._held.popitem(last=False)[1].profile.length


def hold(index: cluster.Index, read: Read, at: datetime, *, but: str | None = None) -> None:
    """Read into an index all that a text of that time has to be held against, where it is not there.

    `but`: a version that is left out.
    """
    if not index.lacks(at):
        return
    index.make_room(at)
    for start, end in index.lacks(at):
        index.hold(start)
        fill(index, (each for each in read.sketches(since=start, before=end) if each.version_id != but))
        tell(index, read.kin(start, end))


def fill(index: cluster.Index, stored: Iterable[StoredSketch]) -> None:
    """Add sketches to an index. Those of another release wait for a replay: they are passed over."""
    strange: dict[str, int] = {}
    for each in stored:
        try:
            index.add(
                number=each.number, version_id=each.version_id, story_id=each.story_id, at=each.at, sketch=each.sketch
            )
        except InputError:
            strange[each.sketch.scheme] = strange.get(each.sketch.scheme, 0) + 1
    for scheme, versions in strange.items():
        log.warning("sketch.unknown", scheme=scheme, versions=versions)


def tell(index: cluster.Index, kin: Iterable[Kin]) -> None:
    """Tell an index of versions of its stories whose times it does not hold."""
    for each in kin:
        shingles = cluster.shingles_in(each.size)
        index.tell_of(number=each.number, version_id=each.version_id, story_id=each.story_id, shingles=shingles)
