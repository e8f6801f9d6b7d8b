"""Which feeds are picked, and when: timers, pace, and our own line."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain, pairwise

import pytest

from tests.schedule.samples import NOW, POLICY, after, failed, taken
from wire import schedule
from wire.model import Failure, Feed, Health, PollState
from wire.policy import SchedulePolicy
from wire.schedule import Agenda
from wire.schedule.agenda import PROBE
from wire.schedule.line import Line, Suspect
from wire.schedule.pace import FLOOR
from wire.schedule.timers import SET_BACK, Timers, seconds_left


def feeds(count: int, *, hosts: int | None = None) -> list[Feed]:
    return [
        Feed(key=f"f{n}", url=f"https://h{n % (hosts or count)}.example/{n}", source="S", interval=300)
        for n in range(count)
    ]


def planned(
    polled: list[Feed],
    states: dict[str, PollState] | None = None,
    *,
    policy: SchedulePolicy = POLICY,
    per_host: int = 2,
    at_once: int = 100,
    now: float = 0.0,
) -> Agenda:
    agenda = Agenda()
    agenda.plan(polled, states or {}, policy, per_host=per_host, at_once=at_once, wall=NOW, now=now)
    return agenda


def state(feed: Feed, seconds: float, **fields: object) -> PollState:
    """Of a feed that is due in so many seconds."""
    due = {"feed": feed.key, "url": feed.url, "next_poll_at": NOW + timedelta(seconds=seconds), "last_polled_at": NOW}
    return PollState(**{**due, **fields})  # type: ignore[arg-type]  # the fields of the record


def finish(agenda: Agenda, feed: Feed, now: float, seconds: float = 300) -> None:
    agenda.end(feed, state(feed, seconds), wall=NOW, now=now)


# --- timers -----------------------------------------------------------------------------------------------------------


def test_what_was_never_polled_is_due_what_is_disabled_never_and_what_is_gone_no_more() -> None:
    new, off, gone = feeds(3)
    states = {gone.key: state(gone, 0, next_poll_at=None, health=Health.GONE)}
    agenda = planned([new, replace(off, enabled=False), gone], states)
    assert agenda.due(0) == [new]
    assert agenda.due(1e9) == [new]


def test_the_longest_overdue_comes_first() -> None:
    one, two, three = feeds(3)
    states = {one.key: state(one, 50), two.key: state(two, 200), three.key: state(three, 20)}
    agenda = planned([one, two, three], states)
    assert agenda.next_at(0) == 20
    assert agenda.due(60) == [three, one]
    assert agenda.pick(60, 1) == [three]
    assert agenda.next_at(61) == 61, "one waits for its turn"


def test_a_poll_dated_in_the_future_was_dated_by_a_wrong_clock() -> None:
    (feed,) = feeds(1)
    ahead = state(feed, 86_400, last_polled_at=NOW + SET_BACK * 2)
    assert seconds_left(feed, ahead, NOW) == 0
    assert seconds_left(feed, state(feed, 600, last_polled_at=NOW + SET_BACK / 2), NOW) == 600


def test_a_new_url_owes_nothing_to_the_one_before() -> None:
    (feed,) = feeds(1)
    old = state(feed, 600, url="https://old.example/")
    assert seconds_left(feed, old, NOW) == 0
    assert seconds_left(feed, replace(old, moved_to=feed.url), NOW) == 600, "it is where the feed had moved already"
    gone = state(feed, 0, url="https://old.example/", next_poll_at=None, health=Health.GONE)
    assert seconds_left(feed, gone, NOW) == 0


def test_no_step_of_the_wall_clock_makes_a_feed_early_or_late() -> None:
    (feed,) = feeds(1)
    agenda = planned([feed])
    assert agenda.pick(0) == [feed]
    stepped = NOW + timedelta(days=1)
    agenda.end(feed, state(feed, 600, next_poll_at=stepped + timedelta(seconds=600)), wall=stepped, now=1)
    assert agenda.due(600) == []
    assert agenda.due(601) == [feed]


def test_a_reload_keeps_times_and_brings_new_bounds() -> None:
    one, two = feeds(2)
    agenda = planned([one], {one.key: state(one, 5000)})
    agenda.plan([one, two], {}, POLICY, per_host=2, at_once=9, wall=NOW, now=100)
    assert agenda.due(100) == [two]
    agenda.plan([one], {}, SchedulePolicy(max_interval=600), per_host=2, at_once=9, wall=NOW, now=100)
    assert agenda.due(699) == []
    assert agenda.due(700) == [one]
    agenda.plan([], {}, POLICY, per_host=2, at_once=9, wall=NOW, now=800)
    assert agenda.due(1e9) == []


def test_a_feed_that_a_reload_takes_away_while_it_is_polled_does_not_come_back() -> None:
    one, two = feeds(2)
    agenda = planned([one, two])
    assert agenda.pick(0) == [one, two]
    agenda.plan([two], {}, POLICY, per_host=2, at_once=9, wall=NOW, now=1)
    finish(agenda, one, 2)
    finish(agenda, two, 2)
    assert agenda.due(1e9) == [two]


def test_timers_that_are_set_again_fire_once() -> None:
    timers = Timers()
    timers.set("a", 5)
    timers.set("a", 3)
    timers.set("a", 7)
    timers.set("b", 6)
    timers.stop("b")
    assert timers.next_at() == 7
    assert timers.fired(6) == []
    assert timers.fired(7) == ["a"]
    assert timers.fired(100) == []


# --- pace -------------------------------------------------------------------------------------------------------------


def begun_by_second(agenda: Agenda, seconds: int, *, lasting: float = 0.2) -> list[int]:
    """How many polls begin in each second, each of which lasts so long."""
    counts = [0] * seconds
    running: list[tuple[Feed, float]] = []
    for tick in range(seconds * 10):
        now = tick / 10
        for feed, ends in [each for each in running if each[1] <= now]:
            finish(agenda, feed, now, seconds=1e6)
            running.remove((feed, ends))
        picked = agenda.pick(now)
        counts[int(now)] += len(picked)
        running += [(feed, now + lasting) for feed in picked]
    return counts


@pytest.mark.parametrize("count", [30, 3000])
def test_what_is_due_all_at_once_is_spread(count: int) -> None:
    counts = begun_by_second(planned(feeds(count)), 70)
    rate = max(FLOOR, count / POLICY.spread)
    assert sum(counts) == count
    assert max(counts) <= 1.5 * rate + 1
    assert sum(counts[:62]) == count, "all have had their turn within the time"


def test_spreading_never_slows_what_is_polled_often() -> None:
    policy = SchedulePolicy(min_interval=10, spread=600)
    agenda = planned(feeds(1000), policy=policy, at_once=1000)
    assert sum(begun_by_second(agenda, 11)) == 1000


def test_one_host_is_asked_at_its_spacing_and_the_others_meanwhile() -> None:
    crowd, other = feeds(20, hosts=1), Feed(key="o", url="https://other.example/", source="O")
    agenda = planned([*crowd, other])
    starts: list[float] = []
    for tick in range(600):
        picked = agenda.pick(tick / 10)
        starts += [tick / 10 for feed in picked if feed != other]
        assert tick or other in picked, "it does not wait behind the crowd"
        for feed in picked:
            finish(agenda, feed, tick / 10 + 0.05, seconds=1e6)
    assert len(starts) == 20
    gaps = [later - sooner for sooner, later in pairwise(starts)]
    assert min(gaps) >= 1
    assert max(gaps) <= 2.1
    assert len({round(gap, 1) for gap in gaps}) > 3, "no metronome"


def test_a_host_may_have_a_spacing_of_its_own() -> None:
    policy = SchedulePolicy(spacing=0, spacing_of={"h0.example": 30.0})
    slow, quick = feeds(5, hosts=1), [Feed(key=f"q{n}", url="https://q.example/", source="Q") for n in range(5)]
    agenda = planned([*slow, *quick], policy=policy, per_host=9)
    picked = agenda.pick(0)
    assert [feed.key[0] for feed in picked].count("f") == 1
    assert [feed.key[0] for feed in picked].count("q") == 4, "as much as a moment's pace allows"
    for feed in picked:
        finish(agenda, feed, 0.1)
    assert [feed.key[0] for feed in agenda.pick(29)] == ["q"]
    assert len(agenda.pick(60)) == 1


def test_a_slow_host_has_few_polls_under_way() -> None:
    policy = SchedulePolicy(spacing=0)
    agenda = planned(feeds(10, hosts=1), policy=policy, per_host=3)
    picked = [feed for second in range(10) for feed in agenda.pick(second)]
    assert len(picked) == 3
    finish(agenda, picked[0], 10)
    assert len(agenda.pick(11)) == 1


def test_polls_under_way_have_a_bound() -> None:
    agenda = planned(feeds(100), at_once=7)
    assert sum(len(agenda.pick(second)) for second in range(30)) == 7


def test_a_poll_by_hand_is_not_begun_a_second_time() -> None:
    one, two = feeds(2)
    agenda = planned([one, two])
    agenda.begin(one, 0)
    agenda.begin(one, 0)
    assert agenda.pick(1) == [two]
    finish(agenda, one, 2, seconds=10)
    assert agenda.due(12) == [one]


def test_chosen_by_hand_they_keep_the_pace_due_or_not() -> None:
    crowd = feeds(5, hosts=1)
    agenda = planned(crowd, {feed.key: state(feed, 5000) for feed in crowd})
    assert agenda.pick(0) == []
    assert agenda.choose(crowd, 0) == crowd[:1]
    assert agenda.choose(crowd, 0.5) == []


def test_where_a_feed_has_moved_to_is_the_host_that_counts() -> None:
    crowd = feeds(2)
    states = {
        crowd[1].key: state(crowd[1], 0, moved_to="https://h0.example/2"),
        crowd[0].key: state(crowd[0], 0),
    }
    assert len(planned(crowd, states).pick(0)) == 1


# --- our own line -----------------------------------------------------------------------------------------------------


def hear(agenda: Agenda, feed: Feed, now: float, failure: Failure | None = None, elapsed: float = 0.1) -> list[str]:
    """The keys of the polls that are to be forgotten once this one has ended."""
    outcome = replace(failed(failure), elapsed=elapsed) if failure else taken()
    return [each.feed.key for each in agenda.heard(feed, None, outcome, now)]


def test_many_hosts_that_fail_at_once_are_all_forgotten() -> None:
    polled = feeds(20)
    agenda = planned(polled)
    for number in range(7):
        assert hear(agenda, polled[number], 10 + number, Failure.DNS) == []
        assert not agenda.line.down
    assert hear(agenda, polled[7], 17, Failure.TIMEOUT) == [f"f{n}" for n in range(8)]
    assert agenda.line.down
    assert hear(agenda, polled[9], 18, Failure.CONNECT) == ["f9"], "and so is what fails from now on"


@pytest.mark.parametrize("answer", [None, Failure.STATUS, Failure.BROKEN, Failure.TOO_LARGE, Failure.REDIRECTS])
def test_any_answer_says_that_the_line_is_well(answer: Failure | None) -> None:
    polled = feeds(20)
    agenda = planned(polled)
    for number in range(7):
        hear(agenda, polled[number], 10 + number, Failure.DNS)
    hear(agenda, polled[15], 17, answer)
    for number in range(7, 14):
        assert hear(agenda, polled[number], 11 + number, Failure.DNS) == []
    assert hear(agenda, polled[14], 30, Failure.DNS) != []
    hear(agenda, polled[15], 31, answer)
    assert not agenda.line.down


@pytest.mark.parametrize("failure", [Failure.ADDRESS, Failure.NOT_A_FEED, Failure.PROTOCOL, Failure.FAULT])
def test_what_does_not_tell_of_the_line_does_not_count(failure: Failure) -> None:
    polled = feeds(40)
    agenda = planned(polled)
    for number in range(30):
        assert hear(agenda, polled[number], number, failure) == []
    assert not agenda.line.down
    for number in range(8):
        hear(agenda, polled[number], 50 + number, Failure.DNS)
    assert agenda.line.down
    hear(agenda, polled[9], 60, failure)
    assert agenda.line.down, "nor does it say that the line is back"


def test_slow_hosts_that_time_out_together_are_not_our_line() -> None:
    polled = feeds(40)
    agenda = planned(polled)
    for number in range(10, 40):
        hear(agenda, polled[number], 2.0)
    for number in range(10):
        assert hear(agenda, polled[number], 30.0, Failure.TIMEOUT, elapsed=30) == []
    assert not agenda.line.down, "others have answered since they were asked"


def test_what_was_under_way_when_the_line_broke_is_forgotten_as_well() -> None:
    polled = feeds(40)
    agenda = planned(polled)
    hear(agenda, polled[30], 5.0)
    assert hear(agenda, polled[20], 6.0, Failure.TRUNCATED) == []
    assert hear(agenda, polled[21], 6.0, Failure.TIMEOUT, elapsed=30) == []
    forgotten = [key for number in range(8) for key in hear(agenda, polled[number], 7.0, Failure.CONNECT)]
    assert {"f20", "f21"} <= set(forgotten)


def test_many_feeds_on_one_host_are_one_host() -> None:
    polled = [*feeds(20, hosts=1), Feed(key="x", url="https://x.example/", source="X")]
    agenda = planned(polled)
    for number in range(20):
        assert hear(agenda, polled[number], number, Failure.CONNECT) == []


@pytest.mark.parametrize(("hosts", "needed"), [(1, 3), (2, 3), (3, 3), (6, 3), (10, 5), (16, 8), (2000, 8)])
def test_how_many_hosts_have_to_fail(hosts: int, needed: int) -> None:
    line = Line()
    line.expect(hosts)
    assert line.needed == needed


def test_a_feed_that_failed_twice_gets_back_what_it_had_before_both() -> None:
    line = Line()
    line.expect(3)
    one, two, three = feeds(3)
    first = PollState(feed="f0", url=one.url)
    once = after(first, failed(), feed=one)
    line.heard(Suspect(feed=one, before=first, host="a", began=1), Failure.DNS, 1)
    line.heard(Suspect(feed=one, before=once, host="a", began=2), Failure.DNS, 2)
    line.heard(Suspect(feed=two, before=None, host="b", began=3), Failure.DNS, 3)
    forgotten = line.heard(Suspect(feed=three, before=None, host="c", began=4), Failure.DNS, 4)
    assert forgotten[0].before == first
    assert schedule.spared(one, forgotten[0].before, NOW, POLICY).failures == 0


def test_while_the_line_is_down_one_feed_at_a_time_is_tried() -> None:
    polled = feeds(100)
    agenda = planned(polled)
    for number in range(8):
        hear(agenda, polled[number], 0.0, Failure.DNS)
    picked = [feed for tick in range(600) for feed in agenda.pick(tick / 2)]
    assert len(picked) == len({feed.key for feed in picked}) == pytest.approx(300 / PROBE, abs=1)
    hear(agenda, picked[0], 300.0)
    assert len(agenda.pick(301)) > 3, "it is back"


def test_a_redirect_waits_for_the_spacing_of_the_host_that_it_leads_to() -> None:
    there, here = (
        Feed(key="t", url="https://t.example/", source="T"),
        Feed(key="h", url="https://h.example/", source="H"),
    )
    agenda = planned([there, here])
    assert set(agenda.pick(0)) == {there, here}
    wait = agenda.hop("h", "t.example", 0.1)
    assert 0.9 <= wait <= 1.9, "its host was asked a moment ago"
    assert 0.9 + wait <= agenda.hop("h", "t.example", 0.1), "and the next one waits for this one"
    assert agenda.hop("h", "cdn.example", 0.1) == 0
    assert agenda.hop("h", "h.example", 0.1) >= 0.9, "a redirect to the same host is one more request there"


def test_feeds_that_lead_to_one_host_do_not_begin_only_to_wait_there() -> None:
    policy = SchedulePolicy(min_interval=60, spacing=1)
    agenda = planned(feeds(4), policy=policy)

    def poll_all(now: float) -> list[float]:
        picked = agenda.pick(now)
        waits = [agenda.hop(feed.key, "cdn.example", now) for feed in picked]
        for feed in picked:
            finish(agenda, feed, now, seconds=60)
        return waits

    assert [round(wait) > 0 for wait in poll_all(0)] == [False, True, True, True], "nobody knew"
    waits = [poll_all(second) for second in range(60, 80)]
    assert sum(map(len, waits)) == 4
    assert max(map(len, waits)) == 1, "one at a time"
    assert not any(chain.from_iterable(waits))


def test_hosts_may_have_limits_of_their_own() -> None:
    agenda = Agenda()
    slow = feeds(10, hosts=1)
    limits = {"h0.example": 5}
    policy = SchedulePolicy(spacing=0)
    agenda.plan(slow, {}, policy, per_host=2, per_host_of=limits, at_once=99, wall=NOW, now=0)
    assert len([feed for second in range(10) for feed in agenda.pick(second)]) == 5
