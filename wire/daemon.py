"""The daemon: what runs, and how it starts, reloads and stops.

Law: composes; decides nothing about feeds or stories. One bad feed never stops the loop; a database that can't be used
stops taking, not running.
"""

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import anyio
import structlog
from anyio import CancelScope, Event
from anyio.abc import TaskGroup, TaskStatus

from wire import __version__
from wire.config import Settings
from wire.errors import ConfigError, StoreError
from wire.model import Feed
from wire.poll import Poller
from wire.store import Store

log = structlog.get_logger()

TICK = 0.5
"""Seconds between two looks at what is due."""
STORE_PAUSE = 15.0
"""Seconds without new polls after the database refused one: what can't be kept is not fetched."""


def notify(message: str) -> None:
    """Tell systemd (sd_notify(3)); does nothing elsewhere."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
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
    clock: Callable[[], datetime]
    _stop: Event = field(init=False, default_factory=Event)
    _busy: set[str] = field(init=False, default_factory=set)
    _pause_until: float = field(init=False, default=0.0)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then wait for the polls under way, at most `drain` seconds."""
        async with anyio.create_task_group() as group:
            await group.start(self._signals)
            watchdog = watchdog_interval()
            if watchdog:
                group.start_soon(self._alive, watchdog)
            log.info("daemon.started", version=__version__, feeds=len(self.poller.settings.feeds))
            notify(f"READY=1\nSTATUS=polling {len(self.poller.settings.feeds)} feeds")
            with CancelScope() as patience:
                async with anyio.create_task_group() as polls:
                    await self._loop(polls)
                    drain = self.poller.settings.daemon.drain
                    log.info("daemon.draining", polls=len(self._busy), seconds=drain)
                    notify("STOPPING=1")
                    patience.deadline = anyio.current_time() + drain
            if patience.cancelled_caught:
                log.warning("daemon.dropped", feeds=sorted(self._busy))
            group.cancel_scope.cancel()
        log.info("daemon.stopped")

    def stop(self) -> None:
        """Stop as on SIGTERM."""
        self._stop.set()

    async def _loop(self, polls: TaskGroup) -> None:
        while not self._stop.is_set():
            if anyio.current_time() >= self._pause_until:
                for feed in self.poller.due():
                    if feed.key not in self._busy:
                        self._busy.add(feed.key)
                        polls.start_soon(self._poll, feed)
            with anyio.move_on_after(TICK):
                await self._stop.wait()

    async def _poll(self, feed: Feed) -> None:
        try:
            await self.poller.poll_one(feed)
        except StoreError as error:
            self._pause_until = anyio.current_time() + STORE_PAUSE
            log.error("store.failed", feed=feed.key, message=str(error), pause=STORE_PAUSE)
        finally:
            self._busy.discard(feed.key)

    async def _signals(self, *, task_status: TaskStatus[None]) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
            task_status.started()
            async for number in signals:
                if number == signal.SIGHUP:
                    await self._reload()
                elif self._stop.is_set():
                    log.warning("daemon.hurried")
                    raise KeyboardInterrupt
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
        with store.daemon_lease():
            async with Poller(settings=settings, store=store, clock=clock) as poller:
                await Daemon(poller=poller, reload=reload, clock=clock).run()
    finally:
        store.close()
