"""Subscriptions at the hubs of feeds: asked for, verified, renewed, ended; and what hubs push, taken in.

Law: `websub` decides, the store remembers, here it is done. What a hub may rely on is committed before it is answered:
a verification, and the body of a push, which waits in the database until it is taken. Whatever a hub does, polling goes
on.

::

    feed names a hub ─▶ ask ─▶ hub: GET callback ─▶ verified ─▶ hub: POST callback ─▶ kept, 202 ─▶ taken like a poll
                         ▲                            │ lease                          (inbox)
                         └──────── renew ◀────────────┘
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import anyio
import structlog
from aiohttp import hdrs, web
from anyio import CapacityLimiter, to_thread
from anyio.abc import TaskGroup

from wire import websub
from wire.errors import StoreError, WireError
from wire.fetch.failures import shown
from wire.fetch.hub import HubClient
from wire.model import Feed
from wire.poll import Poller
from wire.store import Pushed, Store
from wire.websub import Standing, Subscription, Verdict

log = structlog.get_logger()
T = TypeVar("T")

PATH = "/websub/{token}"
LOOK = 15.0
"""Seconds between two looks at what is due, and at what waits to be taken."""
AT_ONCE = 4
"""Requests to hubs under way at once."""
BODIES = 8
"""Bodies received at once; a hub that is sent away comes again."""
WAITING = 50
"""Bodies of one feed that may wait to be taken."""
STORE_PAUSE = 15.0
"""Seconds without work after the database failed."""


class Subscriber:
    """Speaks with hubs while `run` does; `routes` are what the listener hands to it."""

    def __init__(
        self, poller: Poller, store: Store, *, clock: Callable[[], datetime], stopping: Callable[[], bool]
    ) -> None:
        self._poller, self._store, self._clock, self._stopping = poller, store, clock, stopping
        self._writer = CapacityLimiter(1)
        self._bodies = anyio.Semaphore(BODIES)
        self._came = anyio.Event()
        """A body waits to be taken."""
        self._taking: set[str] = set()
        """Feeds of which bodies are being taken."""
        self._group: TaskGroup | None = None
        settings = poller.settings
        self._callback, self._lease = settings.websub.callback, settings.websub.lease
        self._hubs = HubClient(settings.fetch)
        self.routes = [web.get(PATH, self._verify), web.post(PATH, self._receive)] if self._callback else []

    async def run(self) -> None:
        """Ask hubs, and take what they push, until cancelled; does nothing without a callback."""
        if not self._callback:
            return
        async with self._hubs, anyio.create_task_group() as self._group:
            group = self._group
            group.start_soon(self._forever, self._ask_due)
            group.start_soon(self._forever, self._take_waiting)

    async def _forever(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            came = self._came
            pause = LOOK
            try:
                await work()
            except WireError as error:
                log.error("store.failed", message=str(error), pause=STORE_PAUSE)
                pause = STORE_PAUSE
            with anyio.move_on_after(pause):
                await came.wait()

    # --- asking -------------------------------------------------------------------------------------------------

    async def _ask_due(self) -> None:
        due = await self._in_thread(self._due)
        limiter = CapacityLimiter(AT_ONCE)

        async def one(subscription: Subscription, wanted: bool) -> None:
            async with limiter:
                await self._ask(subscription, wanted=wanted)

        async with anyio.create_task_group() as group:
            for subscription, wanted in due:
                group.start_soon(one, subscription, wanted)

    def _due(self) -> list[tuple[Subscription, bool]]:
        with self._store.reading() as read:
            return read.hubs.due(self._clock())

    async def _ask(self, found: Subscription, *, wanted: bool) -> None:
        feed, now = self._feed(found.feed), self._clock()
        todo = websub.action(found, now, wanted=wanted and feed is not None)
        if todo == "forget":
            await self._in_thread(self._forget, found)
            log.info("websub.forgotten", feed=found.feed, hub=shown(found.hub))
            return
        configured = {each.key: each for each in self._poller.settings.feeds}
        feed = configured.get(found.feed) or Feed(key=found.feed, url=found.topic, source=found.feed)
        if todo == "subscribe":
            asking = websub.asked(found, now, token=secrets.token_urlsafe(32), secret=secrets.token_urlsafe(32))
        else:
            asking = websub.ending(found, now)
        if not await self._in_thread(self._change, found, asking):
            return
        form = websub.form(asking, todo, callback=f"{self._callback}/{asking.token}", lease=self._lease)
        fault = await self._hubs.ask(feed, asking.hub, form)
        bound = log.bind(feed=found.feed, hub=shown(found.hub), topic=shown(found.topic), renewed=found.live(now))
        if fault is None:
            bound.info(f"websub.{todo}")
            return
        bound.warning("websub.failed", message=fault)
        await self._in_thread(self._failed, asking, fault)

    def _feed(self, key: str) -> Feed | None:
        return next((feed for feed in self._poller.settings.feeds if feed.key == key and feed.enabled), None)

    def _forget(self, found: Subscription) -> None:
        with self._store.writing() as write:
            write.hubs.forget(found)

    def _change(self, before: Subscription, after: Subscription) -> bool:
        """Save a change, unless something else has changed meanwhile; whether it was saved."""
        with self._store.writing() as write:
            if write.hubs.of(before.feed) != before:
                return False
            write.hubs.save(after)
            return True

    def _failed(self, asking: Subscription, fault: str) -> None:
        """Note that a request failed, unless the hub has verified it all the same, or the feed names another hub."""
        with self._store.writing() as write:
            now = write.hubs.of(asking.feed)
            if now and now.token == asking.token and now.standing in {Standing.ASKED, Standing.ENDING}:
                write.hubs.save(websub.failed(now, self._clock(), fault))

    # --- answering ----------------------------------------------------------------------------------------------

    async def _verify(self, request: web.Request) -> web.Response:
        """`GET`: the hub makes sure that it was us who asked, or says that it will not."""
        try:
            verdict = await self._in_thread(self._verdict, request.match_info["token"], dict(request.query))
        except StoreError as error:
            return _busy(error)
        return web.Response(status=verdict.status, text=verdict.text, content_type="text/plain")

    def _verdict(self, token: str, said: dict[str, str]) -> Verdict:
        with self._store.writing() as write:
            found = write.hubs.at(token)
            if found is None:
                return Verdict(status=404)
            verdict = websub.verify(found, said, self._clock(), lease=self._lease)
            if verdict.over:
                write.hubs.forget(found)
            elif verdict.after:
                write.hubs.save(verdict.after)
        log.info(
            "websub.verified" if verdict.status == 200 else "websub.refused",
            feed=found.feed,
            mode=said.get("hub.mode", "")[:20],
            until=verdict.after and verdict.after.until,
        )
        return verdict

    async def _receive(self, request: web.Request) -> web.Response:
        """`POST`: the hub pushes a document. It is kept and acknowledged; it is read later.

        What is not believed is acknowledged as well (§8): who guesses shall not learn anything.
        """
        if self._stopping() or self._bodies.value == 0:
            return _busy()
        async with self._bodies:
            token, limit = request.match_info["token"], self._poller.settings.fetch.max_bytes
            if not await self._in_thread(self._bound, token):
                raise web.HTTPGone
            request = request.clone(client_max_size=limit)
            body = await request.read()
            try:
                return await self._in_thread(self._kept, token, request, body)
            except StoreError as error:
                return _busy(error)

    def _bound(self, token: str) -> bool:
        with self._store.reading() as read:
            found = read.hubs.at(token)
        return bool(found and found.live(self._clock()))

    def _kept(self, token: str, request: web.Request, body: bytes) -> web.Response:
        now = self._clock()
        with self._store.writing() as write:
            found = write.hubs.at(token)
            if found is None or not found.live(now):
                raise web.HTTPGone
            doubt = websub.disbelief(
                found,
                signature=request.headers.get("X-Hub-Signature"),
                links=request.headers.getall(hdrs.LINK, []),
                body=body,
            )
            if doubt:
                write.hubs.save(replace(found, refused=found.refused + 1))
            elif write.hubs.waiting(found.feed) >= WAITING:
                return _busy()
            else:
                write.hubs.save(websub.believed(found, body))
                write.hubs.keep(found.feed, body, request.headers.get(hdrs.CONTENT_TYPE), now)
        if doubt:
            log.warning("websub.disbelieved", feed=found.feed, message=doubt, bytes=len(body))
        else:
            anyio.from_thread.run_sync(self._ring)
        return web.Response(status=202)

    # --- taking -------------------------------------------------------------------------------------------------

    def _ring(self) -> None:
        self._came.set()
        self._came = anyio.Event()

    async def _take_waiting(self) -> None:
        """Begin to take what waits, of each feed in its order: what is slow to read holds up no other feed."""
        for key in await self._in_thread(self._waiting):
            if key not in self._taking and self._group:
                self._taking.add(key)
                self._group.start_soon(self._take_all, key)

    async def _take_all(self, key: str) -> None:
        try:
            while pushed := await self._in_thread(self._next, key):
                feed, subscription = self._feed(key), await self._in_thread(self._of, key)
                if feed is None or subscription is None:
                    await self._in_thread(self._drop, pushed)
                else:
                    await self._poller.take_pushed(feed, pushed, subscription.topic)
        except WireError as error:
            log.error("store.failed", message=str(error), pause=LOOK, feed=key)
        finally:
            self._taking.discard(key)

    def _waiting(self) -> list[str]:
        with self._store.reading() as read:
            return read.hubs.feeds_waiting()

    def _next(self, key: str) -> Pushed | None:
        with self._store.reading() as read:
            return read.hubs.next(key)

    def _of(self, feed_key: str) -> Subscription | None:
        with self._store.reading() as read:
            return read.hubs.of(feed_key)

    def _drop(self, pushed: Pushed) -> None:
        with self._store.writing() as write:
            write.hubs.done(pushed.number)

    async def _in_thread(self, function: Callable[..., T], *arguments: object) -> T:
        return await to_thread.run_sync(function, *arguments, limiter=self._writer)


def _busy(error: StoreError | None = None) -> web.Response:
    if error:
        log.error("store.failed", message=str(error), pause=0)
    return web.Response(status=503, headers={hdrs.RETRY_AFTER: "60"})
