"""After a poll that went well: what is remembered, when the next one is, and why."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schedule.samples import FEED, NOW, POLICY, after, failed, known, taken, unchanged, wait
from wire.model import Health, Hints, PollState, Rhythm, Validators
from wire.policy import SchedulePolicy
from wire.schedule import Outcome
from wire.schedule.hints import next_open
from wire.schedule.rhythm import LEAP, first, gap_between, learned

HOUR, DAY = 3600.0, 86_400.0


def steady(between: float, polls: int = 30, *, document: int = 20, interval: float = 300) -> PollState:
    """A feed with an entry each `between` seconds, polled as its schedule says."""
    feed = replace(FEED, interval=interval)
    state = after(None, taken(entries=document, new=document), feed=feed)
    at, seen = NOW, 0
    for _ in range(polls):
        assert state.next_poll_at
        at = state.next_poll_at
        count = int((at - NOW).total_seconds() // between)
        new = min(count - seen, document)
        seen = count
        state = after(state, taken(entries=document, new=new, at=at) if new else unchanged(at=at), feed=feed)
    return state


# --- what is remembered ---------------------------------------------------------------------------------------------


def test_success_keeps_what_the_server_gave_and_forgets_failures() -> None:
    before = known(failures=3, gone=2, health=Health.FAILING, last_error="x", entries_seen=7, gaps=1)
    done = after(before, taken(new=2, gap=True))
    assert (done.validators.etag, done.body_hash) == ('W/"1"', "h")
    assert (done.failures, done.gone, done.health, done.last_error, done.last_ok_at) == (0, 0, Health.OK, None, NOW)
    assert (done.entries_seen, done.gaps, done.document) == (9, 2, 20)


def test_not_modified_updates_the_validators_that_are_present() -> None:
    before = known(validators=Validators(etag='"1"', last_modified="then"))
    done = after(before, unchanged(etag='"2"'))
    assert done.validators == Validators(etag='"2"', last_modified="then")
    assert done.body_hash == "h"


def test_another_url_makes_validators_void_but_keeps_the_count() -> None:
    before = known(url="https://old.example", validators=Validators(etag="1"), entries_seen=5, failures=4)
    done = after(before, failed())
    assert (done.validators, done.failures, done.entries_seen) == (Validators(), 1, 5)


def test_a_body_that_was_not_read_again_leaves_what_the_last_one_said() -> None:
    hints = Hints(ttl=1200)
    done = after(known(hints=hints, document=33), taken(entries=None, new=0))
    assert (done.hints, done.document, done.overlap) == (hints, 33, 1.0)


def test_overlap_is_the_share_that_stood_there_before() -> None:
    assert after(None, taken(entries=20, new=20)).overlap is None, "there was none before"
    assert after(known(), taken(entries=20, new=5)).overlap == 0.75
    assert after(known(), taken(entries=20, new=20, gap=True)).overlap == 0
    assert after(known(), taken(entries=0, new=0)).overlap == 0


# --- the interval ---------------------------------------------------------------------------------------------------


def test_the_first_guess_holds_until_something_is_known() -> None:
    done = after(None, taken(entries=20, new=20))
    assert done.interval == 300
    assert "first guess" in (done.next_poll_reason or "")


@pytest.mark.parametrize("between", [30.0, 300.0, HOUR, 6 * HOUR])
def test_the_interval_goes_with_the_root_of_the_rhythm(between: float) -> None:
    state = steady(between, polls=60, document=50)
    assert state.interval == pytest.approx(min((300 * between) ** 0.5, 0.5 * 50 * between), rel=0.35)
    assert "its rhythm" in (state.next_poll_reason or "")


def test_what_matters_more_is_polled_more_often_at_the_same_rhythm() -> None:
    slow, fast = (steady(HOUR, polls=40, interval=interval).interval for interval in (1200, 300))
    assert slow == pytest.approx(2 * (fast or 0), rel=0.35)


def test_a_short_document_is_polled_before_it_forgets() -> None:
    state = steady(60, polls=60, document=4)
    assert state.interval == pytest.approx(0.5 * 4 * 60, rel=0.35)
    assert state.gaps == 0
    assert "holds 4 entries" in (state.next_poll_reason or "")


def test_a_burst_shortens_the_wait_at_once() -> None:
    slow = known(rhythm=Rhythm(entries=5, seconds=5 * HOUR), last_ok_at=NOW - timedelta(hours=1))
    seldom = replace(FEED, interval=3 * HOUR)
    calm = after(slow, taken(new=1), feed=seldom)
    burst = after(slow, taken(new=15), feed=seldom)
    gap = after(slow, taken(new=20, gap=True), feed=seldom)
    assert wait(gap) < wait(burst) < wait(calm)
    assert HOUR / 4 <= wait(gap) <= 1.1 * HOUR / 4
    assert "missed" in (gap.next_poll_reason or "")


def test_a_feed_falls_silent_and_wakes_up() -> None:
    state = steady(300, polls=40)
    lively = state.interval or 0
    for _ in range(40):
        assert state.next_poll_at
        state = after(state, unchanged(at=state.next_poll_at))
    asleep = state.interval or 0
    assert asleep > 5 * lively
    assert state.next_poll_at
    state = after(state, taken(new=10, at=state.next_poll_at))
    assert (state.interval or 0) < asleep / 2


def test_the_dates_of_a_first_document_tell_a_rhythm() -> None:
    dates = (NOW - timedelta(hours=19), NOW)
    done = after(None, taken(entries=20, new=20, dates=dates))
    assert gap_between(done.rhythm, 300) == pytest.approx(HOUR, rel=0.01)
    stale = after(None, taken(entries=20, new=20, dates=(NOW - timedelta(days=300), NOW - timedelta(days=200))))
    assert (stale.interval or 0) > 4 * (done.interval or 0)


@pytest.mark.parametrize(
    ("entries", "oldest", "newest"),
    [(20, 0, 0), (1, -100, 0), (0, -100, 0), (20, 50, 90), (20, 90, 50)],
    ids=["all the same", "one entry", "none", "in the future", "the wrong way round"],
)
def test_dates_that_tell_nothing_are_not_believed(entries: int, oldest: int, newest: int) -> None:
    dates = (NOW + timedelta(days=oldest), NOW + timedelta(days=newest))
    assert first(taken(entries=entries, new=entries, dates=dates)) == Rhythm()


@given(st.lists(st.tuples(st.integers(0, 5000), st.floats(0, 1e9)), max_size=30))
def test_a_rhythm_stays_within_its_memory(polls: list[tuple[int, float]]) -> None:
    rhythm = Rhythm()
    for new, seconds in polls:
        rhythm = learned(rhythm, new, seconds)
    assert 0 <= rhythm.entries <= 5 + 1e-9
    assert 0 <= rhythm.seconds <= LEAP
    assert gap_between(rhythm, 300) > 0 or rhythm.seconds == 0


# --- the operator ---------------------------------------------------------------------------------------------------


def test_a_fixed_interval_is_kept_to() -> None:
    feed = replace(FEED, adaptive=False, interval=120)
    state = known(rhythm=Rhythm(entries=5, seconds=5 * DAY))
    outcome = taken(new=0, max_age=7200, hints=Hints(ttl=HOUR, skip_hours=frozenset(range(23))))
    done = after(state, outcome, feed=feed)
    assert 120 <= wait(done) <= 132
    assert "adaptive = false" in (done.next_poll_reason or "")


def test_a_feed_has_a_longest_interval_of_its_own() -> None:
    feed = replace(FEED, max_interval=600)
    for outcome in (taken(hints=Hints(ttl=DAY)), taken(max_age=DAY), unchanged(max_age=HOUR)):
        done = after(known(rhythm=Rhythm(entries=5, seconds=50 * DAY)), outcome, feed=feed)
        assert 540 <= wait(done) <= 600
    assert wait(after(known(), failed(status=429, retry_after=HOUR), feed=feed)) >= HOUR, "refusals are another matter"


outcomes = st.one_of(
    st.builds(
        taken,
        new=st.integers(0, 20),
        gap=st.booleans(),
        max_age=st.none() | st.floats(0, 1e9),
        hints=st.builds(
            Hints,
            ttl=st.none() | st.floats(0, 1e9),
            skip_hours=st.frozensets(st.integers(0, 23)),
            skip_days=st.frozensets(st.integers(0, 6)),
        ),
    ),
    st.builds(unchanged, max_age=st.none() | st.floats(0, 1e9)),
    st.builds(failed, status=st.sampled_from([None, 403, 404, 429, 503]), retry_after=st.none() | st.floats(0, 1e9)),
)


@given(
    outcomes,
    st.integers(0, 1000),
    st.floats(1, 1e6),
    st.none() | st.floats(1, 1e6),
    st.booleans(),
    st.floats(1, 16),
    st.floats(0, 1e7),
)
def test_the_wait_stays_within_the_operators_bounds(
    outcome: Outcome,
    failures: int,
    interval: float,
    longest: float | None,
    adaptive: bool,
    slowed: float,
    silent: float,
) -> None:
    feed = replace(FEED, interval=interval, max_interval=longest, adaptive=adaptive)
    before = known(failures=failures, slowed=slowed, rhythm=Rhythm(entries=3, seconds=silent))
    done = after(before, outcome, feed=feed)
    assert POLICY.min_interval - 1e-6 <= wait(done) <= POLICY.max_interval + 1e-6, "a time has microseconds"
    assert done.next_poll_reason
    assert after(before, outcome, feed=feed) == done


# --- the publisher --------------------------------------------------------------------------------------------------


@given(st.floats(60, 80_000), st.floats(60, 80_000), st.integers(0, 10_000), st.floats(0, 1))
def test_a_server_is_never_asked_sooner_than_it_said(max_age: float, ttl: float, second: int, jitter: float) -> None:
    at = NOW + timedelta(seconds=second)
    outcome = taken(max_age=max_age, hints=Hints(ttl=ttl), at=at)
    done = after(None, outcome, policy=replace(POLICY, jitter=jitter))
    assert wait(done, at) >= max(max_age, ttl, FEED.interval) - 1e-6, "a time has microseconds"


def test_a_hint_of_the_last_document_holds_for_a_304() -> None:
    done = after(known(hints=Hints(ttl=HOUR)), unchanged())
    assert wait(done) >= HOUR
    assert "ttl" in (done.next_poll_reason or "")


def test_reasons_name_what_decided() -> None:
    assert "max-age" not in (after(known(), taken(max_age=60)).next_poll_reason or "")
    assert "fresh for 2 h (Cache-Control" in (after(known(), taken(max_age=7200)).next_poll_reason or "")
    skipping = Hints(skip_hours=frozenset({12, 13, 14}))
    assert "skipHours" in (after(known(), taken(hints=skipping)).next_poll_reason or "")


def test_hours_and_days_that_are_ruled_out_are_passed_over() -> None:
    hints = Hints(skip_hours=frozenset({12, 13}), skip_days=frozenset({3}))
    done = after(known(), taken(hints=hints))
    assert done.next_poll_at
    assert NOW.replace(hour=14) <= done.next_poll_at <= NOW.replace(hour=14, minute=10)
    late = datetime(2031, 3, 5, 23, 58, tzinfo=UTC)
    done = after(known(), taken(hints=hints, at=late))
    assert done.next_poll_at == late + timedelta(days=1), "all of Thursday is ruled out: as late as the operator allows"


def test_hours_leave_no_storm_at_the_stroke() -> None:
    hints = Hints(skip_hours=frozenset({12}))
    times = {after(None, taken(hints=hints), feed=replace(FEED, key=f"f{number}")).next_poll_at for number in range(50)}
    assert len(times) == 50


def test_hints_that_leave_no_hour_are_none() -> None:
    never = Hints(skip_hours=frozenset(range(24)))
    assert next_open(never, NOW, NOW + timedelta(days=1)) == NOW
    assert next_open(Hints(skip_days=frozenset(range(7))), NOW, NOW + timedelta(days=1)) == NOW


# --- chance ---------------------------------------------------------------------------------------------------------


def test_feeds_do_not_march_in_step() -> None:
    spread = [wait(after(None, taken(max_age=600), feed=replace(FEED, key=f"f{number}"))) for number in range(200)]
    assert len(set(spread)) == 200
    assert 600 <= min(spread) < 605
    assert 655 < max(spread) <= 660
    longest = [
        wait(after(known(), unchanged(), feed=replace(FEED, key=f"f{number}", interval=DAY))) for number in range(200)
    ]
    assert max(longest) - min(longest) > 0.09 * POLICY.max_interval, "at the bound, they are spread below it"
    assert max(longest) <= POLICY.max_interval


def test_without_jitter_a_wait_is_exact() -> None:
    policy = SchedulePolicy(jitter=0)
    assert wait(after(None, taken(), policy=policy)) == 300


def test_a_feed_that_has_ended_is_asked_as_seldom_as_may_be() -> None:
    done = after(known(), taken(hints=Hints(ttl=math.inf)))
    assert DAY * 0.9 <= wait(done) <= DAY
    assert done.next_poll_reason == "the publisher says that nothing more will come (expired)"
    assert wait(after(known(), taken(hints=Hints(ttl=math.inf)), feed=replace(FEED, max_interval=HOUR))) <= HOUR
