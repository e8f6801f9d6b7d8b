"""A database that a faultless daemon would leave after the sample day: the views' columns, filled from the truth."""

import sqlite3
from contextlib import closing
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from wire.demo import render
from wire.demo.day import HOURLY, Day, moment

SCHEMA = """
CREATE TABLE story_v1 (story_id, status, origin, embargo_until);
CREATE TABLE version_v1 (version_id, story_id, take, is_canonical);
CREATE TABLE delivery_v1 (delivery_id, story_id, version_id, feed, url, headline, seen_at);
CREATE TABLE feed_v1 (feed, health, failures, last_error, entries_seen);
"""
BASE = "http://127.0.0.1:8000"
LAST = HOURLY[-1]


def database(path: Path, day: Day) -> Path:
    """Story ids are the keys of the truth; equal texts of a story are one version."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        for key, story in day.stories.items():
            source = day.feeds[story.feed].source
            embargo = f"{moment(story.embargo):%Y-%m-%dT%H:%M:%S.000000Z}" if story.embargo else None
            status = "killed" if any(take.instruction for take in story.take) else "usable"
            connection.execute("INSERT INTO story_v1 VALUES (?, ?, ?, ?)", (key, status, source, embargo))
        number = 0
        for minute in HOURLY:
            for feed in day.feeds:
                for entry, text in day.visible(feed, minute):
                    if text.at <= minute - HOURLY.step:
                        continue
                    number += 1
                    version = blake2b("\n".join((entry.story, *text.paragraphs)).encode()).hexdigest()
                    connection.execute(
                        "INSERT INTO version_v1 SELECT ?1, ?2, ?3, 0 "
                        "WHERE NOT EXISTS (SELECT 1 FROM version_v1 WHERE version_id = ?1)",
                        (version, entry.story, text.take),
                    )
                    connection.execute(
                        "INSERT INTO delivery_v1 VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (
                            f"d{number:05}",
                            entry.story,
                            version,
                            feed,
                            BASE + entry.path,
                            text.headline,
                            moment(minute).isoformat(),
                        ),
                    )
        connection.execute(
            "UPDATE version_v1 SET is_canonical = rowid = (SELECT o.rowid FROM version_v1 o "
            "WHERE o.story_id = version_v1.story_id ORDER BY take DESC LIMIT 1)"
        )
        for key, publication in day.feeds.items():
            health, failures, error = {
                "html": ("not a feed", 25, "an HTML page"),
                "broken": ("broken", 25, "torn"),
                "error": ("failing", 25, "500 Internal Server Error"),
            }.get(publication.serves, ("ok", 0, None))
            seen = len(day.visible(key, LAST))
            connection.execute("INSERT INTO feed_v1 VALUES (?, ?, ?, ?, ?)", (key, health, failures, error, seen))
        connection.commit()
    return path


def answers(day: Day) -> dict[tuple[str, int], int]:
    """How often a server would have said 304 to a polite daemon."""
    polite = {}
    for key, publication in day.feeds.items():
        if publication.serves == "feed":
            bodies = [render.render(day, key, minute, BASE) for minute in HOURLY]
            polite[key, 304] = sum(a == b for a, b in pairwise(bodies))
    return polite
