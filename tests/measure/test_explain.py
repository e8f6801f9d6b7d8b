"""Why two texts are one story or two, and what would flip it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.measure.copy import CHESS, COURIER, CUT, ECHO, FROST, MOLE, STRICT, at, entry, take
from wire.errors import NotFound
from wire.measure.explain import Explanation, explain
from wire.measure.flip import APART, Flip
from wire.measure.scratch import scratch
from wire.model import Status
from wire.policy import ClusterPolicy
from wire.store import Store

POLICY = ClusterPolicy()
HARD = replace(POLICY, contained=0.99, edited=0.98, retold=0.97, pieces=90.0, day=1.0, correction=1.0)
"""Joins texts of one hour only where nearly all is the same."""


@pytest.fixture(scope="module")
def stored() -> Iterator[Store]:
    with scratch() as store:
        take(store, COURIER, [entry("1", "Mole to be rebuilt", MOLE)], 0)
        take(store, ECHO, [entry("a", "Mole to be rebuilt", CUT.replace("14.2", "16.8"), at(90))], 95)
        take(store, ECHO, [entry("b", "Frost halves the crop", FROST, at(96))], 97)
        take(store, ECHO, [entry("c", "Chess", CHESS + "\n\n" + MOLE.partition("\n\n")[0], at(98))], 99)
        yield store


def told(store: Store, a: str, b: str, policy: ClusterPolicy = POLICY) -> Explanation:
    with store.reading() as read:
        return explain(read, a, b, policy)


def holds(store: Store, a: str, b: str, flip: Flip, policy: ClusterPolicy = POLICY) -> bool:
    """What the two would be with the changes of `flip`."""
    values = {each.name: each.needs for each in flip.changes if each.name != APART}
    return told(store, a, b, replace(policy, **values)).same_now  # type: ignore[arg-type]  # the names are its fields


def test_one_story_is_told_with_what_differs(stored: Store) -> None:
    found = told(stored, "d1", "d2")
    assert found.same_story
    assert found.same_now
    assert found.candidates
    assert found.apart == 90 * 60
    assert found.differing.figures_a == ("14.2",)
    assert found.differing.figures_b == ("16.8",)
    assert 0.5 < found.shared.of_a < found.shared.of_b < 1
    assert found.shared.runs[0].words > 20
    assert found.shared.runs[0].text in MOLE
    assert "".join(each.text for each in found.diff if each.kind != "removed") == CUT.replace("14.2", "16.8")
    assert [each.version_id for each in found.decided] == [found.a.version_id, found.b.version_id]
    assert found.decided[1].evidence.against == found.a.version_id


def test_names_are_shown_as_they_are_written(stored: Store) -> None:
    found = told(stored, "d3", "d4")
    assert not found.same_story
    assert not found.same_now
    assert "Marre" in found.differing.names_a
    assert "Lannic" in found.differing.names_b


def test_what_flips_one_story_is_true(stored: Store) -> None:
    found = told(stored, "d1", "d2")
    thresholds = [flip for flip in found.flips if flip.changes[0].name != APART]
    assert thresholds
    assert all(not holds(stored, "d1", "d2", flip) for flip in thresholds)


def test_what_joins_two_stories_is_true_and_no_larger_than_it_must_be(stored: Store) -> None:
    found = told(stored, "d1", "d2", HARD)
    assert not found.same_now
    thresholds = [flip for flip in found.flips if flip.changes[0].name != APART]
    assert thresholds
    for flip in thresholds:
        assert holds(stored, "d1", "d2", flip, HARD)
        for change in flip.changes:
            almost = replace(change, needs=change.needs + 0.03 * (change.value - change.needs))
            others = tuple(each for each in flip.changes if each is not change)
            assert not holds(stored, "d1", "d2", Flip(changes=(*others, almost)), HARD)


def test_the_score_that_meets_the_threshold_is_named(stored: Store) -> None:
    found = told(stored, "d1", "d2", HARD)
    named = [change for flip in found.flips for change in flip.changes if change.score]
    assert named
    for change in named:
        assert found.now.scores[change.score or ""] == pytest.approx(change.needs, rel=0.02)


def test_texts_that_share_nothing_are_flipped_by_nothing(stored: Store) -> None:
    found = told(stored, "d1", "d3")
    assert found.flips == ()
    assert not found.candidates
    assert found.shared.of_a < 0.3


def test_outside_the_window_it_says_so(stored: Store) -> None:
    found = told(stored, "d1", "d2", STRICT)
    assert found.apart > found.window
    assert not found.candidates


def test_copy_under_an_order_is_explained_by_the_order_whatever_the_window() -> None:
    with scratch() as store:
        take(store, COURIER, [entry("1", "Mole to be rebuilt", MOLE)], 0)
        with store.reading() as read:
            story_id = read.named("d1").story_id
        with store.writing() as write:
            write.touch(story_id, status=Status.KILLED)
        take(store, ECHO, [entry("a", "Harbour: what is planned", CUT, at(60 * 24 * 9))], 60 * 24 * 9)
        found = told(store, "d1", "d2")
    assert found.same_story
    assert found.suppressed
    assert found.candidates
    assert (found.same_now, found.now.rule) == (True, "suppressed")
    assert found.decided[1].evidence.rule == "suppressed"


def test_a_text_is_explained_against_itself(stored: Store) -> None:
    found = told(stored, "d1", "d1")
    assert found.same_story
    assert found.same_now
    assert (found.shared.of_a, found.shared.of_b) == (1, 1)


def test_an_unknown_id_is_named(stored: Store) -> None:
    with pytest.raises(NotFound, match="d99"):
        told(stored, "d1", "d99")


def test_a_scratch_store_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch() as store:
        take(store, COURIER, [entry("1", "Mole", MOLE)], 0)
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
