"""After a poll that failed: how long the server is left alone, and what is never done to a feed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schedule.samples import FEED, NOW, POLICY, after, failed, known, taken, unchanged, wait
from wire import schedule
from wire.model import Failure, Feed, Health, PollState, Validators
from wire.policy import SchedulePolicy
from wire.schedule.backoff import SLOWED_MOST, Kind, kind

HOUR, DAY = 3600.0, 86_400.0
EXACT = replace(POLICY, jitter=0)
"""Without chance."""


def waits(failure: Failure = Failure.TIMEOUT, status: int | None = None, polls: int = 12) -> list[float]:
    """Between polls that fail in the same way, one after another, from a feed that is well at first."""
    state: PollState = known(interval=300.0, last_ok_at=NOW)
    at, found = NOW, []
    for _ in range(polls):
        state = after(state, failed(failure, status, at=at), policy=EXACT)
        if state.next_poll_at is None:
            break
        found.append(wait(state, at))
        at = state.next_poll_at
    return found


def test_a_failure_leaves_validators_and_backs_off() -> None:
    before = known(validators=Validators(etag='"1"'))
    done = after(before, failed(), failed())
    assert (done.validators.etag, done.body_hash, done.failures) == ('"1"', "h", 2)
    assert done.last_error == "timeout: no"
    assert "2 failed in a row" in (done.next_poll_reason or "")


@pytest.mark.parametrize(
    ("failure", "status", "expected"),
    [
        (Failure.DNS, None, Kind.TEMPORARY),
        (Failure.CONNECT, None, Kind.TEMPORARY),
        (Failure.TIMEOUT, None, Kind.TEMPORARY),
        (Failure.TRUNCATED, None, Kind.TEMPORARY),
        (Failure.STATUS, 408, Kind.TEMPORARY),
        (Failure.STATUS, 429, Kind.TEMPORARY),
        (Failure.STATUS, 500, Kind.TEMPORARY),
        (Failure.STATUS, 503, Kind.TEMPORARY),
        (Failure.TLS, None, Kind.SOFT),
        (Failure.NOT_A_FEED, 200, Kind.SOFT),
        (Failure.BROKEN, 200, Kind.SOFT),
        (Failure.TOO_LARGE, None, Kind.SOFT),
        (Failure.WORKER, 200, Kind.SOFT),
        (Failure.FAULT, None, Kind.SOFT),
        (Failure.STATUS, 401, Kind.HARD),
        (Failure.STATUS, 403, Kind.HARD),
        (Failure.STATUS, 404, Kind.HARD),
        (Failure.STATUS, 451, Kind.HARD),
        (Failure.ADDRESS, None, Kind.HARD),
        (Failure.REDIRECTS, None, Kind.HARD),
        (Failure.STATUS, 410, Kind.GONE),
    ],
)
def test_each_failure_has_its_kind(failure: Failure, status: int | None, expected: Kind) -> None:
    assert kind(replace(failed(failure), status=status)) is expected


@pytest.mark.parametrize("failure", list(Failure))
def test_no_failure_but_410_ever_stops_a_feed(failure: Failure) -> None:
    state = known()
    for _ in range(60):
        state = after(state, replace(failed(failure, at=NOW), status=404 if failure is Failure.STATUS else None))
        assert POLICY.min_interval <= wait(state) <= POLICY.max_interval
        assert state.health not in {Health.DISABLED, Health.GONE}


def test_what_passes_by_itself_is_asked_again_within_the_hour_and_then_an_eighth_of_its_absence() -> None:
    found = waits(Failure.CONNECT, polls=60)
    assert found[:5] == [300, 600, 1200, 2400, 3600], "a first slip costs nothing"
    away = 0.0
    for each in found:
        assert each <= max(HOUR, away / 8) + 1e-6
        away += each
    assert found[-1] > 6 * HOUR


def test_a_bad_document_is_asked_for_ever_more_seldom() -> None:
    found = waits(Failure.BROKEN)
    assert found[:3] == [300, 600, 1200]
    assert found[-1] == POLICY.max_interval


def test_a_refusal_is_asked_again_after_an_hour_at_least() -> None:
    assert waits(status=404)[:3] == [300, HOUR, HOUR], "a first one may be a slip of a deployment"
    assert waits(status=403)[:2] == [HOUR, HOUR], "this one may be a limiter's"
    assert waits(status=404)[-1] == POLICY.max_interval


def test_a_feed_that_never_answered_is_not_asked_every_hour_for_ever() -> None:
    state = after(None, *[failed(Failure.DNS)] * 20, policy=EXACT)
    assert wait(state) == POLICY.max_interval


def test_one_success_forgets_all() -> None:
    state = after(known(interval=300.0), *[failed()] * 9)
    assert wait(state) > 10 * 300
    done = after(replace(state, last_ok_at=NOW), taken(new=0))
    assert (done.failures, done.health) == (0, Health.OK)
    assert wait(done) <= 600


@given(st.floats(1.001, 100), st.integers(0, 10_000))
def test_no_backoff_is_too_large(backoff: float, failures: int) -> None:
    done = after(known(failures=failures), failed(Failure.BROKEN), policy=replace(POLICY, backoff=backoff))
    assert wait(done) <= POLICY.max_interval


# --- asked to wait ----------------------------------------------------------------------------------------------------


def test_retry_after_is_the_least() -> None:
    for status in (429, 503):
        done = after(known(), failed(status=status, retry_after=1234))
        assert 1234 <= wait(done) <= 1.1 * 1234
        assert "Retry-After" in (done.next_poll_reason or "")
    assert wait(after(known(), failed(status=503, retry_after=DAY))) == DAY, "chance has no room left"


def test_who_says_in_a_minute_for_a_week_is_asked_less_often_all_the_same() -> None:
    state = known(interval=300.0)
    for _ in range(12):
        state = after(state, failed(status=503, retry_after=60), policy=EXACT)
    assert wait(state) == HOUR


def test_after_a_429_the_pace_is_slower_and_recovers_bit_by_bit() -> None:
    state = after(known(interval=300.0), failed(status=429), taken(new=0))
    assert state.slowed == pytest.approx(1.8)
    assert "slowed down" in (state.next_poll_reason or "")
    slow = state.interval or 0.0
    for _ in range(10):
        state = after(state, taken(new=0))
    assert (state.interval or 0) < slow
    assert state.slowed == 1


def test_a_row_of_429_counts_once_and_there_is_a_slowest_pace() -> None:
    assert after(known(), *[failed(status=429)] * 5).slowed == 2
    state = known()
    for _ in range(20):
        state = after(state, failed(status=429), unchanged())
    assert state.slowed <= SLOWED_MOST


# --- gone -------------------------------------------------------------------------------------------------------------


def test_gone_three_times_is_gone_and_said() -> None:
    assert waits(status=410) == [DAY, DAY]
    done = after(known(), *[failed(status=410)] * 3)
    assert (done.health, done.next_poll_at) == (Health.GONE, None)
    assert "410" in (done.next_poll_reason or "")
    assert "wire poll a" in (done.next_poll_reason or "")


def test_gone_has_to_be_said_in_a_row() -> None:
    done = after(known(), failed(status=410), failed(status=410), failed(status=500), failed(status=410))
    assert (done.gone, done.health) == (1, Health.FAILING)
    assert after(known(), failed(status=410), failed(status=410), taken(), failed(status=410)).gone == 1


def test_a_feed_that_was_gone_comes_back_when_it_answers() -> None:
    done = after(known(), *[failed(status=410)] * 3, taken())
    assert (done.health, done.gone) == (Health.OK, 0)
    assert done.next_poll_at


# --- what is no fault of the feed's -----------------------------------------------------------------------------------


@pytest.mark.parametrize("leave", [schedule.put_off, schedule.spared])
def test_what_is_no_fault_of_the_feeds_leaves_all_but_the_time(leave: object) -> None:
    before = known(validators=Validators(etag="1"), next_poll_at=NOW, failures=2, last_error="x", slowed=2.0, gone=1)
    done: PollState = leave(FEED, before, NOW, POLICY)  # type: ignore[operator]  # two functions of one shape
    assert done.next_poll_at == NOW + timedelta(seconds=POLICY.min_interval)
    assert replace(done, next_poll_at=NOW, next_poll_reason=None) == before
    moved = Feed(key="a", url="https://b.example/", source="A")
    assert leave(moved, before, NOW, POLICY).validators == Validators()  # type: ignore[operator]  # as above


def test_bounds_of_the_operator_hold_for_refusals_too() -> None:
    policy = SchedulePolicy(min_interval=600, max_interval=1800, retry=60)
    for outcome in (failed(status=429, retry_after=DAY), failed(status=410), failed(Failure.ADDRESS), failed()):
        assert 600 <= wait(after(known(interval=60.0), outcome, policy=policy)) <= 1800


def test_three_documents_that_had_to_be_stopped_quarantine_a_feed_and_one_that_is_read_frees_it() -> None:
    stopped = failed(Failure.WORKER)
    two = after(known(), stopped, stopped, policy=EXACT)
    assert (two.health, two.overruns) == (Health.FAILING, 2)
    three = after(two, stopped, policy=EXACT)
    assert (three.health, three.overruns, wait(three)) == (Health.QUARANTINED, 3, DAY)
    assert "quarantined" in (three.next_poll_reason or "")
    away = after(three, failed(Failure.CONNECT), failed(status=503, retry_after=60), policy=EXACT)
    assert (away.health, wait(away)) == (Health.QUARANTINED, DAY), "a server that is away says nothing of its documents"
    for read in (taken(), taken(entries=None), unchanged()):
        assert (after(away, read).health, after(away, read).overruns) == (Health.OK, 0)
    page = after(three, failed(Failure.NOT_A_FEED))
    assert (page.health, page.overruns) == (Health.NOT_A_FEED, 0)


def test_only_documents_in_a_row_count() -> None:
    stopped = failed(Failure.WORKER)
    assert after(known(), stopped, stopped, taken(), stopped).overruns == 1
    assert after(known(), stopped, stopped, failed(Failure.BROKEN), stopped).overruns == 1
    assert after(known(), stopped, failed(Failure.DNS), stopped, failed(status=500), stopped).overruns == 3
    stuck = after(known(), stopped, stopped, stopped)
    moved = after(stuck, failed(), feed=replace(FEED, url="https://b.example/"))
    assert moved.overruns == 0, "another URL is another feed's past"
