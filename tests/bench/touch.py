"""What a feed costs that is touched, but brings nothing new: CPU of whole polls, fetch to commit, children included."""

import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import anyio
import structlog

from tests.bench.pipeline import invented_texts
from wire.config import Settings, load
from wire.model import Feed
from wire.policy import SchedulePolicy, StorePolicy
from wire.poll import Poller
from wire.store import Store
from wire.store.migration import migrate

FEEDS, WARM, ENTRIES = 60, 6, 50


def run() -> dict[str, float]:
    """CPU ms a feed: first poll, only `lastBuildDate` changed, one entry of all changed; and both in % of the first."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (port, server):
        store_policy = StorePolicy(url=f"sqlite:///{folder}/wire.db")
        migrate(store_policy)
        feeds = tuple(
            Feed(key=f"f{n}", url=f"http://127.0.0.1:{port}/{n}.xml", source=f"S{n}", allow_private=True)
            for n in range(FEEDS + WARM)
        )
        settings = replace(load(None, environ={}), feeds=feeds, schedule=SchedulePolicy(spacing=0))
        with Store.open(store_policy) as store:
            first, touched, changed = anyio.run(_rounds, settings, store, Path(folder), server)
    return {
        "first poll, CPU ms a feed of 50": first,
        "touched, CPU ms": touched,
        "touched, % of the first": 100 * touched / first,
        "one entry changed, CPU ms": changed,
        "one entry changed, % of the first": 100 * changed / first,
    }


async def _rounds(settings: Settings, store: Store, folder: Path, server: int) -> list[float]:
    """CPU ms a feed of each round."""
    texts = invented_texts((FEEDS + WARM) * ENTRIES, words=300)
    costs = []
    async with Poller(settings=settings, store=store, clock=lambda: datetime.now(UTC)) as poller:
        for round_, more in enumerate(("", "", " changed")):
            for n in range(FEEDS + WARM):
                own = texts[n * ENTRIES : (n + 1) * ENTRIES]
                _write(folder / f"{n}.xml", [own[0] + more, *own[1:]], number=n, round_=round_)
            await poller.poll(settings.feeds[FEEDS:])  # children start, connections open
            began = _used(server)
            for summary in await poller.poll(settings.feeds[:FEEDS]):
                assert not summary.failed, summary.message
            costs.append((_used(server) - began) / FEEDS * 1e3)
    return costs


def _write(path: Path, texts: list[str], *, number: int, round_: int) -> None:
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}-{n}</guid><title>{text[:60]}</title>"
        f"<description>{text}</description><pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate></item>"
        for n, text in enumerate(texts)
    )
    built = f"<lastBuildDate>Mon, 02 Mar 2026 12:00:0{round_} GMT</lastBuildDate>"
    path.write_text(f"<rss version='2.0'><channel><title>t</title>{built}{items}</channel></rss>")
    os.utime(path, (time.time() + 60 * round_ - 300,) * 2)  # its server knows whole seconds, and answers 304


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, int]]:
    """A server whose cost is not ours; gives its port and its process."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline().split(" port ")[1].split()[0]), process.pid
        process.kill()


def _used(server: int) -> float:
    """CPU seconds of this process and its children, living and dead, but for the server."""
    ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    ticks = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = each.read_text()
        except OSError:  # it has just ended
            continue
        fields = text.rpartition(")")[2].split()
        if int(fields[1]) == os.getpid() and int(each.parent.name) != server:
            ticks += int(fields[11]) + int(fields[12])
    return sum(usage.ru_utime + usage.ru_stime for usage in ended) + ticks / os.sysconf("SC_CLK_TCK")
