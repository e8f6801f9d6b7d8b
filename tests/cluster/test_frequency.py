"""How many stories hold a shingle."""

import numpy as np
from numpy.typing import NDArray

from wire.cluster.frequency import StoryCounts

COMMON = np.arange(1, 2_000_000_000, 40_000_003, dtype=np.uint32)


def random_shingles(seed: int, count: int = 300) -> NDArray[np.uint32]:
    return np.unique(np.random.default_rng(seed).integers(0, 2**32, count, dtype=np.uint32))


def test_counts_stories_and_not_versions() -> None:
    counts = StoryCounts(1 << 16)
    for story in range(5):
        for _ in range(10):
            counts.add(COMMON, story)
    assert (counts.of(COMMON) == 5).all()


def test_what_nobody_holds_counts_nothing() -> None:
    counts = StoryCounts(1 << 16)
    counts.add(COMMON, 1)
    assert (counts.of(COMMON + np.uint32(7)) == 0).all()


def test_growing_keeps_every_count() -> None:
    counts, small = StoryCounts(1 << 20), StoryCounts(1 << 16)
    for story in range(7):
        counts.add(COMMON, story)
    for story in range(7, 607):
        counts.add(random_shingles(story), story)
        small.add(random_shingles(story), story)
    assert (counts.of(COMMON) == 7).all()
    assert counts.cells > small.cells == 1 << 16


def test_what_recurs_survives_a_full_table() -> None:
    counts = StoryCounts(1 << 16)
    counts.add(COMMON, 1)
    counts.add(COMMON, 2)
    for story in range(3, 1003):
        counts.add(random_shingles(story), story)
    assert (counts.of(COMMON) >= 2).all()


def test_counts_stop_at_their_bound() -> None:
    counts = StoryCounts(1 << 16)
    for story in range(300):
        counts.add(COMMON, story)
    assert (counts.of(COMMON) == 255).all()
