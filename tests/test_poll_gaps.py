"""Gaps, from a real publisher to the views, on both databases."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.acceptance.site import Site, publisher
from tests.store.database import rows
from tests.test_poll import polled, settings
from wire.model import Feed, PollState
from wire.poll import Poller
from wire.store import Gap, Store
from wire.store.feed_tables import GAPS_KEPT

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


def serve(site: Site, path: str, numbers: Sequence[int], *, at: datetime | None = None, step: float = 60) -> None:
    """A feed of numbered items, the newest first, published every `step` seconds up to `at`."""
    dates = [
        f"<pubDate>{format_datetime(at - timedelta(seconds=step * n))}</pubDate>" if at else "" for n in range(100)
    ]
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}</guid><title>Item {number}</title>{dates[place]}"
        f"<description>The night ferry number {number} is late.</description></item>"
        for place, number in enumerate(numbers)
    )
    text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
    site.pages[path] = ("application/rss+xml", text.encode())


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def run(store: Store, feed: Feed, site: Site, documents: Sequence[tuple[float, dict[str, object]]]) -> PollState:
    """Poll a feed at some minutes, each time by a process of its own; gives its last state."""
    clock = Clock()
    state: PollState | None = None
    for minutes, document in documents:
        clock.now = NOON + timedelta(minutes=minutes)
        serve(site, f"/{feed.key}", **document)  # type: ignore[arg-type]  # handed through

        async def work(poller: Poller) -> PollState:
            (summary,) = await poller.poll([feed])
            return summary.state

        state = polled(store, settings(feed), work, clock)
    assert state is not None
    return state


def gaps(store: Store, feed: Feed) -> tuple[Gap, ...]:
    with store.reading() as read:
        return read.feed(feed.key).gaps


def feed_at(site: Site, key: str) -> Feed:
    return Feed(key=key, url=f"{site.base}/{key}", source=key.title(), allow_private=True)


def test_a_gap_says_when_how_long_and_how_many(store: Store, site: Site, database_url: str) -> None:
    feed = feed_at(site, "dated")
    later = NOON + timedelta(minutes=60)
    state = run(
        store,
        feed,
        site,
        [
            (0, {"numbers": range(10), "at": NOON}),
            (20, {"numbers": range(10), "at": NOON}),
            (60, {"numbers": range(100, 110), "at": later}),
        ],
    )
    # Ten entries a minute apart up to 13:00; from 12:20, when nothing had changed, to 12:51 some 31 more.
    assert gaps(store, feed) == (Gap(at=later, since=NOON + timedelta(minutes=20), entries=10, missed=31),)
    assert state.gaps == 1
    assert rows(database_url, "SELECT feed, entries, missed FROM feed_gap_v1") == [
        {"feed": "dated", "entries": 10, "missed": 31}
    ]
    assert rows(database_url, "SELECT gaps FROM feed_v1") == [{"gaps": 1}]


def test_without_dates_the_pace_of_the_polls_tells(store: Store, site: Site) -> None:
    feed = feed_at(site, "undated")
    documents: list[tuple[float, dict[str, object]]] = [
        (10.0 * n, {"numbers": range(n, n + 5)}) for n in range(12)
    ]  # one more each ten minutes
    run(store, feed, site, [*documents, (310, {"numbers": range(500, 505)})])
    (gap,) = gaps(store, feed)
    assert gap.missed is not None
    assert 10 <= gap.missed <= 16, "twenty came, five are in the document"


def test_where_nothing_tells_nothing_is_said(store: Store, site: Site) -> None:
    feed = feed_at(site, "new")
    run(store, feed, site, [(0, {"numbers": [1]}), (10, {"numbers": [2]})])
    assert [gap.missed for gap in gaps(store, feed)] == [None]


def test_a_first_poll_and_a_poll_after_a_failure_that_knows_an_entry_are_no_gaps(store: Store, site: Site) -> None:
    feed = feed_at(site, "down")
    run(store, feed, site, [(0, {"numbers": [1, 2]})])
    site.pages.pop("/down")

    async def work(poller: Poller) -> bool:
        return (await poller.poll([feed]))[0].failed

    assert polled(store, settings(feed), work)
    state = run(store, feed, site, [(90, {"numbers": [2, 3]})])
    assert (state.gaps, gaps(store, feed)) == (0, ())


def test_another_url_is_another_beginning(store: Store, site: Site) -> None:
    feed = feed_at(site, "here")
    run(store, feed, site, [(0, {"numbers": [1, 2]})])
    serve(site, "/there", [8, 9])
    moved = replace(feed, url=f"{site.base}/there")

    async def work(poller: Poller) -> int:
        return (await poller.poll([moved]))[0].state.gaps

    assert polled(store, settings(moved), work) == 0


def test_gaps_are_remembered_in_a_ring_and_all_counted(store: Store, site: Site) -> None:
    feed = feed_at(site, "torn")
    with store.writing() as write:
        write.sync_feeds([feed])
        for number in range(1, GAPS_KEPT + 4):
            at = NOON + timedelta(minutes=number)
            write.add_gap(feed.key, number, Gap(at=at, since=NOON, entries=number, missed=None))
    found = gaps(store, feed)
    assert len(found) == GAPS_KEPT
    assert [gap.entries for gap in found[:2]] == [GAPS_KEPT + 3, GAPS_KEPT + 2]
