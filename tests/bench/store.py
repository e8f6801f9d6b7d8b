"""What storing costs: invented items of common size, from copy in memory to committed rows."""

import random
import tempfile
import time
from pathlib import Path

from tests.store.samples import AGENCY, FEED, at, text
from wire.model import Copy, Evidence, Feed, Sketch
from wire.policy import StorePolicy
from wire.store import Store, Write
from wire.store.migration import migrate

ITEMS = 3000
IN_ONE_TRANSACTION = 50


def run() -> dict[str, float]:
    """Microseconds an item on SQLite: a new story of one text, its reprint elsewhere, a text seen again."""
    with tempfile.TemporaryDirectory() as folder:
        policy = StorePolicy(url=f"sqlite:///{Path(folder) / 'wire.db'}")
        migrate(policy)
        with Store.open(policy) as store:
            with store.writing() as write:
                write.sync_feeds([FEED, AGENCY])
            copies = _copies()
            return {
                "store: new story": _timed(store, copies, AGENCY, new=True),
                "store: second delivery": _timed(store, copies, FEED, new=False),
                "store: seen check": _seen(store, copies),
                "store: sketch read at start": _sketches(store),
            }


def _copies() -> list[Copy]:
    """Texts of about 350 words, no two alike."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(2, 10))) for _ in range(5000)]
    return [
        text(
            f"{draw.getrandbits(128):032x}",
            paragraphs=tuple(" ".join(draw.choices(words, k=50)) for _ in range(7)),
            guid=f"https://harbour.example/{draw.getrandbits(64):x}",
        )
        for _ in range(ITEMS)
    ]


def _timed(store: Store, copies: list[Copy], feed: Feed, *, new: bool) -> float:
    began = time.process_time()
    for start in range(0, len(copies), IN_ONE_TRANSACTION):
        some = copies[start : start + IN_ONE_TRANSACTION]
        with store.writing() as write:
            write.contents(feed.key, [copy.guid or "" for copy in some])
            write.stories_of([copy.version_id for copy in some])
            for number, copy in enumerate(some, start):
                _take(write, copy, feed, number, new=new)
    return (time.process_time() - began) / len(copies) * 1e6


def _take(write: Write, copy: Copy, feed: Feed, number: int, *, new: bool) -> None:
    """All that an ingest writes of one item."""
    moment, story_id = at(number / 60), f"s{copy.version_id[1:]}"
    if new:
        write.add_story(story_id, copy.version_id, seen_at=moment, language="en", published_at=copy.published_at)
        write.change("story", at=moment, story_id=story_id, version_id=copy.version_id)
        sketch = Sketch(scheme="benchmark/1", data=bytes(1500))
        write.add_version(copy, story_id=story_id, sketch=sketch, words=350, at=moment, seen_at=moment)
        why = Evidence(
            rule="nothing alike", scores={"jaccard": 0.125, "containment": 0.25}, thresholds={"jaccard": 0.5}
        )
        write.add_evidence(copy.version_id, story_id, why, moment)
    delivery_id = write.add_delivery(
        copy,
        feed=feed.key,
        source=feed.source,
        entry_key=copy.guid or "",
        story_id=story_id,
        at=moment,
        seen_at=moment,
        published="Wed, 21 Jan 2026 11:50:00 GMT",
        raw=copy.body.encode(),
    )
    write.change(
        "delivery", at=moment, story_id=story_id, version_id=copy.version_id, detail={"delivery_id": delivery_id}
    )
    write.see_entry(feed.key, copy.guid or "", [copy.version_id], moment)


def _seen(store: Store, copies: list[Copy]) -> float:
    began = time.process_time()
    for start in range(0, len(copies), IN_ONE_TRANSACTION):
        with store.reading() as read:
            found = read.contents(FEED.key, [copy.guid or "" for copy in copies[start : start + IN_ONE_TRANSACTION]])
            assert len(found) == IN_ONE_TRANSACTION
    return (time.process_time() - began) / len(copies) * 1e6


def _sketches(store: Store) -> float:
    began = time.process_time()
    with store.reading() as read:
        count = sum(1 for _ in read.sketches())
    return (time.process_time() - began) / count * 1e6
