"""What `wire feeds` costs: 2,000 feeds that were polled for long, on SQLite; processor seconds, start included."""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from wire.health import Began, Condition, Glance, Pulse, glanced, judge
from wire.model import Feed, Health, PollState
from wire.policy import AlertPolicy, StorePolicy
from wire.store import Poll, Store
from wire.store.migration import migrate

FEEDS, POLLS = 2000, 120
"""Polls of each feed. The store keeps the last 100, and what they all add up to: a month of them is no more to read."""


def run() -> dict[str, float]:
    """Processor seconds of `wire feeds`, whole and for one state, of `wire feed`, and of the store's answer alone."""
    with tempfile.TemporaryDirectory() as folder:
        policy = StorePolicy(url=f"sqlite:///{Path(folder) / 'wire.db'}")
        migrate(policy)
        with Store.open(policy) as store:
            fill(store)
            began = time.process_time()
            with store.reading() as read:
                rows = (read.feeds(), read.health(), read.alerts(only_open=True))
            asked = time.process_time() - began
            assert len(rows[0]) == FEEDS
        return {
            "feeds: the store's answer, s": asked,
            "feeds: wire feeds, s": _command(folder, policy, "feeds"),
            "feeds: wire feeds --json, s": _command(folder, policy, "feeds", "--json"),
            "feeds: wire feeds --failing, s": _command(folder, policy, "feeds", "--failing"),
            "feeds: wire feed KEY, s": _command(folder, policy, "feed", "feed-0007"),
        }


def fill(store: Store, feeds: int = FEEDS, polls: int = POLLS, now: datetime | None = None) -> None:
    """Polls of feeds of which one in twenty is unwell."""
    draw, now = random.Random(1), now or datetime.now(UTC)
    made = [
        Feed(key=f"feed-{number:04}", url=f"https://p{number}.example/feed.xml", source=f"Publisher {number}")
        for number in range(feeds)
    ]
    with store.writing() as write:
        write.sync_feeds(made)
    for start in range(0, feeds, 100):
        with store.writing() as write:
            for feed in made[start : start + 100]:
                pulse, state, changes, rows = _life(feed, polls, now, draw)
                for row in rows:
                    write.save_poll(state, row)
                write.save_pulse(pulse)
                write.note(changes, tell=False)


def _life(
    feed: Feed, polls: int, now: datetime, draw: random.Random
) -> tuple[Pulse, PollState, list[Began], list[Poll]]:
    pulse, state = (
        Pulse(feed=feed.key),
        PollState(feed=feed.key, url=feed.url, entries_seen=900, overlap=0.9, interval=1200),
    )
    began, rows, unwell = [], [], int(feed.key[-4:]) % 20 == 7
    for number in range(polls):
        at = now - timedelta(minutes=20 * (polls - number))
        fails = unwell and number > polls - 30
        new = 0 if draw.random() < 0.6 else draw.randint(1, 3)
        glance = Glance(
            at=at,
            sign="x" if fails else "+" if new or not number else "~",
            first=not number,
            new=new,
            published=tuple(at - timedelta(seconds=draw.randint(20, 1200)) for _ in range(new)),
            last_ok_at=state.last_ok_at,
            planned=1200,
            failures=state.failures + 1 if fails else 0,
            failure="status" if fails else None,
            status=404 if fails else None,
        )
        state = PollState(
            feed=feed.key,
            url=feed.url,
            health=Health.FAILING if fails else Health.OK,
            failures=glance.failures,
            last_error="status: 404 Not Found: there is no feed at this address (any more)" if fails else None,
            last_polled_at=at,
            last_ok_at=state.last_ok_at if fails else at,
            next_poll_at=at + timedelta(minutes=20),
            next_poll_reason="its rhythm: a new entry every 40 min",
            interval=1200,
            overlap=0.9,
            entries_seen=900,
        )
        before, after = pulse, glanced(pulse, glance)
        pulse, changes = judge(after, glance, before=before, feed=feed, state=state, policy=AlertPolicy())
        began += [each for each in changes if isinstance(each, Began) and each.alert.condition is Condition.FAILING]
        if number >= polls - 100:
            rows.append(
                Poll(at=at, outcome="status" if fails else "ok", http_status=404 if fails else 200, entries=30, new=new)
            )
    return pulse, state, began, rows


def _command(folder: str, policy: StorePolicy, *arguments: str) -> float:
    command = [sys.executable, "-m", "wire", *arguments, "--config", folder, "--database", policy.url]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "200"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
