"""Alerts told outside: a real receiver on loopback that is slow, fails, redirects or is away, and restarts."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
from aiohttp import web

from tests.store.samples import FEED
from tests.store.test_health import alert
from wire import alarm
from wire.alarm import Alarms, Sights
from wire.errors import StoreError
from wire.health import Condition, Ended
from wire.policy import AlertPolicy
from wire.publish import webhook
from wire.store import Call, Store, Wal

SECRET = "Bearer invented"


@dataclass
class Receiver:
    """An operator's service; `answers`: what it does with the next requests, then 204."""

    answers: list[int | float] = field(default_factory=list)
    """A status, or seconds to be silent for."""
    told: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    elsewhere: int = 0
    base: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.told.append(await request.json())
        self.headers.append(dict(request.headers))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, float):
            await anyio.sleep(answer)
            answer = 204
        return web.Response(status=answer, headers={"Location": f"{self.base}/elsewhere"})

    async def other(self, _: web.Request) -> web.Response:
        self.elsewhere += 1
        return web.Response()

    def events(self) -> list[tuple[str, str]]:
        return [(each["event"], each["condition"]) for each in self.told]


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    app.router.add_route("*", "/elsewhere", made.other)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


@dataclass
class World:
    """What is the matter with line, database and disk."""

    line: bool = False
    store: str | None = None
    free: int | None = 10**12
    wal: Wal | None = None

    def sights(self) -> Sights:
        return Sights(
            line_down=lambda: self.line, store_error=lambda: self.store, free=lambda: self.free, wal=lambda: self.wal
        )


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "PAUSE", 0.02)
    monkeypatch.setattr(alarm, "LONGEST", 0.05)
    monkeypatch.setattr(alarm, "REFRESH", 0.2)


def alarms(store: Store, site: Receiver, world: World | None = None, **policy: object) -> Alarms:
    made = AlertPolicy(url=f"{site.base}/hook", secret=SECRET, timeout=0.3, **policy)  # type: ignore[arg-type]  # its fields
    sights = (world or World()).sights()
    return Alarms(store=store, policy=lambda: made, clock=lambda: datetime.now(UTC), sights=sights)


def run(work: Callable[[Receiver], Awaitable[None]]) -> None:
    async def main() -> None:
        async with receiver() as site:
            with anyio.fail_after(60):
                await work(site)

    anyio.run(main)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for is what the other side saw
        await anyio.sleep(0.005)


@asynccontextmanager
async def delivering(made: Alarms) -> AsyncIterator[Alarms]:
    """A daemon's half of it, until the block ends, as by a kill."""
    async with anyio.create_task_group() as group:
        group.start_soon(made.deliver)
        yield made
        group.cancel_scope.cancel()


def raised(store: Store, *changes: Any) -> tuple[Call, ...]:
    with store.writing() as write:
        write.add_feeds([FEED])
        return tuple(write.note(changes, tell=True))


def settled(store: Store) -> bool:
    with store.reading() as read:
        return not read.calls()


END = Ended(condition=Condition.FAILING, feed=FEED.key, at=datetime(2026, 1, 22, tzinfo=UTC), end="it answers again")


def test_begin_and_end_are_told_once_each_with_the_secret(store: Store) -> None:
    async def work(site: Receiver) -> None:
        async with delivering(alarms(store, site)) as made:
            made.heard(raised(store, alert()))
            await until(lambda: len(site.told) == 1)
            made.heard(raised(store, END))
            await until(lambda: len(site.told) == 2 and settled(store))
            await anyio.sleep(0.3)
        assert site.events() == [("began", "failing"), ("ended", "failing")]
        began, ended = site.told
        assert (began["feed"], began["source"], began["severity"]) == ("harbour", "Harbour Post", "warning")
        assert (began["began_at"], began["ended_at"], began["end"]) == ("2026-01-21T12:00:00Z", None, None)
        assert began["text"] == "harbour: failing: 404, since noon"
        assert (ended["id"], ended["ended_at"], ended["end"]) == (
            began["id"],
            "2026-01-22T00:00:00Z",
            "it answers again",
        )
        assert [each["Authorization"] for each in site.headers] == [SECRET] * 2
        assert [each["Idempotency-Key"] for each in site.headers] == [f"{began['id']}.began", f"{began['id']}.ended"]
        with store.reading() as read:
            (row,) = read.alerts()
        assert row.told_at
        assert row.end_told_at

    run(work)


