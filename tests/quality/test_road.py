"""The figures on a day small enough to count by hand."""

from datetime import UTC, datetime

import pytest

from tests.corpus import Labelled
from tests.quality.__main__ import errors, table
from tests.quality.road import Found, judge


def item(key: str, cluster: str, transformation: str = "trim", root: str | None = None) -> Labelled:
    return Labelled(
        id=key,
        source="Courier",
        headline=key,
        body="text",
        published=datetime(2031, 5, 6, tzinfo=UTC),
        cluster=cluster,
        transformation=transformation,
        root=root or key,
        language="en",
    )


DAY = [
    item("a", "A", "original"),
    item("a1", "A", root="a"),
    item("a2", "A", root="a"),
    item("t1", "t1", "template"),
    item("c1", "C", "chain"),
    item("c2", "C", "chain"),
    item("c3", "C", "chain"),
]
RIGHT: Found = {"a": "1", "a1": "1", "a2": "1", "t1": "2", "c1": "3", "c2": "3", "c3": "4"}


def test_a_day_found_as_labelled_is_perfect_however_a_chain_breaks() -> None:
    found = judge([(DAY, RIGHT)])
    assert (found.pairs.f1, found.bcubed.f1) == (1, 1)
    assert (found.items, found.stories) == (7, 4)
    assert all(row.recall == 1 and not row.wrong for row in found.rows.values())


def test_a_lost_copy_costs_recall() -> None:
    found = judge([(DAY, {**RIGHT, "a2": "9"})])
    assert found.pairs.precision == 1
    assert found.pairs.recall == pytest.approx(1 / 3)
    assert found.rows["trim"].recall == 0.5


def test_a_false_merge_is_held_against_all_who_stand_in_it() -> None:
    found = judge([(DAY, {**RIGHT, "t1": "1"})])
    assert (found.pairs.precision, found.pairs.recall) == (0.5, 1)
    assert {name: row.wrong for name, row in found.rows.items()} == {
        "original": 1,
        "trim": 2,
        "template": 1,
        "chain": 0,
    }


def test_a_chain_that_meets_another_story_counts() -> None:
    found = judge([(DAY, {**RIGHT, "c3": "2"})])
    assert found.pairs.precision == pytest.approx(3 / 4)
    assert found.rows["chain"].wrong == found.rows["template"].wrong == 1


def test_days_have_no_story_in_common() -> None:
    assert judge([(DAY, RIGHT), (DAY[:1], {"a": "1"})]).stories == 5


def test_the_table_names_everything_and_the_errors_name_the_guilty() -> None:
    found = {**RIGHT, "a2": "2"}
    assert "| trim | 2 | 0.500 | 1 |" in table(judge([(DAY, found)]))
    assert "| template | 1 | 1 |" in table(judge([(DAY, found)]))
    assert "LOST trim: a2" in errors(DAY, found)
    assert "WRONG template: t1 with a2" in errors(DAY, found)
