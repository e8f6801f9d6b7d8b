"""One poll of one feed, on a real publisher and both databases: what goes wrong costs no more than it must."""

import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import anyio
import pytest
from structlog.testing import capture_logs

from tests.acceptance.site import Site, publisher
from tests.store.database import execute
from tests.test_ingest import FROST, MOLE, deliveries
from wire import cluster
from wire.config import Settings, load
from wire.errors import StoreBusy
from wire.model import Feed, Health
from wire.policy import SchedulePolicy, StorePolicy, WorkerPolicy
from wire.poll import Poller, poller
from wire.store import Store

T = TypeVar("T")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


def feed(site: Site, key: str, *entries: tuple[str, str]) -> Feed:
    """A feed of (headline, body)."""
    site.rss(f"/{key}", [(f"{key}-{n}", *each) for n, each in enumerate(entries)])
    return Feed(key=key, url=f"{site.base}/{key}", source=key.title(), allow_private=True)


def settings(*feeds: Feed) -> Settings:
    spacing = SchedulePolicy(spacing=0)  # all are on one host
    return replace(load(None, environ={}), feeds=feeds, worker=WorkerPolicy(processes=1), schedule=spacing)


def polled(
    store: Store,
    chosen: Settings,
    work: Callable[[Poller], Awaitable[T]],
    clock: Callable[[], datetime] = lambda: NOW,
) -> T:
    """What `work` makes of an open poller."""

    async def run() -> T:
        async with Poller(settings=chosen, store=store, clock=clock) as poller:
            return await work(poller)

    return anyio.run(run)


def test_a_fault_of_our_own_costs_its_feed_alone(store: Store, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(item: cluster.Item, *rest: object) -> object:
        if item.profile.length < 20:
            raise KeyError("poison")
        return kept(item, *rest)  # type: ignore[arg-type]  # handed through

    kept = cluster.decide
    monkeypatch.setattr(cluster, "decide", decide)
    feeds = feed(site, "bad", ("Mole", MOLE), ("Poison", "Ferry late.")), feed(site, "good", ("Frost", FROST))
    bad, good = polled(store, settings(*feeds), lambda poller: poller.poll(feeds))
    assert (good.outcome, good.tally.stories) == ("ok", 1)
    assert (bad.outcome, bad.state.health, bad.state.failures) == ("fault", Health.FAILING, 1)
    assert deliveries(store) == 1, "nothing of the document was kept in part"
    with store.reading() as read:
        assert "KeyError" in (read.feed("bad").feed.last_error or "")
    monkeypatch.setattr(cluster, "decide", kept)
    (bad,) = polled(store, settings(*feeds), lambda poller: poller.poll(feeds[:1]))
    assert (bad.outcome, bad.tally.new) == ("ok", 2), "what the fault held up is taken once it is mended"


def test_a_row_that_the_database_refuses_costs_its_feed_alone(
    sqlite_template: Path, tmp_path: Path, site: Site
) -> None:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}"
    refusal = "WHEN new.headline = 'Poison' BEGIN SELECT RAISE(ABORT, 'no'); END"
    execute(url, f"CREATE TRIGGER poison BEFORE INSERT ON version {refusal}")
    feeds = feed(site, "bad", ("Poison", MOLE)), feed(site, "good", ("Frost", FROST))
    with Store.open(StorePolicy(url=url)) as store:
        bad, good = polled(store, settings(*feeds), lambda poller: poller.poll(feeds))
    assert (bad.outcome, good.outcome) == ("fault", "ok")


def test_a_long_document_is_prepared_in_pieces(store: Store, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "BATCH", 100)
    one = feed(site, "long", *((f"Item {n}", f"{MOLE} {FROST} Number {n}.") for n in range(1500)))
    chosen = replace(settings(one), worker=WorkerPolicy(processes=1, cpu=0.5))
    (summary,) = polled(store, chosen, lambda poller: poller.poll([one]))
    assert (summary.outcome, summary.tally.new) == ("ok", 1500), summary.message


