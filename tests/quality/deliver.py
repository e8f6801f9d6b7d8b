"""Copy delivered as a daemon takes it: one item at a time, in an order that need not be that of the items' own times.

Law: the pure half is walked once an item, however often it is delivered; what came of it is read from the views.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from tests.corpus import Labelled
from wire import parse, prepare
from wire.config import load
from wire.ingest import Ingest
from wire.model import Feed
from wire.policy import ClusterPolicy, StorePolicy
from wire.poll.record import TIDY
from wire.prepare import Item, Seen
from wire.store import Store
from wire.store.answers import StoryFile

TRANSACTION = timedelta(hours=1)
"""Arrivals of so long a time are taken one by one, and committed together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One item, ready for the writer, and when it arrives."""

    feed: Feed
    seen: Seen = field(repr=False)
    item: Item = field(repr=False)
    own: datetime
    """The item's own time."""
    at: datetime
    """When it arrives: not before its own time."""


def lines(items: Iterable[Labelled]) -> list[bytes]:
    """The items as JSON Lines."""
    return [json.dumps(_sent(item)).encode() for item in items]


def _sent(item: Labelled) -> dict[str, str]:
    sent = {"id": item.id, "source": item.source, "headline": item.headline, "body": item.body}
    return sent | {"published": item.published.isoformat()}


def on_time(documents: Iterable[bytes]) -> list[Delivery]:
    """Lines of JSON, each of which arrives at its own time; in the order of those."""
    agencies = load(None, environ={}).agencies
    found = []
    for line in documents:
        seen = prepare.name(parse.parse_line(line))
        source = seen.entry.source or "wire"
        feed = Feed(key=source, url=f"http://{source.casefold().replace(' ', '-')}.example/", source=source)
        own = seen.entry.published_at
        assert own, "without a time of its own nothing can be late"
        (item,) = prepare.items([seen], feed, agencies)
        found.append(Delivery(feed=feed, seen=seen, item=item, own=own, at=own))
    return sorted(found, key=lambda each: each.at)


def deliver(
    deliveries: Sequence[Delivery],
    database: Path | str,
    taker: Ingest | None = None,
    *,
    poll: timedelta = timedelta(0),
    tidy: bool = True,
) -> Ingest:
    """Take them in as they arrive; without a taker, as a process does that has just begun.

    `poll`: what one feed brings in so long a time is taken at once; `tidy`: forget once an hour, as a daemon does.
    """
    taker, tidied = taker or Ingest(ClusterPolicy()), None
    with Store.open(StorePolicy(url=_url(database))) as store:
        for hour in _hours(deliveries):
            with taker.writing(store) as write:
                write.add_feeds({each.feed.key: each.feed for each in hour}.values())
                for polled in _polls(hour, poll):
                    now = polled[-1].at
                    if tidy and (tidied is None or now - tidied > TIDY):
                        tidied = now
                        taker.window.forget(tidied)
                    seen, items = [each.seen for each in polled], [each.item for each in polled]
                    taker.take(write, polled[-1].feed, seen, items, now=now, whole=False)
    return taker


def standing(database: Path | str, *, versions: int = 1) -> dict[str, StoryFile]:
    """Every story of so many versions or more, with its versions, deliveries and evidence."""
    with Store.open(StorePolicy(url=_url(database))) as store, store.reading() as read:
        rows = read.stories(limit=1_000_000)
        return {row.story_id: read.story(row.story_id) for row in rows if row.versions >= versions}


def _url(database: Path | str) -> str:
    return database if isinstance(database, str) else f"sqlite:///{database}"


def _hours(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    for _, hour in groupby(deliveries, key=lambda each: (each.at - deliveries[0].at) // TRANSACTION):
        yield list(hour)


def _polls(deliveries: Sequence[Delivery], length: timedelta) -> Iterator[list[Delivery]]:
    polled: list[Delivery] = []
    for each in deliveries:
        if polled and (each.feed.key != polled[0].feed.key or each.at - polled[0].at >= length):
            yield polled
            polled = []
        polled.append(each)
    if polled:
        yield polled
