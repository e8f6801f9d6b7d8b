"""Which version stands for a story, and what the others are to it."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cluster.newsroom import NOON, Writer, copy
from wire.cluster import choose, profile, relate
from wire.model import Relation, Signal, Standing
from wire.policy import CanonicalPolicy, Criterion

POLICY = CanonicalPolicy()
FULL = Standing(
    version_id="full", words=300, origin="Orland Press", rank=50, signals=(), sent_at=NOON, own=True, take=0, last=1
)
LATER, EARLIER = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
UPDATE = {"take": 3, "sent_at": LATER, "words": 290}
SITUATIONS: dict[str, tuple[dict[str, object], dict[str, object], bool]] = {
    # what differs in the full text, what differs in its rival, does the rival stand?
    "a better source, a fragment": ({}, {"rank": 90, "words": 40}, True),
    "a better source, a teaser": ({}, {"rank": 90, "teaser": True}, False),
    "a worse source, longer and newer": ({}, {"rank": 20, **UPDATE, "words": 900}, False),
    "nobody knows who wrote it": ({}, {"origin": None, "words": 900, "own": False}, False),
    "longer": ({}, {"words": 310}, True),
    "shorter, later": ({}, {"words": 290, "sent_at": LATER}, False),
    "an update, a little shorter": ({}, UPDATE, True),
    "an update of a few lines": ({}, {**UPDATE, "words": 60}, False),
    "an update that came first": ({}, {**UPDATE, "sent_at": EARLIER}, True),
    "a version of an item, however short": ({"item": True}, {"item": True, "words": 60, "sent_at": LATER}, True),
    "a version of an item that is a repeat": (
        UPDATE,
        {"item": True, "sent_at": LATER, "signals": (Signal.REPEAT,)},
        False,
    ),
    "the newer of two updates": ({**UPDATE, "words": 310}, {**UPDATE, "sent_at": LATER + timedelta(minutes=1)}, True),
    "the older of two updates, longer": (UPDATE, {**UPDATE, "sent_at": NOON, "words": 500}, False),
    "an update in another's hands": ({}, {**UPDATE, "take": 2, "own": False}, True),
    "a late reprint of an older update": (
        UPDATE,
        {"take": 2, "own": False, "sent_at": LATER + timedelta(hours=1)},
        False,
    ),
    "a refile": ({}, {**UPDATE, "take": 1}, True),
    "a refile after an update": (UPDATE, {"take": 1, "sent_at": LATER + timedelta(hours=1)}, False),
    "an update sent again": (UPDATE, {"take": 1, "sent_at": LATER + timedelta(hours=1), "words": 500}, False),
    "an edit, newest though sent first": (UPDATE, {"take": 3, "edited_at": LATER + timedelta(hours=1)}, True),
    "two of one moment, the one that came last": (UPDATE, {**UPDATE, "last": 2}, True),
    "the agency's own and a reprint": ({"own": False}, {"own": True, "words": 290}, True),
    "a kill, better source": ({}, {"rank": 99, "signals": (Signal.KILL,)}, False),
    "a withhold, longer": ({}, {"words": 900, "signals": (Signal.WITHHOLD,)}, False),
    "an advisory, newer": ({}, {**UPDATE, "signals": (Signal.ADVISORY,)}, False),
    "the same, later": ({}, {"sent_at": LATER}, False),
    "the same, earlier": ({}, {"sent_at": EARLIER}, True),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_stands_for_a_story(situation: str) -> None:
    mine, other, stands = SITUATIONS[situation]
    full = dataclasses.replace(FULL, **mine)  # type: ignore[arg-type]  # fields of a table
    rival = dataclasses.replace(FULL, version_id="rival", **other)  # type: ignore[arg-type]
    for members in ([full, rival], [rival, full]):
        assert choose(members, POLICY) == ("rival" if stands else "full")


TURNS: dict[str, tuple[tuple[Criterion, ...], dict[str, object], bool]] = {
    "length alone": (("length",), {"rank": 10, "words": 301}, True),
    "updates before sources": (("update", "rank"), {"rank": 10, **UPDATE}, True),
    "updates of any length": (("rank", "update"), {**UPDATE, "words": 5}, True),
    "the original before updates": (("rank", "original", "update"), {**UPDATE, "take": 2, "own": False}, False),
    "nothing": ((), {"rank": 90, "sent_at": LATER}, False),
    "nothing, but a teaser": (("length",), {"words": 900, "teaser": True}, False),
}


@pytest.mark.parametrize("turn", TURNS)
def test_an_operator_turns_what_counts(turn: str) -> None:
    order, other, stands = TURNS[turn]
    rival = dataclasses.replace(FULL, version_id="rival", **other)  # type: ignore[arg-type]  # fields of a table
    assert choose([FULL, rival], CanonicalPolicy(order=order)) == ("rival" if stands else "full")


def test_what_an_operator_pinned_stands_unless_it_is_a_notice() -> None:
    other = dataclasses.replace(FULL, version_id="other", words=5)
    kill = dataclasses.replace(FULL, version_id="kill", signals=(Signal.KILL,))
    assert choose([FULL, other, kill], POLICY, ["full", "other", "kill"]) == "other"


def test_each_criterion_is_named_once() -> None:
    with pytest.raises(ValueError, match="once"):
        CanonicalPolicy(order=("rank", "rank"))


@given(
    st.lists(
        st.builds(
            Standing,
            version_id=st.uuids().map(str),
            words=st.integers(0, 900),
            origin=st.sampled_from([None, "Orland Press"]),
            rank=st.integers(0, 3),
            signals=st.lists(st.sampled_from(Signal), max_size=2).map(tuple),
            sent_at=st.sampled_from([NOON, LATER]),
            own=st.booleans(),
            take=st.integers(0, 3),
            edited_at=st.sampled_from([None, NOON, LATER]),
            teaser=st.booleans(),
            item=st.booleans(),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda each: each.version_id,
    ),
)
def test_the_order_of_the_members_changes_nothing_and_the_better_one_stands(members: list[Standing]) -> None:
    first = choose(members, POLICY)
    assert choose(members[::-1], POLICY) == first
    chosen = next(each for each in members if each.version_id == first)
    notices = {Signal.KILL, Signal.WITHHOLD, Signal.ADVISORY}
    copy_ = [each for each in members if notices.isdisjoint(each.signals)]
    whole = [each for each in copy_ if not each.teaser]
    assert chosen in (whole or copy_ or members)
    assert chosen.rank == max(each.rank for each in whole or copy_ or [chosen])


def test_what_a_version_is_to_the_canonical_one() -> None:
    writer = Writer(1)
    text = writer.story(8)
    canonical = profile(text)

    def relation(*paragraphs: str, signals: tuple[Signal, ...] = ()) -> Relation:
        return relate(profile(copy(text.headline, *paragraphs, signals=signals)), canonical)[0]

    assert relation(*text.paragraphs) is Relation.REPRINT
    assert relation(*text.paragraphs[:3]) is Relation.TRIMMED
    assert relation(*text.paragraphs, *writer.paragraphs(3)) is Relation.EXTENDED
    assert relation(*(writer.edit(each, 0.3) for each in text.paragraphs)) is Relation.REWRITTEN
    assert relation(*text.paragraphs, signals=(Signal.UPDATE,)) is Relation.UPDATE
    assert relation(*text.paragraphs, signals=(Signal.CORRECTION, Signal.UPDATE)) is Relation.CORRECTION


def test_similarity_is_the_share_of_the_shorter_text() -> None:
    text = Writer(1).story(8)
    assert relate(profile(copy("", *text.paragraphs[:2])), profile(text))[1] == pytest.approx(1)
    assert relate(profile(Writer(2).story(8)), profile(text))[1] == pytest.approx(0)