def test_a_receiver_that_fails_is_tried_again_and_the_end_waits_for_the_begin(store: Store) -> None:
    async def work(site: Receiver) -> None:
        site.answers = [500, 503, 429]
        async with delivering(alarms(store, site)) as made:
            made.heard(raised(store, alert()))
            made.heard(raised(store, END))
            await until(lambda: settled(store))
        assert site.events() == [("began", "failing")] * 4 + [("ended", "failing")]

    run(work)


def test_it_is_given_up_after_so_many_tries_and_said(store: Store) -> None:
    async def work(site: Receiver) -> None:
        site.answers = [500] * 10
        async with delivering(alarms(store, site, tries=3)) as made:
            made.heard(raised(store, alert()))
            await until(lambda: settled(store))
        assert len(site.told) == 3
        with store.reading() as read:
            (row,) = read.alerts()
        assert (row.told_at, row.untold) == (None, "it answers 500")

    run(work)


def test_a_redirect_is_not_followed(store: Store) -> None:
    async def work(site: Receiver) -> None:
        site.answers = [302, 307, 308]
        async with delivering(alarms(store, site, tries=3)) as made:
            made.heard(raised(store, alert()))
            await until(lambda: settled(store))
        assert (len(site.told), site.elsewhere) == (3, 0)

    run(work)


def test_a_slow_receiver_costs_one_try_its_time_and_no_more(store: Store) -> None:
    async def work(site: Receiver) -> None:
        site.answers = [5.0]
        began = time.monotonic()
        async with delivering(alarms(store, site)) as made:
            made.heard(raised(store, alert()))
            await until(lambda: settled(store))
        assert site.events() == [("began", "failing")] * 2
        assert time.monotonic() - began < 5

    run(work)


def test_what_was_not_told_is_told_after_a_restart_and_once(store: Store) -> None:
    async def work(site: Receiver) -> None:
        raised(store, alert())  # and killed before it could be told
        async with delivering(alarms(store, site)):
            await until(lambda: settled(store))
        async with delivering(alarms(store, site)):
            await anyio.sleep(0.4)
        assert site.events() == [("began", "failing")]

    run(work)


def test_a_kill_while_it_is_told_tells_again(store: Store) -> None:
    async def work(site: Receiver) -> None:
        site.answers = [5.0]
        raised(store, alert())
        async with delivering(alarms(store, site)):
            await until(lambda: len(site.told) == 1)
        async with delivering(alarms(store, site)):
            await until(lambda: settled(store))
        assert len({each["Idempotency-Key"] for each in site.headers}) == 1, "by which the other side knows it"

    run(work)


def test_nobody_there_and_a_broken_address_are_one_line_without_the_address() -> None:
    async def main() -> None:
        call = Call(alert=alert().alert, event="began", due_at=datetime.now(UTC))
        for url in ("http://127.0.0.1:9/T0KEN", "http://nowhere.invalid/T0KEN", "https://127.0.0.1:9/T0KEN"):
            error = await webhook.post(call, AlertPolicy(url=url, secret=SECRET, timeout=5))
            assert error
            assert "T0KEN" not in error
            assert "\n" not in error
        assert "T0KEN" not in repr(AlertPolicy(url="http://a.example/T0KEN"))

    anyio.run(main)


