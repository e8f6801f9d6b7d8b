"""Invented copy with labels, and the shortest way of it into a store."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wire import prepare
from wire.config import Settings, load
from wire.ingest import Ingest, arrivals
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy
from wire.store import Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COURIER = Feed(key="courier", url="http://courier.example/feed", source="Courier")
ECHO = Feed(key="echo", url="http://echo.example/feed", source="Echo", rank=80)
SETTINGS = load(None, environ={})

MOLE = (
    "The harbour board of Port Lannic voted on Tuesday to rebuild the northern mole after engineers found that two "
    "winters of storms had hollowed its foundations.\n\nWork will begin in May and cost 14.2 million crowns, the board "
    "said, half of it paid by the province.\n\nFerries will use the fishermen's quay until autumn next year, "
    "and the fish market moves to the old customs hall on the first of April."
)
CUT = MOLE.rpartition("\n\n")[0]
"""The same without its last paragraph."""
FROST = (
    "Growers in the Marre valley expect their smallest apple crop in eleven years after frost in the last week of "
    "April killed most of the blossom.\n\nThe cooperative said it would open its cold stores to members who have "
    "nothing to sell, and asked the ministry to let it press fruit from abroad for the first time."
)
CHESS = (
    "A librarian of nineteen won the open chess championship of Tessa on Sunday without losing a game, the youngest "
    "winner since the tournament began in a railway carriage.\n\nOda Brandt drew her last two matches and said she "
    "would spend the prize on a bicycle and a better clock."
)
STRICT = ClusterPolicy(window=1.0)
"""Joins nothing but texts of one second."""


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def entry(guid: str, headline: str, body: str, when: datetime = NOON) -> Entry:
    return Entry(guid=guid, url=None, headline=headline, body=body, markup="text", published_at=when)


def settings(policy: ClusterPolicy | None = None, feeds: Sequence[Feed] = (COURIER, ECHO)) -> Settings:
    return replace(SETTINGS, feeds=tuple(feeds), cluster=policy or ClusterPolicy())


def take(
    store: Store,
    feed: Feed,
    entries: Iterable[Entry],
    minutes: float,
    *,
    taker: Ingest | None = None,
    policy: ClusterPolicy | None = None,
) -> None:
    """The road of `poll`, without fetching."""
    taker = taker or Ingest(policy or ClusterPolicy())
    seen = [prepare.name(each) for each in entries]
    with store.reading() as read:
        items = prepare.items(arrivals.fresh(read, feed, seen), feed, SETTINGS.agencies)
    with taker.writing(store) as write:
        write.add_feeds([feed])
        taker.take(write, feed, seen, items, now=at(minutes))


def lines(path: Path, records: Iterable[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(each) for each in records) + "\n")
    return path
