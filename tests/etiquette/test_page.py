"""docs/etiquette.md says what the tests say."""

import re

from tests.etiquette.page import PAGE, page, rules


def test_every_test_states_a_rule_of_its_own() -> None:
    numbers = [number for number, _, _ in rules()]
    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch(r"\d+\.\d+", number) for number in numbers)
    assert {int(number.split(".")[0]) for number in numbers} == set(range(1, 14)), "none of the rules is without a test"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run python -m tests.etiquette"
