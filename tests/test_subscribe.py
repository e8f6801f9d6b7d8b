"""Subscriptions, from a feed that names a hub to the story that is pushed: a real hub and listener, both databases."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import anyio
import pytest
from aiohttp import web

from tests.hub import Hub, hubbing, item
from tests.store.database import rows
from tests.test_ingest import FROST, MOLE
from wire.config import Settings, load
from wire.fetch.hub import HubClient
from wire.listen import Listener
from wire.model import Feed
from wire.policy import FetchPolicy, ListenPolicy, SchedulePolicy, WebSubPolicy, WorkerPolicy
from wire.poll import Poller, subscribe
from wire.poll.outcomes import PollSummary
from wire.poll.subscribe import Subscriber
from wire.store import Store
from wire.websub import Standing, Subscription

START = datetime(2031, 3, 5, 12, tzinfo=UTC)


@dataclass
class World:
    """A daemon's half that concerns hubs, and the hub."""

    hub: Hub
    store: Store
    settings: Settings
    poller: Poller = field(init=False)
    now: datetime = START
    stopping: bool = False

    @property
    def feed(self) -> Feed:
        return self.settings.feeds[0]

    async def poll(self) -> PollSummary:
        (done,) = await self.poller.poll([self.feed])
        return done

    def agreed(self) -> Subscription:
        with self.store.reading() as read:
            found = read.hubs.of(self.feed.key)
        assert found
        return found

    def guids(self) -> list[str]:
        with self.store.reading() as read:
            stories = read.stories()
            return sorted(str(each.guid) for story in stories for each in read.story(story.story_id).deliveries)

    async def until(self, what: Callable[[], bool]) -> None:
        with anyio.fail_after(20):
            while not what():  # noqa: ASYNC110 - what is waited for is in the database
                await anyio.sleep(0.02)

    async def active(self) -> Subscription:
        await self.until(lambda: self.agreed().standing is Standing.ACTIVE and bool(self.hub.verified))
        return self.agreed()

    async def subscribed(self) -> Subscription:
        """After a poll that found the hub, and its verification."""
        await self.poll()
        return await self.active()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """From here to the end, the daemon runs; again and again."""
        async with Poller(settings=self.settings, store=self.store, clock=lambda: self.now) as self.poller:
            subscriber = Subscriber(self.poller, self.store, clock=lambda: self.now, stopping=lambda: self.stopping)
            async with Listener(self.settings.listen, subscriber.routes), anyio.create_task_group() as group:
                group.start_soon(subscriber.run)
                yield
                group.cancel_scope.cancel()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribe, "LOOK", 0.05)


def run(store: Store, work: Callable[[World], Awaitable[None]], *, start: bool = True, **feed: object) -> None:
    """Do `work` in a world of its own."""

    async def main() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with hubbing() as hub:
            hub.items = [item("1", "Mole", MOLE)]
            one = {"key": "a", "url": f"{hub.base}/feed", "source": "A", "allow_private": True} | feed
            settings = replace(
                load(None, environ={}),
                feeds=(Feed(**one),),  # type: ignore[arg-type]  # the fields of the record
                worker=WorkerPolicy(processes=1),
                schedule=SchedulePolicy(spacing=0),
                fetch=FetchPolicy(max_bytes=100_000, timeout=5),
                listen=ListenPolicy(address=f"127.0.0.1:{port}"),
                websub=WebSubPolicy(callback=f"http://127.0.0.1:{port}/websub", lease=86_400),
            )
            world = World(hub=hub, store=store, settings=settings)
            with anyio.fail_after(60):
                if not start:
                    await work(world)
                    return
                async with world.running():
                    await work(world)

    anyio.run(main)


