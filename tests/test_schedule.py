"""When a feed is polled again, as a pure function."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wire import schedule
from wire.model import Failure, Feed, Fetched, FetchFailed, Health, NotModified, PollState, Validators
from wire.policy import SchedulePolicy
from wire.schedule import Outcome, Taken

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = SchedulePolicy(min_interval=60, max_interval=86_400, backoff=2, jitter=0.1)
FEED = Feed(key="a", url="http://a.example/feed", source="A", interval=300)


def taken(*, new: int = 1, gap: bool = False, max_age: float | None = None, ttl: float | None = None) -> Taken:
    fetched = Fetched(
        url=FEED.url,
        final_url=FEED.url,
        body=b"x",
        content_type=None,
        validators=Validators(etag='W/"1"'),
        at=NOW,
        elapsed=0.1,
        max_age=max_age,
    )
    return Taken(fetched=fetched, body_hash="h", entries=5, new=new, gap=gap, ttl=ttl)


def failed(failure: Failure = Failure.TIMEOUT, retry_after: float | None = None) -> FetchFailed:
    return FetchFailed(url=FEED.url, failure=failure, message="no", at=NOW, elapsed=1, retry_after=retry_after)


def wait(state: PollState) -> float:
    assert state.next_poll_at
    return (state.next_poll_at - NOW).total_seconds()


def test_a_feed_never_polled_is_due_and_a_disabled_one_never() -> None:
    off = Feed(key="b", url="http://b.example", source="B", enabled=False)
    assert schedule.due([FEED, off], {}, NOW) == [FEED]


def test_the_longest_overdue_comes_first() -> None:
    feeds = [Feed(key=key, url=f"http://{key}.example", source=key) for key in "abc"]
    states = {
        "a": PollState(feed="a", url=feeds[0].url, next_poll_at=NOW - timedelta(minutes=1)),
        "b": PollState(feed="b", url=feeds[1].url, next_poll_at=NOW + timedelta(minutes=1)),
        "c": PollState(feed="c", url=feeds[2].url, next_poll_at=NOW - timedelta(minutes=5)),
    }
    assert [feed.key for feed in schedule.due(feeds, states, NOW)] == ["c", "a"]


def test_success_keeps_what_the_server_gave_and_forgets_failures() -> None:
    before = PollState(
        feed="a", url=FEED.url, failures=3, health=Health.FAILING, last_error="x", entries_seen=7, gaps=1
    )
    after = schedule.state_after(FEED, before, taken(new=2, gap=True), POLICY)
    assert (after.validators.etag, after.body_hash) == ('W/"1"', "h")
    assert (after.failures, after.health, after.last_error, after.last_ok_at) == (0, Health.OK, None, NOW)
    assert (after.entries_seen, after.gaps) == (9, 2)


def test_not_modified_updates_the_validators_that_are_present() -> None:
    before = PollState(feed="a", url=FEED.url, validators=Validators(etag='"1"', last_modified="then"), body_hash="h")
    answer = NotModified(url=FEED.url, validators=Validators(etag='"2"'), at=NOW, elapsed=0.1)
    after = schedule.state_after(FEED, before, answer, POLICY)
    assert after.validators == Validators(etag='"2"', last_modified="then")
    assert after.body_hash == "h"


def test_a_failure_leaves_validators_and_backs_off() -> None:
    state = PollState(feed="a", url=FEED.url, validators=Validators(etag='"1"'), body_hash="h")
    waits = []
    for _ in range(12):
        state = schedule.state_after(FEED, state, failed(), POLICY)
        waits.append(wait(state))
    assert state.validators.etag == '"1"'
    assert state.failures == 12
    assert waits[0] < waits[1] < waits[2]
    assert waits[-1] == POLICY.max_interval


def test_each_kind_of_bad_document_has_its_health() -> None:
    for failure, health in (
        (Failure.NOT_A_FEED, Health.NOT_A_FEED),
        (Failure.BROKEN, Health.BROKEN),
        (Failure.DNS, Health.FAILING),
    ):
        assert schedule.state_after(FEED, None, failed(failure), POLICY).health is health


def test_retry_after_is_honoured_exactly() -> None:
    assert wait(schedule.state_after(FEED, None, failed(retry_after=1234), POLICY)) == 1234


def test_another_url_makes_validators_void_but_keeps_the_count() -> None:
    before = PollState(feed="a", url="http://old.example", validators=Validators(etag="1"), entries_seen=5, failures=4)
    after = schedule.state_after(FEED, before, failed(), POLICY)
    assert after.validators == Validators()
    assert after.failures == 1
    assert after.entries_seen == 5


outcomes = st.one_of(
    st.builds(taken, max_age=st.none() | st.floats(0, 1e9), ttl=st.none() | st.floats(0, 1e9)),
    st.builds(failed, retry_after=st.none() | st.floats(0, 1e9)),
)


@given(outcomes, st.integers(0, 1000), st.floats(1, 1e6))
def test_the_wait_stays_within_the_operators_bounds(outcome: Outcome, failures: int, interval: float) -> None:
    feed = Feed(key="a", url=FEED.url, source="A", interval=interval)
    before = PollState(feed="a", url=FEED.url, failures=failures)
    after = schedule.state_after(feed, before, outcome, POLICY)
    assert POLICY.min_interval <= wait(after) <= POLICY.max_interval
    assert schedule.state_after(feed, before, outcome, POLICY) == after


@given(st.floats(60, 80_000), st.floats(60, 80_000), st.integers(0, 10_000))
def test_a_server_is_never_asked_sooner_than_it_said(max_age: float, ttl: float, second: int) -> None:
    outcome = taken(max_age=max_age, ttl=ttl)
    outcome = replace(outcome, fetched=replace(outcome.fetched, at=NOW + timedelta(seconds=second)))
    after = schedule.state_after(FEED, None, outcome, POLICY)
    assert wait(after) - second >= max(max_age, ttl, FEED.interval) - 1e-6, "a time has microseconds"


def test_a_feed_of_another_url_is_due_at_once() -> None:
    state = PollState(feed="a", url="http://old.example", last_polled_at=NOW, next_poll_at=NOW + timedelta(days=1))
    assert schedule.is_due(FEED, state, NOW)
    assert not schedule.is_due(FEED, replace(state, url=FEED.url), NOW)


def test_a_clock_that_is_set_back_stops_no_feed() -> None:
    state = schedule.state_after(FEED, None, taken(), POLICY)
    assert not schedule.is_due(FEED, state, NOW - timedelta(seconds=30)), "clocks are always corrected a little"
    assert schedule.is_due(FEED, state, NOW - timedelta(days=3650))
    assert not schedule.is_due(FEED, state, NOW + timedelta(seconds=30))
    assert schedule.is_due(FEED, state, NOW + timedelta(days=3650))


@given(st.floats(1.001, 100), st.integers(0, 10_000))
def test_no_backoff_is_too_large(backoff: float, failures: int) -> None:
    before = PollState(feed="a", url=FEED.url, failures=failures)
    after = schedule.state_after(FEED, before, failed(), replace(POLICY, backoff=backoff))
    assert wait(after) <= POLICY.max_interval


def test_a_poll_that_could_not_be_kept_leaves_the_server_alone_for_a_while() -> None:
    before = PollState(feed="a", url=FEED.url, validators=Validators(etag="1"), next_poll_at=NOW, failures=2)
    after = schedule.put_off(FEED, before, NOW, POLICY)
    assert after == replace(before, next_poll_at=NOW + timedelta(seconds=POLICY.min_interval))
    assert schedule.put_off(replace(FEED, url="http://b.example"), before, NOW, POLICY).validators == Validators()