def test_our_own_line_is_one_alert_of_its_own_which_a_restart_does_not_repeat(store: Store) -> None:
    async def work(site: Receiver) -> None:
        world = World(line=True)
        made = alarms(store, site, world)
        async with delivering(made):
            for now in range(0, 60, 5):
                await made.look(now)
            await until(lambda: len(site.told) == 1)
        again = alarms(store, site, world)
        await again._recall()
        async with delivering(again):
            for now in range(0, 60, 5):
                await again.look(now)
            world.line = False
            for now in range(60, 300, 5):
                await again.look(now)
            await until(lambda: len(site.told) == 2 and settled(store))
        assert site.events() == [("began", "line"), ("ended", "line")]
        assert site.told[0]["feed"] is None
        assert site.told[0]["severity"] == "critical"
        assert site.told[0]["id"] == site.told[1]["id"]

    run(work)


def test_a_disk_that_fills_is_told_of_and_ends_with_room_to_spare(store: Store) -> None:
    async def work(site: Receiver) -> None:
        world = World(free=400_000_000)
        made = alarms(store, site, world)
        await made.look(0)
        world.free = 550_000_000
        for now in range(5, 300, 5):
            await made.look(now)
        with store.reading() as read:
            assert [(row.condition, row.ended_at) for row in read.alerts()] == [("disk", None)]
        world.free = 700_000_000
        for now in range(300, 600, 5):
            await made.look(now)
        with store.reading() as read:
            (row,) = read.alerts()
        assert row.ended_at
        assert "400 MB" in row.summary

    run(work)


def test_a_reader_that_takes_too_long_is_told_of_by_its_process(store: Store) -> None:
    async def work(site: Receiver) -> None:
        world = World(wal=Wal(bytes=2_000_000_000, readers=(4711,)))
        made = alarms(store, site, world)
        for now in range(0, 30, 5):
            await made.look(now)
        with store.reading() as read:
            (row,) = read.alerts()
        assert (row.condition, row.severity, row.ended_at) == ("reader", "warning", None)
        assert "2,000 MB" in row.summary
        assert "4711" in row.summary
        world.wal = Wal(bytes=64_000_000, readers=(4712,))
        for now in range(30, 200, 5):
            await made.look(now)
        with store.reading() as read:
            assert read.alerts()[0].ended_at

    run(work)


class Unwell:
    """A store that fails as it is told to."""

    def __init__(self, store: Store) -> None:
        self._store, self.well = store, False

    def writing(self) -> Any:
        if not self.well:
            raise StoreError("disk full")
        return self._store.writing()

    def reading(self) -> Any:
        if not self.well:
            raise StoreError("disk full")
        return self._store.reading()


def test_a_database_that_fails_is_told_of_from_memory_and_written_down_when_it_is_back(store: Store) -> None:
    async def work(site: Receiver) -> None:
        world, unwell = World(store="the disk is full"), Unwell(store)
        made = alarms(store, site, world)
        made.store = unwell  # type: ignore[assignment]  # as far as it is used
        async with delivering(made):
            for now in range(0, 60, 5):
                await made.look(now)
            await until(lambda: len(site.told) == 1)
            unwell.well, world.store = True, None
            for now in range(60, 200, 5):
                await made.look(now)
            await until(lambda: len(site.told) == 2 and settled(store))
        assert site.events() == [("began", "store"), ("ended", "store")]
        with store.reading() as read:
            (row,) = read.alerts()
        assert row.told_at
        assert row.ended_at
        assert "the disk is full" in row.summary

    run(work)


def test_without_an_address_nothing_waits_to_be_told(store: Store) -> None:
    async def work(site: Receiver) -> None:
        made = alarms(store, site, World(line=True))
        quiet = replace(made.policy(), url="")
        made.policy = lambda: quiet
        raised(store, alert())  # while there was one
        async with delivering(made):
            for now in range(0, 60, 5):
                await made.look(now)
            await until(lambda: settled(store))
        assert not site.told

    run(work)
