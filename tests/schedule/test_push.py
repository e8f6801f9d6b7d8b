"""A feed whose hub pushes what is new: polled to make sure, and as ever once the hub falls silent or the lease ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.schedule.samples import FEED, NOW, POLICY, known, taken, wait
from wire import schedule
from wire.model import Health, PollState, Rhythm

DAY = timedelta(days=1)
STEADY = known(
    health=Health.OK,
    interval=300.0,
    rhythm=Rhythm(entries=5, seconds=3000),
    last_polled_at=NOW - timedelta(minutes=5),
    next_poll_at=NOW + timedelta(minutes=1),
    next_poll_reason="its rhythm",
    entries_seen=7,
)
"""A new entry every ten minutes."""


def relaxed(state: PollState, *, pushed_ago: float = 0, until: timedelta = DAY, **feed: object) -> PollState:
    one = replace(FEED, **feed)  # type: ignore[arg-type]  # fields of the record
    pushed_at = NOW - timedelta(seconds=pushed_ago)
    return schedule.relaxed(one, state, pushed_at=pushed_at, until=NOW + until, policy=POLICY)


def test_a_push_counts_and_teaches_and_puts_the_poll_off() -> None:
    done = schedule.pushed(FEED, STEADY, taken(new=2), NOW, POLICY)
    assert (done.entries_seen, done.last_ok_at, done.body_hash) == (9, NOW, STEADY.body_hash)
    assert done.rhythm != STEADY.rhythm
    assert done.last_polled_at == STEADY.last_polled_at, "nobody was asked"
    assert wait(done) == 300


@pytest.mark.parametrize("health", [Health.FAILING, Health.NEW, Health.QUARANTINED, Health.GONE])
def test_a_push_makes_no_feed_well(health: Health) -> None:
    ill = replace(STEADY, health=health, failures=3)
    done = schedule.pushed(FEED, ill, taken(new=2), NOW, POLICY)
    assert done == replace(ill, entries_seen=9)
    assert relaxed(done) == done


def test_what_a_hub_pushed_and_nobody_could_read_is_polled_soon() -> None:
    done = schedule.pushed(FEED, replace(STEADY, next_poll_at=NOW + DAY), None, NOW, POLICY)
    assert wait(done) == POLICY.min_interval
    assert done.next_poll_reason == "what the hub pushed could not be read"
    assert schedule.pushed(FEED, STEADY, None, NOW, POLICY) == STEADY, "no sooner than it is due"


def test_while_the_hub_delivers_its_silence_is_waited_for() -> None:
    assert wait(relaxed(STEADY)) == 6000, "ten times as long as between two entries"
    assert "its hub pushes what is new (WebSub)" in (relaxed(STEADY).next_poll_reason or "")
    assert wait(relaxed(STEADY, pushed_ago=3000)) == 3000
    assert relaxed(STEADY, pushed_ago=6000) == STEADY, "it has been silent for too long: polled as ever"


def test_the_operators_bounds_and_the_lease_hold() -> None:
    seldom = replace(STEADY, rhythm=Rhythm(entries=5, seconds=5e6))
    assert wait(relaxed(seldom, until=30 * DAY)) == 86_400 - 300, "a day after the last poll, and not the last push"
    assert wait(relaxed(seldom, max_interval=3600.0)) == 3600 - 300
    assert wait(relaxed(seldom, until=timedelta(hours=2))) == 7200
    assert relaxed(seldom, adaptive=False) == seldom, "what an operator has fixed stays fixed"
