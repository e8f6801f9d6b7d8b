"""An archive taken in, batch by batch, on the road of polled entries.

Law: a batch is one transaction. What was taken is known, so that the same command takes the rest after a kill, and a
file taken again adds nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wire.archive.found import NO_TIME, Archive, Part, Refused
from wire.config import Settings
from wire.ingest import Ingest, Tally, arrivals
from wire.store import Store


@dataclass(slots=True, kw_only=True)
class Report:
    """What was taken."""

    files: int = 0
    tally: Tally = field(default_factory=Tally)
    refused: list[Refused] = field(default_factory=list)
    interrupted: bool = False
    """Ctrl-C ended it early; what is counted is kept."""


def take(
    archive: Archive,
    *,
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
    advance: Callable[[int], None] = lambda _: None,
) -> Report:
    """Take everything in a scanned archive on the road of polled entries; `advance` hears of each batch's entries."""
    taker = Ingest(settings.cluster, settings.canonical)
    report = Report(refused=archive.refused)
    done: set[int] = set()
    try:
        for batch in archive.batches():
            now = clock()
            report.tally.add(_take_batch(archive, batch, settings=settings, store=store, taker=taker, now=now))
            done.update(part.file for part in batch)
            report.files = len(done)
            if batch[0].at != NO_TIME:
                taker.window.forget(min(batch[0].at, now))
            advance(sum(part.entries for part in batch))
    except KeyboardInterrupt:
        report.interrupted = True
    return report


def _take_batch(
    archive: Archive, batch: Sequence[Part], *, settings: Settings, store: Store, taker: Ingest, now: datetime
) -> Tally:
    """Take one batch, in one transaction. What was refused is not known afterwards, so that it can be taken later."""
    prepared, total = [], Tally()
    with store.reading() as read:
        for feed, document, seen in archive.documents(batch, lambda feed, keys: read.contents(feed.key, set(keys))):
            total.skip(document.skipped)
            fresh = arrivals.fresh(read, feed, seen, whole=False)
            items = archive.items(fresh, feed, settings.agencies, document.language)
            lost = {(each.key, each.hash) for each in fresh} - {(each.key, each.hash) for each in items}
            kept = [each for each in seen if (each.key, each.hash) not in lost] if lost else seen
            prepared.append((feed, kept, items))
    with taker.writing(store) as write:
        write.add_feeds({feed.key: feed for feed, *_ in prepared}.values())
        for feed, kept, items in prepared:
            tally = taker.take(write, feed, kept, items, now=now, whole=False)
            write.count_entries(feed.key, tally.new)
            total.add(tally)
    return total
