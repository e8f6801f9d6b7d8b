"""Two partitions of the same deliveries held against each other: which story of the one is which of the other.

Law: pure. A story keeps its name where most of it stays; the answer does not depend on the order of stories.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A delivery, with the story in which it stands and the one in which it would stand."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """What becomes of the stories that stand."""

    heirs: Mapping[str, str]
    """Story after → story before whose id it keeps."""
    merged: Mapping[str, str]
    """Story before that keeps nothing of its own → story after in which most of it is."""
    parted: Sequence[tuple[str, str]]
    """(Story before, story after) where deliveries go from the one to the other, apart from those of `merged`."""
    new: frozenset[str]
    """Stories after that keep no id."""
    shared: Mapping[tuple[str, str], int]
    """(Story before, story after) → deliveries in both."""


def succession(placed: Sequence[Placed]) -> Succession:
    """Find out who is who: the largest shares first, each story once; then the one that was first.

    `placed` comes in order of arrival.
    """
    shared = Counter((each.before, each.after) for each in placed)
    rank: dict[tuple[str, str], int] = {}
    for number, each in enumerate(placed):
        rank.setdefault((each.before, each.after), number)
    heirs: dict[str, str] = {}
    kept: set[str] = set()
    largest: defaultdict[str, list[str]] = defaultdict(list)
    for before, after in sorted(shared, key=lambda pair: (-shared[pair], rank[pair])):
        largest[before].append(after)
        if after not in heirs and before not in kept:
            heirs[after] = before
            kept.add(before)
    merged = {before: afters[0] for before, afters in largest.items() if before not in kept}
    return Succession(
        heirs=heirs,
        merged=merged,
        parted=[(old, now) for old, now in shared if heirs.get(now) != old and merged.get(old) != now],
        new=frozenset({after for _, after in shared} - heirs.keys()),
        shared=shared,
    )
