"""What retention takes of the writer's time: a large database of which most is old, pruned as the daemon does it."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.store.samples import AGENCY, FEED, at, deliver, found, join, text
from wire import retention
from wire.policy import RetentionPolicy, StorePolicy
from wire.store import Moves, Store
from wire.store.migration import migrate

STORIES = 8_000
VERSIONS = 3
DELIVERIES = 4
"""Of each text."""


class Timed:
    """A store that notes how long each write transaction held the lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reading = store.reading
        self.held: list[float] = []

    @contextmanager
    def writing(self) -> Iterator[Moves]:
        """See `Store.writing`."""
        began = time.perf_counter()
        with self._store.writing() as write:
            yield write
        self.held.append(time.perf_counter() - began)


def run() -> dict[str, float]:
    """Milliseconds that the lock was held, and how much goes in a second, by what is removed, on SQLite."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wire.db"
        policy = StorePolicy(url=f"sqlite:///{file}")
        migrate(policy)
        with Store.open(policy) as store:
            _fill(store)
            figures["megabytes"] = file.stat().st_size / 1e6
            for name in ("raw", "deliveries", "versions", "stories", "entries"):
                ages = dict.fromkeys(
                    ("raw", "changes", "deliveries", "versions", "stories", "entries", "alerts", "polls"), 0.0
                )
                kept = RetentionPolicy(**(ages | {name: 86_400.0}))
                timed, began = Timed(store), time.perf_counter()
                pruned = retention.prune(timed, kept, at(0) + timedelta(days=90), window=259_200.0)  # type: ignore[arg-type]  # all of a store that it asks for
                spent = time.perf_counter() - began
                held = sorted(timed.held)
                figures[f"{name}: rows"] = getattr(pruned, name)
                figures[f"{name}: rows a second, rests included"] = getattr(pruned, name) / spent
                figures[f"{name}: ms a transaction, median"] = held[len(held) // 2] * 1000
                figures[f"{name}: ms a transaction, longest"] = held[-1] * 1000
    return figures


def _fill(store: Store) -> None:
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(2, 10))) for _ in range(5000)]
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])
    for start in range(0, STORIES, 50):
        with store.writing() as write:
            for number in range(start, start + 50):
                story = f"s{number}"
                for version in range(VERSIONS):
                    body = tuple(" ".join(draw.choices(words, k=50)) for _ in range(7))
                    copy = text(f"{number}-{version}", paragraphs=body)
                    (join if version else found)(write, copy, story, minutes=number / 100)
                    for again in range(DELIVERIES - 1):
                        deliver(write, copy, story, feed=AGENCY, minutes=number / 100, key=f"{copy.version_id}-{again}")
