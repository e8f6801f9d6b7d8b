"""Features of a text: folding, figures, names, and that no text is too odd."""

import pickle
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.cluster.newsroom import Writer, copy
from wire.cluster import overlap, profile, profiles, sketch, sketches


def jaccard(one: str, other: str) -> float:
    return overlap(profile(copy("", one)), profile(copy("", other))).jaccard


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The harbour of Velm closes at noon", "THE HARBOUR OF VELM CLOSES AT NOON"),
        ("The harbour, of Velm: closes (at noon)", "The harbour of Velm closes at noon"),
        ("The har\u00adbour of Velm\u200b closes at \u202enoon\u202c", "The harbour of Velm closes at noon"),
        ("The h\u0430rbour of V\u0435lm closes at no\u03bfn", "The harbour of Velm closes at noon"),
        ("The ﬁnal ｐｒｉｃｅ of ① crate", "The final price of 1 crate"),
        ("Straße nach Grünau gesperrt bis Montag", "STRASSE NACH GRÜNAU GESPERRT BIS MONTAG"),
    ],
    ids=["case", "punctuation", "invisible", "lookalikes", "compatibility", "sharp s"],
)
def test_folding_hides_what_a_reader_does_not_see(one: str, other: str) -> None:
    assert jaccard(one, other) == 1


def test_a_word_of_another_alphabet_stays_what_it_is() -> None:
    assert jaccard("порт Вельма закрыт до полудня сегодня", "nopt Beльma закрыт до полудня сегодня") < 1


def test_figures_are_whole_and_lose_their_thousands_marks() -> None:
    found = profile(copy("", "It paid 12,500.50 crowns on 3/4 at 11:40, or 5-3/4 per cent, in 1986-87."))
    assert found.numbers == {"12500.50", "3/4", "11:40", "5-3/4", "1986-87"}


def test_names_stand_inside_sentences() -> None:
    found = profile(copy("", 'Talks opened in Velm. Nobody told Orrin Sask. "We hope," said Bly.'))
    assert found.names == {"velm", "orrin", "sask", "bly"}


def test_words_in_quotation_marks_are_known_and_quotes_end_with_their_paragraph() -> None:
    found = profile(copy("", "She said “we go now” and left. “We never", "came back to it"))
    assert found.quoted.tolist() == [False] * 2 + [True] * 3 + [False] * 2 + [True] * 2 + [False] * 4


def test_scripts_without_spaces_are_cut_by_character() -> None:
    assert profile(copy("", "東京の港は正午に閉鎖されると当局が発表した")).size == 5
    assert profile(copy("", "The port of Tokyo 東京 closes at noon")).size == 3


def test_headline_stands_in_for_an_empty_body() -> None:
    assert profile(copy("Harbour of Velm closes at noon")).length == 6


def test_an_empty_text_has_no_shingles() -> None:
    empty = profile(copy(""))
    assert (empty.length, len(empty.shingles), len(empty.lead)) == (0, 0, 0)


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_is_too_odd(body: str, headline: str) -> None:
    found = profile(copy(headline, body))
    assert len(found.grams) <= max(1, found.length)
    assert (np.diff(found.shingles.astype(np.int64)) > 0).all()
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 - our own bytes, as between two processes
    assert np.array_equal(again.grams, found.grams)
    assert again.words == found.words


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=120)), max_size=6))
@example(
    [
        ("", "“We hope"),
        ("", "so” said Bly."),
        ("Nobody", ""),
        ("", ""),
        ("東京の港は", "正午に閉鎖される"),
        ("", "It has 2…"),
    ]
)
@example([("", "will receive 2,"), ("", "000…"), ("", "..."), ("", 'a "b'), ("", "Velm")])
def test_features_and_sketch_are_a_text_s_own_whatever_is_worked_out_beside(
    texts: list[tuple[str, str]],
) -> None:
    copies = [copy(headline, body) for headline, body in texts]
    together = profiles(copies)
    for one, alone in zip(together, map(profile, copies), strict=True):
        for field in fields(alone):
            assert np.array_equal(getattr(one, field.name), getattr(alone, field.name)), field.name
    assert sketches(together) == [sketch(profile(each)) for each in copies]


def test_many_long_texts_are_sketched_as_each_alone() -> None:
    some = profiles([Writer(seed).story(paragraphs=30 * (seed % 4)) for seed in range(70)])
    assert sketches(some) == [sketch(each) for each in some]


def test_a_profile_is_compact() -> None:
    text = Writer(1).story(paragraphs=6)
    assert len(pickle.dumps(profile(text))) < 40 * len(text.body.split())
