"""The daemon: what runs, and how it starts, reloads and stops.

Law: composes; decides nothing about feeds or stories. One bad feed never stops the loop; a database that can't be used
stops taking, not running.
"""

import math
import os
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import anyio
import structlog
from anyio import CancelScope, Event, to_thread
from anyio.abc import TaskGroup, TaskStatus

from wire import __version__, retention, snapshots
from wire.alarm import Alarms, Sights
from wire.config import Settings
from wire.errors import ConfigError, StoreError
from wire.ingest import embargoes
from wire.listen import Listener, healthz
from wire.metrics import Metrics
from wire.model import Feed
from wire.model.article import Article
from wire.poll import Poller
from wire.poll.subscribe import Subscriber
from wire.store import Store

log = structlog.get_logger()

TICK = 0.5
"""Seconds between two looks at what is due."""
STORE_PAUSE = 15.0
"""Seconds without new polls after the database failed one: what can't be kept is not fetched."""
HUNG = 120.0
"""Seconds without a look at what is due after which it is not well."""
STUCK = 600.0
"""The same, without a poll that was stored, though feeds have been due for as long."""
LEASE_CHECK = 60.0
"""Seconds between two looks at whether this is still the one daemon of its database."""


def notify(message: str) -> None:
    """Tell systemd (sd_notify(3)); does nothing elsewhere, and nothing is lost where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    with suppress(OSError), socket.socket(socket.AF_UNIX, kind) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(message.encode())


def watchdog_interval() -> float | None:
    """Seconds between two signs of life: half of what systemd waits for; None: it waits for none."""
    microseconds = os.environ.get("WATCHDOG_USEC")
    return int(microseconds) / 2_000_000 if microseconds and microseconds.isdigit() else None


@dataclass(slots=True)
class Daemon:
    """Polls what is due until it is told to stop."""

    poller: Poller
    reload: Callable[[], Settings]
    lease: Callable[[], None]
    """Makes sure that this is the one daemon of its database. Raises StoreError."""
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """What runs as long as it does."""
    error: str | None = field(init=False, default=None)
    """Why the database can't be used; None: it can."""
    _stop: Event = field(init=False, default_factory=Event)
    _patience: CancelScope = field(init=False, default_factory=CancelScope)
    """Over the polls under way."""
    _busy: set[str] = field(init=False, default_factory=set)
    _pause_until: float = field(init=False, default=0.0)
    _doubtful: bool = field(init=False, default=False)
    """Whether the database failed last: then one poll goes ahead of all others."""
    _leased_until: float = field(init=False, default=0.0)
    _looked_at: float = field(init=False, default=math.inf)
    """When it looked last at what is due."""
    _kept_at: float = field(init=False, default=math.inf)
    """When a poll was stored last."""

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then wait for polls under way, until the next such or for `drain` seconds."""
        async with anyio.create_task_group() as group:
            await group.start(self._signals)
            watchdog = watchdog_interval()
            if watchdog:
                group.start_soon(self._alive, watchdog)
            for each in self.beside:
                group.start_soon(each)
            log.info("daemon.started", version=__version__, feeds=len(self.poller.settings.feeds))
            notify(f"READY=1\nSTATUS=polling {len(self.poller.settings.feeds)} feeds")
            with self._patience:
                async with anyio.create_task_group() as polls:
                    await self._loop(polls)
                    drain = self.poller.settings.daemon.drain
                    log.info("daemon.draining", polls=len(self._busy), seconds=drain)
                    notify("STOPPING=1")
                    self._patience.deadline = anyio.current_time() + drain
            if self._patience.cancelled_caught:
                log.warning("daemon.dropped", feeds=sorted(self._busy))
            group.cancel_scope.cancel()
        log.info("daemon.stopped")

    def stop(self) -> None:
        """Stop as on SIGTERM."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether it has been told to stop."""
        return self._stop.is_set()

    def trouble(self) -> str | None:
        """What keeps it from polling, in words; None: nothing."""
        if self._stop.is_set():
            return "draining"
        if self._doubtful:
            return "the database can't be used"
        now = anyio.current_time()
        if now - self._looked_at > HUNG:
            return f"nobody has looked at what is due for {now - self._looked_at:.0f} s"
        feeds, overdue = self.poller.overdue()
        if min(overdue, now - self._kept_at) > STUCK and not self.poller.line_down():
            return f"{feeds} feeds are due, and no poll was stored for {now - self._kept_at:.0f} s"
        return None

    async def _loop(self, polls: TaskGroup) -> None:
        self._kept_at = anyio.current_time()
        while not self._stop.is_set():
            self._looked_at = anyio.current_time()
            if anyio.current_time() >= self._pause_until and await self._leased():
                for feed in self._picked():
                    self._busy.add(feed.key)
                    polls.start_soon(self._poll, feed)
                await self._pages(polls)
            with anyio.move_on_after(TICK):
                await self._stop.wait()

    def _picked(self) -> list[Feed]:
        """The feeds to poll now."""
        if self._doubtful:
            return [] if self._busy else self.poller.pick(1)
        return self.poller.pick()

    async def _leased(self) -> bool:
        if not self._doubtful and anyio.current_time() < self._leased_until:
            return True
        try:
            await to_thread.run_sync(self.lease)
        except StoreError as error:
            self._pause(error)
            return False
        self._leased_until = anyio.current_time() + LEASE_CHECK
        return True

    async def _poll(self, feed: Feed) -> None:
        try:
            await self.poller.poll_one(feed)
            self._doubtful, self.error, self._kept_at = False, None, anyio.current_time()
        except StoreError as error:
            self._pause(error, feed=feed.key)
        self._busy.discard(feed.key)

    async def _pages(self, polls: TaskGroup) -> None:
        """Begin with the pages that are due."""
        if self._doubtful:
            return
        try:
            for article in await self.poller.articles.pick():
                polls.start_soon(self._page, article)
        except StoreError as error:
            self._pause(error)

    async def _page(self, article: Article) -> None:
        try:
            await self.poller.articles.fetch_one(article)
        except StoreError as error:
            self._pause(error, feed=article.feed)

    def _pause(self, error: StoreError, **where: str) -> None:
        self._doubtful, self.error = True, str(error)
        self._pause_until = anyio.current_time() + STORE_PAUSE
        log.error("store.failed", message=str(error), pause=STORE_PAUSE, **where)

    async def _signals(self, *, task_status: TaskStatus[None]) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
            task_status.started()
            async with anyio.create_task_group() as reloads:
                async for number in signals:
                    if number == signal.SIGHUP:
                        reloads.start_soon(self._reload)  # which may wait for the database; a stop does not wait for it
                    elif self._stop.is_set():
                        log.warning("daemon.hurried")
                        self._patience.cancel()
                    else:
                        self._stop.set()

    async def _reload(self) -> None:
        """Take the config up again; a broken one is told of, and the old one stays."""
        notify(f"RELOADING=1\nMONOTONIC_USEC={int(anyio.current_time() * 1_000_000)}")
        try:
            settings = self.reload()
            await self.poller.reconfigure(settings)
        except (ConfigError, StoreError) as error:
            log.error("config.refused", message=str(error))
        else:
            log.info("config.loaded", feeds=len(settings.feeds))
        notify("READY=1")

    async def _alive(self, interval: float) -> None:
        while True:
            notify("WATCHDOG=1")
            await anyio.sleep(interval)


