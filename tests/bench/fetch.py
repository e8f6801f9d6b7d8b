"""What polling costs: CPU of a 304 beside httpx's own pool, many slow feeds at once, healthy feeds beside hostile ones.

`python -m tests.bench fetch`. Publishers run in a process of their own, each feed on a loopback address of its own, so
that spacing and limits by host are as in life.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx

from tests.bench.publishers import hosts, publishing
from wire import log
from wire.config import load
from wire.fetch import Fetcher
from wire.model import Feed, NotModified, PollState, Validators
from wire.policy import FetchPolicy, SchedulePolicy, StorePolicy
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import Store
from wire.store.migration import migrate

UNCHANGED, SLOW, BESIDE = 1000, 5000, 400
HOSTILE = ("loris", "bomb", "endless", "silent", "flood", "tiny", "1xx")


def run() -> dict[str, float]:
    """All three."""
    figures: dict[str, float] = {}
    with publishing() as port:
        figures |= _unchanged(port)
    for name in ("slow", "beside"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.fetch", name], check=True, capture_output=True, text=True
        )
        figures |= json.loads(done.stdout)
    return figures


# --- 304 --------------------------------------------------------------------------------------------------------------


def _unchanged(port: int) -> dict[str, float]:
    feeds = [
        Feed(key=f"f{n}", url=f"http://127.0.0.1:{port}/304/{n}", source="S", allow_private=True)
        for n in range(UNCHANGED)
    ]
    ours, plain = anyio.run(_ours, feeds), anyio.run(_plain, feeds)
    return {"304, CPU µs a poll": ours, "304, httpx's pool, CPU µs": plain, "304, times less": plain / ours}


async def _ours(feeds: list[Feed]) -> float:
    states = [PollState(feed=each.key, url=each.url, validators=Validators(etag='"1"')) for each in feeds]

    async with Fetcher(FetchPolicy(concurrency=100, per_host=100)) as fetcher:  # as many as httpx's pool

        async def one(number: int) -> None:
            assert isinstance(await fetcher.fetch(feeds[number], states[number], now=datetime.now(UTC)), NotModified)

        return await _cpu(one, len(feeds))


async def _plain(feeds: list[Feed]) -> float:
    async with httpx.AsyncClient(timeout=60) as client:

        async def one(number: int) -> None:
            answer = await client.get(feeds[number].url, headers={"If-None-Match": '"1"'})
            assert answer.status_code == 304

        return await _cpu(one, len(feeds))


async def _cpu(one: Callable[[int], Coroutine[Any, Any, None]], count: int) -> float:
    """CPU µs a call; the second round, over connections that are open as far as the pool keeps them."""
    began = 0.0
    for _ in range(2):
        began = time.process_time()
        async with anyio.create_task_group() as group:
            for number in range(count):
                group.start_soon(one, number)
    return (time.process_time() - began) / count * 1e6


# --- through the whole poller -----------------------------------------------------------------------------------------


async def _passes(feeds: list[Feed], fetch: FetchPolicy, healthy: set[str], folder: str) -> list[float]:
    """Seconds until the last healthy feed was polled, in a first pass (new documents) and a second one (304)."""
    policy = StorePolicy(url=f"sqlite:///{Path(folder) / 'wire.db'}")
    migrate(policy)
    bare = load(None, environ={})
    settings = replace(bare, feeds=tuple(feeds), fetch=fetch, schedule=SchedulePolicy(spread=5))
    seconds = []
    with Store.open(policy) as store:
        async with Poller(settings=settings, store=store, clock=lambda: datetime.now(UTC)) as poller:
            for _ in range(2):
                began, ended = time.monotonic(), [0.0]

                def done(summary: PollSummary, ended: list[float] = ended) -> None:
                    if summary.feed.key in healthy:
                        assert not summary.failed, summary
                        ended[0] = time.monotonic()

                await poller.poll(feeds, done=done)
                seconds.append(ended[0] - began)
    return seconds


def _feeds(port: int, kinds: list[str]) -> list[Feed]:
    return [
        Feed(key=f"f{n}", url=f"http://{host}:{port}/{kind}/{n}", source="S", allow_private=True)
        for n, (host, kind) in enumerate(zip(hosts(), kinds, strict=False))
    ]


def _slow() -> dict[str, float]:
    with publishing(2.0) as port, tempfile.TemporaryDirectory() as folder:
        feeds = _feeds(port, ["slow"] * SLOW)
        first, second = anyio.run(_passes, feeds, FetchPolicy(concurrency=1000), {each.key for each in feeds}, folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"slow feeds": SLOW, "slow, s, all new": first, "slow, s, all 304": second, "slow, MB of the daemon": peak}


def _beside() -> dict[str, float]:
    found: dict[str, list[float]] = {}
    with publishing(0.3) as port:
        for name, kinds in (("alone", ["slow"] * BESIDE), ("beside", ["slow"] * BESIDE)):
            hostile = [HOSTILE[n % len(HOSTILE)] for n in range(BESIDE // 9)] if name == "beside" else []
            feeds = _feeds(port, kinds + hostile)
            healthy = {each.key for each in feeds[:BESIDE]}
            mixed = sorted(feeds, key=lambda each: hash(each.url))
            with tempfile.TemporaryDirectory() as folder:
                found[name] = anyio.run(_passes, mixed, FetchPolicy(timeout=10), healthy, folder)
    alone, beside = found["alone"][1], found["beside"][1]
    return {
        "healthy, s, alone": alone,
        "healthy, s, beside 10 % hostile": beside,
        "healthy, % later": 100 * (beside / alone - 1),
    }


if __name__ == "__main__":
    log.configure(level="error")
    print(json.dumps({"slow": _slow, "beside": _beside}[sys.argv[1]]()))  # noqa: T201
