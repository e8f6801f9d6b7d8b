"""How two texts overlap, in figures."""

from itertools import combinations

import pytest

from tests.cluster.newsroom import Writer, copy
from wire.cluster import Profile, overlap, profile

TABLE = "Results of the Velm league. Harbour 8 Rovers 13. Town 4 Works 2. Memorial 0 Wanderers 5."


def test_it_does_not_matter_which_text_is_held_against_which() -> None:
    first = Writer(1).story(6)
    texts = [first, copy(first.headline, *first.paragraphs[:2]), Writer(2).story(3), copy("", TABLE), copy("")]
    for a, b in combinations(map(profile, texts), 2):
        assert overlap(a, b) == overlap(b, a)


@pytest.mark.parametrize(
    ("other", "numbers", "figures"),
    [
        (TABLE, 1, 6),
        (TABLE.replace("8", "5").replace("13", "5").replace("4", "2"), 0.5, 6),
        (TABLE + " Gates 570 and 6,908, the next round is on July 4 at noon.", 1, 6),
    ],
    ids=["the same", "equally long, with fewer figures", "longer, with more figures"],
)
def test_a_table_that_is_no_cut_of_the_other_keeps_its_figures(other: str, numbers: float, figures: int) -> None:
    found = overlap(profile(copy("", TABLE)), profile(copy("", other)))
    assert (found.numbers, found.figures) == (numbers, figures)


def test_names_of_a_headline_that_the_other_text_does_not_know_are_swapped() -> None:
    def told(name: str) -> Profile:
        return profile(copy(f"{name} sets payout", f"{name} said its payout stays, so {name} holders."))

    def swapped(one: str, other: str) -> int:
        return overlap(told(one), told(other)).swapped

    assert swapped("Talvik", "Oskar") == 1
    assert swapped("Talvik", "Talvik") == 0
    assert swapped("Talvik Growth", "Talvik Income") == 1
    assert swapped("Talvik", "Talvik Income") == 0, "only one of the two has a name of its own"
