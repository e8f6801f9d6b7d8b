"""Which entry is which: the rounds, one by one, and what must hold for any feed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.normalize import By, Match, recognise

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    guid: str | None
    link: str | None
    hash: str
    published_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.guid or self.link or f"content:own:{self.hash[0]}"


@dataclass(frozen=True)
class Known:
    key: str
    hashes: frozenset[str]
    guid: str | None
    link: str | None
    published_at: datetime | None = None


def known(guid: str | None, link: str | None, text: str, at: datetime | None = None, key: str | None = None) -> Known:
    return Known(key or guid or link or f"content:own:{text[0]}", frozenset({text}), guid, link, at)


def run(document: list[Sent], before: list[Known], *, stood: bool = True) -> list[Match[Known]]:
    found = recognise(document, before, lambda _: stood)
    return [found[each.key, each.hash] for each in document]


def one(sent: Sent, *before: Known, stood: bool = True) -> Match[Known]:
    (match,) = run([sent], list(before), stood=stood)
    return match


def test_the_same_words_under_the_same_guid_are_unchanged_whatever_the_link() -> None:
    row = known("g", "l", "a")
    assert one(Sent("g", "other", "a"), row) == Match(key="g", known=row, by=By.GUID, changed=False)


def test_another_guid_on_the_same_link_and_words_is_the_same_entry() -> None:
    row = known("g", "l", "a")
    assert one(Sent("new", "l", "a"), row) == Match(key="g", known=row, by=By.LINK, changed=False)
    assert one(Sent(None, "l", "a"), row).key == "g", "a guid that is gone"


@pytest.mark.parametrize(
    ("at", "stood", "same"),
    [(NOON, True, True), (NOON + timedelta(days=1), True, False), (None, True, False), (NOON, False, False)],
)
def test_the_same_words_under_another_guid_and_link_are_the_same_entry_if_the_date_stays(
    at: datetime | None, stood: bool, same: bool
) -> None:
    match = one(Sent("new", "new", "a", at), known("g", "l", "a", NOON), stood=stood)
    assert (match.known is not None, match.key) == (same, "g" if same else "new"), "a notice may be sent every day"


def test_a_whole_feed_may_be_renamed_and_dated_anew() -> None:
    document = [Sent(f"new {n}", f"new/{n}", f"text {n}") for n in range(3)]
    before = [known(f"old {n}", f"old/{n}", f"text {n}") for n in range(4)]
    assert [(each.key, each.by, each.changed) for each in run(document, before)] == [
        (f"old {n}", By.CONTENT, False) for n in range(3)
    ]
    assert [each.key for each in run(document, before, stood=False)] == ["new 0", "new 1", "new 2"]


def test_other_words_under_the_same_guid_stand_in_their_place() -> None:
    match = one(Sent("g", "l", "b"), known("g", "l", "a"))
    assert (match.key, match.by, match.changed, match.firm) == ("g", By.GUID, True, True)


@pytest.mark.parametrize(
    ("sent", "row", "firm"),
    [
        (Sent("g", "l2", "b", NOON + timedelta(days=1)), known("g", "l", "a", NOON), False),
        (Sent("g", "l2", "b", NOON + timedelta(hours=1)), known("g", "l", "a", NOON), True),
        (Sent("g", "l", "b", NOON + timedelta(days=1)), known("g", "l", "a", NOON), True),
        (Sent(None, "l", "b", NOON + timedelta(days=1)), known(None, "l", "a", NOON), False),
        (Sent(None, "l", "b", NOON), known(None, "l", "a", NOON), True),
        (Sent(None, "l", "b", NOON), known("g", "l", "a", NOON), True),
        (Sent("h", "l", "b", NOON), known("g", "l", "a", NOON), False),
    ],
)
def test_a_name_is_believed_unless_link_date_or_guid_contradict_it(sent: Sent, row: Known, firm: bool) -> None:
    match = one(sent, row)
    assert (match.key, match.changed, match.firm) == (row.key, True, firm)


def test_an_entry_found_by_its_link_alone_knows_how_it_is_called_if_it_is_another() -> None:
    assert one(Sent("h", "l", "b"), known("g", "l", "a")).alone == "h"
    assert one(Sent(None, "l", "b"), known("g", "l", "a")).alone is None


def test_a_guid_on_several_texts_gives_way_to_the_link_and_that_to_the_content() -> None:
    linked = [Sent("g", "l1", "a"), Sent("g", "l2", "b")]
    assert [each.key for each in run(linked, [])] == ["l1", "l2"]
    home = [Sent("g", "home", "a"), Sent("g", "home", "b"), Sent(None, None, "c")]
    assert [each.key for each in run(home, [])] == ["content:a", "content:b", "content:own:c"]


def test_an_entry_stays_itself_when_its_guid_comes_to_be_shared_and_its_own_again() -> None:
    row = known("g", "l1", "a")
    shared = run([Sent("g", "l1", "a"), Sent("g", "l2", "b")], [row])
    assert [(each.key, each.known) for each in shared] == [("g", row), ("l2", None)]
    alone = one(Sent("g", "l2", "b"), row, known("g", "l2", "b", key="l2"))
    assert (alone.key, alone.changed) == ("l2", False)


def test_texts_that_move_on_under_numbered_guids_stay_themselves() -> None:
    before = [known(f"item-{n}", None, f"text {n}") for n in range(3)]
    document = [Sent("item-0", None, "breaking"), *(Sent(f"item-{n + 1}", None, f"text {n}") for n in range(2))]
    found = run(document, before)
    assert [(each.key, each.changed) for each in found[1:]] == [("item-0", False), ("item-1", False)]
    assert found[0].changed


def test_the_same_entry_twice_in_a_document_is_one() -> None:
    document = [Sent("g", "l", "a"), Sent("g", "other category", "a")]
    assert len(recognise(document, [], lambda _: False)) == 1


def test_nameless_entries_in_the_same_words_that_differ_in_the_rest_are_found_again() -> None:
    document = [Sent(None, None, "x"), Sent(None, None, "x by another author")]
    first = run(document, [])
    assert [each.key for each in first] == ["content:own:x", "content:own:x~1"]
    rows = [Known(match.key, frozenset({sent.hash}), None, None) for match, sent in zip(first, document, strict=True)]
    assert [(each.key, each.changed) for each in run(document, rows)] == [(row.key, False) for row in rows]


NAME = st.sampled_from(["a", "b", "c", "d", None])
TEXT = st.sampled_from(["x", "y", "z", "x by another author"])
DATE = st.sampled_from([None, NOON, NOON + timedelta(days=1)])
DOCUMENT = st.lists(st.builds(Sent, NAME, NAME, TEXT, DATE), max_size=6)


@given(DOCUMENT, DOCUMENT, st.booleans())
def test_every_entry_finds_one_of_its_own_and_none_finds_anothers(
    first: list[Sent], second: list[Sent], stood: bool
) -> None:
    def rows(document: list[Sent], before: list[Known]) -> list[Known]:
        found = recognise(document, before, lambda _: stood)
        assert found.keys() == {(each.key, each.hash) for each in document}
        assert len({each.key for each in found.values()}) == len(found), "no two are one entry"
        by_name = {(each.key, each.hash): each for each in document}
        made = []
        for name, match in found.items():
            sent = by_name[name]
            if match.known:
                shares = {sent.guid, sent.link, sent.key} & {match.known.guid, match.known.link, match.known.key}
                assert shares - {None} or sent.hash in match.known.hashes
                assert match.changed == (sent.hash not in match.known.hashes)
            else:
                assert match.key not in {each.key for each in before}
            made.append(Known(match.key, frozenset({sent.hash}), sent.guid, sent.link, sent.published_at))
        return made

    once = rows(first, [])
    again = recognise(first, once, lambda _: stood)
    assert not any(each.changed for each in again.values()), "the same document again brings nothing"
    rows(second, once)


@given(DOCUMENT)
def test_the_order_of_what_is_known_changes_nothing_of_what_is_new(document: list[Sent]) -> None:
    rows = [replace(known(f"k{n}", f"l{n}", text), published_at=NOON) for n, text in enumerate("xyzxy")]
    one_way = recognise(document, rows, lambda _: True)
    other = recognise(document, rows[::-1], lambda _: True)
    assert {name: each.changed for name, each in one_way.items()} == {
        name: each.changed for name, each in other.items()
    }
