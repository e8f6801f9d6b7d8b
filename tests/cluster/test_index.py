"""Candidates: found, bounded, within the window, and the same after a restart."""

import dataclasses
import math
from datetime import timedelta

import numpy as np
import pytest

from tests.cluster.newsroom import NOON, Writer, copy
from wire.cluster import Index, profile, sketch
from wire.cluster.profile import Hashes
from wire.model import Copy, Sketch
from wire.policy import ClusterPolicy

POLICY = ClusterPolicy()
WINDOW = timedelta(seconds=POLICY.window)


def of(text: Copy) -> Sketch:
    return sketch(profile(text))


def shingles(text: Copy) -> Hashes:
    return profile(text).shingles


def filled(count: int, policy: ClusterPolicy = POLICY) -> tuple[Index, list[Copy]]:
    index, texts = Index(policy), [Writer(seed).story(4) for seed in range(count)]
    for n, text in enumerate(texts):
        index.add(version_id=text.version_id, story_id=f"s{n}", at=NOON + timedelta(minutes=n), sketch=of(text))
    return index, texts


def test_a_copy_finds_its_story_and_nothing_else() -> None:
    index, texts = filled(300)
    for text in texts[::37]:
        trimmed = copy(Writer(10**6).headline(), *text.paragraphs[:2])
        assert index.candidates(sketch=of(trimmed), at=NOON) == [text.version_id]


def test_a_teaser_finds_a_story_of_a_thousand_words() -> None:
    index, found = Index(POLICY), 0
    for seed in range(40):
        text = Writer(seed).story(45)
        index.add(version_id=text.version_id, story_id=f"s{seed}", at=NOON, sketch=of(text))
        teaser = copy(Writer(seed + 500).headline(), text.paragraphs[0])
        found += text.version_id in index.candidates(sketch=of(teaser), at=NOON)
    assert found == 40


def test_one_headline_is_enough_to_be_a_candidate() -> None:
    index, (first, *_) = filled(20)
    retold = copy(first.headline, *Writer(77).paragraphs(4))
    assert first.version_id in index.candidates(sketch=of(retold), at=NOON)


def test_texts_without_headlines_are_no_candidates_for_that() -> None:
    index = Index(POLICY)
    index.add(version_id="a", story_id="s", at=NOON, sketch=of(copy("", *Writer(1).paragraphs(4))))
    assert index.candidates(sketch=of(copy("", *Writer(2).paragraphs(4))), at=NOON) == []


def test_outside_the_window_there_are_no_candidates() -> None:
    index, (first, *_) = filled(3)
    asked = of(copy("", *first.paragraphs))
    assert index.candidates(sketch=asked, at=NOON + WINDOW) == [first.version_id]
    assert index.candidates(sketch=asked, at=NOON + WINDOW + timedelta(seconds=1)) == []
    assert index.candidates(sketch=asked, at=NOON - WINDOW - timedelta(seconds=1)) == []


def test_without_a_window_time_does_not_matter() -> None:
    index, (first, *_) = filled(3, dataclasses.replace(POLICY, window=math.inf))
    asked = of(copy("", *first.paragraphs))
    assert index.candidates(sketch=asked, at=NOON.replace(year=1871)) == [first.version_id]
    index.forget(NOON.replace(year=2999))
    assert len(index) == 3


def test_a_flood_of_one_text_hides_no_other_story_and_is_one_candidate_story() -> None:
    index, (first, *_) = filled(3)
    flood = Writer(99).story(4)
    for n in range(2000):
        same = dataclasses.replace(flood, version_id=f"flood{n}")
        index.add(version_id=same.version_id, story_id="flood", at=NOON, sketch=of(same))
    mixed = of(copy(first.headline, *first.paragraphs[:2], *flood.paragraphs[2:]))
    found = index.candidates(sketch=mixed, at=NOON)
    assert first.version_id in found
    assert len([each for each in found if each.startswith("flood")]) <= POLICY.members + 1


def test_of_a_story_the_nearest_versions_and_the_founder_are_given() -> None:
    index, writer = Index(POLICY), Writer(5)
    versions = [writer.story(6)]
    for _ in range(30):
        before = versions[-1]
        versions.append(copy(before.headline, *(writer.edit(each, 0.05) for each in before.paragraphs)))
    for version in versions:
        index.add(version_id=version.version_id, story_id="s", at=NOON, sketch=of(version))
    found = index.candidates(sketch=of(versions[20]), at=NOON)
    assert found[0] == versions[20].version_id
    assert found[-1] == versions[0].version_id
    assert len(found) == POLICY.members + 1


