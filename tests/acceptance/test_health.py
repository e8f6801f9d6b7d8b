"""What an operator sees of feeds: the commands as processes, on a database of many feeds."""

import json
import os
import socket
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.acceptance.site import Installation, eventually, publisher
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
    folder, now = tmp_path_factory.mktemp("health"), datetime.now(UTC)
    (folder / "wire.toml").touch()
    url = f"sqlite:///{folder / 'wire.db'}"
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
    environ = {**os.environ, "COLUMNS": str(columns)}
    done = warm.run(*arguments, "--config", folder, "--database", url, env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


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


def test_a_daemon_tells_a_webhook_and_monitoring_once_whatever_restarts(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with publisher() as site, ThreadingHTTPServer(("127.0.0.1", 0), Hook) as hook, socket.socket() as free:
        threading.Thread(target=hook.serve_forever, args=(0.05,)).start()
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        wire = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'wire.db'}")
        wire.configure({"courier": f"{site.base}/courier"})  # where there is nothing
        with (wire.folder / "wire.toml").open("a") as config:
            config.write("max_interval = 1.0\n[alerts]\nfailing = 0\ncalm = 0\ndisk = 0\n")
            config.write(f'url = "http://127.0.0.1:{hook.server_port}/"\n[listen]\naddress = "127.0.0.1:{port}"\n')
        wire.run("migrate")
        with wire.daemon():
            eventually("the failure is told", lambda: len(told) == 1)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                metrics = answer.read().decode()
            assert 'wire_feeds{health="failing"} 1.0' in metrics
            assert 'wire_alerts_open{condition="failing"} 1.0' in metrics
        with wire.daemon():
            site.rss("/courier", [("c1", "Port Lannic to rebuild its mole", "The harbour board voted on Tuesday.")])
            eventually("the end is told", lambda: len(told) == 2)
        hook.shutdown()
    assert [(each["event"], each["condition"], each["feed"]) for each in told] == [
        ("began", "failing", "courier"),
        ("ended", "failing", "courier"),
    ]
    assert "404" in told[0]["summary"]
    (row,) = wire.json("alerts")
    assert row["told_at"] < row["end_told_at"]
