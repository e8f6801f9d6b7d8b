"""Which pauses are odd: months of feeds of every rhythm, on a simulated clock."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.health.life import (
    MONDAY,
    Life,
    Rate,
    day_and_night,
    mornings,
    never,
    now_and_then,
    office,
    round_the_clock,
)
from wire.health import Began, Ended, Hours, odds, silence
from wire.health.silence import DEPTH, WEEK, arrived, surprise, unwatched, watched

HOUR = timedelta(hours=1)
SHAPES = [round_the_clock, day_and_night, office, mornings, now_and_then]


@pytest.mark.parametrize("rate", SHAPES)
@pytest.mark.parametrize("seed", range(2))
def test_a_feed_that_lives_as_usual_is_never_silent(rate: Rate, seed: int) -> None:
    life = Life(seed=seed, interval=900)
    assert life.live(42, rate) == []


@pytest.mark.parametrize(
    ("rate", "hours"), [(round_the_clock, 4), (day_and_night, 12), (office, 30), (mornings, 80), (now_and_then, 84)]
)
def test_a_feed_that_stops_is_told_of_once(rate: Rate, hours: float) -> None:
    life = Life(interval=900)
    life.live(28 + 0.4, rate)  # Monday morning
    stopped = life.now
    (began,) = life.live(21, never)
    assert isinstance(began, Began)
    assert began.alert.began_at - stopped <= timedelta(hours=hours)
    back = life.live(7, rate)
    assert [type(each) for each in back] == [Ended]


def test_the_words_name_rhythm_and_pause() -> None:
    life = Life()
    life.live(21, lambda _: 10)
    (began,) = life.live(1, never)
    assert isinstance(began, Began)
    assert "usually every 5" in began.alert.summary
    assert "min, nothing for 3 h" in began.alert.summary
    assert began.alert.source == "Harbour Post"
    assert began.alert.advice


def test_a_first_night_and_a_first_weekend_say_nothing() -> None:
    life = Life(interval=900)
    assert life.live(14, office) == []


def test_in_its_first_week_a_feed_has_to_outlast_a_long_weekend() -> None:
    life = Life(interval=900)
    life.live(3, round_the_clock)
    stopped = life.now
    (began,) = life.live(5, never)
    assert isinstance(began, Began)
    assert timedelta(hours=72) <= began.alert.began_at - stopped <= timedelta(hours=74)


def test_a_new_timetable_is_learned() -> None:
    """From round the clock to office hours: told of in the first nights, then usual."""
    life = Life(interval=900)
    life.live(28, round_the_clock)
    assert 4 <= len(life.live(21, office)) <= 16
    assert life.live(56, office) == []


def test_time_that_nobody_watched_is_no_pause() -> None:
    life = Life(interval=900)
    life.live(21, round_the_clock)
    life.now += timedelta(hours=30)  # the daemon was stopped
    assert life.live(0.1, never) == []
    assert life.pulse.hours.carried < 5
    (began,) = life.live(1, never)
    assert isinstance(began, Began), "and goes on counting from there"


def test_what_is_left_unwatched_in_the_middle_ends_no_pause() -> None:
    life = Life(interval=900)
    life.live(21, round_the_clock)
    (began,) = life.live(1, never)
    life.now += timedelta(hours=30)
    assert life.live(1, never) == []
    assert [type(each) for each in life.live(1, round_the_clock)] == [Ended]
    assert isinstance(began, Began)


def test_a_trickle_is_no_end() -> None:
    """One entry now and then, where ten an hour were usual: one alert, not one a pause."""
    life = Life(interval=900)
    life.live(28, round_the_clock)
    trickle = life.live(3, lambda at: 4 if at.hour % 6 == 0 and at.minute < 15 else 0)
    assert [type(each) for each in trickle] == [Began]


@pytest.mark.parametrize(("silence", "told"), [(0.0, False), (3600.0 * 6, True)])
def test_an_operator_can_say_it_for_a_feed(silence: float, told: bool) -> None:
    life = Life(interval=900)
    life.feed = replace(life.feed, silence=silence)
    life.live(0.3, round_the_clock)
    stopped = life.now
    changes = life.live(2, never)
    assert bool(changes) is told
    if told:
        (began,) = changes
        assert isinstance(began, Began)
        assert timedelta(hours=5.7) <= began.alert.began_at - stopped <= timedelta(hours=6.4)


moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))


@given(st.lists(moments, min_size=1, max_size=40).map(sorted))
def test_what_is_learned_stays_within_its_bounds(times: list[datetime]) -> None:
    hours = watched(Hours(), MONDAY)
    before = 0.0
    for at in times:
        hours = arrived(hours, at)
        assert len(hours.seen) == len(hours.active) == WEEK
        assert max(hours.seen) <= DEPTH
        assert all(each < 1 << seen for seen, each in zip(hours.seen, hours.active, strict=True)), "bits that were seen"
        assert surprise(hours, at) == 0.0, "something has just come"
        later = [surprise(hours, at + n * HOUR) for n in range(60)]
        assert later == sorted(later), "a pause grows odder, never less odd"
        assert odds(hours, at + HOUR) >= 1.0
        before = max(before, later[-1])


@given(moments, st.integers(0, 500), st.integers(0, 500))
def test_unwatched_time_adds_nothing(at: datetime, quiet: int, away: int) -> None:
    hours = Hours(seen=bytes([4] * WEEK), active=bytes([0b1111] * WEEK), until=at.replace(minute=0))
    last = at + quiet * HOUR
    seen = surprise(hours, last)
    after = unwatched(hours, last, last + away * HOUR)
    assert surprise(after, last + away * HOUR) == pytest.approx(seen)
    assert silence.arrived(after, last + away * HOUR).carried == 0.0