def test_what_a_hub_pushes_is_taken_like_what_was_polled(store: Store, database_url: str) -> None:
    async def work(world: World) -> None:
        agreed = await world.subscribed()
        (asked,) = world.hub.asked
        assert (asked.mode, asked.topic, asked.lease) == ("subscribe", world.hub.topic, 86_400)
        assert world.hub.verified[0][:2] == ("subscribe", 200)
        assert agreed.until == START + timedelta(days=1)
        assert len(asked.secret) >= 40
        assert asked.secret not in repr(agreed)
        world.now += timedelta(minutes=3)
        world.hub.items = [item("2", "Frost", FROST), *world.hub.items]
        assert await world.hub.push(world.hub.document(item("2", "Frost", FROST))) == 202
        await world.until(lambda: world.agreed().pushes == 1)
        assert world.guids() == ["1", "2"]
        done = await world.poll()
        assert (done.tally.new, done.state.gaps, done.state.entries_seen) == (0, 0, 2), "nothing comes twice"
        assert world.agreed().delivering

    run(store, work)
    (row,) = rows(database_url, "SELECT subscription, pushes, hub_error FROM feed_v1")
    assert row == {"subscription": "active", "pushes": 1, "hub_error": None}
    assert rows(database_url, "SELECT * FROM pushed") == []


def test_the_page_of_a_teaser_that_is_pushed_is_asked_for(store: Store, database_url: str) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        short = item("2", "Frost", "Frost in the valley.").replace(
            "</title>", f"</title><link>{world.hub.base}/frost</link>"
        )
        await world.hub.push(world.hub.document(short))
        await world.until(lambda: world.agreed().pushes == 1)

    run(store, work, full_text=True)
    (row,) = rows(database_url, "SELECT state FROM article_v1 WHERE url LIKE '%/frost'")
    assert row["state"] == "waiting"


def test_a_feed_whose_hub_delivers_is_polled_to_make_sure_and_one_that_stops_is_polled_again(store: Store) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        before = world.poller.states["a"].next_poll_at
        assert before
        world.now += timedelta(minutes=4)
        await world.hub.push(world.hub.document(item("2", "Frost", FROST)))
        await world.until(lambda: world.poller.states["a"].entries_seen == 2)
        state = world.poller.states["a"]
        assert state.next_poll_at
        assert state.next_poll_at > before + timedelta(minutes=20)
        assert state.next_poll_at <= START + timedelta(days=1)
        assert "its hub pushes what is new (WebSub)" in (state.next_poll_reason or "")
        assert [feed.key for feed in world.poller.due()] == []
        world.hub.items = [item("3", "Late", f"{FROST} {MOLE}"), item("2", "Frost", FROST), *world.hub.items]
        world.now += timedelta(minutes=10)
        missed = await world.poll()
        assert missed.tally.new == 1
        assert not world.agreed().delivering, "what is new had to be polled"
        assert "WebSub" not in (missed.state.next_poll_reason or "")

    run(store, work)


def test_what_is_not_the_hubs_is_acknowledged_and_never_taken(store: Store) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        forged = world.hub.document(item("9", "Forged", FROST))
        honest = world.hub.document(item("2", "Frost", FROST))
        assert await world.hub.push(forged, signature="") == 202
        assert await world.hub.push(forged, signature="sha256=" + "0" * 64) == 202
        assert await world.hub.push(forged, signature="md5=" + "0" * 32) == 202
        assert await world.hub.push(forged, signature="sha256") == 202
        assert await world.hub.push(forged, headers={"Link": '<https://other.test/>; rel="self"'}) == 202
        assert await world.hub.push(honest) == 202
        await world.until(lambda: world.agreed().pushes == 1)
        assert await world.hub.push(honest) == 202, "a repeat is acknowledged, so that an honest hub stops"
        assert await world.hub.push(honest + b" " * 100_001) == 413
        await world.until(lambda: world.agreed().refused == 6)
        assert world.guids() == ["1", "2"]
        stranger = replace(world.hub.asked[-1], callback=world.hub.asked[-1].callback[:-1] + "!")
        assert await world.hub.push(honest, to=stranger) == 410

    run(store, work)


def test_a_hub_that_lies_is_not_confirmed(store: Store) -> None:
    async def work(world: World) -> None:
        world.hub.verifies = False
        await world.poll()
        await world.until(lambda: bool(world.hub.asked))
        (asked,) = world.hub.asked
        hub = world.hub
        assert await hub.verify(asked, topic="https://other.test/feed") == 404
        assert await hub.verify(asked, mode="unsubscribe") == 404, "nobody ends what we want"
        assert await hub.verify(asked, mode="publish") == 404
        assert await hub.verify(replace(asked, callback=asked.callback[:-2])) == 404
        assert await hub.push(hub.document()) == 410, "nothing is agreed yet"
        assert await hub.verify(asked) == 200
        await world.active()
        assert await hub.verify(asked, mode="unsubscribe") == 404
        assert world.agreed().standing is Standing.ACTIVE

    run(store, work)


