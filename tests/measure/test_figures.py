"""Figures with known values, and what must hold of them whatever the partition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.measure.figures import Judged, Score, adjusted_rand, bcubed, of_pairs, pairwise

labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=20)


def by_hand(found: list[int], expected: list[int]) -> tuple[int, int, int]:
    """Pairs that are together in both, in the first, in the second."""
    pairs = [(a, b) for a in range(len(found)) for b in range(a)]
    ours = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    theirs = {pair for pair in pairs if expected[pair[0]] == expected[pair[1]]}
    return len(ours & theirs), len(ours), len(theirs)


def test_a_textbook_example() -> None:
    """Three clusters of 17 in an introduction to information retrieval (Manning et al., fig. 16.4)."""
    found = [1] * 6 + [2] * 6 + [3] * 5
    expected = list("xxxxxo" + "xooood" + "xxddd")
    score = pairwise(found, expected)
    assert (score.precision, score.recall) == (20 / 40, 20 / 44)
    assert score.f1 == pytest.approx(0.476, abs=0.001)
    assert adjusted_rand(found, expected) == pytest.approx(0.243, abs=0.001)


def test_bcubed_by_hand() -> None:
    score = bcubed(["a", "a", "a", "b"], ["x", "x", "y", "y"])
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert score.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)


def test_weights_count() -> None:
    pairs = [
        Judged(found=True, same=True, weight=3),
        Judged(found=True, same=False, weight=1),
        Judged(found=False, same=True, weight=2),
        Judged(found=False, same=False, weight=100),
    ]
    assert of_pairs(pairs) == Score(precision=3 / 4, recall=3 / 5)


def test_nothing_found_is_never_wrong_but_misses_all() -> None:
    score = of_pairs([Judged(found=False, same=True)])
    assert (score.precision, score.recall, score.f1) == (1, 0, 0)


@given(labels)
def test_pairwise_is_what_counting_pairs_gives(both: list[tuple[int, int]]) -> None:
    found, expected = [a for a, _ in both], [b for _, b in both]
    together, ours, theirs = by_hand(found, expected)
    score = pairwise(found, expected)
    assert score.precision == (together / ours if ours else 1)
    assert score.recall == (together / theirs if theirs else 1)


@given(labels)
def test_names_of_clusters_do_not_matter_and_a_swap_swaps_precision_and_recall(both: list[tuple[int, int]]) -> None:
    found, expected = [a for a, _ in both], [b for _, b in both]
    renamed = [f"s{a * 7 % 5}" for a in found]
    for figure in (pairwise, bcubed):
        score, turned = figure(found, expected), figure(expected, found)
        again = figure(renamed, expected)
        assert math.isclose(again.precision, score.precision)
        assert math.isclose(again.recall, score.recall)
        assert math.isclose(score.precision, turned.recall)
        assert math.isclose(score.recall, turned.precision)
    assert math.isclose(adjusted_rand(found, expected), adjusted_rand(expected, renamed), abs_tol=1e-12)


@given(st.lists(st.integers(0, 4), max_size=20))
def test_a_partition_agrees_with_itself(found: list[int]) -> None:
    for score in (pairwise(found, found), bcubed(found, found)):
        assert score == Score(precision=1, recall=1)
    assert adjusted_rand(found, found) == 1


@given(labels)
def test_every_figure_is_a_share(both: list[tuple[int, int]]) -> None:
    found, expected = [a for a, _ in both], [b for _, b in both]
    for score in (pairwise(found, expected), bcubed(found, expected)):
        assert 0 <= score.f1 <= 1
        assert min(score.precision, score.recall) - 1e-12 <= score.f1 <= max(score.precision, score.recall) + 1e-12
    assert adjusted_rand(found, expected) <= 1 + 1e-12
