"""Takes of a running story: linked by ids, keys, slugs and words, in their author's order, whatever came when."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from tests.orders.road import COURIER, FROST, MOLE, again, at, entry, stories, take
from wire.model import Entry, Feed, Label
from wire.policy import ClusterPolicy
from wire.publish.takes import changed
from wire.store import LineageRow, Store

REUTERS = Feed(key="reuters", url="http://reuters.example/feed", source="Reuters", agency="reuters")
SECOND = Feed(key="reuters-two", url="http://reuters.example/two", source="Reuters", agency="reuters")
WIRE = Feed(key="wire", url="http://norda.example/wire", source="Norda")
SLUG = "QUARN-STORM/"


def unwrapped(text: str) -> str:
    """Paragraphs on a line each."""
    return "\n\n".join(" ".join(each.split()) for each in text.split("\n\n"))


INVENTED = tomllib.loads((Path(__file__).parent / "takes.toml").read_text("utf-8"))
TAKES = [(each["headline"], unwrapped(each["body"])) for each in INVENTED["take"]]
OTHERS = {each["name"]: (each["headline"], unwrapped(each["body"])) for each in INVENTED["other"]}


def sent(number: int) -> Entry:
    """A take as it was sent, half an hour after the one before."""
    headline, body = TAKES[number]
    return entry(f"tag:reuters.example,2099:newsml_QRN{number}", headline, f"{SLUG}\n\n{body}", 30 * number)


def lineage(store: Store) -> tuple[LineageRow, ...]:
    (row,) = stories(store)
    with store.reading() as read:
        return read.story(row.story_id).lineage


ORDERS = [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (1, 0, 3, 2, 4), (2, 4, 0, 1, 3)]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_takes_stand_in_the_order_in_which_they_were_sent(store: Store, order: Sequence[int]) -> None:
    for minutes, number in enumerate(order, 200):
        take(store, REUTERS, [sent(number)], minutes)
    rows = lineage(store)
    assert [(each.step, each.update_number, each.reason) for each in rows] == [
        ("flash", None, None),
        ("urgent", None, None),
        ("update", 1, "Adds governor, power cuts"),
        ("update", 2, "Adds funeral"),
        ("correction", 2, "Corrects number of dead to six"),
    ]
    assert [each.replaces for each in rows] == [None, *(each.version_id for each in rows[:-1])]
    assert [each.sent_at for each in rows] == [at(30 * number) for number in range(5)]
    (row,) = stories(store)
    assert row.canonical_version_id == rows[-1].version_id
    assert again(store, ClusterPolicy()).nothing


def test_what_a_take_changes_is_told_word_by_word(store: Store) -> None:
    take(store, REUTERS, [sent(number) for number in (4, 3, 2)], 200)
    take(store, COURIER, [entry("c", "Six dead in Quarn", TAKES[4][1].partition("\n\n")[2], 300)], 300)
    (row,) = stories(store)
    with store.reading() as read:
        first, second, *others = changed(read.story(row.story_id))
    assert (first.step, first.reason) == ("update 2", "Adds funeral")
    assert (second.step, second.reason) == ("correction 2", "Corrects number of dead to six")
    words = [(each.kind, each.text.strip()) for each in second.words if each.kind != "same"]
    assert words == [("removed", "seven"), ("added", "six")]
    assert [each.step for each in others] in ([], ["reprint"])


def test_reprints_are_no_takes(store: Store) -> None:
    take(store, REUTERS, [sent(3)], 100)
    take(
        store,
        COURIER,
        [entry("c", "Seven dead in Quarn after storm", TAKES[3][1].partition("\n\n")[2] + "\n\nMore.", 110)],
        110,
    )
    (row,) = stories(store)
    assert row.versions == 2
    assert len(lineage(store)) == 1


# --- slugs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", OTHERS)
def test_one_slug_is_given_to_several_stories_of_a_day(store: Store, which: str) -> None:
    for number in (0, 1, 2):
        take(store, REUTERS, [sent(number)], 30 * number)
    headline, body = OTHERS[which]
    take(store, REUTERS, [entry("x", headline, f"{SLUG}\n\n{body}", 80)], 80)
    take(store, REUTERS, [sent(3)], 90)
    assert sorted(row.versions for row in stories(store)) == [1, 4]


@pytest.mark.parametrize(
    ("slug", "rules"), [(True, {"no candidate", "same slug"}), (False, {"no candidate", "no match"})]
)
def test_a_slug_links_what_words_alone_do_not(store: Store, slug: bool, rules: set[str]) -> None:
    """The second has a new top."""
    for each in (sent(2), sent(3)):
        take(store, REUTERS, [each if slug else replace(each, body=each.body.removeprefix(f"{SLUG}\n\n"))], 90)
    with store.reading() as read:
        found = [each.evidence.rule for row in stories(store) for each in read.story(row.story_id).evidence]
    assert set(found) == rules


# --- keys and ids -----------------------------------------------------------------------------------------------------


def keyed(version: int, headline: str, body: str, minutes: float) -> Entry:
    return entry(f"tag:reuters.com,2099:newsml_QRN1K300A:{version}", headline, body, minutes)


CHANGED = MOLE.partition("\n\n")[0] + "\n\n" + FROST
"""Of which an eighth is what it was."""


def test_a_revision_key_links_in_every_feed_of_its_agency(store: Store) -> None:
    take(store, REUTERS, [keyed(1, "Treasurer held", MOLE, 0)])
    take(store, SECOND, [keyed(2, "Harbour board loses its treasurer and its patience", CHANGED, 10)], 10)
    rows = lineage(store)
    assert [(each.linked_by, each.position) for each in rows] == [("no candidate", 1), ("revision", 2)]
    assert rows[1].linked_to == rows[1].replaces == rows[0].version_id


def test_a_key_that_is_used_again_for_other_news_links_nothing(store: Store) -> None:
    take(store, REUTERS, [keyed(1, "Treasurer held", MOLE, 0)])
    take(store, SECOND, [keyed(2, "Frost takes the apples", FROST, 10)], 10)
    assert len(stories(store)) == 2


def labelled(name: str, headline: str, body: str, minutes: float, **label: tuple[str, ...]) -> Entry:
    return replace(entry(name, headline, body, minutes), label=Label(item=name, **label))  # type: ignore[arg-type]  # ids


@pytest.mark.parametrize("how", ["evolved", "derived"])
def test_an_item_names_the_one_that_it_takes_the_place_of(store: Store, how: str) -> None:
    take(store, WIRE, [labelled("urn:norda:1", "Treasurer held", MOLE, 0)])
    changed_ = labelled(
        "urn:norda:2", "Board loses its treasurer and its patience", CHANGED, 10, **{how: ("urn:norda:1",)}
    )
    take(store, WIRE, [changed_], 10)
    assert [each.linked_by for each in lineage(store)] == ["no candidate", "item"]
    assert again(store, ClusterPolicy()).nothing


def test_nobody_else_takes_the_place_of_an_item(store: Store) -> None:
    take(store, WIRE, [labelled("urn:norda:1", "Treasurer held", MOLE, 0)])
    stranger = labelled("urn:x:2", "Board loses its treasurer and its patience", CHANGED, 10, evolved=("urn:norda:1",))
    take(store, COURIER, [stranger], 10)
    assert len(stories(store)) == 2


def test_links_hold_within_one_document_in_any_order(store: Store) -> None:
    one = labelled("urn:norda:1", "Treasurer held", MOLE, 0)
    two = labelled("urn:norda:2", "Board loses its treasurer and its patience", CHANGED, 10, evolved=("urn:norda:1",))
    three = labelled(
        "urn:norda:3", "Harbour: the board's new treasurer", CHANGED + " More.", 20, evolved=("urn:norda:2",)
    )
    for number, order in enumerate(permutations((one, two, three))):
        if number in {0, 5}:
            take(store, WIRE, order, 30)
    assert len(lineage(store)) == 3


def test_what_is_said_to_editors_is_kept(store: Store) -> None:
    take(store, REUTERS, [sent(4)], 200)
    (row,) = stories(store)
    with store.reading() as read:
        (version,) = read.story(row.story_id).versions
    assert (version.slug_root, version.update_number, version.reason) == (
        "QUARN-STORM",
        2,
        "Corrects number of dead to six",
    )
    assert version.notes == "(Corrects number of dead to six)"
