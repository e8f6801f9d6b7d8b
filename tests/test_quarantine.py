"""Feeds whose documents can't be read to an end: a real publisher, a real child under a tight limit, both databases."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests import warm
from tests.acceptance.site import Site, publisher
from tests.store.samples import FEED
from tests.test_ingest import FROST, MOLE
from tests.test_poll import feed, polled, settings
from wire.config import Settings
from wire.errors import NotFound
from wire.model import Feed, Fetched, Health, Validators
from wire.policy import WorkerPolicy
from wire.poll import Poller
from wire.store import Store
from wire.store import quarantine as kept_documents

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


def tight(*feeds: Feed) -> Settings:
    return replace(settings(*feeds), worker=WorkerPolicy(processes=2, cpu=0.1))


def endless(site: Site, key: str) -> bytes:
    """A document that takes seconds to read is served at `key`."""
    items = "".join(f"<item><title>{n}</title><guid>{n}</guid></item>" for n in range(30_000))
    body = f"<rss version='2.0'><channel><title>Long</title>{items}</channel></rss>".encode()
    site.pages[f"/{key}"] = ("application/rss+xml", body)
    return body


def test_three_in_a_row_quarantine_a_feed_and_nobody_else(
    store: Store, database_url: str, site: Site, tmp_path: Path
) -> None:
    bad, good = feed(site, "bad", ("Mole", MOLE)), feed(site, "good", ("Frost", FROST))
    healths: list[str] = []

    async def work(poller: Poller) -> bytes:
        body = endless(site, "bad")
        for round_ in range(3):
            feed(site, "good", ("Frost", f"{FROST} Day {round_}."))
            first, second = await poller.poll([bad, good])
            healths.append(first.state.health)
            assert (first.outcome, first.tally.new, second.outcome, second.tally.new) == ("worker", 0, "ok", 1)
            with store.reading() as read:
                assert (read.feed("bad").quarantined is None) == (round_ < 2)
        return body

    with capture_logs() as logs:
        body = polled(store, tight(bad, good), work, lambda: NOW)
    assert healths == ["failing", "failing", "quarantined"]
    assert [each["feed"] for each in logs if each["event"] == "feed.quarantined"] == ["bad"]
    with store.reading() as read:
        found, state = read.feed("bad"), read.poll_states()["bad"]
        assert read.quarantined("bad") == body
        with pytest.raises(NotFound, match="good"):
            read.quarantined("good")
    assert (state.overruns, state.failures) == (3, 3)
    assert state.next_poll_at is not None
    assert DAY * 0.9 <= state.next_poll_at - NOW <= DAY, "it is asked rarely, and not given up"
    assert found.quarantined is not None
    assert (found.quarantined.size, found.quarantined.kept) == (len(body), len(body))
    assert (found.feed.health, found.feed.last_error) == (
        "quarantined",
        "worker: reading took more than 0.1 s of CPU, and was stopped",
    )
    assert "wire feed bad --quarantined FILE" in (found.feed.next_poll_reason or "")
    said, wrote = (
        wire("feed", "bad", *more, "--database", database_url, folder=tmp_path)
        for more in ((), ("--quarantined", "out.xml"))
    )
    assert "state       quarantined" in said
    assert "reading took more than 0.1 s of CPU" in said
    assert "`wire feed bad --quarantined FILE`" in said
    assert f"({len(body):,} bytes, application/rss+xml)" in said
    assert f"{len(body):,} bytes in out.xml" in wrote
    assert (tmp_path / "out.xml").read_bytes() == body
    as_json = json.loads(wire("feed", "bad", "--json", "--database", database_url, folder=tmp_path))
    assert as_json["quarantined"]["size"] == len(body)


def wire(*arguments: str, folder: Path) -> str:
    """What a command prints."""
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "wire.toml").touch()
    done = warm.run(*arguments, "--config", "config", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_feed_leaves_quarantine_with_a_document_that_can_be_read(store: Store, site: Site) -> None:
    one = feed(site, "one", ("Mole", MOLE))
    now = NOW

    async def work(poller: Poller) -> None:
        nonlocal now
        endless(site, "one")
        for _ in range(3):
            (summary,) = await poller.poll([one])
        site.pages["/one"] = ("text/plain", b"")  # 404
        (summary,) = await poller.poll([one])
        assert summary.state.health is Health.QUARANTINED, "who gives no document says nothing of them"
        feed(site, "one", ("Mole", MOLE))
        (summary,) = await poller.poll([one])
        assert (summary.outcome, summary.tally.new, summary.state.health, summary.state.overruns) == (
            "ok",
            1,
            Health.OK,
            0,
        )
        with store.reading() as read:
            assert read.feed("one").quarantined, "it is kept for a report"
        now = NOW + 31 * DAY
        await poller.poll([one])
        with store.reading() as read:
            assert read.feed("one").quarantined is None, "not for ever"

    polled(store, tight(one), work, lambda: now)


@pytest.mark.parametrize(("body", "kept"), [(b"a" * 9_000_000, 9_000_000), (None, kept_documents.MOST)])
def test_what_is_kept_is_bounded(store: Store, body: bytes | None, kept: int) -> None:
    noise = body or b"".join(n.to_bytes(8, "little") * 2 for n in _noise(500_000))
    document = Fetched(
        url="https://a.example/",
        final_url="https://b.example/",
        body=noise,
        content_type=None,
        validators=Validators(),
        at=NOW,
        elapsed=1.0,
    )
    with store.writing() as write:
        write.add_feeds([FEED])
        write.quarantine(FEED.key, replace(document, body=b"before"), "no")
        write.quarantine(FEED.key, document, "no")
    with store.reading() as read:
        found = read.feed(FEED.key).quarantined
        assert found is not None
        assert (found.size, found.kept, found.url) == (len(noise), kept, "https://b.example/")
        assert read.quarantined(FEED.key) == noise[:kept]


def _noise(count: int) -> Iterator[int]:
    value = 1
    for _ in range(count):
        value = value * 6364136223846793005 % 2**64
        yield value
