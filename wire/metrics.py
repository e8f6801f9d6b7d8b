"""What monitoring reads: `GET /metrics` of the daemon's listener, in the Prometheus text format.

Law: counts what it is told of and looks at what lies in memory; asks no database. No label has a value that a publisher
or an operator makes up: feeds are counted, not named (`wire feeds` and `health_v1` name them).
"""

from collections import Counter as Count
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from wire import __version__
from wire.alarm import Alarms
from wire.health import Condition
from wire.model import Failure, Health
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import Call

FETCHED = (0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STORED = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
LATE = (10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400)


class Metrics:
    """Counters since the start, and gauges of now."""

    def __init__(self, poller: Poller, alarms: Alarms) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Now(poller, alarms))
        self._polls = Counter("wire_polls", "Polls by outcome.", ["outcome"], registry=registry)
        for outcome in ("ok", "unchanged", "not modified", *Failure):
            self._polls.labels(str(outcome))  # so that a rate is known from the first one on
        self._fetched = Histogram("wire_poll_seconds", "Time of a fetch.", buckets=FETCHED, registry=registry)
        self._bytes = Counter("wire_received_bytes", "Bytes of documents, decoded.", registry=registry)
        self._entries = Counter("wire_entries", "Entries in documents that were read.", registry=registry)
        self._deliveries = Counter("wire_deliveries", "Entries that were new or changed.", registry=registry)
        self._versions = Counter("wire_versions", "Texts that were not known.", registry=registry)
        self._stories = Counter("wire_stories", "Stories founded.", registry=registry)
        self._joins = Counter("wire_joins", "Texts that joined a story, by rule.", ["rule"], registry=registry)
        self._gaps = Counter("wire_gaps", "Polls that shared no entry with the one before.", registry=registry)
        self._kills = Counter("wire_worker_kills", "Documents whose reading had to be stopped.", registry=registry)
        self._stored = Histogram(
            "wire_store_seconds", "Time of a poll's transaction, deciding included.", buckets=STORED, registry=registry
        )
        self._kept = Gauge("wire_last_poll_timestamp_seconds", "When a poll was stored last.", registry=registry)
        self._late = Histogram(
            "wire_lag_seconds", "From publication, as stated, to sight.", buckets=LATE, registry=registry
        )
        self._alerts = Counter("wire_alerts", "Alerts that began.", ["condition"], registry=registry)

    def polled(self, summary: PollSummary) -> None:
        """A poll was kept."""
        row, tally = summary.row, summary.tally
        self._polls.labels(summary.outcome).inc()
        self._fetched.observe(row.elapsed)
        self._stored.observe(summary.stored)
        self._kept.set(row.at.timestamp())
        self._bytes.inc(row.bytes)
        self._entries.inc(tally.entries)
        self._deliveries.inc(tally.new)
        self._versions.inc(tally.versions)
        self._stories.inc(tally.stories)
        self._gaps.inc(tally.gaps)
        for rule, joined in tally.rules.items():
            self._joins.labels(rule).inc(joined)
        for seconds in summary.lags:
            self._late.observe(seconds)
        if summary.outcome == Failure.WORKER:
            self._kills.inc()

    def told(self, calls: tuple[Call, ...]) -> None:
        """Alerts began, or ended."""
        for call in calls:
            if call.event == "began":
                self._alerts.labels(call.alert.condition.value).inc()

    def route(self) -> web.RouteDef:
        """`GET /metrics`."""

        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

        return web.get("/metrics", answer)


class _Now(Collector):
    """Gauges, looked at when they are asked for."""

    def __init__(self, poller: Poller, alarms: Alarms) -> None:
        self._poller, self._alarms = poller, alarms

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        poller, alarms = self._poller, self._alarms
        due, overdue = poller.overdue()
        yield _gauge("wire_feeds", "Feeds that are polled, by health.", _healths(poller), "health")
        yield _one("wire_feeds_due", "Feeds that are due and wait for their turn.", due)
        yield _one("wire_feeds_overdue_seconds", "For how long the first of them has been due.", overdue)
        yield _one("wire_line_up", "1: our own line is up, as far as is known.", not poller.line_down())
        yield _one("wire_index_versions", "Versions that the clustering index holds.", poller.versions())
        open_now = {condition.value: alarms.open.get(condition.value, 0) for condition in Condition}
        yield _gauge("wire_alerts_open", "Alerts that last, by condition.", open_now, "condition")
        yield _one(
            "wire_alerts_untold", "Begins and ends of alerts that the webhook has yet to take.", alarms.waiting()
        )
        failed = alarms.sights.store_error() is not None
        yield _one("wire_store_up", "1: the database can be used, as far as is known.", not failed)
        yield _gauge("wire_build_info", "The release that runs.", {__version__: 1}, "version")


def _healths(poller: Poller) -> dict[str, int]:
    states, feeds = poller.states, poller.settings.feeds
    found = Count(states[feed.key].health if feed.key in states else Health.NEW for feed in feeds if feed.enabled)
    return {health.value: found.get(health, 0) for health in Health if health is not Health.DISABLED}


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _gauge(name: str, words: str, values: dict[str, int], label: str) -> Metric:
    made = GaugeMetricFamily(name, words, labels=[label])
    for value, count in values.items():
        made.add_metric([value], count)
    return made
