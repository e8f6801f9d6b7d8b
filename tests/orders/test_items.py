"""Items of wire formats through their versions: one entry, one story, canceled and held by their fields, on both
databases."""

from itertools import permutations
from typing import Any

import pytest

from tests.orders.road import (
    AGENCIES,
    COURIER,
    ECHO,
    FROST,
    HEAD,
    MOLE,
    NORDA,
    NORDA_TWO,
    again,
    at,
    entry,
    statuses,
    stories,
    take,
)
from wire import prepare
from wire.ingest import embargoes
from wire.model import Entry, Label, Status
from wire.policy import ClusterPolicy
from wire.store import Store

ITEM = "urn:newsml:norda.example:20990302:mole"
OTHER = "urn:newsml:norda.example:20990302:frost"
SLUG = "LANNIC-MOLE"
REWRITTEN = (
    "A lawyer for the man who kept the books of a harbour said on Wednesday that her client had repaid every cent.\n\n"
    "She showed reporters receipts of four banks, and asked the court to release him at once. A hearing is set for "
    "Friday, when the judge will also hear the schools that had collected."
)


def item(
    minutes: float, body: str = MOLE, headline: str = HEAD, guid: str = ITEM, url: str | None = None, **label: Any
) -> Entry:
    """A version of an item, sent at that minute."""
    stated = Label(**{"item": guid, "status": "usable", "slug": SLUG} | label)
    return Entry(
        guid=guid,
        url=url,
        headline=headline,
        body=body,
        markup="text",
        published_at=at(0),
        updated_at=at(minutes),
        label=stated,
    )


CANCELED = item(60, body="", status="canceled")


def canonical(store: Store) -> str:
    (row,) = stories(store)
    with store.reading() as read:
        return next(each.body for each in read.story(row.story_id).versions if each.is_canonical)


@pytest.mark.parametrize("feed", [NORDA, NORDA_TWO], ids=["the same feed", "another feed of the agency"])
@pytest.mark.parametrize("gone", [CANCELED, item(60, body="", headline="", status="canceled")], ids=["bare", "mute"])
def test_a_canceled_item_is_killed_with_all_its_copies(store: Store, feed: Any, gone: Entry) -> None:
    take(store, NORDA, [item(0), item(0, FROST, "Frost takes the apples", OTHER)])
    take(store, COURIER, [entry("c1", "Mole money: treasurer held", MOLE, 10)], 10)
    take(store, feed, [gone], 60)
    killed, well = sorted(stories(store), key=lambda row: row.status)
    assert (killed.status, killed.headline, well.status) == (Status.KILLED, HEAD, Status.USABLE)
    with store.reading() as read:
        file = read.story(killed.story_id)
    assert [(each.kind, each.matched_by) for each in file.notices] == [("kill", "guid")]
    assert {each.source for each in file.carried} == {"Norda", "Courier"}
    assert not any(each.usable for each in file.versions)


def test_a_canceled_item_with_its_text_left_in_is_killed(store: Store) -> None:
    take(store, NORDA, [item(0)])
    take(store, NORDA, [item(60, status="canceled")], 60)
    assert statuses(store) == ["killed"]


def test_a_cancel_means_its_item_alone(store: Store) -> None:
    """Another item under the same slug and headline is none of its business."""
    take(store, NORDA, [item(0, FROST, HEAD, OTHER)])
    take(store, NORDA, [CANCELED], 60)
    rows = {row.headline: row for row in stories(store) if row.status == "usable"}
    assert list(rows) == [HEAD]
    take(store, NORDA, [item(0)], 70)
    assert statuses(store) == ["killed", "usable"]


def test_a_cancel_that_comes_first_waits_for_its_item(store: Store) -> None:
    take(store, NORDA, [CANCELED], 60)
    take(store, NORDA_TWO, [item(0)], 70)
    assert statuses(store) == ["killed"]


def test_nobody_cancels_another_agency_s_item(store: Store) -> None:
    take(store, NORDA, [item(0)])
    take(store, ECHO, [CANCELED], 60)
    with store.reading() as read:
        usable = [each.usable for row in stories(store) for each in read.story(row.story_id).versions if each.body]
    assert usable == [True]


def test_an_item_may_cancel_another_by_its_id(store: Store) -> None:
    take(store, NORDA, [item(0)])
    advisory = item(60, "Please do not use it.", "Advisory", "urn:x:9", status="canceled", orders=(ITEM,))
    take(store, NORDA, [advisory], 60)
    assert statuses(store) == ["killed"]


def test_an_embargo_in_a_field_ends_at_its_hour(store: Store) -> None:
    take(store, NORDA, [item(0, embargo="18:00", embargo_until=at(90))])
    (row,) = stories(store)
    assert (row.status, row.embargo_until) == (Status.EMBARGOED, at(90))
    take(store, COURIER, [entry("c1", "Mole money", MOLE, 10)], 10)
    assert statuses(store) == ["embargoed"]
    embargoes.release(store, at(91))
    assert statuses(store) == ["usable"]


def test_an_embargo_that_cannot_be_read_holds(store: Store) -> None:
    text = f"EMBARGOED until 12:30 GMT\n\n{MOLE}"
    take(store, NORDA, [item(0, text, embargo="after the vote")])
    embargoes.release(store, at(10_000))
    assert [(row.status, row.embargo_until) for row in stories(store)] == [(Status.EMBARGOED, None)]


