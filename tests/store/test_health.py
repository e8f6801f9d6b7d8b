"""Health as it is stored: pulses come back as they were, alerts begin and end once, what is to be told waits."""

from dataclasses import fields

import pytest

from tests.store.database import rows
from tests.store.samples import AGENCY, FEED, NOON, at
from wire.health import Alert, Change, Condition, Ended, Hours, Pause, Pulse, Severity, all_feeds
from wire.health.conditions import Began
from wire.store import Store

FULL = Pulse(
    feed=FEED.key,
    recent="+!-=~~~xx~",
    lags=(0, 30, 60, 4_000_000_000),
    heard_at=NOON,
    usual=0.1 + 0.2,
    hours=Hours(seen=bytes(range(168)), active=bytes(range(88, 256)), until=at(60), carried=1e9 / 7),
    pauses=(Pause(began=at(-5.123), seconds=0.1), Pause(began=at(-1), seconds=1e9 / 7)),
    failing_since=at(1),
    failed_at=at(2),
    failure="status",
    status=404,
    gapped_at=(at(-3), at(3)),
    back=2,
    open=frozenset({"failing", "silent"}),
)


def alert(condition: Condition = Condition.FAILING, feed: str | None = FEED.key, minutes: float = 0) -> Began:
    """An alert that begins."""
    return Began(
        alert=Alert(
            alert_id=f"a{condition}{feed}{minutes}",
            condition=condition,
            severity=Severity.WARNING,
            feed=feed,
            source="Harbour Post",
            began_at=at(minutes),
            summary="404, since noon",
            advice="look for it",
        )
    )


def note(store: Store, *changes: Change, tell: bool = True) -> list[tuple[str, str]]:
    with store.writing() as write:
        write.add_feeds([FEED, AGENCY])
        return [(each.event, each.alert.alert_id) for each in write.note(changes, tell=tell)]


def test_the_sample_leaves_no_field_at_its_default() -> None:
    bare = Pulse(feed="other")
    assert not [each.name for each in fields(Pulse) if getattr(FULL, each.name) == getattr(bare, each.name)]


@pytest.mark.parametrize("pulse", [FULL, Pulse(feed=FEED.key)], ids=["full", "bare"])
def test_a_pulse_comes_back_as_it_was(store: Store, pulse: Pulse) -> None:
    with store.writing() as write:
        write.add_feeds([FEED])
        assert write.pulse(FEED.key) == Pulse(feed=FEED.key)
        write.save_pulse(FULL)
        write.save_pulse(pulse)
        assert write.pulse(FEED.key) == pulse
    with store.reading() as read:
        assert read.pulse(FEED.key) == pulse


def test_health_v1(store: Store, database_url: str) -> None:
    with store.writing() as write:
        write.add_feeds([FEED, AGENCY])
        write.save_pulse(FULL)
        write.save_pulse(Pulse(feed=AGENCY.key))
    with store.reading() as read:
        row, bare = read.health()[FEED.key], read.health(AGENCY.key)[AGENCY.key]
    assert (row.alerts, row.polls, row.failed) == (("failing", "silent"), 10, 0.2)
    assert (row.not_modified, row.unchanged) == (0.5, 0.125)
    assert (row.lag_p50, row.lag_p95, row.lag_entries) == (30, 4e9, 4)
    assert (row.last_new_at, row.last_gap_at, row.usual_interval) == (NOON, at(3), 0.1 + 0.2)
    assert (row.failing_since, row.last_failed_at, row.last_failure, row.last_status) == (at(1), at(2), "status", 404)
    assert (bare.polls, bare.failed, bare.not_modified, bare.lag_p50, bare.alerts) == (0, None, None, None, ())
    assert rows(database_url, "SELECT alerts FROM health_v1 WHERE feed = 'harbour'") == [{"alerts": "failing silent"}]


def test_an_alert_ends_its_own_condition_of_its_own_feed(store: Store) -> None:
    line = all_feeds(Condition.LINE, "our own line is down", "look", at(1))
    mine, other, moved = alert(), alert(feed=AGENCY.key), alert(Condition.MOVED)
    assert [event for event, _ in note(store, mine, other, moved, line)] == ["began"] * 4
    ended = Ended(condition=Condition.FAILING, feed=FEED.key, at=at(9), end="it answers again")
    assert note(store, ended) == [("ended", mine.alert.alert_id)]
    assert note(store, ended) == [], "it ends once"
    assert note(store, Ended(condition=Condition.LINE, feed=None, at=at(10), end="up")) == [
        ("ended", line.alert.alert_id)
    ]
    with store.reading() as read:
        assert {row.alert_id for row in read.alerts(only_open=True)} == {other.alert.alert_id, moved.alert.alert_id}
        (first,) = [row for row in read.alerts(feed_key=FEED.key) if row.ended_at]
        assert (first.ended_at, first.how_ended, first.summary) == (at(9), "it answers again", mine.alert.summary)
        assert [row.ended_at is None for row in read.alerts()] == [True, True, False, False]


def test_what_is_to_be_told_waits_until_it_is_settled(store: Store) -> None:
    mine = alert()
    note(store, mine)
    note(store, Ended(condition=Condition.FAILING, feed=FEED.key, at=at(9), end="well"))
    note(store, alert(Condition.MOVED, minutes=3), tell=False)
    with store.reading() as read:
        began, ended = read.calls()
    assert (began.alert.alert_id, began.event, began.tries) == (mine.alert.alert_id, "began", 0)
    assert (ended.event, ended.due_at, ended.alert.ended_at, ended.alert.end) == ("ended", at(9), at(9), "well")
    with store.writing() as write:
        write.put_off_call(began, at(30), "no answer")
    with store.reading() as read:
        assert [(each.event, each.due_at, each.tries) for each in read.calls()] == [
            ("ended", at(9), 0),
            ("began", at(30), 1),
        ]
    with store.writing() as write:
        write.settle_call(began, at(31), "no answer, 8 times")
        write.settle_call(ended, at(32))
    with store.reading() as read:
        assert read.calls() == []
        row = next(row for row in read.alerts() if row.alert_id == mine.alert.alert_id)
        assert (row.told_at, row.end_told_at, row.untold) == (None, at(32), "no answer, 8 times")


def test_feeds_that_are_no_longer_polled_keep_no_alert_open(store: Store) -> None:
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
        for feed in (FEED, AGENCY):
            write.save_pulse(Pulse(feed=feed.key, open=frozenset({"failing"})))
            write.note([alert(feed=feed.key)], tell=False)
        assert write.end_unpolled(at(5), tell=True) == []
        write.sync_feeds([AGENCY])
        (ended,) = write.end_unpolled(at(6), tell=True)
        assert (ended.alert.feed, ended.alert.ended_at) == (FEED.key, at(6))
        assert write.end_unpolled(at(7), tell=True) == []
        assert write.pulse(FEED.key).open == frozenset()
        assert write.pulse(AGENCY.key).open == {"failing"}


def test_a_transaction_that_fails_raises_no_alert(store: Store) -> None:
    with store.writing() as write:
        write.add_feeds([FEED])

    def fail() -> None:
        with store.writing() as write:
            write.note([alert()], tell=True)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.reading() as read:
        assert read.alerts() == []
        assert read.calls() == []
