"""The labelled day itself: is it what it says?"""

import os
import re
import subprocess
import sys
from datetime import timedelta
from functools import cache
from itertools import combinations, pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import Labelled, generate
from tests.corpus.day import ORIGINAL
from tests.corpus.grammar import load
from tests.corpus.rewrite import shared
from tests.corpus.traps import LOOSE, SCENARIOS
from tests.corpus.variants import transformations
from tests.corpus.world import LANGUAGES, TEST

SEED = 7
SPACED = {"en", "de", "fr", "es"}


@cache
def day() -> list[Labelled]:
    return generate(SEED, stories=120)


def made(transformation: str, *languages: str) -> list[tuple[Labelled, Labelled]]:
    """Items of a transformation, each with its original."""
    by_id = {item.id: item for item in day()}
    found = [item for item in day() if item.transformation == transformation]
    return [(item, by_id[item.root]) for item in found if not languages or item.language in languages]


def originals(*languages: str) -> list[Labelled]:
    return [item for item in day() if item.transformation == ORIGINAL and item.language in languages]


def test_a_seed_gives_one_day_whatever_the_hash_seed() -> None:
    code = "from tests.corpus import generate; print(ascii(generate(3, 9)))"
    days = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(days) == 1


def test_seeds_have_nothing_in_common() -> None:
    one, other = generate(11, stories=30), generate(12, stories=30)
    one = [item for item in one if item.transformation == ORIGINAL and item.language != "ja"]
    other = [item for item in other if item.transformation == ORIGINAL]
    assert not {item.headline for item in one} & {item.headline for item in other}
    assert not {item.source for item in one} & {item.source for item in other}
    assert all(shared(a.body, b.body) < 0.3 for a in one for b in other if a.language == b.language)


def test_everything_that_can_happen_happens() -> None:
    seen = {(item.language, item.transformation) for item in day()}
    for language in ("en", *LANGUAGES):
        assert {(language, name) for name in (ORIGINAL, *transformations(language))} <= seen
    assert {name for _, name in seen if name in SCENARIOS} == set(SCENARIOS)


@settings(max_examples=8, deadline=None)
@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=14))
def test_labels_agree_with_each_other(seed: int, stories: int) -> None:
    items = generate(seed, stories)
    by_id = {item.id: item for item in items}
    assert len(by_id) == len(items)
    assert [item.published for item in items] == sorted(item.published for item in items)
    for item in items:
        assert item.headline
        assert by_id[item.root].cluster == item.cluster
        assert item.language == by_id[item.root].language
        if item.trap:
            assert item.root == item.id
            assert item.cluster == item.id or item.transformation in LOOSE
        else:
            assert by_id[item.root].transformation == ORIGINAL
            assert item.body.strip() or item.transformation == "flash"
        assert not re.search(r"[{}\x02\x03]", item.headline + item.body), "no slot is left open"


def test_unrelated_stories_share_no_more_than_real_copy_does() -> None:
    pairs = combinations(originals(*SPACED), 2)
    found = [shared(a.body, b.body) for a, b in pairs if a.language == b.language]
    assert mean(found) < 0.04
    assert max(found) < 0.3


def test_test_seeds_share_no_boilerplate_and_no_template_with_train_seeds() -> None:
    def runs(*names: str) -> set[tuple[str, ...]]:
        texts = (
            line
            for name in names
            for key, lines in load(name).items()
            if "." in key or key == "boiler"
            for line in lines
        )
        words = [re.findall(r"[^\W\d]+", re.sub(r"\{[^}]*\}", " 0 ", text).casefold()) for text in texts]
        return {tuple(each[at : at + 5]) for each in words for at in range(len(each) - 4)}

    a, b, test = runs("house-train-a"), runs("house-train-b"), runs("house-test")
    assert min(len(a), len(b), len(test)) > 300
    assert not a & b
    assert not test & (a | b)
    assert TEST > SEED


def test_cuts_are_the_text_from_the_top() -> None:
    for cut, whole in (*made("trim"), *made("teaser")):
        assert whole.body.startswith(cut.body)
        assert len(cut.body) < len(whole.body)
    assert all("\n\n" not in cut.body for cut, _ in made("teaser"))
    assert all(
        whole.body.replace("\n\n", " ").startswith(cut.body[:150].replace("\n\n", " "))
        for cut, whole in made("truncated")
    )


def test_reprints_are_the_same_text() -> None:
    assert all(copy.body == whole.body and copy.headline == whole.headline for copy, whole in made("identical"))
    assert all(copy.body == whole.body and copy.headline != whole.headline for copy, whole in made("headline"))
    assert all(
        sorted(copy.body.split()) == sorted(whole.body.split()) for copy, whole in made("reparagraphed", *SPACED)
    )


def test_a_flash_comes_forty_minutes_ahead_and_is_short() -> None:
    for flash, whole in made("flash"):
        assert timedelta(minutes=39) < whole.published - flash.published < timedelta(minutes=41)
        assert len(flash.body.split()) <= 32


def test_a_correction_changes_one_thing() -> None:
    for corrected, whole in (*made("silent correction", *SPACED), *made("correction", *SPACED)):
        was, now = whole.body.split(), corrected.body.split()
        assert len(was) == len(now)
        assert 1 <= len({(a, b) for a, b in zip(was, now, strict=True) if a != b}) <= 4


def test_rewrites_keep_as_much_as_they_say() -> None:
    light = [shared(copy.body, whole.body) for copy, whole in made("light rewrite", "en")]
    heavy = [shared(copy.body, whole.body) for copy, whole in made("heavy rewrite", "en")]
    assert 0.65 < mean(light) < 0.75
    assert 0.35 < mean(heavy) < 0.45
    assert all(a.body != b.body for a, b in made("light rewrite"))


def test_boilerplate_stands_around_the_whole_text() -> None:
    for copy, whole in made("boilerplate"):
        assert set(whole.body.split("\n\n")[1:]) <= set(copy.body.split("\n\n"))
        assert 40 <= len(copy.body.split()) - len(whole.body.split()) <= 260


def test_an_outlets_boilerplate_buries_the_news() -> None:
    for item in (item for item in day() if item.transformation == "shared boilerplate"):
        assert len(item.body.split()) > 420


@pytest.mark.parametrize("scenario", ["independent", "follow-up", "same headline"])
def test_what_only_looks_alike_shares_little_with_any_original(scenario: str) -> None:
    copy = originals("en")
    near = [max(shared(item.body, each.body) for each in copy) for item in day() if item.transformation == scenario]
    assert mean(near) < 0.35


def test_neighbours_in_a_chain_are_near_and_its_ends_share_nothing() -> None:
    for number in range(3):
        links = [item for item in day() if item.cluster == f"{SEED}-chain {number}"]
        assert len(links) == 30
        assert mean(shared(a.body, b.body) for a, b in pairwise(links)) > 0.8
        assert shared(links[0].body, links[-1].body) < 0.15


def test_the_same_event_in_two_languages_shares_names_only() -> None:
    for item in (item for item in day() if item.transformation == "two languages"):
        assert item.language in LANGUAGES
        assert all(shared(item.body, each.body) < 0.05 for each in day() if each.language == "en")