def test_a_lease_is_the_hubs_and_renewed_in_time(store: Store) -> None:
    async def work(world: World) -> None:
        world.hub.granted = seconds = 3600
        first = await world.subscribed()
        assert first.until == START + timedelta(seconds=seconds)
        world.now += timedelta(seconds=seconds * 0.85)
        await world.until(lambda: len(world.hub.verified) == 2)
        again = await world.active()
        assert again.until == world.now + timedelta(seconds=seconds)
        one, two = world.hub.asked
        assert (one.callback, one.secret) == (two.callback, two.secret), "what is under way stays valid"

    run(store, work)


def test_a_hub_that_fails_is_asked_ever_more_seldom_and_polling_goes_on(store: Store) -> None:
    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=500, text="out of\n order")

    async def work(world: World) -> None:
        world.hub.answer = refuse
        await world.poll()
        for count, minutes in ((1, 15), (2, 30), (3, 60)):
            await world.until(lambda count=count: world.agreed().failures == count)  # type: ignore[misc]
            agreed = world.agreed()
            assert (agreed.standing, agreed.due_at) == (Standing.OFFERED, world.now + timedelta(minutes=minutes))
            assert agreed.last_error == "status: the hub answers 500 out of order"
            assert (await world.poll()).outcome == "unchanged"
            world.now += timedelta(minutes=minutes, seconds=1)
        world.hub.answer = None
        assert (await world.active()).failures == 0

    run(store, work)


def test_a_hub_that_takes_the_request_and_never_verifies_is_asked_again(store: Store) -> None:
    async def work(world: World) -> None:
        world.hub.verifies = False
        await world.poll()
        await world.until(lambda: len(world.hub.asked) == 1)
        world.now += timedelta(minutes=16)
        await world.until(lambda: len(world.hub.asked) == 2)
        assert world.agreed().last_error == "the hub took the request and never verified it"
        one, two = world.hub.asked
        assert one.callback != two.callback
        assert await world.hub.verify(one) == 404
        assert await world.hub.verify(two) == 200

    run(store, work)


def test_a_denial_is_taken_note_of_and_asked_about_again_after_a_day(store: Store) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        assert await world.hub.deny(world.hub.asked[0], "not <b>you</b>") == 200
        agreed = world.agreed()
        assert (agreed.standing, agreed.last_error) == (Standing.DENIED, "the hub denied: not <b>you</b>")
        assert await world.hub.push(world.hub.document()) == 410
        world.now += timedelta(hours=25)
        await world.active()
        assert len(world.hub.asked) == 2

    run(store, work)


def test_redirects_that_send_the_form_again_are_followed_and_no_others(store: Store) -> None:
    async def work(world: World) -> None:
        statuses, form = {"/307": 307, "/308": 308, "/301": 301, "/302": 302, "/303": 303}, {"hub.mode": "subscribe"}

        async def redirect(request: web.Request) -> web.Response:
            status = 307 if request.path == "/circle" else statuses.get(request.path, 202)
            target = "/circle" if request.path == "/circle" else "/end"
            return web.Response(status=status, headers={"Location": target} if status > 299 else {})

        world.hub.answer = redirect
        form |= {"hub.topic": "t", "hub.callback": "c", "hub.secret": "s"}
        async with HubClient(world.settings.fetch) as client:
            answers = [await client.ask(world.feed, world.hub.base + path, form) for path in (*statuses, "/circle")]
        assert answers == [
            *(None, None),
            *(f"status: the hub answers {status}" for status in (301, 302, 303)),
            "redirects: more than 3 redirects",
        ]
        assert [each.secret for each in world.hub.asked] == ["s"] * (2 * 2 + 3 + 4)

    run(store, work, start=False)


def test_a_hub_inside_is_not_knocked_at(store: Store) -> None:
    async def work(world: World) -> None:
        world.hub.names = world.hub.base.replace("127.0.0.1", "127.0.0.2") + "/hub"
        await world.poll()
        await world.until(lambda: world.agreed().failures == 1)
        assert (world.agreed().last_error or "").startswith("address: ")
        assert world.hub.asked == []

    run(store, work)