def test_a_busy_database_is_said_plainly_and_nothing_is_fetched_at_once(
    store: Store, database_url: str, site: Site
) -> None:
    one = feed(site, "busy", ("Mole", MOLE))

    async def work(poller: Poller) -> None:
        with Store.open(StorePolicy(url=database_url)) as other, other.writing(), pytest.raises(StoreBusy):
            await poller.poll([one])
        assert poller.due() == [], "what was fetched in vain is not fetched again at once"
        (summary,) = await poller.poll([one])
        assert (summary.outcome, summary.tally.new) == ("ok", 1)

    with Store.open(StorePolicy(url=database_url, busy_timeout=0.2)) as impatient:
        polled(impatient, settings(one), work)


def test_two_processes_that_poll_one_feed_count_together(store: Store, database_url: str, site: Site) -> None:
    one = feed(site, "shared", ("Mole", MOLE))

    async def work(daemon: Poller) -> None:
        await daemon.poll([one])
        with Store.open(StorePolicy(url=database_url)) as other:
            feed(site, "shared", ("Mole", MOLE), ("Frost", FROST))
            async with Poller(settings=daemon.settings, store=other, clock=lambda: NOW) as by_hand:
                await by_hand.poll([one])
        feed(site, "shared", ("Mole", MOLE), ("Frost", FROST), ("Ferry", "The ferry is late."))
        (summary,) = await daemon.poll([one])
        assert summary.state.entries_seen == 3

    polled(store, settings(one), work)
    assert deliveries(store) == 3


def test_a_poll_is_dated_when_the_answer_came(store: Store, site: Site) -> None:
    one = feed(site, "queue", ("Mole", MOLE))
    before = site.requests["/queue", 200]

    def clock() -> datetime:
        return NOW + timedelta(minutes=10 * (site.requests["/queue", 200] - before))

    (summary,) = polled(store, settings(one), lambda poller: poller.poll([one]), clock)
    assert summary.state.last_polled_at == NOW + timedelta(minutes=10), "it may have waited long for its turn"


def test_another_url_is_polled_at_once(store: Store, site: Site) -> None:
    one, other = feed(site, "old", ("Mole", MOLE)), feed(site, "new", ("Frost", FROST))

    async def work(poller: Poller) -> None:
        await poller.poll([one])
        assert poller.due() == []
        moved = replace(one, url=other.url)
        await poller.reconfigure(settings(moved))
        assert poller.due() == [moved]
        (summary,) = await poller.poll([moved])
        assert (summary.outcome, summary.state.url) == ("ok", other.url)
        assert poller.due() == []

    polled(store, settings(one), work)


def test_a_document_that_was_only_touched_brings_nothing_and_a_touched_entry_does(store: Store, site: Site) -> None:
    one = feed(site, "touched", ("Mole", MOLE), ("Frost", FROST))
    kind, body = site.pages["/touched"]

    def serve(day: int, was: str = "", becomes: str = "") -> None:
        built = f"<lastBuildDate>{day} Mar 2026 12:00:00 GMT</lastBuildDate><item>"
        text = body.decode().replace("<item>", built, 1).replace(was, becomes)
        site.pages["/touched"] = (kind, text.encode())

    async def work(poller: Poller) -> None:
        outcomes = []
        for change in ((1,), (2,), (3, "northern mole", "southern mole"), (4, "northern mole", "southern mole")):
            serve(*change)
            (summary,) = await poller.poll([one])
            outcomes.append((summary.outcome, summary.tally.new))
        assert outcomes == [("ok", 2), ("unchanged", 0), ("ok", 1), ("unchanged", 0)]

    polled(store, settings(one), work)


def test_items_that_are_no_text_are_counted_and_logged(store: Store, site: Site) -> None:
    items = "".join(
        f"<newsItem guid='urn:norda:{number}'><itemMeta><itemClass qcode='ninat:{kind}'/></itemMeta><contentMeta>"
        f"<headline>Mole</headline></contentMeta><contentSet><inlineXML><p>{MOLE}</p></inlineXML></contentSet></newsItem>"
        for number, kind in enumerate(("text", "picture", "picture", "video"))
    )
    body = f"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>{items}</itemSet></newsMessage>"
    wire = feed(site, "wire")
    site.pages["/wire"] = ("application/xml", body.encode())
    with capture_logs() as logged:
        (summary,) = polled(store, settings(wire), lambda poller: poller.poll([wire]))
    assert (summary.tally.new, summary.tally.skipped) == (1, {"picture": 2, "video": 1})
    assert [each["skipped"] for each in logged if each["event"] == "poll.done"] == [{"picture": 2, "video": 1}]
