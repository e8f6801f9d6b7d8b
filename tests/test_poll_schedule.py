"""The schedule at work: a real poller, real servers on loopback, both databases, and a restart wherever it matters."""

import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio
from aiohttp import web

from wire.config import Settings, load
from wire.model import Feed, Health, Hints
from wire.policy import SchedulePolicy, WorkerPolicy
from wire.poll import Poller, steady
from wire.store import Store

T = TypeVar("T")
ETAG = '"1"'
RSS = """<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><ttl>30</ttl>
<skipHours><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<item><guid>1</guid><title>Ferry late</title><description>The ferry to the island is an hour late.</description></item>
</channel></rss>"""


@dataclass
class Clock:
    """The time of day, and seconds that go on with it."""

    now: datetime = datetime(2031, 3, 5, 12, tzinfo=UTC)
    seconds: float = 0.0

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class Publisher:
    """A server whose answers a test sets by path; it remembers which paths were asked."""

    answers: dict[str, web.Response | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    base: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        answer = self.answers.get(request.path, RSS)
        if isinstance(answer, str):
            etag = ETAG if answer == RSS else f'"{zlib.crc32(answer.encode())}"'
            if request.headers.get("If-None-Match") == etag:
                return web.Response(status=304, headers={"ETag": etag})
            return web.Response(text=answer, content_type="application/rss+xml", headers={"ETag": etag})
        return web.Response(status=answer.status, headers=answer.headers)


@asynccontextmanager
async def publisher() -> AsyncIterator[Publisher]:
    made = Publisher()
    app = web.Application()
    app.router.add_get("/{path}", made.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.base = f"http://{host}:{port}"
    try:
        yield made
    finally:
        await runner.cleanup()


def settings(*feeds: Feed, policy: SchedulePolicy | None = None) -> Settings:
    quick = policy or SchedulePolicy(spacing=0)
    return replace(load(None, environ={}), feeds=feeds, worker=WorkerPolicy(processes=1), schedule=quick)


def run(work: Callable[[Publisher], Awaitable[T]]) -> T:
    async def main() -> T:
        async with publisher() as made:
            with anyio.fail_after(60):
                return await work(made)

    return anyio.run(main)


def poller(store: Store, clock: Clock, chosen: Settings) -> Poller:
    return Poller(settings=chosen, store=store, clock=lambda: clock.now, steady=lambda: clock.seconds)


def feed_at(url: str, key: str = "a") -> Feed:
    return Feed(key=key, url=url, source=key.title(), allow_private=True)


def test_what_a_document_says_is_kept_and_shown(store: Store) -> None:
    async def work(site: Publisher) -> None:
        feed, clock = feed_at(f"{site.base}/feed"), Clock()
        async with poller(store, clock, settings(feed)) as polling:
            (done,) = await polling.poll([feed])
        with store.reading() as read:
            assert read.poll_states()["a"] == done.state
            row = read.feed("a").feed
        assert done.state.hints == Hints(ttl=1800, skip_hours=frozenset({3}), skip_days=frozenset({6}))
        assert (row.next_poll_reason, row.poll_interval) == (done.state.next_poll_reason, 300)
        assert "ttl" in (row.next_poll_reason or "")
        clock.pass_by(1799)
        async with poller(store, clock, settings(feed)) as restarted:
            assert restarted.due() == [], "times survive a restart"
            clock.pass_by(181)
            assert restarted.due() == [feed]
            assert restarted.pick() == [feed]
            assert restarted.pick() == [], "it is under way"

    run(work)


def test_a_move_is_learned_and_survives_a_restart(store: Store) -> None:
    async def work(site: Publisher) -> None:
        site.answers["/old"] = web.Response(status=301, headers={"Location": "/new"})
        feed, clock = feed_at(f"{site.base}/old"), Clock()
        outcomes: list[str] = []
        for _ in range(3):
            async with poller(store, clock, settings(feed)) as polling:
                outcomes += [done.outcome for done in await polling.poll([feed])]
        assert site.asked == ["/old", "/new"] * 3
        assert outcomes == ["ok", "not modified", "not modified"], "a 304 there is as good as a document"
        async with poller(store, clock, settings(feed)) as polling:
            assert polling.states["a"].moved_to == f"{site.base}/new"
            (done,) = await polling.poll([feed])
            assert site.asked[6:] == ["/new"]
            assert (done.outcome, done.state.url) == ("unchanged", feed.url)
            for _ in range(3):
                site.answers["/new"] = web.Response(status=404)
                (done,) = await polling.poll([feed])
            assert done.state.moved_to is None
            site.answers["/new"] = RSS
            (done,) = await polling.poll([feed])
            assert site.asked[-2:] == ["/old", "/new"]
            assert not done.failed
        with store.reading() as read:
            assert read.feed("a").feed.moved_to is None

    run(work)


def test_gone_is_shown_not_polled_and_not_for_ever(store: Store) -> None:
    async def work(site: Publisher) -> None:
        site.answers["/feed"] = web.Response(status=410)
        feed, clock = feed_at(f"{site.base}/feed"), Clock()
        for _ in range(3):
            async with poller(store, clock, settings(feed)) as polling:
                assert polling.due() == [feed]
                await polling.poll([feed])
            clock.pass_by(86_401)
        async with poller(store, clock, settings(feed)) as polling:
            assert polling.due() == []
            with store.reading() as read:
                row = read.feed("a").feed
            assert (row.health, row.next_poll_at) == (Health.GONE, None)
            assert "wire poll a" in (row.next_poll_reason or "")
            site.answers["/feed"] = RSS
            (done,) = await polling.poll([feed])
            assert done.state.health is Health.OK
            clock.pass_by(86_401)
            assert polling.due() == [feed]

    run(work)


def test_an_outage_of_our_own_is_charged_to_nobody(store: Store) -> None:
    async def work(site: Publisher) -> None:
        well, clock = feed_at(f"{site.base}/feed", "well"), Clock()
        away = [feed_at(f"http://127.0.0.{n}:9/", f"away{n}") for n in range(2, 10)]
        async with poller(store, clock, settings(well, *away)) as polling:
            for feed in away:
                done = await polling.poll_one(feed)
                assert (done.outcome, done.failed) == ("connect", True)
            with store.reading() as read:
                states = read.poll_states()
            assert {states[feed.key] for feed in away} == {polling.states[feed.key] for feed in away}
            assert all(states[feed.key].failures == 0 for feed in away)
            assert all("our own line" in (states[feed.key].next_poll_reason or "") for feed in away)
            clock.pass_by(1)
            assert polling.pick() == [well]
            assert not (await polling.poll_one(well)).failed
            for feed in away:
                done = await polling.poll_one(feed)
                await polling.poll_one(well)
                assert done.state.failures == 1, "the line is well: these are down themselves"

    run(work)


def test_by_hand_one_host_is_asked_at_its_spacing(store: Store) -> None:
    async def work(site: Publisher) -> None:
        crowd = [feed_at(f"{site.base}/{n}", f"f{n}") for n in range(3)]
        chosen = settings(*crowd, policy=SchedulePolicy(spacing=0.2))
        async with Poller(settings=chosen, store=store, clock=lambda: datetime.now(UTC)) as polling:
            began = steady()
            done = await polling.poll(crowd)
            assert steady() - began >= 0.4
        assert [each.feed for each in done] == crowd

    run(work)


def test_a_reload_takes_in_new_feeds_and_bounds(store: Store) -> None:
    async def work(site: Publisher) -> None:
        one, two, clock = feed_at(f"{site.base}/1", "one"), feed_at(f"{site.base}/2", "two"), Clock()
        async with poller(store, clock, settings(one)) as polling:
            await polling.poll([one])
            await polling.reconfigure(settings(one, two, policy=SchedulePolicy(max_interval=600)))
            assert polling.due() == [two]
            clock.pass_by(600)
            assert polling.due() == [two, one]

    run(work)