def test_a_slow_hub_holds_up_nobody(store: Store) -> None:
    async def slow(_: web.Request) -> web.Response:
        await anyio.sleep(30)
        return web.Response(status=202)

    async def work(world: World) -> None:
        world.settings = replace(world.settings, fetch=replace(world.settings.fetch, timeout=0.3))
        async with world.running():
            world.hub.answer = slow
            await world.poll()
            await world.until(lambda: world.agreed().failures == 1)
            assert world.agreed().last_error == "timeout: no whole answer within 0.3 s"

    run(store, work, start=False)


def test_a_start_in_the_middle_takes_what_was_acknowledged(store: Store, database_url: str) -> None:
    async def work(world: World) -> None:
        async with world.running():
            await world.subscribed()
        with store.writing() as write:  # acknowledged, and killed before it was taken
            write.hubs.keep("a", world.hub.document(item("2", "Frost", FROST)), "application/rss+xml", world.now)
        async with world.running():
            await world.until(lambda: world.guids() == ["1", "2"])
            assert await world.hub.push(world.hub.document(item("3", "Late", f"{FROST} {MOLE}"))) == 202
            await world.until(lambda: world.guids() == ["1", "2", "3"])
        assert len(world.hub.asked) == 1, "the subscription outlives the restart"

    run(store, work, start=False)
    assert rows(database_url, "SELECT * FROM pushed") == []


def test_a_daemon_that_stops_sends_hubs_away_for_a_while(store: Store) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        world.stopping = True
        assert await world.hub.push(world.hub.document(item("2", "Frost", FROST))) == 503
        world.stopping = False
        assert await world.hub.push(world.hub.document(item("2", "Frost", FROST))) == 202
        await world.until(lambda: world.agreed().pushes == 1)

    run(store, work)


def test_what_can_not_be_read_has_the_feed_polled_soon(store: Store) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        for body in (b"", b"<rss><channel>" + b"<a>" * 600, b"<html><body>Sign in</body></html>"):
            assert await world.hub.push(body) == 202
        await world.until(lambda: "an HTML page" in (world.agreed().last_error or ""))
        assert not world.agreed().delivering
        soon = world.now + timedelta(seconds=60)
        await world.until(lambda: (world.poller.states["a"].next_poll_at or world.now) == soon)
        assert await world.hub.push(world.hub.document(item("2", "Frost", FROST))) == 202
        await world.until(lambda: world.agreed().delivering)

    run(store, work)


def test_a_feed_that_goes_out_of_the_config_is_unsubscribed(store: Store, database_url: str) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        off = replace(world.settings, feeds=(replace(world.feed, enabled=False),))
        await world.poller.reconfigure(off)
        await world.until(lambda: ("unsubscribe", 200) in [each[:2] for each in world.hub.verified])
        await world.until(lambda: world.agreed().standing is Standing.OFFERED)
        assert await world.hub.push(world.hub.document()) == 410
        await world.poller.reconfigure(world.settings)
        await world.active()

    run(store, work)


def test_a_feed_that_names_no_hub_any_more_is_unsubscribed(store: Store, database_url: str) -> None:
    async def work(world: World) -> None:
        await world.subscribed()
        world.hub.names = ""
        world.hub.items = [item("2", "Frost", FROST)]
        await world.poll()
        await world.until(lambda: not rows(database_url, "SELECT * FROM subscription"))
        assert world.hub.asked[-1].mode == "unsubscribe"

    run(store, work)


def test_another_hub_begins_anew_and_what_the_old_one_pushes_is_refused(store: Store) -> None:
    async def work(world: World) -> None:
        first = await world.subscribed()
        world.hub.names = "{base}/second"
        world.hub.items = [item("2", "Frost", FROST)]
        await world.poll()
        await world.until(lambda: len(world.hub.verified) == 2)
        second = await world.active()
        assert second.hub.endswith("/second")
        assert second.token != first.token
        assert await world.hub.push(world.hub.document(), to=world.hub.asked[0]) == 410

    run(store, work)


def test_without_a_callback_hubs_are_known_and_left_alone(store: Store) -> None:
    async def work(world: World) -> None:
        world.settings = replace(world.settings, websub=WebSubPolicy())
        async with world.running():
            await world.poll()
            await anyio.sleep(0.3)
            assert (world.agreed().standing, world.hub.asked) == (Standing.OFFERED, [])

    run(store, work, start=False)
