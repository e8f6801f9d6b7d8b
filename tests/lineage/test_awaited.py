"""An item that comes before the one that it took the place of: one story, whatever came first."""

from dataclasses import replace
from itertools import permutations

import pytest

from tests.lineage.test_takes import lineage
from tests.orders.road import COURIER, FROST, HEAD, MOLE, NORDA, NORDA_TWO, again, at, entry, stories, take
from wire import retention
from wire.ingest import decisions
from wire.ingest.decisions import Operator
from wire.model import Entry, Feed, Label
from wire.policy import ClusterPolicy, RetentionPolicy
from wire.store import Store

FAIR = (
    "The spring fair at Tollen opened with forty stalls fewer than last year, after the council had doubled the rent "
    "of the meadow.\n\nVisitors queued for the only roundabout that was left, and the brass band played under a roof "
    "of umbrellas until it grew dark.\n\nThe mayor promised to speak with the stallholders before the autumn."
)
TEXTS = {
    "a": ("Money missing in Port Lannic", "The harbour board of Port Lannic said on Tuesday that money was missing."),
    "b": (HEAD, MOLE),
    "c": ("Valley after the frost", FROST),
    "d": ("Fair opens small", FAIR),
}
"""No text is like another one, so that names alone can tie them."""
MINUTES = {"a": 0, "b": 30, "c": 60, "d": 90}


def item(name: str, *, evolved: str = "", derived: str = "", text: str = "") -> Entry:
    headline, body = TEXTS[text or name]
    label = Label(
        item=f"urn:x:{name}",
        evolved=tuple(f"urn:x:{each}" for each in evolved),
        derived=tuple(f"urn:x:{each}" for each in derived),
    )
    made = entry(f"urn:x:{name}", headline, body, MINUTES.get(name, 120))
    return replace(made, label=label)


CHAIN = {"a": item("a"), "b": item("b", evolved="a"), "c": item("c", evolved="b"), "d": item("d", evolved="c")}


@pytest.mark.parametrize("order", list(permutations("abcd")), ids="".join)
def test_a_chain_is_one_story_in_its_own_order_whatever_came_first(store: Store, order: tuple[str, ...]) -> None:
    taker = None
    for minutes, name in enumerate(order, 200):
        taker = take(store, NORDA, [CHAIN[name]], minutes, taker)
    found = lineage(store)
    assert [each.sent_at for each in found] == [at(MINUTES[name]) for name in "abcd"]
    (row,) = stories(store)
    assert row.headline == "Fair opens small"
    assert again(store, ClusterPolicy()).nothing


@pytest.mark.parametrize("order", ["dcba", "dacb", "cabd"])
def test_the_same_in_one_document_and_after_restarts(store: Store, order: str) -> None:
    take(store, NORDA, [CHAIN[name] for name in order[:2]], 200)
    take(store, NORDA_TWO, [CHAIN[name] for name in order[2:]], 201)
    assert len(stories(store)) == 1
    assert [each.sent_at for each in lineage(store)] == [at(MINUTES[name]) for name in "abcd"]


def test_stories_that_both_exist_become_one(store: Store) -> None:
    """Its text has come already, from elsewhere; that story stays, and the id of the other one leads to it."""
    take(store, COURIER, [entry("k", *TEXTS["b"], 20)], 190)
    (first,) = stories(store)
    take(store, NORDA, [CHAIN["c"]], 200)
    second = next(row for row in stories(store) if row.story_id != first.story_id)
    take(store, NORDA, [CHAIN["b"]], 210)
    (row,) = stories(store)
    assert row.story_id == first.story_id
    with store.reading() as read:
        assert read.story(second.story_id).story.story_id == first.story_id
        kinds = [change.kind for change in read.changes(after=0, limit=100)]
    assert kinds.count("merged") == 1
    assert again(store, ClusterPolicy()).nothing


@pytest.mark.parametrize(("early", "late"), [(COURIER, NORDA), (NORDA, COURIER)])
def test_names_are_heard_of_who_wrote_or_carried_the_copy_alone(store: Store, early: Feed, late: Feed) -> None:
    take(store, early, [CHAIN["b"]], 200)
    take(store, late, [CHAIN["a"]], 210)
    assert len(stories(store)) == 2
    take(store, early, [replace(CHAIN["a"], headline="Money missing, board of Lannic says", body=FAIR)], 220)
    assert len(stories(store)) == 2


PARTS = MOLE.split("\n\n")
ROUND_UP = replace(item("r", derived="b", text="d"), body="\n\n".join([*PARTS[:2], FAIR]))


@pytest.mark.parametrize(("made", "count"), [(ROUND_UP, 1), (item("d", derived="b"), 2)], ids=["part of it", "nothing"])
@pytest.mark.parametrize("first", [True, False])
def test_what_is_made_of_an_item_is_held_against_it_whatever_came_first(
    store: Store, made: Entry, count: int, first: bool
) -> None:
    """A name links two texts that have something in common, and no others."""
    for minutes, each in enumerate([made, item("b")] if first else [item("b"), made], 200):
        take(store, NORDA, [each], minutes)
    assert len(stories(store)) == count


def test_operators_outrank_names(store: Store) -> None:
    take(store, NORDA, [CHAIN["b"]], 200)
    taker = take(store, COURIER, [entry("k", *TEXTS["a"], 0)], 205)
    one, two = (row.story_id for row in stories(store))
    operator = Operator(by="desk", why="two stories", now=at(210))
    kept = decisions.merge(store, one, two, operator, taker).story_id
    with store.reading() as read:
        versions = [each.version_id for each in read.story(kept or two).versions]
    decisions.split(store, kept or two, versions[:1], operator, taker)
    assert len(stories(store)) == 2
    take(store, NORDA, [CHAIN["a"]], 230, taker)
    assert len(stories(store)) == 2


def test_a_kill_of_what_came_first_holds_for_what_it_took_the_place_of(store: Store) -> None:
    take(store, NORDA, [CHAIN["b"]], 200)
    kill = replace(entry("urn:x:b", "KILL", "Please kill this story.", 40), label=Label(item="urn:x:b"))
    take(store, NORDA, [kill], 210)
    take(store, NORDA, [CHAIN["a"]], 220)
    assert {row.status for row in stories(store)} == {stories(store)[0].status}


def test_what_a_removed_text_waited_for_is_forgotten_with_it(store: Store) -> None:
    take(store, NORDA, [CHAIN["b"]], 200)
    keeps = RetentionPolicy(raw=3_600, stories=7_200, entries=0, alerts=0, polls=0)
    assert retention.prune(store, keeps, at(100_000), window=3_600.0).stories == 1
    take(store, NORDA, [CHAIN["a"]], 100_010)
    (row,) = stories(store)
    assert row.headline == TEXTS["a"][0]
