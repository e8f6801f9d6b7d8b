"""Retention: what is old goes, a little at a time and the oldest first; what readers rely on stays."""

import pytest

from tests.store.database import rows
from tests.store.samples import FEED, at, deliver, found, text
from wire import retention
from wire.errors import ChangesGone
from wire.policy import RetentionPolicy
from wire.retention import Pruned
from wire.store import Store

POLICY = RetentionPolicy(raw=3600, changes=1800)


@pytest.fixture
def filled(store: Store) -> Store:
    """Ten deliveries, one every ten minutes."""
    with store.writing() as write:
        write.add_feeds([FEED])
        for number in range(10):
            found(write, text(str(number)), f"s{number}", minutes=number * 10)
    return store


@pytest.mark.parametrize("piece", [1, 3, 500])
def test_what_is_old_goes_and_the_rest_stays(
    filled: Store, database_url: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PIECE", piece)
    monkeypatch.setattr(retention, "REST", 0)
    now = at(95)
    assert retention.outlook(filled, POLICY, now) == Pruned(raw=4, changes=7)
    assert retention.prune(filled, POLICY, now) == Pruned(raw=4, changes=7)
    assert retention.prune(filled, POLICY, now) == Pruned()
    assert [row["number"] for row in rows(database_url, "SELECT number FROM raw ORDER BY number")] == list(range(5, 11))
    assert rows(database_url, "SELECT first_seq, last_seq FROM change_log_v1") == [{"first_seq": 8, "last_seq": 10}]
    assert rows(database_url, "SELECT count(*) AS n FROM delivery_v1") == [{"n": 10}]
    with filled.reading() as read, pytest.raises(ChangesGone):
        read.changes(3)
    with filled.reading() as read:
        assert [each.raw is None for each in read.received(raws=True)] == [True] * 4 + [False] * 6


def test_the_last_change_stays_and_numbers_go_on(filled: Store) -> None:
    assert retention.prune(filled, POLICY, at(1_000_000)) == Pruned(raw=10, changes=9)
    with filled.writing() as write:
        assert [each.seq for each in write.changes(9)] == [10]
        found(write, text("new"), "snew")
    with filled.reading() as read:
        assert [each.seq for each in read.changes(10)] == [11]


def test_zero_keeps_for_ever(filled: Store) -> None:
    assert retention.prune(filled, RetentionPolicy(raw=0, changes=0), at(1_000_000)) == Pruned()


def test_a_clock_that_was_wrong_leaves_no_hole_in_the_log(filled: Store) -> None:
    with filled.writing() as write:
        write.change("one", at=at(-1_000_000))
        deliver(write, text("0"), "s0", minutes=200)
        write.change("two", at=at(200))
    assert retention.prune(filled, POLICY, at(95)).changes == 7, "it ends at the first that is young"
    with filled.reading() as read:
        assert [each.seq for each in read.changes()] == list(range(8, 13))