def test_an_item_is_held_by_its_next_version(store: Store) -> None:
    """The words are the same, and only a field says what changed."""
    take(store, NORDA, [item(0)])
    take(store, NORDA, [item(30, status="withheld")], 30)
    assert statuses(store) == ["withheld"]
    take(store, NORDA, [item(60)], 60)
    assert statuses(store) == ["withheld"]  # until it is lifted


def test_a_version_in_other_words_stays_in_its_story(store: Store) -> None:
    take(store, NORDA, [item(0)])
    take(store, NORDA, [item(60, REWRITTEN, "Lawyer: every cent repaid", version="2")], 60)
    (row,) = stories(store)
    with store.reading() as read:
        rules = [each.evidence.rule for each in read.story(row.story_id).evidence]
    assert rules == ["no candidate", "item"]
    assert row.deliveries == 2


VERSIONS = {
    1: item(0, MOLE + "\n\nThe mole was built in 1904, and its keepers have lived at its end ever since.", version="1"),
    2: item(60, MOLE, version="7"),
    3: item(90, MOLE.partition("\n\n")[0] + "\n\nThe rest of this story was withdrawn by its author.", version="5"),
}


@pytest.mark.parametrize("order", list(permutations(VERSIONS)), ids=str)
@pytest.mark.parametrize("at_once", [True, False], ids=["one document", "one by one"])
def test_the_newest_version_stands_in_whatever_order_they_come(
    store: Store, order: tuple[int, ...], at_once: bool
) -> None:
    sent = [VERSIONS[each] for each in order]
    for minutes, some in enumerate([sent] if at_once else [[each] for each in sent]):
        take(store, NORDA, some, 100 + minutes)
    assert canonical(store).endswith("withdrawn by its author.")
    take(store, COURIER, [entry("c1", HEAD, f"{MOLE}\n\nMore about that in our pages.", 120)], 120)
    assert canonical(store).endswith("withdrawn by its author.")


@pytest.mark.parametrize("feed", [NORDA, NORDA_TWO, COURIER], ids=["its feed", "another of the agency", "a stranger's"])
@pytest.mark.parametrize("named", ["item", "evolved"])
def test_what_an_item_says_that_it_is_outranks_its_words(store: Store, feed: Any, named: str) -> None:
    take(store, NORDA, [item(0, FROST, "Frost takes the apples")])
    later = item(60, REWRITTEN, "Lawyer: every cent repaid")
    if named == "evolved":
        later = item(60, REWRITTEN, "Lawyer: every cent repaid", "urn:n:2", evolved=(ITEM,))
    take(store, feed, [later], 60)
    rows = stories(store)
    if feed is COURIER:
        assert len(rows) == 2
        return
    assert [row.deliveries for row in rows] == [2]
    assert canonical(store) == REWRITTEN


def test_an_item_that_takes_the_place_of_two_stories_says_nothing(store: Store) -> None:
    take(store, NORDA, [item(0, FROST, "Frost takes the apples", "urn:n:1"), item(0, MOLE, HEAD, "urn:n:2")])
    take(store, NORDA, [item(60, REWRITTEN, "Lawyer: every cent repaid", evolved=("urn:n:1", "urn:n:2"))], 60)
    assert len(stories(store)) == 3


def test_a_version_that_comes_late_is_said_to(store: Store) -> None:
    for minutes, each in enumerate((VERSIONS[1], VERSIONS[3], VERSIONS[2], VERSIONS[3])):
        take(store, NORDA, [each], 100 + minutes)
    (row,) = stories(store)
    with store.reading() as read:
        came = read.story(row.story_id).deliveries
    assert [(each.arrival, each.recognised_by) for each in came] == [("new", None), ("edit", "item"), ("late", "item")]
    newest = came[1].version_id
    assert came[2].replaces == newest
    take(store, NORDA, [item(95, FROST, version="9")], 110)
    with store.reading() as read:
        assert read.story(row.story_id).deliveries[-1].replaces == newest


def test_the_same_version_again_brings_nothing(store: Store) -> None:
    take(store, NORDA, [item(0)])
    taker = take(store, NORDA, [item(0)], 5)
    take(store, NORDA, [item(5, version="9")], 5, taker)
    (row,) = stories(store)
    assert row.deliveries == 1


def test_a_replay_says_the_same(store: Store) -> None:
    take(store, NORDA, [item(0), item(0, FROST, "Frost takes the apples", OTHER, embargo="x")])
    take(store, NORDA, [item(60, REWRITTEN, "Lawyer: every cent repaid", version="2")], 60)
    take(store, NORDA, [CANCELED], 90)
    before = [(row.story_id, row.status, row.deliveries) for row in stories(store)]
    again(store, ClusterPolicy())
    assert [(row.story_id, row.status, row.deliveries) for row in stories(store)] == before


def test_what_fields_state_is_copy() -> None:
    sent = item(0, dateline="LANNIC (Reuters) -", credit="Reuters", notes=("UPDATES with quotes", "Photos to come"))
    (made,) = prepare.items([prepare.name(sent)], NORDA, AGENCIES)
    copy = made.copy
    assert (copy.slug, copy.slug_root, copy.origin, copy.credit) == (SLUG, SLUG, "Reuters", "Reuters")
    assert copy.dateline is not None
    assert (copy.dateline.place, copy.reason, copy.signals) == ("LANNIC", "UPDATES with quotes", ("update",))
