"""Files of a spool in the transaction that takes them: what they hold, and that they were taken, or neither.

Law: decides nothing about copy; asks the writer's half of the walk. Runs in the writer's thread. Which file was taken
already is asked here, under the write lock, whatever was known when it was read.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from wire import prepare, schedule
from wire.health import Condition, RefusedFile
from wire.ingest import Tally
from wire.model import Feed, FetchFailed, SpoolFile
from wire.poll import checkup, outcomes
from wire.poll.outcomes import PollSummary
from wire.poll.record import Recorder
from wire.schedule import Looked
from wire.store import Call, Moves, SpoolRow, Store

LAGS = 1_000
"""Times of publication that a look remembers, for the figures of its feed."""

Settled = tuple[int, str | None]
"""Number of a file that was put away, and its name there; None: in no folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A file that was read, or can't be."""

    file: SpoolFile
    digest: str
    """Of its bytes; empty: they were not read."""
    reason: str | None = None
    """Why it is not taken."""
    seen: list[prepare.Seen] = field(default_factory=list)
    items: list[prepare.Item] = field(default_factory=list)
    skipped: tuple[str, ...] = ()
    """Types of its items that are no text."""


@dataclass(slots=True, kw_only=True)
class Sight:
    """What a look has brought so far, in however many transactions."""

    tally: Tally = field(default_factory=Tally)
    files: int = 0
    refused: list[SpoolRow] = field(default_factory=list)
    bytes: int = 0
    problems: list[str] = field(default_factory=list)
    """What stands in the way of files that stay where they are."""
    told: list[Call] = field(default_factory=list)
    published: list[datetime] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    """What was put away since the last transaction."""
    gone: list[int] = field(default_factory=list)
    """What needs no longer be remembered."""


class Landings:
    """The writer's half of a look."""

    def __init__(self, store: Store, recorder: Recorder) -> None:
        self._store, self._recorder = store, recorder

    def take(self, feed: Feed, landed: Sequence[Landed], sight: Sight, now: datetime) -> list[SpoolRow]:
        """Take files, in their order, each as a piece of its feed's document; gives what is to be put away."""
        taker, rows, again = self._recorder.taker, list[SpoolRow](), list[SpoolRow]()
        total, told = Tally(), list[Call]()
        with taker.writing(self._store) as write:
            known = write.spools.known(feed.key, [each.file.name for each in landed])
            moved = self._renumbered(write, feed, landed, known)
            taker.expect(write, ((feed, each.seen, each.items) for each in landed if each.reason is None))
            for each in landed:
                before = moved.pop(each.digest, None) or known.get(each.file.name)
                if before and before.reason is None and _same(before, each, feed):
                    again.append(replace(before, file=each.file))
                    continue
                tally = Tally()
                if each.reason is None:
                    tally = taker.take(write, feed, each.seen, each.items, now=now, whole=False)
                    self._recorder.enqueue(write, feed, taker.arrived, now)
                    tally.skip(each.skipped)
                    told += taker.told
                    total.add(tally)
                rows.append(_row(each, tally, now, settled=feed.afterwards == "keep"))
            rows = write.spools.add(feed.key, rows)
            write.spools.see_again(again)
            write.spools.settle(sight.settled)
            write.count_entries(feed.key, total.new)
            published = list(write.published)
        sight.settled.clear()
        sight.tally.add(total)
        sight.files += len(rows)
        sight.refused += [row for row in rows if row.reason is not None]
        sight.bytes += sum(row.file.size for row in rows)
        sight.told += told
        sight.published = (sight.published + published)[-LAGS:]
        return rows + again

    def _renumbered(
        self, write: Moves, feed: Feed, landed: Sequence[Landed], known: Mapping[str, SpoolRow]
    ) -> dict[str, SpoolRow]:
        """Of messages that were taken under other numbers, before their mailbox began to count anew, by digest."""
        new = [each for each in landed if each.digest and not _stands(known.get(each.file.name), each)]
        if not feed.in_mailbox or not new:
            return {}
        return write.spools.renumbered(feed.key, new[0].file.tag, {each.digest for each in new})

    def looked(self, feed: Feed, outcome: Looked | FetchFailed, sight: Sight) -> PollSummary:
        """Note how a look went, and when the next one is; what it brought stands already."""
        began = time.perf_counter()
        recorder, now = self._recorder, schedule.outcome_time(outcome)
        settings, tally = recorder.settings, sight.tally
        with recorder.taker.writing(self._store) as write:
            write.spools.settle(sight.settled)
            write.spools.forget(sight.gone)
            before = write.poll_states(feed.key).get(feed.key)
            state = schedule.state_after(feed, before, outcome, settings.schedule)
            row = outcomes.poll_row(outcome, tally)
            row = replace(row, entries=tally.entries, new=tally.new, bytes=sight.bytes)
            write.save_poll(state, row)
            told = checkup.check(
                *(write, feed, outcome, before, state, settings.alerts),
                published=sight.published if tally.new else (),
                refused=_last_refused(write, feed, sight),
            )
            recorder.tidy(write, now)
        told = replace(told, alerts=(*sight.told, *told.alerts))
        made = outcomes.summary(feed, outcome, row, tally, state, told, time.perf_counter() - began)
        return replace(made, message=made.message or _refusals(feed, sight.refused))


def _last_refused(write: Moves, feed: Feed, sight: Sight) -> RefusedFile | None:
    """Asked only where there may be an alert of it."""
    row = sight.refused[-1] if sight.refused else None
    if row is None and Condition.REFUSED in write.pulse(feed.key).open:
        row = write.spools.last_failed(feed.key)
    if row is None:
        return None
    return RefusedFile(at=row.taken_at, file=row.file.shown, reason=row.reason or "", mail=feed.in_mailbox)


def _same(before: SpoolRow, landed: Landed, feed: Feed) -> bool:
    """Whether it is the file that was dealt with, whatever its folder calls it now."""
    if feed.in_mailbox and before.digest == landed.digest and before.file.tag != landed.file.tag:
        return True  # servers count sizes and times of one message each in their way
    one, other = before.file, landed.file
    return (one.size, one.modified, before.digest) == (other.size, other.modified, landed.digest)


def _stands(before: SpoolRow | None, landed: Landed) -> bool:
    return before is not None and before.file == landed.file


def _row(landed: Landed, tally: Tally, now: datetime, *, settled: bool) -> SpoolRow:
    return SpoolRow(
        file=landed.file,
        digest=landed.digest,
        reason=landed.reason,
        taken_at=now,
        settled=settled,
        entries=tally.entries,
        new=tally.new,
    )


def _refusals(feed: Feed, refused: Sequence[SpoolRow]) -> str | None:
    if not refused:
        return None
    what, first = "message" if feed.in_mailbox else "file", f"{refused[0].file.shown}: {refused[0].reason}"
    return f"1 {what} failed: {first}" if len(refused) == 1 else f"{len(refused)} {what}s failed, the first {first}"
