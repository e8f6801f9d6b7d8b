"""How deliveries count for the choice of the canonical version: the same from memory as from the tables."""

import random

import pytest

from tests.store.samples import AGENCY, FEED, at, found, join, text
from wire.model import Copy, Signal, Standing
from wire.store import Store, Write

SIGNALS = [
    (),
    (Signal.UPDATE,),
    (Signal.CORRECTION, Signal.REPEAT),
    (Signal.REFILE,),
    (Signal.REPEAT,),
    (Signal.FLASH,),
]


def deliver(write: Write, draw: random.Random, copies: list[Copy]) -> None:
    feed = draw.choice([FEED, AGENCY])
    copy = draw.choice(copies)
    write.add_delivery(
        text(copy.version_id[1:], signals=draw.choice(SIGNALS), origin=copy.origin),
        feed=feed.key,
        source=feed.source,
        entry_key=f"e{draw.random()}",
        story_id="s1",
        at=at(draw.randint(0, 9)),
        seen_at=at(60),
        arrival=draw.choice(["new", "edit", "restored", "reused"]),
    )


@pytest.mark.parametrize("seed", range(6))
def test_memory_and_tables_say_the_same(store: Store, seed: int) -> None:
    draw = random.Random(seed)
    copies = [text("a"), text("b", origin=None), text("c", signals=())]
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
        found(write, copies[0], "s1", minutes=3)
        join(write, copies[1], "s1", minutes=5)
        if seed % 2:
            write.members(["s1"])
        join(write, copies[2], "s1", minutes=7)
        for _ in range(draw.randint(0, 8)):
            deliver(write, draw, copies)
    with store.writing() as write:
        if seed % 3:
            write.members(["s1"])
        for _ in range(8):
            deliver(write, draw, copies)
        before = write.members(["s1"])["s1"]
    with store.reading() as read:
        assert read.members(["s1"])["s1"] == before


@pytest.mark.parametrize(
    ("feed", "signals", "arrival", "take", "own"),
    [
        (AGENCY, (), "new", 0, True),
        (AGENCY, (Signal.UPDATE,), "new", 3, True),
        (AGENCY, (), "edit", 3, True),
        (AGENCY, (Signal.UPDATE, Signal.REPEAT), "edit", 1, True),
        (AGENCY, (Signal.REPEAT,), "new", 0, True),
        (FEED, (Signal.WRITETHRU,), "new", 2, False),
        (FEED, (), "edit", 0, False),
        (FEED, (Signal.REFILE,), "new", 1, False),
    ],
)
def test_what_one_delivery_makes_of_a_version(
    store: Store, feed: object, signals: tuple[Signal, ...], arrival: str, take: int, own: bool
) -> None:
    copy = text("a", signals=signals)
    given = AGENCY if feed is AGENCY else FEED
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
        found(write, text("b"), "s1")
        write.add_version(copy, story_id="s1", sketch=_sketch(write), words=5, at=at(1), seen_at=at(1))
        write.add_delivery(
            copy,
            feed=given.key,
            source=given.source,
            entry_key="e",
            story_id="s1",
            at=at(1),
            seen_at=at(1),
            arrival=arrival,
        )
    with store.reading() as read:
        (standing,) = [each for each in read.members(["s1"])["s1"] if each.version_id == "va"]
    assert standing == Standing(
        version_id="va",
        words=5,
        origin="Norda",
        signals=signals,
        sent_at=at(1),
        rank=given.rank,
        own=own,
        take=take,
        edited_at=at(1) if own and arrival == "edit" else None,
        last=2,
    )


def _sketch(write: Write):  # type: ignore[no-untyped-def]  # whatever a sketch is
    return next(iter(write.sketches())).sketch
