"""Health at work: a real poller on loopback, both databases, a clock that a test sets, and restarts in between."""

from datetime import timedelta

from aiohttp import web

from tests.test_poll_schedule import Clock, Publisher, feed_at, poller, run, settings
from wire.health import Condition
from wire.model import Feed
from wire.store import Store

HEAD = "<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>"


def rss(clock: Clock, *guids: str, ago: float = 90) -> str:
    """A feed of these entries, published so many seconds ago."""
    date = (clock.now - timedelta(seconds=ago)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    items = (
        f"<item><guid>{guid}</guid><title>Ferry {guid}</title><description>The ferry {guid} is late.</description>"
        f"<pubDate>{date}</pubDate></item>"
        for guid in guids
    )
    return f"{HEAD}{''.join(items)}</channel></rss>"


def told(store: Store) -> list[tuple[str, bool]]:
    """Conditions that an alert was raised for, the oldest first, and whether it is open."""
    with store.reading() as read:
        alerts = sorted(read.alerts(), key=lambda row: row.began_at)
        return [(row.condition, row.ended_at is None) for row in alerts]


def test_figures_come_from_what_was_polled(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock, feed = Clock(), feed_at(f"{site.base}/feed")
        async with poller(store, clock, settings(feed)) as polling:
            site.answers["/feed"] = rss(clock, "a", "b", ago=7200)
            await polling.poll([feed])
            clock.pass_by(300)
            await polling.poll([feed])
            clock.pass_by(300)
            site.answers["/feed"] = web.Response(status=404)
            await polling.poll([feed])
        with store.reading() as read:
            row = read.health()["a"]
        assert (row.recent, row.lag_entries, row.last_status, row.last_failure) == ("+~x", 0, 404, "status")
        assert row.last_new_at == clock.now - timedelta(seconds=600 + 7200)
        assert row.failing_since == clock.now

    run(work)


def test_lag_is_of_new_entries_and_not_of_the_first_document_or_of_edits(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock, feed = Clock(), feed_at(f"{site.base}/feed")

        async def poll(text: str) -> None:
            site.answers["/feed"] = text
            async with poller(store, clock, settings(feed)) as polling:
                await polling.poll([feed])

        await poll(rss(clock, "a"))
        clock.pass_by(600)
        await poll(rss(clock, "b", "a", ago=240))
        clock.pass_by(600)
        edited = rss(clock, "b", "a", ago=3000).replace("The ferry b", "The big ferry b")
        await poll(edited)
        with store.reading() as read:
            row = read.health()["a"]
        assert (row.lag_entries, row.lag_p50) == (1, 240)
        assert row.recent.startswith("++")

    run(work)


def test_one_alert_as_a_feed_fails_one_as_it_is_back_whatever_restarts(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock, feed = Clock(), feed_at(f"{site.base}/feed")

        async def poll(answer: web.Response | str) -> list[str]:
            site.answers["/feed"] = answer
            async with poller(store, clock, settings(feed)) as polling:  # each one a restart
                (done,) = await polling.poll([feed])
            clock.pass_by(600)
            return [each.event for each in done.alerts]

        assert await poll(rss(clock, "a")) == []
        events = [await poll(web.Response(status=503)) for _ in range(6)]
        assert events == [[], [], ["began"], [], [], []]
        assert told(store) == [("failing", True)]
        events = [await poll(rss(clock, "a")) for _ in range(5)]
        assert events == [[], [], ["ended"], [], []], "30 minutes without a failure"
        assert told(store) == [("failing", False)]

    run(work)


def test_a_feed_that_is_no_longer_polled_has_no_open_alert(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock, feed = Clock(), feed_at(f"{site.base}/feed")
        site.answers["/feed"] = web.Response(status=404)
        async with poller(store, clock, settings(feed)) as polling:
            for _ in range(3):
                await polling.poll([feed])
                clock.pass_by(600)
            assert told(store) == [("failing", True)]
            await polling.reconfigure(settings())
            assert told(store) == [("failing", False)]

    run(work)


def test_our_own_outage_is_no_alert_of_any_feed(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock = Clock()
        dead = [Feed(key=f"f{n}", url=f"http://127.0.0.{n}:9/", source="F", allow_private=True) for n in range(2, 12)]
        async with poller(store, clock, settings(*dead)) as polling:
            for _ in range(6):
                for feed in dead:
                    await polling.poll_one(feed)
                clock.pass_by(900)
        assert told(store) == []

    run(work)


def test_gaps_are_told_of(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock, feed = Clock(), feed_at(f"{site.base}/feed")
        async with poller(store, clock, settings(feed)) as polling:
            for turn in range(4):
                site.answers["/feed"] = rss(clock, f"{turn}a", f"{turn}b")
                await polling.poll([feed])
                clock.pass_by(600)
        assert told(store) == [(Condition.GAPPING, True)]

    run(work)
