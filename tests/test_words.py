"""Words that operators read."""

import pytest

from wire.words import count


@pytest.mark.parametrize(
    ("number", "what", "said"),
    [
        (0, "file", "0 files"),
        (1, "file", "1 file"),
        (2, "file", "2 files"),
        (1, "entry", "1 entry"),
        (3, "entry", "3 entries"),
    ],
)
def test_a_count_is_one_thing_or_many(number: int, what: str, said: str) -> None:
    assert count(number, what) == said
