"""Who is who between two partitions."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from wire.measure.partition import Placed, Succession, succession


def of(*pairs: str) -> Succession:
    """`of("Ax", "By")`: one delivery goes from story A to x, then one from B to y."""
    return succession([Placed(before=pair[0], after=pair[1]) for pair in pairs])


def test_what_stays_together_keeps_its_name() -> None:
    found = of("Ax", "Ax", "By")
    assert found.heirs == {"x": "A", "y": "B"}
    assert (found.merged, found.parted, found.new) == ({}, [], frozenset())


def test_the_larger_story_takes_the_smaller_one_in() -> None:
    found = of("Ax", "Bx", "Bx")
    assert found.heirs == {"x": "B"}
    assert found.merged == {"A": "x"}
    assert found.parted == []


def test_of_equals_the_first_one_takes_the_other_in() -> None:
    assert of("Ax", "Bx").merged == {"B": "x"}
    assert of("Bx", "Ax").merged == {"A": "x"}


def test_the_larger_part_keeps_the_name() -> None:
    found = of("Ax", "Ay", "Ay")
    assert found.heirs == {"y": "A"}
    assert found.parted == [("A", "x")]
    assert found.new == {"x"}


def test_a_part_that_goes_to_another_story() -> None:
    found = of("Ax", "Ax", "Ay", "By", "By")
    assert found.heirs == {"x": "A", "y": "B"}
    assert found.parted == [("A", "y")]
    assert found.new == frozenset()


def test_a_story_that_is_torn_apart_merges_where_most_of_it_is() -> None:
    found = of("Ax", "Ax", "Ax", "Bx", "Bx", "By", "Cy", "Cy")
    assert found.heirs == {"x": "A", "y": "C"}
    assert found.merged == {"B": "x"}
    assert found.parted == [("B", "y")]


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("vwxyz")), max_size=30))
def test_whatever_moves_is_accounted_for_once(moves: list[tuple[str, str]]) -> None:
    placed = [Placed(before=before, after=after) for before, after in moves]
    found = succession(placed)
    assert len(set(found.heirs.values())) == len(found.heirs), "no id is kept twice"
    assert found.heirs.keys() | found.new == {each.after for each in placed}
    assert not found.heirs.keys() & found.new
    assert set(found.heirs.values()) | found.merged.keys() == {each.before for each in placed}
    stay = [(before, after) for after, before in found.heirs.items()]
    assert Counter([*stay, *found.merged.items(), *found.parted]) == Counter(set(moves))
    largest = {before: max(n for (b, _), n in found.shared.items() if b == before) for before in found.merged}
    assert all(found.shared[pair] == largest[pair[0]] for pair in found.merged.items())
    assert not set(found.merged.values()) & found.new, "nothing is merged into a story that is new"


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("vwxyz")), max_size=30))
def test_the_same_partition_under_other_names_changes_nothing(moves: list[tuple[str, str]]) -> None:
    found = succession([Placed(before=before, after=before.lower()) for before, _ in moves])
    assert (found.merged, found.parted, found.new) == ({}, [], frozenset())