def test_stories_are_bounded() -> None:
    policy = dataclasses.replace(POLICY, stories=4)
    index, text = Index(policy), Writer(5).story(3)
    for n in range(20):
        other = copy(Writer(n).headline(), *text.paragraphs, Writer(n).sentence())
        index.add(version_id=other.version_id, story_id=f"s{n}", at=NOON, sketch=of(other))
    assert len(index.candidates(sketch=of(text), at=NOON)) == 4


def test_a_moved_version_is_a_candidate_of_its_new_story() -> None:
    index, texts = filled(3)
    index.move(texts[2].version_id, "s0")
    found = index.candidates(sketch=of(texts[2]), at=NOON)
    assert found == [texts[2].version_id, texts[0].version_id]
    index.move("unknown", "s0")


def test_adding_twice_changes_nothing_and_empty_texts_are_left_out() -> None:
    index, (first, *_) = filled(2)
    index.add(version_id=first.version_id, story_id="elsewhere", at=NOON, sketch=of(first))
    index.add(version_id="void", story_id="void", at=NOON, sketch=of(copy("")))
    assert len(index) == 2
    assert index.candidates(sketch=of(copy("")), at=NOON) == []
    assert index.candidates(sketch=of(first), at=NOON) == [first.version_id]


@pytest.mark.parametrize("count", [1, 63, 64, 65, 500])
def test_an_index_built_again_answers_as_before(count: int) -> None:
    index, texts = filled(count)
    again, _ = filled(0)
    for n, text in enumerate(texts):
        again.add(version_id=text.version_id, story_id=f"s{n}", at=NOON + timedelta(minutes=n), sketch=of(text))
    for text in texts[:: max(1, count // 9)]:
        asked = of(copy("", *text.paragraphs[1:], *texts[0].paragraphs))
        assert again.candidates(sketch=asked, at=NOON) == index.candidates(sketch=asked, at=NOON)
        assert np.array_equal(again.weights(shingles(text), NOON), index.weights(shingles(text), NOON))


def test_what_is_forgotten_is_as_if_it_had_never_been_added() -> None:
    days = [Writer(seed).story(4) for seed in range(120)]
    shared = Writer(10**6).paragraphs(1)
    days = [copy(each.headline, *each.paragraphs, *shared) for each in days]
    at = [NOON + timedelta(hours=3 * n) for n in range(len(days))]
    index, again = Index(POLICY), Index(POLICY)
    for text, when in zip(days, at, strict=True):
        index.add(version_id=text.version_id, story_id=text.version_id, at=when, sketch=of(text))
    index.forget(at[-1] - WINDOW)
    start = index.start(at[-1] - WINDOW)
    for text, when in zip(days, at, strict=True):
        if when >= start:
            again.add(version_id=text.version_id, story_id=text.version_id, at=when, sketch=of(text))
    assert 0 < len(again) == len(index) < len(days)
    for text in days:
        assert again.candidates(sketch=of(text), at=at[-1]) == index.candidates(sketch=of(text), at=at[-1])
        assert np.array_equal(again.weights(shingles(text), at[-1]), index.weights(shingles(text), at[-1]))
    late = copy(days[-1].headline, *days[-1].paragraphs[:3])
    index.add(version_id="late", story_id="late", at=at[-1], sketch=of(late))
    assert "late" in index.candidates(sketch=of(late), at=at[-1])


def test_phrases_of_many_stories_weigh_little() -> None:
    index, boilerplate = Index(POLICY), Writer(42).paragraphs(1)
    for n in range(10):
        text = copy(Writer(n).headline(), *Writer(n).paragraphs(2), *boilerplate)
        index.add(version_id=text.version_id, story_id=f"s{n}", at=NOON, sketch=of(text))
    own, common = (profile(copy("", *each)).shingles for each in (Writer(3).paragraphs(1), boilerplate))
    assert index.weights(common, NOON).mean() < 0.2
    assert index.weights(own, NOON).mean() > 0.9


def test_memory_of_a_version_is_bounded() -> None:
    index, _ = filled(2000)
    arrays = (index._keys, index._next, index._heads, index._story, index._at)
    tables = [table._table for table in index._counts.values()]
    assert (sum(each.nbytes for each in arrays) + sum(each.nbytes for each in tables)) / len(index) < 1700
