"""A publisher on loopback that answers as a test wants and remembers every request, byte for byte."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio

from tests.fetch.server import Request, listening
from wire.config import Settings, load
from wire.model import Feed
from wire.policy import FetchPolicy, SchedulePolicy, WorkerPolicy
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import Store

T = TypeVar("T")
Answer = bytes | Callable[[Request], bytes] | Callable[[Request], Awaitable[bytes]]


def rss(*headlines: str, channel: str = "") -> bytes:
    """A document of one entry a headline."""
    items = "".join(
        f"<item><guid>{text}</guid><title>{text}</title><description>{text}, says the harbour.</description></item>"
        for text in headlines
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{channel}{items}</channel></rss>".encode()


FERRY = rss("Ferry late")


def reply(status: str, *headers: str, body: bytes = b"") -> bytes:
    """An answer; its headers byte for byte."""
    return (
        "\r\n".join(
            [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
        ).encode()
        + body
    )


def ok(*headers: str, body: bytes = FERRY) -> bytes:
    """A document."""
    return reply("200 OK", *headers, body=body)


@dataclass(slots=True, kw_only=True)
class Publisher:
    """A server that runs."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    """By path; anything else is a ferry that is late."""
    requests: list[Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When they came, in seconds of a steady clock."""
    at_once: int = 0
    most_at_once: int = 0

    def url(self, path: str = "/feed", host: str = "127.0.0.1") -> str:
        """Address of a path."""
        return f"http://{host}:{self.port}{path}"

    def sent(self, name: str) -> list[list[bytes]]:
        """The values of a header, in each request."""
        return [request.headers(name) for request in self.requests]

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [request.target for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                raw = await reader.readuntil(b"\r\n\r\n")
                self.times.append(time.monotonic())
                request = Request(target=raw.split(b" ")[1].decode("latin-1"), raw=raw)
                self.requests.append(request)
                answer = self.answers.get(request.target, ok())
                if callable(answer):
                    given = answer(request)
                    answer = given if isinstance(given, bytes) else await given
                writer.write(answer)
                await writer.drain()
        finally:
            self.at_once -= 1
            writer.close()


@asynccontextmanager
async def publishing() -> AsyncIterator[Publisher]:
    """A publisher on a free port."""
    made = Publisher()
    async with listening(made.serve) as made.port:
        yield made


@dataclass
class Clock:
    """The time of day, and seconds that go on with it."""

    now: datetime = datetime(2031, 3, 5, 12, tzinfo=UTC)
    seconds: float = 0.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass(kw_only=True)
class Desk:
    """A poller with its database, a clock that a test sets, and a publisher to ask."""

    store: Store
    publisher: Publisher
    clock: Clock = field(default_factory=Clock)
    fetch: FetchPolicy = field(default_factory=FetchPolicy)
    schedule: SchedulePolicy = field(default_factory=lambda: SchedulePolicy(spacing=0, jitter=0))

    def settings(self, *feeds: Feed) -> Settings:
        """What an operator would have written."""
        worker = WorkerPolicy(processes=1)
        bare = load(None, environ={})
        return replace(bare, feeds=feeds, worker=worker, schedule=self.schedule, fetch=self.fetch)

    def poller(self, *feeds: Feed, steady: Callable[[], float] | None = None) -> Poller:
        """A poller as a start of the daemon makes it."""
        return Poller(
            settings=self.settings(*feeds),
            store=self.store,
            clock=lambda: self.clock.now,
            steady=steady or (lambda: self.clock.seconds),
        )

    async def poll(self, feed: Feed, times: int = 1) -> list[PollSummary]:
        """So many polls, each by a poller that was started anew: what it knows is what was stored."""
        done: list[PollSummary] = []
        for _ in range(times):
            async with self.poller(feed) as poller:
                done += await poller.poll([feed])
        return done

    async def wait_after(self, answer: bytes, feed: Feed | None = None) -> float:
        """Seconds from a poll that is answered so until the next one."""
        self.publisher.answers["/feed"] = answer
        (done,) = await self.poll(feed or self.feed())
        assert done.state.next_poll_at
        return (done.state.next_poll_at - self.clock.now).total_seconds()

    def feed(self, path: str = "/feed", key: str = "a", host: str = "127.0.0.1", **fields: object) -> Feed:
        """A feed of the publisher's."""
        url = self.publisher.url(path, host)
        return Feed(key=key, url=url, source="A", allow_private=True, **fields)  # type: ignore[arg-type]  # its fields


def run(store: Store, work: Callable[[Desk], Awaitable[T]]) -> T:
    """Do the work at a desk of its own."""

    async def main() -> T:
        async with publishing() as publisher:
            with anyio.fail_after(60):
                return await work(Desk(store=store, publisher=publisher))

    return anyio.run(main)
