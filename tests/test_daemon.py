"""The daemon's loop, on a poller and a lease that fail as they are told to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import anyio
import pytest

from wire import daemon
from wire.config import Settings, load
from wire.daemon import Daemon
from wire.errors import StoreBusy, StoreError
from wire.model import Feed
from wire.model.article import Article
from wire.poll import Poller

FEEDS = [Feed(key=f"f{n}", url=f"http://f{n}.example/", source="F") for n in range(5)]


class NoPages:
    """Of full text: none is due."""

    async def pick(self) -> list[Article]:
        return []


@dataclass
class Unwell:
    """A poller on a database that is unwell; every feed that is not under way is due."""

    settings: Settings = field(default_factory=lambda: load(None, environ={}))
    well: bool = False
    polled: list[str] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    articles: NoPages = field(default_factory=NoPages)

    def pick(self, at_most: int | None = None) -> list[Feed]:
        picked = [feed for feed in FEEDS if feed.key not in self.under_way][:at_most]
        self.under_way |= {feed.key for feed in picked}
        return picked

    async def poll_one(self, feed: Feed) -> None:
        self.polled.append(feed.key)
        await anyio.sleep(0.001)
        self.under_way.discard(feed.key)
        if not self.well:
            raise StoreError("disk full")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "TICK", 0.005)
    monkeypatch.setattr(daemon, "STORE_PAUSE", 0.02)


def run(poller: Unwell, work: Callable[[], Awaitable[None]], lease: Callable[[], None] = lambda: None) -> None:
    """Run a daemon while `work` lasts."""

    async def main() -> None:
        running = Daemon(poller=cast("Poller", poller), reload=lambda: poller.settings, lease=lease)
        async with anyio.create_task_group() as group:
            group.start_soon(running.run)
            with anyio.fail_after(30):
                await work()
            running.stop()

    anyio.run(main)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for is a list that grows
        await anyio.sleep(0.001)


def test_while_the_database_is_unwell_one_poll_goes_ahead() -> None:
    poller = Unwell()

    async def work() -> None:
        await until(lambda: len(poller.polled) >= 12)
        assert poller.polled[:12] == ["f0", "f1", "f2", "f3", "f4", *["f0"] * 7], "one at a time, after the first wave"
        poller.well = True
        await until(lambda: {"f1", "f2", "f3", "f4"} <= set(poller.polled[12:]))

    run(poller, work)


def test_without_the_lease_nothing_is_polled() -> None:
    poller, asked = Unwell(well=True), []

    def lease() -> None:
        asked.append(1)
        if len(asked) < 4:
            raise StoreBusy("another daemon runs on this database")
        assert not poller.polled

    async def work() -> None:
        await until(lambda: bool(poller.polled))

    run(poller, work, lease)
    assert len(asked) >= 4


def test_a_service_manager_that_does_not_listen_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    daemon.notify("READY=1")
