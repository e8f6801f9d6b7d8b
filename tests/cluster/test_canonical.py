"""Which version stands for a story, and what the others are to it."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cluster.newsroom import NOON, Writer, copy
from wire.cluster import choose, profile, relate
from wire.model import Relation, Signal, Standing
from wire.policy import ClusterPolicy

POLICY = ClusterPolicy()
FULL = Standing(
    version_id="full", words=300, origin="Orland Press", rank=50, first_seen_at=NOON, sent_at=NOON, signals=()
)
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("other", "stands"),
    [
        ({"rank": 90, "words": 40}, True),
        ({"origin": None, "words": 900}, False),
        ({"words": 310}, True),
        ({"words": 290, "sent_at": LATER}, False),
        ({"words": 290, "sent_at": LATER, "signals": (Signal.UPDATE,)}, True),
        ({"words": 60, "sent_at": LATER, "signals": (Signal.CORRECTION,)}, False),
        ({"words": 60, "sent_at": LATER, "take": True}, True),
        ({"rank": 99, "signals": (Signal.KILL,)}, False),
        ({"first_seen_at": LATER}, False),
        ({"first_seen_at": NOON - timedelta(hours=1)}, True),
    ],
    ids=["rank", "origin", "longer", "shorter", "update", "notice", "item", "kill", "later", "earlier"],
)
def test_what_stands_for_a_story(other: dict[str, object], stands: bool) -> None:
    rival = dataclasses.replace(FULL, version_id="rival", **other)  # type: ignore[arg-type]  # parametrized fields
    for members in ([FULL, rival], [rival, FULL]):
        assert choose(members, POLICY) == ("rival" if stands else "full")


@given(
    st.lists(
        st.builds(
            Standing,
            version_id=st.uuids().map(str),
            words=st.integers(0, 900),
            origin=st.sampled_from([None, "Orland Press"]),
            rank=st.integers(0, 3),
            first_seen_at=st.sampled_from([NOON, LATER]),
            sent_at=st.sampled_from([None, NOON, LATER]),
            signals=st.lists(st.sampled_from(Signal), max_size=2).map(tuple),
            take=st.booleans(),
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda each: each.version_id,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_members_changes_nothing(members: list[Standing], shuffler: object) -> None:
    first = choose(members, POLICY)
    members.reverse()
    assert choose(members, POLICY) == first


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
