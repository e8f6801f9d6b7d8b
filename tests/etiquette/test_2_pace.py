"""How often, how fast, and how long to stay away."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import anyio
import pytest

from tests.etiquette.publisher import Desk, ok, reply, rss, run
from tests.fetch.server import Request
from wire.model import Feed, Health
from wire.policy import FetchPolicy, SchedulePolicy
from wire.store import Store

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    "header", ["Cache-Control: max-age=3600", "Cache-Control: public, max-age=3600", "Expires: {later}"]
)
def test_freshness_of_a_200_is_honoured(store: Store, header: str) -> None:
    """5.1 Cache-Control max-age and Expires on a 200 put the next poll off."""

    async def work(desk: Desk) -> None:
        later = format_datetime(desk.clock.now + timedelta(hours=1), usegmt=True)
        assert await desk.wait_after(ok(header.format(later=later))) == HOUR

    run(store, work)


def test_freshness_of_a_304_is_honoured(store: Store) -> None:
    """5.2 The same on a 304."""

    async def work(desk: Desk) -> None:
        await desk.wait_after(ok('ETag: "1"'))
        assert await desk.wait_after(reply("304 Not Modified", "Cache-Control: max-age=7200")) == 2 * HOUR

    run(store, work)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("form", ["7200", "{later}"])
def test_retry_after_is_honoured(store: Store, status: str, form: str) -> None:
    """5.3 Retry-After, as seconds or as a date, on 429 and on 503: the least that is waited."""

    async def work(desk: Desk) -> None:
        later = format_datetime(desk.clock.now + timedelta(hours=2), usegmt=True)
        assert await desk.wait_after(reply(status, f"Retry-After: {form.format(later=later)}")) == 2 * HOUR

    run(store, work)


@pytest.mark.parametrize(("value", "least", "most"), [("0", 60, 600), ("5", 60, 600), ("999999999", DAY, DAY)])
def test_retry_after_is_clamped(store: Store, value: str, least: float, most: float) -> None:
    """5.4 What a server asks is clamped: not under a minute, not over a day."""

    async def work(desk: Desk) -> None:
        assert least <= await desk.wait_after(reply("503 Busy", f"Retry-After: {value}")) <= most
        assert least <= await desk.wait_after(ok(f"Cache-Control: max-age={value}")) <= most

    run(store, work)


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "0x10", "", "Wed, 99 Foo 2031", "٣٠", "10, 20"])
def test_garbage_is_no_wish(store: Store, value: str) -> None:
    """5.5 A wish that makes no sense is none: the usual wait holds."""

    async def work(desk: Desk) -> None:
        usual = await desk.wait_after(reply("503 Busy"))
        fresh = Desk(store=store, publisher=desk.publisher)
        assert await fresh.wait_after(reply("503 Busy", f"Retry-After: {value}"), fresh.feed(key="b")) == usual
        assert await fresh.wait_after(ok(f"Expires: {value}"), fresh.feed(key="c")) <= 300

    run(store, work)


def test_a_429_slows_down_and_successes_relieve(store: Store) -> None:
    """6.1 A 429 slows a feed down even without Retry-After, and for longer than one poll; successes relieve it."""

    async def work(desk: Desk) -> None:
        usual = await desk.wait_after(ok())
        await desk.wait_after(reply("429 Too Many Requests"))
        waits = [await desk.wait_after(ok(f"X-N: {n}")) for n in range(8)]
        assert waits[0] > 1.5 * usual
        assert waits == sorted(waits, reverse=True)
        assert waits[-1] == usual

    run(store, work)


def test_a_403_is_met_as_a_ban(store: Store) -> None:
    """6.2 A 403 may be a ban: the feed is asked from an hour on, and the operator is told in words."""

    async def work(desk: Desk) -> None:
        assert await desk.wait_after(reply("403 Forbidden")) >= HOUR
        with store.reading() as read:
            row = read.feed("a").feed
        assert row.health == Health.FAILING
        assert "a ban, or too many requests" in (row.last_error or "")

    run(store, work)


def test_requests_to_a_host_are_spaced(store: Store) -> None:
    """7.1 Requests to one host begin a spacing apart, lengthened by chance."""

    async def work(desk: Desk) -> None:
        desk.schedule = SchedulePolicy(spacing=0.3)
        feeds = [desk.feed(f"/{n}", f"f{n}") for n in range(5)]
        await _pass(desk, *feeds)
        gaps = [later - sooner for sooner, later in itertools.pairwise(sorted(desk.publisher.times))]
        assert min(gaps) >= 0.15, "spaced when they began; a busy machine may read the first one late"
        assert len({round(gap, 3) for gap in gaps}) > 1, "no metronome"

    run(store, work)


async def _pass(desk: Desk, *feeds: Feed) -> None:
    """One pass over feeds, in seconds that pass."""
    async with desk.poller(*feeds, steady=time.monotonic) as poller:
        await poller.poll(feeds)


def test_few_requests_are_under_way_at_a_host(store: Store) -> None:
    """7.2 Not more than `per_host` requests are under way at one host."""

    async def work(desk: Desk) -> None:
        desk.schedule = SchedulePolicy(spacing=0)
        feeds = _slow(desk, 8)
        await _pass(desk, *feeds)
        assert desk.publisher.most_at_once == 2

    run(store, work)


def _slow(desk: Desk, count: int) -> Sequence[Feed]:
    async def slowly(_: Request) -> bytes:
        await anyio.sleep(0.15)
        return ok()

    feeds = [desk.feed(f"/{n}", f"f{n}") for n in range(count)]
    desk.publisher.answers = {f"/{n}": slowly for n in range(count)}
    return feeds


def test_both_can_be_set_by_host(store: Store) -> None:
    """7.3 Spacing and number are an operator's to set for single hosts."""

    async def work(desk: Desk) -> None:
        desk.schedule = SchedulePolicy(spacing=30, spacing_of={"127.0.0.1": 0.0})
        desk.fetch = FetchPolicy(per_host_of={"127.0.0.1": 4})
        feeds = _slow(desk, 8)
        await _pass(desk, *feeds)
        assert desk.publisher.most_at_once == 4

    run(store, work)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["same", "other"])
