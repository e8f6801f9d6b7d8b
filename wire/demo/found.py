"""What the daemon made of the day: the database's views, read as any newsroom tool would, beside the truth.

Owns the demo's few SQL questions and the figures of the clustering. Law: views only, on a read-only connection.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import comb
from pathlib import Path
from urllib.parse import urlsplit

from wire.demo.day import Day, DayEntry, Text

DELIVERIES = """
SELECT d.story_id, d.version_id, d.feed, d.url, d.headline, v.is_canonical, s.status, s.origin, s.embargo_until
  FROM delivery_v1 d
  JOIN version_v1 v ON v.version_id = d.version_id
  JOIN story_v1 s ON s.story_id = d.story_id
 ORDER BY d.seen_at, d.delivery_id
"""
FEEDS = "SELECT feed, health, failures, coalesce(last_error, '') AS last_error, entries_seen FROM feed_v1 ORDER BY feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One row of `delivery_v1` with what its version and story say, and the entry that it truly is."""

    story_id: str
    version_id: str
    feed: str
    url: str | None
    headline: str
    is_canonical: bool
    status: str
    origin: str | None
    embargo_until: str | None
    entry: DayEntry | None
    """None: the day has no such entry."""
    text: Text | None
    """Which of the entry's texts it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFound:
    """One row of `feed_v1`."""

    feed: str
    health: str
    failures: int
    last_error: str
    entries_seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How well the stories found agree with the true ones, over pairs of deliveries."""

    together: int
    """Pairs that are in one story, rightly."""
    found: int
    """Pairs that are in one story."""
    true: int
    """Pairs that should be."""

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right; 1 where none is found."""
        return self.together / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are found; 1 where there is none."""
        return self.together / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.together / (self.found + self.true) if self.found + self.true else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Everything that a promise may look at."""

    day: Day
    polled: Sequence[int]
    """The minutes at which the feeds were polled."""
    deliveries: Sequence[Delivered]
    feeds: Mapping[str, FeedFound]
    answers: Mapping[tuple[str, int], int]
    """What the server answered: (feed, HTTP status) → how often."""

    @property
    def minute(self) -> int:
        """The virtual time."""
        return self.polled[-1]

    def of(self, story: str) -> list[Delivered]:
        """Deliveries of the copy of a true story; instructions to editors are none."""
        return [d for d in self.judged() if d.entry and d.entry.story == story]

    def judged(self) -> list[Delivered]:
        """Deliveries that clustering answers for."""
        return [d for d in self.deliveries if d.entry and not d.entry.instruction]

    def expected(self, feeds: Iterable[str]) -> Counter[tuple[str, str]]:
        """(feed, path) → texts that stood in a feed at a moment of polling, and so should have been delivered."""
        polled = set(feeds)
        return Counter(
            {
                (e.feed, e.path): len(_polled_texts(e, self.polled))
                for e in self.day.entries
                if e.feed in polled and e.text_at(self.minute)
            }
        )

    def figures(self) -> Figures:
        """Pair precision, recall and F1 of what was delivered so far."""
        cells: Counter[tuple[str, str]] = Counter()
        found: Counter[str] = Counter()
        true: Counter[str] = Counter()
        for d in self.judged():
            truth = d.entry.story if d.entry else ""
            cells[truth, d.story_id] += 1
            true[truth] += 1
            found[d.story_id] += 1
        together, in_one, should = (sum(comb(n, 2) for n in count.values()) for count in (cells, found, true))
        return Figures(together=together, found=in_one, true=should)

    def stories(self) -> dict[str, Counter[str]]:
        """Story found → true stories in it, with the number of deliveries."""
        stories: dict[str, Counter[str]] = defaultdict(Counter)
        for d in self.judged():
            if d.entry:
                stories[d.story_id][d.entry.story] += 1
        return dict(stories)


def look(database: Path, *, day: Day, polled: Sequence[int], answers: Mapping[tuple[str, int], int]) -> Found:
    """Read the views of an SQLite database as it stands."""
    truth = {(entry.feed, entry.path): entry for entry in day.entries}
    texts = {place: iter(_polled_texts(entry, polled)) for place, entry in truth.items()}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(DELIVERIES)]
        feeds = {row["feed"]: FeedFound(**row) for row in map(dict, connection.execute(FEEDS))}
    deliveries = []
    for row in rows:
        place = (row["feed"], urlsplit(row["url"] or "").path)
        row["is_canonical"] = bool(row["is_canonical"])
        deliveries.append(Delivered(**row, entry=truth.get(place), text=next(texts.get(place, iter(())), None)))
    return Found(day=day, polled=polled, deliveries=deliveries, feeds=feeds, answers=answers)


def _polled_texts(entry: DayEntry, polled: Sequence[int]) -> list[Text]:
    """The texts that stood there at a moment of polling, in their order: each should be delivered once."""
    return list(dict.fromkeys(text for minute in polled if (text := entry.text_at(minute))))
