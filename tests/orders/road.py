"""Invented copy on the road of `poll`, without fetching, with a clock of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wire import prepare
from wire.config import load
from wire.ingest import Ingest, arrivals
from wire.measure.outlook import Outlook
from wire.measure.replay import replay
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy
from wire.store import Store, StoryRow

NOON = datetime(2099, 3, 2, 12, tzinfo=UTC)
"""Far ahead, so that embargoes last by the database's own clock, too."""
NORDA = Feed(key="norda", url="http://norda.example/feed", source="Norda")
NORDA_TWO = Feed(key="norda-two", url="http://norda.example/two", source="Norda")
COURIER = Feed(key="courier", url="http://courier.example/feed", source="Courier")
ECHO = Feed(key="echo", url="http://echo.example/feed", source="Echo")
AGENCIES = load(None, environ={}).agencies

HEAD = "Treasurer of Port Lannic held over missing mole money"
MOLE = (
    "Police in Port Lannic detained the harbour board's treasurer on Tuesday on suspicion of taking money that was "
    "meant for the northern mole.\n\nOfficers searched two houses and a boat and took away computers, a person briefed "
    "on the matter said. The official had kept the fund since it was set up.\n\nThe money was collected by schools, "
    "churches and a concert in the market hall after two winters of storms had hollowed the foundations.\n\nA lawyer "
    "could not be reached, and the board declined to comment on Tuesday evening."
)
FROST = (
    "Growers in the Marre valley expect their smallest apple crop in eleven years after frost in the last week of "
    "April killed most of the blossom.\n\nThe cooperative said it would open its cold stores to members who have "
    "nothing to sell, and asked the ministry to let it press fruit from abroad for the first time."
)
ORDER = "EDITORS: Please do not use this story. It is wrong and there will be no substitute."


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def entry(guid: str | None, headline: str, body: str, minutes: float | None = 0, url: str | None = None) -> Entry:
    stated = None if minutes is None else at(minutes)
    return Entry(guid=guid, url=url, headline=headline, body=body, markup="text", published_at=stated)


def take(store: Store, feed: Feed, entries: Sequence[Entry], minutes: float = 0, taker: Ingest | None = None) -> Ingest:
    """Take a document; without a taker, as after a restart."""
    taker = taker or Ingest(ClusterPolicy())
    seen = [prepare.name(each) for each in entries]
    with store.reading() as read:
        items = prepare.items(arrivals.fresh(read, feed, seen), feed, AGENCIES)
    with taker.writing(store) as write:
        write.add_feeds([feed])
        taker.take(write, feed, seen, items, now=at(minutes), whole=False)
    return taker


def stories(store: Store) -> list[StoryRow]:
    with store.reading() as read:
        return read.stories(limit=1000)


def statuses(store: Store) -> list[str]:
    return sorted(row.status for row in stories(store))


def again(store: Store, policy: ClusterPolicy) -> Outlook:
    """Replay all that was received, and make it true; gives what was changed."""
    feeds = (NORDA, NORDA_TWO, COURIER, ECHO)
    settings = replace(load(None, environ={}), feeds=feeds, cluster=policy, agencies=AGENCIES)
    return replay(store, settings=settings, clock=lambda: at(1000), apply=True)