def test_redirects_are_spaced(store: Store, host: str) -> None:
    """7.4 A redirect keeps the spacing of the host that it leads to, the same or another one."""

    async def work(desk: Desk) -> None:
        desk.schedule = SchedulePolicy(spacing=0.6)
        for n in range(2):
            desk.publisher.answers[f"/{n}"] = reply("302 Found", f"Location: {desk.publisher.url('/end', host)}")
        feeds = [desk.feed(f"/{n}", f"f{n}", host) for n in range(2)]
        await _pass(desk, *feeds)
        assert sorted(desk.publisher.paths) == ["/0", "/1", "/end", "/end"]
        gaps = [later - sooner for sooner, later in itertools.pairwise(sorted(desk.publisher.times))]
        assert min(gaps) >= 0.3, "spaced when they began; a busy machine may read the first one late"

    run(store, work)


def test_times_survive_a_restart(store: Store) -> None:
    """8.1 The time of the next poll survives a restart: a daemon that is started often asks no more often."""

    async def work(desk: Desk) -> None:
        await desk.poll(desk.feed())
        for _ in range(5):
            async with desk.poller(desk.feed()) as poller:
                assert poller.pick() == []
        assert len(desk.publisher.requests) == 1

    run(store, work)


def test_no_storm_at_start(store: Store) -> None:
    """8.2 Feeds that are all due, after a start or a long sleep, are spread over `spread`."""

    async def work(desk: Desk) -> None:
        feeds = [desk.feed(f"/{n}", f"f{n}", f"127.0.{n // 250}.{n % 250 + 1}") for n in range(1200)]
        async with desk.poller(*feeds) as poller:
            picked = []
            for _ in range(70):
                picked.append(len(poller.pick()))
                desk.clock.pass_by(1)
        # Those that are under way and never end fill the places at some time; the pace is set before that.
        assert max(picked) <= 1.5 * 1200 / desk.schedule.spread
        assert picked[0] < 20

    run(store, work)


def test_one_request_for_a_new_feed(store: Store) -> None:
    """8.3 A feed that is added costs its publisher one request: no favicon, no robots.txt, no second look."""

    async def work(desk: Desk) -> None:
        await desk.poll(desk.feed())
        assert desk.publisher.paths == ["/feed"]

    run(store, work)


@pytest.mark.parametrize(
    ("channel", "wait"),
    [
        ("<ttl>120</ttl>", 2 * HOUR),
        ("<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>hourly</sy:updatePeriod>", HOUR),
        ("<skipHours><hour>12</hour><hour>13</hour></skipHours>", 2 * HOUR),
        ("<skipDays><day>Wednesday</day></skipDays>", 12 * HOUR),
    ],
    ids=["ttl", "sy", "skipHours", "skipDays"],
)
def test_hints_of_a_document_are_honoured(store: Store, channel: str, wait: float) -> None:
    """12.1 ttl, sy:updatePeriod, skipHours and skipDays put the next poll off."""

    async def work(desk: Desk) -> None:
        found = await desk.wait_after(ok(body=rss("Ferry late", channel=channel)))
        assert wait <= found <= wait + 600, "at the stroke of an hour, feeds are scattered"

    run(store, work)


def test_hints_stay_within_the_operators_bounds(store: Store) -> None:
    """12.2 Hints lengthen a wait within the operator's bounds, and never shorten one."""

    async def work(desk: Desk) -> None:
        weekly = ok(body=rss("Ferry late", channel="<ttl>10080</ttl>"))
        assert await desk.wait_after(weekly, desk.feed(max_interval=900.0)) <= 900
        eager = ok(body=rss("Ferry late", channel="<ttl>1</ttl>"))
        assert await desk.wait_after(eager, desk.feed(key="b", interval=600.0)) >= 600
        fixed = desk.feed(key="c", interval=300.0, adaptive=False)
        assert await desk.wait_after(weekly, fixed) == 300

    run(store, work)


def test_an_outage_of_our_own_is_charged_to_nobody(store: Store) -> None:
    """8.4 Where many hosts fail at once and nobody answers, the fault is ours, and no feed is charged."""

    async def work(desk: Desk) -> None:
        away = [replace(desk.feed(key=f"away{n}"), url=f"http://127.0.0.{n}:9/") for n in range(2, 12)]
        await _pass(desk, *away)
        with store.reading() as read:
            assert {row.failures for row in read.feeds()} == {0}

    run(store, work)


def test_a_step_of_the_wall_clock_moves_no_poll(store: Store) -> None:
    """8.5 Waits are counted by a steady clock: a step of the wall clock makes no feed early or late."""

    async def work(desk: Desk) -> None:
        async with desk.poller(desk.feed()) as poller:
            await poller.poll([desk.feed()])
            desk.clock.now += timedelta(days=400)
            assert poller.pick() == []
            desk.clock.now -= timedelta(days=800)
            desk.clock.seconds += DAY
            assert [feed.key for feed in poller.pick()] == ["a"]

    run(store, work)
