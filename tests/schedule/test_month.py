"""A simulated month of 2,000 feeds: what has to hold whatever publishers, our own line and our own machine do.

The month (`month`, `world`): feeds from an entry every ten minutes to one in two months, with quiet nights and bursts;
publishers with max-age, ttl, skipHours and skipDays, rate limits, mishaps of all kinds, moves for good and for show;
four outages of our own line, ten restarts, two long sleeps, a day with a wall clock three hours slow.

1. asked      No request comes sooner than a server asked: max-age, Retry-After, ttl.
2. hours      None that is on time comes in hours or days that a publisher has ruled out, but at `max_interval`.
3. hosts      Never two starts on one host within its spacing, never more under way there than `per_host`.
4. forgotten  Every feed that is not gone is asked at least every `max_interval`, our own absences aside.
5. storms     Polls a second are bounded, at start, after a sleep and after an outage as ever.
6. missed     Of feeds that may be polled freely, hardly an entry leaves its document unseen.
7. requests   The same freshness costs far fewer requests than a fixed interval; the same requests are far fresher.
8. outage     An outage of our own line is charged to nobody.
9. back-off   It grows, is bounded, finds what has come back in due time, and is forgotten at once.
10. limits    A server that limits us is seldom driven to say so.
11. gone      A feed that is gone is asked three times more, and shown.
12. moves     A move for good is followed; one that dies is given up; one that changes is never believed; no exemption
              from the guard of addresses moves along.
"""

from collections import Counter
from itertools import pairwise
from statistics import median

import pytest

from tests.schedule.month import OUTAGES, POLICY, SLEEPS, Month, Watch
from tests.schedule.world import DAY, HOUR, MONTH, TEMPERS
from wire.model import Health
from wire.schedule.agenda import PROBE
from wire.schedule.line import MANY


def of(month: Month, *tempers: str) -> list[Watch]:
    assert set(tempers) <= set(TEMPERS)
    found = [watch for watch in month.watches.values() if watch.publisher.temper in tempers]
    assert found
    return found


def the_month_is_one_to_learn_from(month: Month) -> None:
    assert len(month.watches) == 2000
    assert {watch.publisher.temper for watch in month.watches.values()} == set(TEMPERS)
    assert month.polls > 100_000
    assert {"ok", "spared", "dns", "connect", "timeout", "status", "address", "truncated", "broken"} <= set(
        month.outcomes
    )
    shared = Counter(watch.publisher.host for watch in month.watches.values())
    assert max(shared.values()) > 30


def never(month: Month) -> None:
    """What `month` watches for at every poll: asked, hours, spacing, per host, forgotten, exemption, charged."""
    assert month.wrong == {}


def no_storms(month: Month) -> None:
    rate = len(month.watches) / POLICY.spread
    assert month.busiest <= 1.5 * rate + 1
    assert max(month.on_wake) <= 11 * rate
    assert max(month.on_wake) > 5 * rate, "there was something to hold back"


def hardly_an_entry_is_missed(month: Month) -> None:
    free = of(month, "plain", "flaky", "moved", "wandering", "moved-and-lost")
    missed, seen = sum(watch.missed for watch in free), sum(watch.seen for watch in free)
    assert seen > 100_000
    assert missed / seen < 0.001


def the_same_freshness_for_fewer_requests(month: Month) -> None:
    plain = of(month, "plain")
    polls = sum(watch.polls for watch in plain)
    seen = sum(watch.seen for watch in plain)
    lag = sum(watch.lag for watch in plain) / seen
    fixed = sum(MONTH / watch.feed.interval for watch in plain)
    fixed_lag = sum(watch.seen * watch.feed.interval / 2 for watch in plain) / seen
    assert polls < 0.4 * fixed
    assert lag < 1.2 * fixed_lag
    spent_evenly = MONTH * len(plain) / polls / 2
    assert lag < 0.5 * spent_evenly, "as many requests, the same interval for all feeds"


