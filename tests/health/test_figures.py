"""Figures over the last polls."""

import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.health.life import MONDAY, Life
from wire.health import Glance, Latch, Pulse, glanced, quantile, share, trouble
from wire.health.figures import lags
from wire.health.pulse import GAPS, LAGS, POLLS
from wire.model import Failure, Rhythm

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)


def test_lag_counts_credible_times_alone() -> None:
    def seconds(**ago: float) -> list[int]:
        return lags([NOON - timedelta(**ago)], NOON)

    assert seconds(seconds=90) == [90]
    assert seconds(hours=30) == [108_000]
    assert seconds(minutes=-4) == [0], "its clock is a little ahead"
    assert seconds(minutes=-6) == [], "from the future"
    assert seconds(days=4) == [], "back-dated"
    assert seconds(hours=12) == [], "midnight sharp: a date without a time"


def test_a_first_document_is_history_and_no_arrival() -> None:
    old = tuple(NOON - timedelta(minutes=minute) for minute in (7, 60, 120))
    first = Glance(at=NOON, sign="+", first=True, new=3, published=old, rhythm=Rhythm(entries=3, seconds=7200))
    pulse = glanced(Pulse(feed="a"), first)
    assert (pulse.lags, pulse.heard_at, pulse.usual) == ((), NOON - timedelta(minutes=7), 2400)
    later = NOON + timedelta(minutes=10)
    pulse = glanced(
        pulse,
        Glance(at=later, sign="+", new=1, published=(NOON + timedelta(minutes=4),), last_ok_at=NOON, planned=600),
    )
    assert (pulse.lags, pulse.heard_at, pulse.recent) == ((360,), later, "++")


def test_shares_are_of_the_answered_polls() -> None:
    assert share("~~=-+!xxxx", "~") == pytest.approx(2 / 6)
    assert share("~~=-+!xxxx", "x") == pytest.approx(0.4)
    assert share("xx", "~") is None
    assert share("", "x") is None


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=200), st.sampled_from([0.5, 0.95]))
def test_a_quantile_is_a_value_that_so_many_do_not_exceed(values: list[int], of: float) -> None:
    found = quantile(values, of)
    assert found in values
    assert sum(each <= found for each in values) >= of * len(values)
    assert sum(each < found for each in values) < of * len(values)
    if of == 0.5:
        assert found == statistics.median_low(values)


def test_what_is_remembered_is_bounded() -> None:
    life = Life()
    for number in range(300):
        at = MONDAY + timedelta(hours=number)
        published = tuple(at - timedelta(seconds=each) for each in range(1, 4))
        life.poll(Glance(at=at, sign="!", new=3, published=published, last_ok_at=at - timedelta(hours=1), planned=3600))
    assert (len(life.pulse.recent), len(life.pulse.lags), len(life.pulse.gapped_at)) == (POLLS, LAGS, GAPS)


def test_the_usual_time_between_two_entries_is_hardly_moved_by_a_silence() -> None:
    life = Life()
    life.live(2, lambda _: 10)
    before = life.pulse.usual or 0
    life.now += timedelta(minutes=1)
    life.ok(life.now + timedelta(hours=1, minutes=50), 1)
    assert before == pytest.approx(360, rel=0.3)
    assert life.pulse.usual == pytest.approx(before, rel=0.1)


@pytest.mark.parametrize("failure", Failure)
@pytest.mark.parametrize("status", [None, 302, 401, 403, 404, 410, 418, 429, 451, 500, 503, 599])
def test_every_failure_has_its_words(failure: Failure, status: int | None) -> None:
    found = trouble(
        failure=failure,
        status=status,
        last_error=f"{failure}: something happened",
        since=NOON - timedelta(hours=3),
        failures=4,
        last_ok_at=NOON - timedelta(hours=4),
        url="https://harbour.example/feed",
        now=NOON,
    )
    assert str(found) == "something happened, since 2031-03-03 09:00 UTC (3 h), 4 polls in a row"
    assert len(found.do) > 20
    assert "{" not in found.do


def test_who_has_never_worked_is_said_so() -> None:
    found = trouble(
        failure="dns",
        status=None,
        last_error="dns: the name harbour.example can't be resolved",
        since=NOON,
        failures=1,
        last_ok_at=None,
        url="https://harbour.example/feed",
        now=NOON,
    )
    assert found.since.endswith("1 poll, it has never worked")
    assert "getent hosts harbour.example" in found.do


def test_a_latch_holds_through_flickering() -> None:
    latch = Latch(after=10, calm=60)
    assert [latch.seen(present, now) for now, present in ((0, True), (5, False), (6, True), (15, True))] == [None] * 4
    assert latch.seen(True, 16) == "began"
    assert [latch.seen(present, now) for now, present in ((20, False), (70, False), (75, True), (80, False))] == [
        None
    ] * 4
    assert latch.seen(False, 139) is None
    assert latch.seen(False, 140) == "ended"
