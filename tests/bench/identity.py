"""What it costs to tell which entry is which, in a document of a thousand."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from tests.bench.pipeline import invented
from wire import parse, prepare
from wire.config import load
from wire.ingest import Ingest, arrivals
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import Store
from wire.store.migration import migrate

ENTRIES = 1000
FEED = Feed(key="bench", url="https://bench.example/feed", source="Bench")
T = TypeVar("T")


def run() -> dict[str, float]:
    """CPU ms a document: to find what is fresh, and to take it under the lock."""
    agencies, now = load(None, environ={}).agencies, datetime(2026, 1, 1, tzinfo=UTC)
    first = [
        replace(parse.parse_line(line.encode()), guid=f"http://bench.example/{n}", url=f"http://bench.example/read/{n}")
        for n, line in enumerate(invented(ENTRIES + 1))
    ]
    documents: dict[str, list[Entry]] = {
        "first": first[1:],
        "unchanged": first[1:],
        "one new": first[:-1],
        "all re-dated": [replace(each, published_at=now) for each in first[:-1]],
        "all guids respelled": [replace(each, guid=f"https://bench.example/{n}/") for n, each in enumerate(first[:-1])],
        "all guids changed": [replace(each, guid=f"cms:{n}") for n, each in enumerate(first[:-1])],
        "unchanged since": [replace(each, guid=f"cms:{n}") for n, each in enumerate(first[:-1])],
    }
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        policy = StorePolicy(url=f"sqlite:///{Path(folder) / 'wire.db'}")
        migrate(policy)
        with Store.open(policy) as store:
            taker = Ingest(ClusterPolicy())
            for name, entries in documents.items():
                now += timedelta(minutes=5)
                seen = [prepare.name(each) for each in entries]
                with store.reading() as read:
                    fresh, figures[f"{name}: find"] = _timed(lambda r=read, s=seen: arrivals.fresh(r, FEED, s))  # type: ignore[misc]  # the defaults bind
                items = prepare.items(fresh, FEED, agencies)
                _, figures[f"{name}: take"] = _timed(
                    lambda s=seen, i=items, at=now: _take(store, taker, s, i, at)  # type: ignore[misc]  # the defaults bind
                )
    return figures


def _take(
    store: Store, taker: Ingest, seen: Sequence[prepare.Seen], items: Sequence[prepare.Item], now: datetime
) -> None:
    with taker.writing(store) as write:
        write.add_feeds([FEED])
        taker.take(write, FEED, seen, items, now=now)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    return work(), (time.process_time() - began) * 1e3
