"""A text that is sent in several takes is one story, for which the first take stands."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from tests.orders.road import COURIER, FROST, MOLE, NORDA, entry, stories, take
from wire import parse
from wire.model import Entry, Feed, Label
from wire.store import Store

FIXTURES = Path(__file__).parents[1] / "parse" / "wire"
DPA = Feed(key="dpa", url="file:///dpa", source="dpa", agency="dpa")
HEAD = "Report on the harbour wall of Port Lannic"
THIRD = (
    "The divers of the town know every stone of it, and two kept a book in which each of the holes was drawn.\n\n"
    "Their book lies in the museum now, beside the lamp that stood on the head of the wall until the great flood."
)
TEXTS = (MOLE, FROST, THIRD)


def part(number: int, headline: str = HEAD) -> Entry:
    """A take under one slug with the others, which have no phrase in common with it."""
    label = Label(take=number, slug="Harbour/Wall/Lannic")
    return replace(entry(f"qrn020{number}/2099/03/02", headline, TEXTS[number - 1], 5 * number), label=label)


def sent(number: int) -> Entry:
    """The same as a message that names the take before it."""
    path = FIXTURES / "iptc7901" / f"take-{number}.iptc"
    (found,) = parse.parse(path.read_bytes(), url=path.as_uri()).entries
    return found


def test_a_take_joins_the_one_that_it_continues(store: Store) -> None:
    for number in (1, 2, 3):
        take(store, NORDA, [sent(number)], number)
    (row,) = stories(store)
    with store.reading() as read:
        versions = read.story(row.story_id).versions
    first = next(each for each in versions if each.is_canonical)
    assert "Nummer 1" in first.body
    assert sorted(each.teaser for each in versions) == [False, True, True]


@pytest.mark.parametrize("order", [*permutations((1, 2, 3))], ids=str)
def test_takes_under_one_slug_are_one_story_whatever_came_first(store: Store, order: tuple[int, ...]) -> None:
    for minutes, number in enumerate(order, 60):
        take(store, DPA, [part(number)], minutes)
    (row,) = stories(store)
    with store.reading() as read:
        found = read.story(row.story_id)
    assert next(each.body for each in found.versions if each.is_canonical).startswith(MOLE[:40])
    assert {each.evidence.rule for each in found.evidence} == {"no candidate", "take"}


def test_takes_of_one_document_are_one_story(store: Store) -> None:
    take(store, DPA, [part(1), part(2), part(3)], 60)
    assert len(stories(store)) == 1


def test_another_headline_under_the_slug_is_another_text(store: Store) -> None:
    take(store, DPA, [part(1)], 60)
    take(store, DPA, [part(2, "Apples: smallest crop in eleven years, say growers")], 61)
    assert len(stories(store)) == 2


def test_nobody_continues_what_others_sent(store: Store) -> None:
    take(store, NORDA, [sent(1)], 1)
    take(store, COURIER, [sent(2)], 2)
    assert len(stories(store)) == 2