async def serve(settings: Settings, *, reload: Callable[[], Settings], clock: Callable[[], datetime]) -> None:
    """Open what the daemon needs, run it, close it."""
    store = Store.open(settings.store)
    try:
        with store.daemon_lease() as lease:
            async with Poller(settings=settings, store=store, clock=clock) as poller:
                daemon = Daemon(poller=poller, reload=reload, lease=lease)
                alarms = Alarms(
                    store=store,
                    policy=lambda: poller.settings.alerts,
                    clock=clock,
                    sights=Sights(
                        line_down=poller.line_down, store_error=lambda: daemon.error, free=store.free, wal=store.wal
                    ),
                )
                metrics = Metrics(poller, alarms)
                poller.listeners += [metrics.polled, lambda summary: alarms.heard(summary.alerts)]
                alarms.listeners.append(metrics.told)
                pruning = partial(retention.keep_pruning, store, lambda: poller.settings, clock)
                embargoed = partial(embargoes.watch, store, clock)
                copying = partial(snapshots.keep_copying, store, lambda: poller.settings.store)
                daemon.beside = (poller.watch, alarms.watch, alarms.deliver, embargoed, pruning, copying)
                subscriber = Subscriber(poller, store, clock=clock, stopping=daemon.stopping)
                routes = [healthz(daemon.trouble), metrics.route(), *subscriber.routes]
                async with Listener(settings.listen, routes), anyio.create_task_group() as group:
                    group.start_soon(subscriber.run)
                    await daemon.run()
                    group.cancel_scope.cancel()
    finally:
        store.close()
