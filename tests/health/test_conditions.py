"""When an alert begins and when it ends: once each, whatever flickers."""

from datetime import datetime, timedelta

import pytest

from tests.health.life import MONDAY, Life
from wire.health import Alert, Began, Change, Condition, Ended, Glance, RefusedFile, Severity
from wire.model import Health
from wire.policy import AlertPolicy

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def began(changes: list[Change]) -> Alert:
    """The one alert that began, and nothing else."""
    (one,) = changes
    assert isinstance(one, Began)
    return one.alert


def ended(changes: list[Change]) -> Ended:
    """The one that ended."""
    (one,) = changes
    assert isinstance(one, Ended)
    return one


@pytest.fixture
def life() -> Life:
    made = Life(policy=AlertPolicy(failing=600, calm=1800, gaps=2))
    made.ok(MONDAY, 10, first=True)
    return made


def test_a_file_that_fails_is_told_of_once_until_a_day_without(life: Life) -> None:
    def look(at: datetime, refused: RefusedFile | None = None) -> list[Change]:
        return life.poll(Glance(at=at, sign="-", last_ok_at=life.now, refused=refused), last_ok_at=at)

    first = RefusedFile(at=MONDAY + HOUR, file="a.xml", reason="not a feed but an HTML page")
    alert = began(look(MONDAY + HOUR, first))
    assert (alert.condition, alert.severity) == (Condition.REFUSED, Severity.WARNING)
    assert alert.summary == "a.xml can't be taken: not a feed but an HTML page"
    assert "a.xml.reason" in alert.advice
    assert not look(MONDAY + 2 * HOUR, first)
    second = RefusedFile(at=MONDAY + 20 * HOUR, file="b.xml", reason="the file is empty")
    assert not look(MONDAY + 20 * HOUR, second), "one more is no news"
    assert not look(MONDAY + 43 * HOUR, second)
    assert ended(look(MONDAY + 45 * HOUR, second)).end == "no file has failed for a day"
    assert not look(MONDAY + 46 * HOUR)


def test_a_feed_that_fails_is_told_of_once_and_once_when_it_is_back(life: Life) -> None:
    assert not life.fails(MONDAY + 5 * MINUTE)
    assert not life.fails(MONDAY + 10 * MINUTE)
    assert not life.fails(MONDAY + 14 * MINUTE), "three polls, and not yet ten minutes"
    alert = began(life.fails(MONDAY + 20 * MINUTE, status=404))
    assert (alert.condition, alert.feed, alert.severity) == (Condition.FAILING, "harbour", Severity.WARNING)
    assert alert.summary == "404 Out of order, since 2031-03-03 00:05 UTC (15 min), 4 polls in a row"
    assert "new address" in alert.advice
    assert not life.fails(MONDAY + 2 * HOUR)
    assert not life.ok(MONDAY + 2 * HOUR + 10 * MINUTE, 1)
    done = ended(life.ok(MONDAY + 2 * HOUR + 31 * MINUTE, 1))
    assert done.condition is Condition.FAILING
    assert "02:00" in done.end


def test_three_polls_have_to_fail_however_long_that_takes(life: Life) -> None:
    assert not life.fails(MONDAY + 5 * HOUR)
    assert not life.fails(MONDAY + 10 * HOUR)
    assert began(life.fails(MONDAY + 15 * HOUR)).condition is Condition.FAILING


def test_a_feed_that_flaps_is_one_alert(life: Life) -> None:
    now = MONDAY
    for _ in range(4):
        now += 5 * MINUTE
        life.fails(now)
    for turn in range(200):
        now += 5 * MINUTE
        if turn % 3:
            life.fails(now)
        else:
            life.ok(now, 1)
    assert [type(each) for each in life.changes] == [Began]


def test_single_failures_are_no_alert(life: Life) -> None:
    now = MONDAY
    for turn in range(300):
        now += 5 * MINUTE
        if turn % 3 == 0:
            life.fails(now)
        else:
            life.ok(now, 1)
    assert not life.changes


def test_the_publishers_farewell_takes_the_place_of_the_failure(life: Life) -> None:
    for day in range(1, 4):
        life.fails(MONDAY + day * DAY, status=410)
    glance = Glance(at=MONDAY + 4 * DAY, sign="x", failures=4, failure="status", status=410)
    changes = life.poll(glance, health=Health.GONE, failures=4)
    assert [type(each) for each in changes] == [Ended, Began]
    assert changes[1].alert.condition is Condition.GONE  # type: ignore[union-attr]  # Began, as asserted
    assert "wire poll harbour" in changes[1].alert.advice  # type: ignore[union-attr]  # as above
    back = life.ok(MONDAY + 5 * DAY, 1)
    assert ended(back).condition is Condition.GONE


def test_one_gap_is_none_two_in_a_day_are_an_alert_until_a_day_without(life: Life) -> None:
    assert not life.ok(MONDAY + HOUR, 10, sign="!")
    assert not life.ok(MONDAY + 26 * HOUR, 10, sign="!"), "a day later"
    alert = began(life.ok(MONDAY + 30 * HOUR, 10, sign="!"))
    assert alert.condition is Condition.GAPPING
    assert "2 polls in a day" in alert.summary
    for hour in range(31, 54):
        assert not life.ok(MONDAY + hour * HOUR, 1)
    assert ended(life.ok(MONDAY + 54 * HOUR + MINUTE, 1)).condition is Condition.GAPPING


def test_a_move_is_told_of_until_it_is_settled(life: Life) -> None:
    where = "https://new.example/feed"
    glance = Glance(at=MONDAY + HOUR, sign="~", last_ok_at=MONDAY)
    alert = began(life.poll(glance, moved_to=where))
    assert (alert.condition, alert.severity) == (Condition.MOVED, Severity.INFO)
    assert where in alert.summary
    assert not life.ok(MONDAY + 2 * HOUR, 1)
    settled = life.poll(Glance(at=MONDAY + 3 * HOUR, sign="~", last_ok_at=MONDAY), moved_to=None)
    assert ended(settled).condition is Condition.MOVED


def test_a_feed_that_fails_is_not_silent() -> None:
    life = Life()
    life.live(21, lambda _: 10)
    now = life.now
    for hour in range(12):
        life.fails(now + hour * HOUR)
    assert [each.alert.condition for each in life.changes if isinstance(each, Began)] == [Condition.FAILING]
    life.ok(now + 12 * HOUR, 0)
    assert Condition.SILENT not in life.pulse.open, "nobody could see what came in that time"


def test_ids_differ_by_condition_feed_and_time(life: Life) -> None:
    for minute in range(0, 20, 5):
        life.fails(MONDAY + minute * MINUTE)
    first = life.changes[0]
    life.ok(MONDAY + 3 * HOUR, 1)
    for minute in range(0, 20, 5):
        life.fails(MONDAY + 4 * HOUR + minute * MINUTE)
    second = life.changes[-1]
    assert isinstance(first, Began)
    assert isinstance(second, Began)
    assert first.alert.alert_id != second.alert.alert_id
