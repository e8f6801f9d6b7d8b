"""Candidates: found, bounded, within the window, and the same after a restart."""

import dataclasses
import math
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

import numpy as np
import pytest

from tests.cluster.newsroom import NOON, Writer, copy
from wire.cluster import Index, profile, shingles_in, sketch
from wire.cluster.shingles import Hashes
from wire.model import Copy, Sketch
from wire.policy import ClusterPolicy

POLICY = ClusterPolicy()
WINDOW = timedelta(seconds=POLICY.window)
_number = count(1)


def of(text: Copy) -> Sketch:
    return sketch(profile(text))


def shingles(text: Copy) -> Hashes:
    return profile(text).shingles


def put(index: Index, *, version_id: str, story_id: str, at: datetime, sketch: Sketch) -> None:
    """The next version in the order of arrival."""
    for start, _ in index.lacks(at):
        index.hold(start)
    index.add(number=next(_number), version_id=version_id, story_id=story_id, at=at, sketch=sketch)


class Stored(NamedTuple):
    """A version as a database holds it."""

    number: int
    version_id: str
    story_id: str
    at: datetime
    sketch: Sketch


def hold(index: Index, stored: Sequence[Stored], at: datetime) -> None:
    """Make an index hold what is asked of that time, as a reader of a database does."""
    for start, end in index.lacks(at):
        index.hold(start)
        inside = [each for each in stored if start <= each.at < end]
        for each in inside:
            index.add(**each._asdict())
        for each in stored:
            if each not in inside and each.story_id in {one.story_id for one in inside}:
                tell_of(index, each)


def tell_of(index: Index, each: Stored) -> None:
    """Tell an index of a version whose period it may not hold."""
    size = shingles_in(len(each.sketch.data))
    index.tell_of(number=each.number, version_id=each.version_id, story_id=each.story_id, shingles=size)


def anchor(stored: Sequence[Stored], story_id: str) -> str:
    """The first long version of a story, else the first one."""
    members = [each for each in stored if each.story_id == story_id]
    return min(members, key=lambda each: (shingles_in(len(each.sketch.data)) < 120, each.number)).version_id


def filled(versions: int, policy: ClusterPolicy = POLICY) -> tuple[Index, list[Copy]]:
    index, texts = Index(policy), [Writer(seed).story(4) for seed in range(versions)]
    for n, text in enumerate(texts):
        put(index, version_id=text.version_id, story_id=f"s{n}", at=NOON + timedelta(minutes=n), sketch=of(text))
    return index, texts


def test_a_copy_finds_its_story_and_nothing_else() -> None:
    index, texts = filled(300)
    for text in texts[::37]:
        trimmed = copy(Writer(10**6).headline(), *text.paragraphs[:2])
        assert list(index.candidates(sketch=of(trimmed), at=NOON)) == [text.version_id]


def test_a_teaser_finds_a_story_of_a_thousand_words() -> None:
    index, found = Index(POLICY), 0
    for seed in range(40):
        text = Writer(seed).story(45)
        put(index, version_id=text.version_id, story_id=f"s{seed}", at=NOON, sketch=of(text))
        teaser = copy(Writer(seed + 500).headline(), text.paragraphs[0])
        found += text.version_id in index.candidates(sketch=of(teaser), at=NOON)
    assert found == 40


def test_one_headline_is_enough_to_be_a_candidate() -> None:
    index, (first, *_) = filled(20)
    retold = copy(first.headline, *Writer(77).paragraphs(4))
    assert first.version_id in index.candidates(sketch=of(retold), at=NOON)


def test_texts_without_headlines_are_no_candidates_for_that() -> None:
    index = Index(POLICY)
    put(index, version_id="a", story_id="s", at=NOON, sketch=of(copy("", *Writer(1).paragraphs(4))))
    assert index.candidates(sketch=of(copy("", *Writer(2).paragraphs(4))), at=NOON) == {}


def test_outside_the_window_there_are_no_candidates() -> None:
    index, (first, *_) = filled(3)
    asked = of(copy("", *first.paragraphs))
    assert list(index.candidates(sketch=asked, at=NOON + WINDOW)) == [first.version_id]
    assert index.candidates(sketch=asked, at=NOON + WINDOW + timedelta(seconds=1)) == {}
    assert index.candidates(sketch=asked, at=NOON - WINDOW - timedelta(seconds=1)) == {}


def test_without_a_window_time_does_not_matter() -> None:
    index, (first, *_) = filled(3, dataclasses.replace(POLICY, window=math.inf))
    asked = of(copy("", *first.paragraphs))
    assert list(index.candidates(sketch=asked, at=NOON.replace(year=1871))) == [first.version_id]
    index.forget(NOON.replace(year=2999))
    assert len(index) == 3


def test_a_flood_of_one_text_hides_no_other_story_and_is_one_candidate_story() -> None:
    index, (first, *_) = filled(3)
    flood = Writer(99).story(4)
    for n in range(2000):
        same = dataclasses.replace(flood, version_id=f"flood{n}")
        put(index, version_id=same.version_id, story_id="flood", at=NOON, sketch=of(same))
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
        put(index, version_id=version.version_id, story_id="s", at=NOON, sketch=of(version))
    found = list(index.candidates(sketch=of(versions[20]), at=NOON))
    assert found[0] == versions[20].version_id
    assert found[-1] == versions[0].version_id
    assert len(found) == POLICY.members + 1


