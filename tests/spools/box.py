"""A watched folder that a test fills, and looks into it by a real poller."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import anyio

from wire.config import Settings, load
from wire.fetch.putaway import LocalSpool
from wire.model import Feed
from wire.policy import SchedulePolicy, SpoolPolicy, WorkerPolicy
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import SpoolRow, Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LONG_AGO = 1_700_000_000
"""Seconds since 1970: files that were written then are whole."""


def rss(*entries: tuple[str, str]) -> str:
    """A document of (guid, headline)."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{escape(guid)}</guid><title>{escape(headline)}</title>"
        f"<description>{escape(headline)} and what else there is to say of it, which is not much.</description></item>"
        for guid, headline in entries
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>t</title>{items}</channel></rss>"


@dataclass
class Box:
    """A folder, and the feed that it is."""

    path: Path
    key: str = "box"
    pattern: str = "*.xml"

    def __post_init__(self) -> None:
        self.path.mkdir(exist_ok=True)

    def feed(self, **fields: Any) -> Feed:
        return Feed(key=self.key, url=f"{self.path.as_uri()}/{self.pattern}", source="Box", **fields)

    def put(self, name: str | bytes, text: str | bytes | None = None, *, at: float = LONG_AGO) -> Path:
        """A file that is whole since `at`; without a text, a document whose one entry is called as the file is."""
        path = self.path / os.fsdecode(name)
        body = rss((path.name, f"Item {path.name}")) if text is None else text
        path.write_bytes(body if isinstance(body, bytes) else body.encode("utf-8", "replace"))
        os.utime(path, (at, at))
        return path

    def names(self, folder: str = ".") -> list[str]:
        """What stands in a folder in it, but for our own."""
        where = self.path / folder
        return sorted(each.name for each in where.iterdir() if each.is_file()) if where.is_dir() else []

    def count(self, folder: str) -> int:
        """How many files stand in a folder in it."""
        where = self.path / folder
        return len(os.listdir(where)) if where.is_dir() else 0  # noqa: PTH208 - names alone, of thousands

    def hidden(self) -> list[str]:
        return [name for name in self.names(".presswire") if name != "lock"]


def settings(*feeds: Feed, batch: int = 100, scan: float = 30.0, max_bytes: int = 1_000_000) -> Settings:
    return replace(
        load(None, environ={}),
        feeds=feeds,
        worker=WorkerPolicy(processes=1),
        spool=SpoolPolicy(batch=batch, max_bytes=max_bytes),
        schedule=SchedulePolicy(scan=scan),
    )


def looked(
    store: Store,
    *feeds: Feed,
    clock: Callable[[], datetime] = lambda: NOW,
    chosen: Settings | None = None,
    **knobs: Any,
) -> list[PollSummary]:
    """What one look into each of the folders brought."""

    async def run() -> list[PollSummary]:
        async with Poller(settings=chosen or settings(*feeds, **knobs), store=store, clock=clock) as poller:
            return await poller.poll(feeds)

    return anyio.run(run)


def headlines(store: Store) -> list[str]:
    """Of all deliveries, in order of arrival."""
    with store.reading() as read:
        stories = [read.story(row.story_id) for row in read.stories(limit=100_000)]
    found = {int(each.delivery_id[1:]): each.headline for story in stories for each in story.deliveries}
    return [found[number] for number in sorted(found)]


def rows(store: Store, key: str = "box") -> Mapping[str, SpoolRow]:
    """What is remembered of files, the last of each name."""
    with store.reading() as read:
        found = [*read.spools.oldest(key, 10_000), *read.spools.unsettled(key, 10_000)]
    return {row.file.name: row for row in sorted(found, key=lambda row: row.number)}


@contextmanager
def opened(feed: Feed, max_bytes: int = 1_000_000) -> Iterator[LocalSpool]:
    """The folder of a feed, without a poller."""
    folder = LocalSpool(feed, max_bytes)
    try:
        folder.open()
        yield folder
    finally:
        folder.close()
