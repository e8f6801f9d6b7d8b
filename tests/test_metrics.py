"""What monitoring reads, of a real poller on loopback."""

from datetime import UTC, datetime

import anyio
import pytest
from aiohttp import web
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.test_alarm import World
from tests.test_checkup import rss
from tests.test_poll_schedule import Clock, Publisher, feed_at, poller, run, settings
from wire.alarm import Alarms
from wire.daemon import HUNG, STUCK, Daemon
from wire.metrics import Metrics
from wire.model import Feed
from wire.policy import AlertPolicy
from wire.poll import Poller
from wire.store import Store


def values(metrics: Metrics) -> dict[str, float]:
    """Every sample, by name and labels."""
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(generate_latest(metrics.registry).decode())
        for sample in family.samples
    }


def watched(polling: Poller, store: Store) -> Metrics:
    alarms = Alarms(store=store, policy=AlertPolicy, clock=lambda: datetime.now(UTC), sights=World(free=None).sights())
    made = Metrics(polling, alarms)
    polling.listeners += [made.polled, lambda summary: alarms.heard(summary.alerts)]
    alarms.listeners.append(made.told)
    return made


def test_polls_are_counted_by_what_came_of_them(store: Store) -> None:
    async def work(site: Publisher) -> None:
        clock = Clock()
        feeds = [feed_at(f"{site.base}/{key}", key=key) for key in ("a", "b", "never")]
        a, b = feeds[:2]
        async with poller(store, clock, settings(*feeds)) as polling:
            metrics = watched(polling, store)
            site.answers["/a"] = rss(clock, "1", "2")
            await polling.poll([a])
            clock.pass_by(400)
            await polling.poll([a])
            clock.pass_by(400)
            site.answers["/a"] = rss(clock, "3", "2", ago=45)
            await polling.poll([a])
            site.answers["/b"] = rss(clock, "1")  # the same text elsewhere
            await polling.poll([b])

            site.answers["/b"] = web.Response(status=503)
            for _ in range(3):
                clock.pass_by(600)
                await polling.poll([b])
            found = values(metrics)
        assert found["wire_polls_total ok"] == 3
        assert found["wire_polls_total not modified"] == 1
        assert found["wire_polls_total status"] == 3
        assert found["wire_polls_total timeout"] == 0, "known before the first one"
        assert found["wire_deliveries_total"] == 4
        assert found["wire_versions_total"] == found["wire_stories_total"] + sum(
            value for name, value in found.items() if name.startswith("wire_joins_total")
        )
        assert found["wire_lag_seconds_count"] == 1
        assert found["wire_lag_seconds_bucket 60.0"] == 1
        assert found["wire_poll_seconds_count"] == found["wire_store_seconds_count"] == 7
        assert (found["wire_feeds ok"], found["wire_feeds failing"], found["wire_feeds new"]) == (1, 1, 1)
        assert found["wire_alerts_total failing"] == found["wire_alerts_open failing"] == 1
        assert found["wire_index_versions"] == found["wire_versions_total"]
        assert found["wire_line_up"] == found["wire_store_up"] == 1
        assert found["wire_feeds_due"] == 2
        assert found["wire_feeds_overdue_seconds"] > 0
        assert found["wire_received_bytes_total"] > 500

    run(work)


def test_no_label_names_a_feed(store: Store) -> None:
    async def work(_: Publisher) -> None:
        many = [Feed(key=f"feed-{n}", url=f"https://p{n}.example/", source=f"P {n}") for n in range(300)]
        async with poller(store, Clock(), settings(*many)) as polling:
            text = generate_latest(watched(polling, store).registry).decode()
        assert "feed-1" not in text
        assert len([line for line in text.splitlines() if not line.startswith("#")]) < 200

    run(work)


def test_healthz_tells_a_loop_that_hangs_and_polls_that_are_never_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(site: Publisher) -> None:
        clock, feed = Clock(), feed_at(f"{site.base}/feed")
        async with poller(store, clock, settings(feed)) as polling:
            await polling.poll([feed])
            made = Daemon(poller=polling, reload=lambda: polling.settings, lease=lambda: None)
            now = 1000.0
            monkeypatch.setattr(anyio, "current_time", lambda: now)
            assert made.trouble() is None, "it has not begun"
            made._looked_at, made._kept_at = now, now
            now += HUNG + 1
            assert "nobody has looked" in (made.trouble() or "")
            now = 1000 + STUCK + 1
            made._looked_at = now
            assert made.trouble() is None, "nothing is due"
            clock.pass_by(10_000)
            assert "no poll was stored" in (made.trouble() or "")
            made._kept_at = now
            assert made.trouble() is None
            made.stop()
            assert made.trouble() == "draining"
            monkeypatch.undo()

    run(work)