def test_stories_are_bounded() -> None:
    policy = dataclasses.replace(POLICY, stories=4)
    index, text = Index(policy), Writer(5).story(3)
    for n in range(20):
        other = copy(Writer(n).headline(), *text.paragraphs, Writer(n).sentence())
        put(index, version_id=other.version_id, story_id=f"s{n}", at=NOON, sketch=of(other))
    assert len(index.candidates(sketch=of(text), at=NOON)) == 4


def test_a_moved_version_is_a_candidate_of_its_new_story() -> None:
    index, texts = filled(3)
    index.move(texts[2].version_id, "s0")
    found = list(index.candidates(sketch=of(texts[2]), at=NOON))
    assert found == [texts[2].version_id, texts[0].version_id]
    index.move("unknown", "s0")


def test_adding_twice_changes_nothing_and_empty_texts_are_left_out() -> None:
    index, (first, *_) = filled(2)
    put(index, version_id=first.version_id, story_id="elsewhere", at=NOON, sketch=of(first))
    put(index, version_id="void", story_id="void", at=NOON, sketch=of(copy("")))
    assert len(index) == 2
    assert index.candidates(sketch=of(copy("")), at=NOON) == {}
    assert list(index.candidates(sketch=of(first), at=NOON)) == [first.version_id]


@pytest.mark.parametrize("versions", [1, 63, 64, 65, 500])
def test_an_index_built_again_answers_as_before(versions: int) -> None:
    index, texts = filled(versions)
    again, _ = filled(0)
    for n, text in enumerate(texts):
        put(again, version_id=text.version_id, story_id=f"s{n}", at=NOON + timedelta(minutes=n), sketch=of(text))
    for text in texts[:: max(1, versions // 9)]:
        asked = of(copy("", *text.paragraphs[1:], *texts[0].paragraphs))
        assert again.candidates(sketch=asked, at=NOON) == index.candidates(sketch=asked, at=NOON)
        assert np.array_equal(again.weights(shingles(text), NOON), index.weights(shingles(text), NOON))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_forgotten_and_read_again_answers_as_if_it_had_always_been_there(seed: int) -> None:
    """One index holds all; the other one what is asked for, in any order of time, and forgets at any time."""
    rng, phrase = random.Random(seed), Writer(10**6).paragraphs(1)
    texts = [Writer(number // 3).story(rng.choice((1, 4))) for number in range(90)]
    texts = [copy(each.headline, *each.paragraphs[: rng.randint(1, 4)], *phrase) for each in texts]
    stored: list[Stored] = []
    whole, some = Index(POLICY), Index(POLICY)
    for number, text in enumerate(texts):
        at = NOON + timedelta(hours=rng.uniform(-400, 8 * number))
        for index in (whole, some):
            hold(index, stored, at)
        asked, words = of(text), shingles(text)
        assert list(some.candidates(sketch=asked, at=at).items()) == list(whole.candidates(sketch=asked, at=at).items())
        assert np.array_equal(some.weights(words, at), whole.weights(words, at))
        row = Stored(number + 1, text.version_id, f"s{number // 3}", at, asked)
        stored.append(row)
        for index in (whole, some):
            away = index.anchor(row.story_id) is None
            index.add(**row._asdict())
            for each in stored if away else ():
                tell_of(index, each)
            assert index.anchor(row.story_id) == anchor(stored, row.story_id)
        if rng.random() < 0.2:
            some.forget(NOON + timedelta(hours=rng.uniform(-400, 800)))
    assert len(some) < len(whole)


def test_a_story_stays_near_an_anchor_that_is_older_than_what_is_held() -> None:
    brief, anchor, late = (Writer(5).story(each) for each in (1, 8, 9))
    index = Index(POLICY)
    put(index, version_id=late.version_id, story_id="s", at=NOON, sketch=of(late))
    for number, text in ((-2, brief), (-1, anchor)):
        size = len(shingles(text))
        index.tell_of(number=number, version_id=text.version_id, story_id="s", shingles=size)
        index.tell_of(number=number, version_id="other", story_id="unknown", shingles=size)
    assert index.anchor("s") == anchor.version_id
    assert index.anchor("unknown") is None
    assert list(index.candidates(sketch=of(late), at=NOON)) == [late.version_id, anchor.version_id]


def test_absurd_times_leave_room_for_others() -> None:
    index, texts = Index(POLICY), [Writer(seed).story(2) for seed in range(60)]
    for number, text in enumerate(texts):
        at = NOON - number * 20 * WINDOW
        index.make_room(at)
        put(index, version_id=text.version_id, story_id=f"s{number}", at=at, sketch=of(text))
    assert len(index) < 30
    assert texts[0].version_id in index
    assert texts[-1].version_id in index


def test_phrases_of_many_stories_weigh_little() -> None:
    index, boilerplate = Index(POLICY), Writer(42).paragraphs(1)
    for n in range(10):
        text = copy(Writer(n).headline(), *Writer(n).paragraphs(2), *boilerplate)
        put(index, version_id=text.version_id, story_id=f"s{n}", at=NOON, sketch=of(text))
    own, common = (profile(copy("", *each)).shingles for each in (Writer(3).paragraphs(1), boilerplate))
    assert index.weights(common, NOON).mean() < 0.2
    assert index.weights(own, NOON).mean() > 0.9


def test_memory_of_a_version_is_bounded() -> None:
    index, _ = filled(2000)
    tables = sum(table._table.nbytes for table in index._counts.values())
    assert (index._at.nbytes + index._number.nbytes + tables + index._chains.nbytes) / len(index) < 1700
