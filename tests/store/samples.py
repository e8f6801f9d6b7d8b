"""Invented copy, and the shortest way of it into a store."""

from datetime import UTC, datetime, timedelta

from wire.model import Copy, Dateline, Evidence, Feed, Signal, Sketch
from wire.store import Write

NOON = datetime(2026, 1, 21, 12, tzinfo=UTC)
FEED = Feed(key="harbour", url="https://harbour.example/feed.xml", source="Harbour Post", rank=40)
AGENCY = Feed(key="norda", url="https://norda.example/wire.xml", source="Norda", rank=90)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def text(name: str, **fields: object) -> Copy:
    """Copy called `name`, with something in every field."""
    whole: dict[str, object] = {
        "version_id": f"v{name}",
        "headline": f"Ferry {name} back in service",
        "paragraphs": (f"The ferry {name} sails again.", "Repairs took “nine” days – longer than planned."),
        "dateline": Dateline(text="PORT ELSIN, Jan 21 (Norda) -", place="PORT ELSIN", date="Jan 21", agency="norda"),
        "byline": "Ada Lund",
        "credit": "Norda",
        "origin": "Norda",
        "signals": (Signal.CORRECTION, Signal.UPDATE),
        "slug": "FERRY-ELSIN",
        "language": "en",
        "guid": f"tag:harbour.example,2026:{name}",
        "url": f"https://harbour.example/{name}",
        "published_at": at(-10),
        "updated_at": at(-5),
    }
    return Copy(**(whole | fields))  # type: ignore[arg-type]  # checked by the tests that compare what comes back


def found(
    write: Write, copy: Copy, story_id: str, *, feed: Feed = FEED, minutes: float = 0, key: str | None = None
) -> str:
    """A new story of one text, as an ingest writes it; gives the delivery's id."""
    write.add_story(story_id, copy.version_id, seen_at=at(minutes), origin=copy.origin, language=copy.language)
    write.change("story", at=at(minutes), story_id=story_id, version_id=copy.version_id)
    return join(write, copy, story_id, feed=feed, minutes=minutes, key=key)


def join(
    write: Write, copy: Copy, story_id: str, *, feed: Feed = FEED, minutes: float = 0, key: str | None = None
) -> str:
    """One more text of a story, as an ingest writes it; gives the delivery's id."""
    write.add_version(
        copy,
        story_id=story_id,
        sketch=Sketch(scheme="test/1", data=copy.version_id.encode() * 300),
        words=len(copy.body.split()),
        at=at(minutes),
        seen_at=at(minutes),
    )
    write.add_evidence(
        copy.version_id,
        story_id,
        Evidence(rule="test", against="vother", scores={"jaccard": 0.5}, thresholds={"jaccard": 0.4}, notes=("1 → 2",)),
        at(minutes),
    )
    return deliver(write, copy, story_id, feed=feed, minutes=minutes, key=key)


def deliver(
    write: Write, copy: Copy, story_id: str, *, feed: Feed = FEED, minutes: float = 0, key: str | None = None
) -> str:
    """One more arrival of a text, as an ingest writes it; gives the delivery's id."""
    key = key or copy.guid or copy.version_id
    write.see_entry(feed.key, key, [f"h{copy.version_id}"], at(minutes))
    return write.add_delivery(
        copy,
        feed=feed.key,
        source=feed.source,
        entry_key=key,
        story_id=story_id,
        at=at(minutes),
        seen_at=at(minutes),
        published="Wed, 21 Jan 2026 11:50:00 GMT",
        raw=b'{"headline":"as sent"}' * 40,
    )