def an_outage_of_our_own_is_noticed_and_probed(month: Month) -> None:
    away = sum(seconds for _, seconds in OUTAGES)
    least = sum(seconds // (PROBE + 31) for _, seconds in OUTAGES)
    assert least / 2 < month.outcomes["spared"] < away / PROBE + (len(OUTAGES) + len(SLEEPS)) * (MANY + 128)


def back_off_grows_and_is_forgotten_at_once(month: Month) -> None:
    for watch in of(month, "down", "broken", "forbidden"):
        publisher, waits = watch.publisher, watch.waits
        long = publisher.ends - publisher.begins
        assert all(later > 0.8 * sooner for sooner, later in pairwise(waits)), publisher
        assert all(wait <= POLICY.max_interval for wait in waits)
        if long >= 2 * DAY and waits[0] <= long / 48:
            assert waits[-1] > 3 * waits[0], publisher
        assert watch.found_after is not None
        usual = month.states[publisher.key].interval or 0.0
        patience = {"down": max(POLICY.retry, (long + DAY) / 8), "broken": long, "forbidden": long + POLICY.retry}
        bound = 1.1 * max(patience[publisher.temper], 2 * usual) + 20 * 60
        assert watch.found_after <= bound, (publisher.temper, watch.found_after, long)
        assert watch.recovered_in is not None
        assert watch.recovered_in <= 3 * usual + HOUR


def a_dead_feed_is_asked_seldom_and_for_ever(month: Month) -> None:
    for watch in of(month, "dead", "inside"):
        assert MONTH / POLICY.max_interval * 0.8 < watch.polls < 2 * MONTH / POLICY.max_interval
        assert month.states[watch.feed.key].health is Health.FAILING


def a_server_that_limits_us_seldom_has_to(month: Month) -> None:
    limited = of(month, "limited")
    refused = sum(watch.publisher.refusals for watch in limited)
    assert 0 < refused < 0.2 * sum(watch.publisher.requests for watch in limited)


def gone_is_believed_at_the_third_time_and_shown(month: Month) -> None:
    for watch in of(month, "gone"):
        state = month.states[watch.feed.key]
        if watch.publisher.begins < MONTH - 5 * DAY:
            assert watch.after_gone == 3
            assert state.health is Health.GONE
            assert state.next_poll_at is None
            assert "410" in (state.next_poll_reason or "")


def moves_for_good_are_learned_and_no_others(month: Month) -> None:
    for watch in of(month, "moved"):
        assert watch.urls == [watch.publisher.url, watch.publisher.new_url]
        assert month.states[watch.feed.key].moved_to == watch.publisher.new_url
    for watch in of(month, "wandering"):
        assert watch.urls == [watch.publisher.url]
    lost = [watch for watch in of(month, "moved-and-lost") if watch.publisher.new_url in watch.urls]
    assert lost
    for watch in lost:
        assert watch.urls == [watch.publisher.url, watch.publisher.new_url, watch.publisher.url]
        assert month.states[watch.feed.key].failures == 0


def learned_intervals_follow_the_rhythm(month: Month) -> None:
    by_rhythm = {
        between: median(
            month.states[watch.feed.key].interval or 0.0
            for watch in of(month, "plain")
            if watch.publisher.between == between and watch.feed.interval == 2 * HOUR
        )
        for between in (600.0, HOUR, 4 * HOUR, DAY, 7 * DAY)
    }
    learned = list(by_rhythm.values())
    assert learned == sorted(learned)
    for between, interval in by_rhythm.items():
        assert 0.5 < interval / min((2 * HOUR * between) ** 0.5, POLICY.max_interval) < 1.6, (between, interval)


def every_wait_has_its_reason(month: Month) -> None:
    for state in month.states.values():
        assert state.next_poll_reason
    kinds = {" ".join((state.next_poll_reason or "").split()[:2]) for state in month.states.values()}
    assert {"its rhythm:", "the server", "the publisher's", "backing off:", "gone: the", "a fixed"} <= kinds


@pytest.mark.timeout(300)  # a busy machine with two processors: it takes 20 s of one
def test_a_month_of_two_thousand_feeds(subtests: pytest.Subtests) -> None:
    month = Month().run()
    for check in (
        the_month_is_one_to_learn_from,
        never,
        no_storms,
        hardly_an_entry_is_missed,
        the_same_freshness_for_fewer_requests,
        an_outage_of_our_own_is_noticed_and_probed,
        back_off_grows_and_is_forgotten_at_once,
        a_dead_feed_is_asked_seldom_and_for_ever,
        a_server_that_limits_us_seldom_has_to,
        gone_is_believed_at_the_third_time_and_shown,
        moves_for_good_are_learned_and_no_others,
        learned_intervals_follow_the_rhythm,
        every_wait_has_its_reason,
    ):
        with subtests.test(check.__name__):
            check(month)
