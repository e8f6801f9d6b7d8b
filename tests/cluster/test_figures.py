"""Figures in their places: those that stayed where the words around them stayed, and those that did not."""

from hypothesis import given
from hypothesis import strategies as st

from tests.cluster.newsroom import copy
from wire.cluster import profile
from wire.cluster.figures import agreement

NEWS = "The port of Velm took in 412 ships in May, up from 380 a year ago, and 17 of them were tankers."


def of(one: str, other: str) -> tuple[int, int]:
    return agreement(profile(copy("", one)), profile(copy("", other)))


def test_the_same_text_keeps_every_figure() -> None:
    assert of(NEWS, NEWS) == (6, 0)


def test_new_data_in_the_same_words_are_replaced() -> None:
    assert of(NEWS, NEWS.replace("412", "398").replace("17", "20")) == (2, 4)


def test_figures_in_words_of_their_own_are_at_no_common_place() -> None:
    added = NEWS + " Dues rose by 12 per cent, said the harbour master."
    assert of(NEWS, added) == (6, 0)
    assert of(NEWS, "Dues at Velm rose by 12 per cent to 9,000 crowns.") == (0, 0)


def test_a_figure_beside_another_is_known_by_the_words_around_both() -> None:
    assert of("Shares fell 3 to 41 crowns at noon today", "Shares fell 5 to 39 crowns at noon today") == (0, 4)
    assert of("Results: Town 2 4 Works", "Results: Town 3 4 Works") == (1, 2)


def test_a_place_that_comes_twice_agrees_where_one_of_its_figures_does() -> None:
    twice = "It paid 5 crowns then, it paid 7 crowns later."
    assert of(twice, "It paid 7 crowns, we hear.") == (1, 0)
    assert of(twice, "It paid 9 crowns, we hear.") == (0, 1)


def test_in_the_rows_of_a_table_each_figure_counts() -> None:
    rows = "Mirk is at 214 feet. Drune is at 377 feet. Pell is at 198 feet. Astan is at 251 feet. All rose."
    assert of(rows, rows) == (8, 0)
    assert of(rows, rows.replace("377", "379")) == (6, 2)


def test_a_text_without_figures_or_with_one_at_its_edge_has_no_place() -> None:
    assert of(NEWS, "No ship came.") == (0, 0)
    assert of("5", "5") == (0, 0)
    assert of("", "") == (0, 0)


@given(st.lists(st.sampled_from(["port", "of", "velm", "3", "17", "4.5"]), max_size=30), st.permutations(range(30)))
def test_it_does_not_matter_which_text_is_held_against_which(words: list[str], order: list[int]) -> None:
    other = [words[place] for place in order if place < len(words)]
    assert of(" ".join(words), " ".join(other)) == of(" ".join(other), " ".join(words))
