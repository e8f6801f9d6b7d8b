"""What an operator sees of feeds: the commands as processes, on a database of many feeds."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bench.feeds import fill
from wire.health import Pulse
from wire.health.conditions import Alert, Began, Condition, Ended, Severity
from wire.model import Feed, Health, PollState
from wire.policy import StorePolicy
from wire.store import Store
from wire.store.migration import migrate

QUIET = Feed(key="quiet", url="https://quiet.example/feed", source="The Quiet Post")
GONE = Feed(key="gone-for-good", url="https://gone.example/feed", source="Gone")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """40 feeds of which two fail, one that is silent and lost entries, one that is gone."""
    url, now = f"sqlite:///{tmp_path_factory.mktemp('health') / 'wire.db'}", datetime.now(UTC)
    migrate(StorePolicy(url=url))
    with Store.open(StorePolicy(url=url)) as store:
        fill(store, feeds=40, polls=40)
        with store.writing() as write:
            write.add_feeds([QUIET, GONE])
            ok = PollState(feed=QUIET.key, url=QUIET.url, health=Health.OK, last_polled_at=now, gaps=2)
            write.save_state(ok)
            write.save_pulse(Pulse(feed=QUIET.key, recent="+~", heard_at=now - timedelta(hours=4), usual=360.0))
            gone = PollState(feed=GONE.key, url=GONE.url, health=Health.GONE, failures=3, last_error="status: 410 Gone")
            write.save_state(gone)
            write.note([_alert(Condition.SILENT, QUIET, now), _alert(Condition.GAPPING, QUIET, now)], tell=False)
            write.note([Ended(condition=Condition.GAPPING, feed=QUIET.key, at=now, end="a day without")], tell=False)
            write.note([_alert(Condition.GONE, GONE, now)], tell=False)
    return url


def _alert(condition: Condition, feed: Feed, now: datetime) -> Began:
    return Began(
        alert=Alert(
            alert_id=f"a{condition}",
            condition=condition,
            severity=Severity.WARNING,
            feed=feed.key,
            source=feed.source,
            began_at=now,
            summary="something is odd",
            advice="look at it",
        )
    )


def run(url: str, *arguments: str, columns: int = 80) -> str:
    """A command's output, on a terminal of that width."""
    folder = str(Path(url.removeprefix("sqlite:///")).parent)
    command = [sys.executable, "-m", "wire", *arguments, "--config", folder, "--database", url]
    environ = {**os.environ, "COLUMNS": str(columns)}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout


def keys(url: str, *arguments: str) -> list[str]:
    found: list[dict[str, Any]] = json.loads(run(url, "feeds", "--json", *arguments))
    return [each["feed"] for each in found]


def test_what_needs_attention_stands_first(url: str) -> None:
    assert keys(url)[:5] == ["gone-for-good", "feed-0007", "feed-0027", "quiet", "feed-0000"]
    assert keys(url, "--attention") == ["gone-for-good", "feed-0007", "feed-0027", "quiet"]
    assert keys(url, "--failing") == ["gone-for-good", "feed-0007", "feed-0027"]
    assert keys(url, "--silent") == ["quiet"]
    assert keys(url, "--silent", "--failing") == ["gone-for-good", "feed-0007", "feed-0027", "quiet"]
    assert keys(url, "--gapping") == []
    assert keys(url, "--source", "quiet post") == ["quiet"]


def test_it_fits_on_a_terminal_of_80_and_uses_one_of_200(url: str) -> None:
    narrow, wide = run(url, "feeds"), run(url, "feeds", columns=200)
    assert max(map(len, narrow.splitlines())) <= 80
    assert 150 < max(map(len, wide.splitlines())) <= 200
    assert "usually every 6 min, nothing for 4 h" in narrow
    assert "look at it" in narrow
    assert "overlap" in wide.splitlines()[0]
    assert "overlap" not in narrow.splitlines()[0]


def test_one_feed_in_full(url: str) -> None:
    text = run(url, "feed", "feed-0007", "--polls", "3", columns=120)
    assert "404 Not Found: there is no feed at this address" in text
    assert "do          look for the feed's new address" in text
    assert "alert  failing from" in text
    assert "95 of 100 within" in text
    assert len([line for line in text.splitlines() if line.startswith("20")]) == 3
    found = json.loads(run(url, "feed", "feed-0007", "--json"))
    assert found["state"] == "failing"
    assert found["problems"][0]["state"] == "failing"
    assert found["figures"]["last_status"] == 404
    assert [each["condition"] for each in found["alerts"]] == ["failing"]


def test_alerts_open_and_past(url: str) -> None:
    rows = json.loads(run(url, "alerts", "--json"))
    assert {row["condition"] for row in rows if row["ended_at"] is None} == {"failing", "silent", "gone"}
    assert [row["condition"] for row in rows][-1] == "gapping"
    assert len(json.loads(run(url, "alerts", "--open", "--json"))) == 4
    text = run(url, "alerts", "--feed", "quiet")
    assert "silent  quiet" in text
    assert "→ look at it" in text
    assert "→ a day without" in text


def test_words_in_a_pipe_are_not_coloured(url: str) -> None:
    assert "\x1b" not in run(url, "feeds") + run(url, "alerts") + run(url, "feed", "quiet")
