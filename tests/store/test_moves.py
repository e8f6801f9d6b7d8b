"""What is set right afterwards: nothing is lost, and every process notices."""

from dataclasses import replace

import pytest

from tests.store.samples import AGENCY, FEED, at, deliver, found, join, text
from wire.model import Relation, Signal, Sketch, Status
from wire.store import Place, Store


@pytest.fixture(autouse=True)
def two_stories(store: Store) -> None:
    """s1: a, b; s2: c, told by both feeds."""
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
        found(write, text("a"), "s1")
        join(write, text("b"), "s1", minutes=1)
        write.set_canonical("s1", "va", {"vb": (Relation.REPRINT, 0.9)})
        found(write, text("c"), "s2", minutes=2)
        deliver(write, text("c"), "s2", feed=AGENCY, minutes=3)


def test_versions_move_and_every_process_is_told(store: Store) -> None:
    with store.reading() as read:
        assert read.moves() == 0
    with store.writing() as write:
        assert write.stories_of(["vb"]) == {"vb": "s1"}
        write.move(["vb"], "s2")
        assert write.stories_of(["vb"]) == {"vb": "s2"}
        assert [each.version_id for each in write.members(["s2"])["s2"]] == ["vb", "vc"]
        write.set_canonical("s2", "vb", {"vc": (Relation.TRIMMED, 0.5)})
    with store.reading() as read:
        assert read.moves() == 1
        assert read.places(["va", "vb", "vc", "vx"]) == {
            "va": Place(version_id="va", story_id="s1", canonical=True, relation=None, similarity=None),
            "vb": Place(version_id="vb", story_id="s2", canonical=True, relation=None, similarity=None),
            "vc": Place(version_id="vc", story_id="s2", canonical=False, relation=Relation.TRIMMED, similarity=0.5),
        }
        assert read.named("d2").story_id == "s2"


def test_a_merge_is_a_move_too(store: Store) -> None:
    with store.writing() as write:
        write.merge("s2", into="s1")
    with store.reading() as read:
        assert read.moves() == 1
        assert {each.version_id for each in read.story("s2").versions} == {"va", "vb", "vc"}


def test_a_merged_story_stands_again(store: Store) -> None:
    with store.writing() as write:
        write.merge("s2", into="s1")
    with store.writing() as write:
        write.revive("s2", "vc", at=at(9), status=Status.WITHHELD)
        write.move(["vc"], "s2")
    with store.reading() as read:
        row = read.story("s2").story
        assert (row.story_id, row.merged_into, row.canonical_version_id) == ("s2", None, "vc")
        assert (row.status, row.updated_at, row.deliveries) == (Status.WITHHELD, at(9), 2)
        assert read.story_rows(["s1", "s2", "s9"]).keys() == {"s1", "s2"}


def test_a_better_reading_of_a_known_text_is_noted(store: Store) -> None:
    better = replace(text("a"), headline="Ferry a sails", origin=None, signals=(Signal.KILL,), dateline=None)
    with store.writing() as write:
        write.read_again({"va": better})
        write.read_again({})
    with store.reading() as read:
        assert read.texts(["va"])["va"].copy == replace(better, guid=None, url=None)
        assert read.texts(["vb"])["vb"].copy == replace(text("b"), guid=None, url=None)
        assert read.moves(), "a process that holds texts in memory is to read them anew"


def test_a_sketch_is_replaced(store: Store) -> None:
    with store.writing() as write:
        write.sketch_again({"vb": Sketch(scheme="test/2", data=b"new")})
        write.sketch_again({})
    with store.reading() as read:
        assert read.schemes(["va", "vb", "vx"]) == {"va": "test/1", "vb": "test/2"}
        assert [each.sketch.data for each in read.sketches()][1] == b"new"


def test_a_delivery_is_read_as_another_text_and_its_entry_is_followed(store: Store) -> None:
    key = text("c").guid or ""
    with store.writing() as write:
        other = replace(text("b"), headline="As it came", signals=(Signal.UPDATE,))
        write.deliver_again(3, other, feed=FEED.key, entry_key=key, before="vc")
    with store.reading() as read:
        file = read.story("s1")
        again = next(each for each in file.deliveries if each.delivery_id == "d3")
        assert (again.version_id, again.headline, again.signal) == ("vb", "As it came", Signal.UPDATE)
        assert read.lineage(FEED.key, [key])[key].version_id == "vb"
        assert read.lineage(AGENCY.key, [key])[key].version_id == "vc", "the other feed's entry stays"


def test_deliveries_come_back_as_they_came(store: Store) -> None:
    with store.reading() as read:
        rows = list(read.received(raws=True))
        assert [(each.number, each.version_id, each.story_id, each.feed) for each in rows] == [
            (1, "va", "s1", "harbour"),
            (2, "vb", "s1", "harbour"),
            (3, "vc", "s2", "harbour"),
            (4, "vc", "s2", "norda"),
        ]
        assert rows[0].raw == b'{"headline":"as sent"}' * 40
        assert next(read.received()).raw is None
        assert [each.number for each in read.received(2)] == [3, 4]
        assert [each.number for each in read.received(since=at(2))] == [3, 4]
        assert read.extent() == (4, at(0))
        assert read.extent(at(2)) == (2, at(2))
        assert read.extent(at(99)) == (0, None)


def test_what_stood_before_comes_with_whole_stories(store: Store) -> None:
    def numbers(before: float, alive: float) -> list[int]:
        with store.reading() as read:
            return [each.number for each in read.standing(at(before), at(alive))]

    assert numbers(99, 1) == [1, 2, 3, 4], "one young version keeps its story alive"
    assert numbers(99, 2) == [3, 4]
    assert numbers(2.5, 99) == [3], "seen again later"
    assert numbers(2, 99) == []
    assert numbers(99, 99) == []


def test_feeds_are_remembered(store: Store) -> None:
    with store.reading() as read:
        assert read.carriers() == {feed.key: feed for feed in (FEED, AGENCY)}
