"""A look into the place where a feed's files wait: they are read, prepared, taken and put away, a batch at a time.

::

    place ─▶ waiting ─▶ [batch] read ─▶ prepare (limited child) ─▶ landings (one transaction) ─▶ put away

Law: a file is put away only after the transaction that took it, and is taken only in a transaction that says so. What
is wrong with a file costs that file alone, which goes to failed/; what is wrong with the place costs time: the files
stay where they are. Killed anywhere, the next look goes on from what the store says. Of places, nothing is known here
but what `Place` says: disks, servers and mailboxes are all the same.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol, TypeVar
from urllib.parse import quote

import anyio
import structlog
from anyio import CapacityLimiter, to_thread

from wire import prepare, schedule
from wire.config import Settings
from wire.errors import SpoolError, StoreError
from wire.fetch.place import Denied, Left, Place, Refused, Settling, SpoolBusy, Waiting, raw
from wire.fetch.places import place_for
from wire.ingest import Tally, arrivals
from wire.model import Failure, Feed, FetchFailed, Health, PollState, SpoolFile
from wire.poll import outcomes
from wire.poll.checkup import Checked
from wire.poll.landings import Landed, Landings, Sight
from wire.poll.outcomes import PollSummary
from wire.poll.record import Recorder
from wire.schedule import Looked
from wire.store import SpoolRow, Store
from wire.worker import Overrun, Workers

log = structlog.get_logger()
T = TypeVar("T")
U = TypeVar("U")

LOOK = 10_000
"""Files that one look takes at most; the next one begins at once."""
BYTES = 16_000_000
"""Of the files of one batch, about."""
ENTRIES = 500
"""That a child prepares under one limit."""
BUSY = 2.0
"""Seconds after which a folder is looked into again in which another process was found at work."""
PENDING = 1_000
"""Files still to be put away that one look tries."""
TIDY = timedelta(hours=1)
"""Between two removals of what has been put away long ago."""
REMEMBERED = timedelta(days=30)
"""For which a file is remembered that was removed, or stays in done/ for ever."""
THREADS = 8
"""That may wait for folders of this machine at once: one that hangs takes none from polls."""
REMOTE = 32
"""That may wait for other machines at once: one that hangs takes none from folders."""


class _InWriter(Protocol):
    def __call__(self, function: Callable[..., T], *args: object) -> Awaitable[T]: ...


class Spools:
    """Looks into places; remembers, between two looks, which files may still be written."""

    def __init__(
        self, *, store: Store, recorder: Recorder, in_writer: _InWriter, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._in_writer, self._clock = store, in_writer, clock
        self._landings = Landings(store, recorder)
        self._threads, self._remote = CapacityLimiter(THREADS), CapacityLimiter(REMOTE)
        self._settling: dict[str, Settling] = {}
        self._places: dict[str, anyio.Lock] = {}
        """Feeds may share a place, each with a pattern of its own."""
        self._tidied: dict[str, datetime] = {}
        self._told: dict[str, frozenset[str]] = {}
        """What of each place was said to be passed over."""

    def use(self, settings: Settings, workers: Workers) -> None:
        """Take up new settings between looks."""
        self._settings, self._workers = settings, workers
        keys = {feed.key for feed in settings.feeds}
        for held in (self._settling, self._tidied, self._told):
            for key in held.keys() - keys:
                del held[key]

    async def look(self, feed: Feed, before: PollState | None) -> PollSummary:
        """Take what waits for `feed`. Raises StoreError: what was taken by then stays taken."""
        place = place_for(feed, self._settings.spool, self._settings.fetch, self._settings.access.get(feed.key))
        async with self._places.setdefault(place.where, anyio.Lock()):
            return await self._look(feed, place, before)

    async def _look(self, feed: Feed, place: Place, before: PollState | None) -> PollSummary:
        began, sight = time.perf_counter(), Sight()
        waiting, failure = None, Failure.SPOOL
        try:
            try:
                await self._io(place, place.open)
                waiting = await self._through(feed, place, sight)
            finally:
                place.close()
        except SpoolBusy as error:
            return self._passed(feed, before, Looked(at=self._clock(), elapsed=0.0, settled_in=BUSY), str(error))
        except SpoolError as error:
            sight.problems.insert(0, str(error))
            failure = error.failure if isinstance(error, Denied) else Failure.SPOOL
        elapsed = time.perf_counter() - began
        if waiting is None or sight.problems:
            failed = replace(self._failed(feed, sight, elapsed), failure=failure, partly=waiting is not None)
            return await self._in_writer(self._landings.looked, feed, failed, sight)
        look = Looked(
            at=self._clock(),
            elapsed=elapsed,
            files=sight.files,
            refused=len(sight.refused),
            entries=sight.tally.entries,
            new=sight.tally.new,
            bytes=sight.bytes,
            more=waiting.more,
            settled_in=waiting.settled_in,
        )
        if not (sight.files or sight.settled or sight.gone) and self._early(before, look.at):
            return self._passed(feed, before, look, None)
        return await self._in_writer(self._landings.looked, feed, look, sight)

    def _failed(self, feed: Feed, sight: Sight, elapsed: float) -> FetchFailed:
        message, more = sight.problems[0], len(sight.problems) - 1
        message += f" (and {more} more)" if more else ""
        return FetchFailed(url=feed.url, failure=Failure.SPOOL, message=message, at=self._clock(), elapsed=elapsed)

    def _early(self, before: PollState | None, now: datetime) -> bool:
        """Whether a look that found nothing came between two of those that are written down in any case."""
        if before is None or before.last_ok_at is None or before.health is not Health.OK:
            return False
        return now - before.last_ok_at < 0.9 * timedelta(seconds=self._settings.schedule.scan)

    def _passed(self, feed: Feed, before: PollState | None, look: Looked, message: str | None) -> PollSummary:
        """A look that is not written down."""
        policy = self._settings.schedule
        after = schedule.state_after(feed, before, look, policy)
        why = message or after.next_poll_reason
        state = replace(before or after, next_poll_at=after.next_poll_at, next_poll_reason=why)
        row = outcomes.poll_row(look, Tally())
        made = outcomes.summary(feed, look, row, Tally(), state, Checked(), 0.0)
        return replace(made, message=message)

    # --- one look -------------------------------------------------------------------------------------------------

    async def _through(self, feed: Feed, place: Place, sight: Sight) -> Waiting:
        """All of a look but its record. Raises SpoolError."""
        pending = await self._io(place, self._unsettled, feed)
        await self._io(place, _finish, place, pending, sight)
        settling = self._settling.setdefault(feed.key, Settling())
        waiting = await self._io(place, place.waiting, lambda some: self._known(feed, some), settling, LOOK)
        self._tell_odd(feed, waiting)
        for batch in _batches(waiting.files, self._settings.spool.batch):
            read = await self._io(place, _read_all, place, batch, sight)
            rows = await self._taken(feed, read, sight) if read else []
            for row in rows:
                if row.reason is not None:
                    log.warning("spool.refused", feed=feed.key, file=row.file.shown, reason=row.reason)
            await self._io(place, _put_all_away, place, rows, sight)
        await self._tidy(feed, place, sight)
        return waiting

    def _known(self, feed: Feed, files: Sequence[SpoolFile]) -> set[str]:
        """Names of files that were dealt with, and are where they are meant to be or could not be put away."""
        with self._store.reading() as read:
            rows = read.spools.known(feed.key, [file.name for file in files])
        stays = feed.afterwards == "keep"
        return {
            file.name
            for file in files
            if (row := rows.get(file.name)) and row.file == file and (stays or not row.settled)
        }

    def _tell_odd(self, feed: Feed, waiting: Waiting) -> None:
        odd = frozenset(waiting.odd)
        for name in sorted(odd - self._told.get(feed.key, frozenset())):
            file = SpoolFile(name=name, size=0, modified=0)
            log.warning("spool.passed_over", feed=feed.key, file=file.shown, why="a link, or no plain file")
        self._told[feed.key] = odd

    async def _taken(self, feed: Feed, read: Sequence[tuple[Landed, bytes]], sight: Sight) -> list[SpoolRow]:
        """Take files together; where that brings a fault to light, each alone, and refuse the one that has it."""
        try:
            return await self._take(feed, read, sight)
        except StoreError:
            raise
        except Overrun as error:
            reason = str(error)
        except Exception as error:  # whatever fault a file brings to light, it costs that file alone
            log.error("spool.fault", feed=feed.key, file=read[0][0].file.shown, files=len(read), exc_info=error)
            reason = f"a fault of this program's, see its log: {type(error).__name__}"
        if len(read) > 1:
            return [row for each in read for row in await self._taken(feed, [each], sight)]
        refused = replace(read[0][0], reason=reason, seen=[], items=[])
        return await self._in_writer(self._landings.take, feed, [refused], sight, self._clock())

    async def _take(self, feed: Feed, read: Sequence[tuple[Landed, bytes]], sight: Sight) -> list[SpoolRow]:
        """Prepare and take files together. Raises what a child or the writer raises: then none was taken."""
        landed = await self._prepare(feed, read)
        return await self._in_writer(self._landings.take, feed, landed, sight, self._clock())

    async def _prepare(self, feed: Feed, read: Sequence[tuple[Landed, bytes]]) -> list[Landed]:
        landed = [each for each, _ in read]
        whole = [at for at, each in enumerate(landed) if each.reason is None]
        if not whole:
            return landed
        found = await self._workers.run(
            prepare.read_files, [(read[at][1], _url(feed, landed[at].file)) for at in whole]
        )
        languages: dict[int, str | None] = {}
        for at, each in zip(whole, found, strict=True):
            if isinstance(each, str):
                landed[at] = replace(landed[at], reason=each)
            elif each[0].parts:
                landed[at] = replace(landed[at], reason="a list of sitemaps, which holds no entries itself")
            else:
                document, seen = each
                landed[at] = replace(landed[at], seen=seen, skipped=document.skipped)
                languages[at] = document.language
                for problem in document.problems:
                    log.info("feed.odd", feed=feed.key, file=landed[at].file.shown, problem=problem)
        fresh = await self._in_writer(self._fresh, feed, {at: landed[at].seen for at in languages})
        wanted = [(at, each) for at, some in fresh.items() for each in some]
        made: list[prepare.Item] = []
        for start in range(0, len(wanted), ENTRIES):
            some = [(each, languages[at]) for at, each in wanted[start : start + ENTRIES]]
            made += await self._workers.run(prepare.items_of, some, feed, self._settings.agencies)
        pairs = zip(wanted, made, strict=True)
        for at, group in groupby(pairs, key=lambda pair: pair[0][0]):
            landed[at] = replace(landed[at], items=[item for _, item in group])
        return landed

    def _fresh(self, feed: Feed, seen: dict[int, list[prepare.Seen]]) -> dict[int, list[prepare.Seen]]:
        with self._store.reading() as read:
            return arrivals.fresh_of(read, feed, seen)

    # --- retention ------------------------------------------------------------------------------------------------

    async def _tidy(self, feed: Feed, place: Place, sight: Sight) -> None:
        """Seldom, remove what was put away long ago, and forget what is gone."""
        now = self._clock()
        if feed.key in self._tidied and now - self._tidied[feed.key] < TIDY:
            return
        self._tidied[feed.key] = now
        after = 0
        while True:
            rows = await self._io(place, self._oldest, feed, after)
            old = [row for row in rows if now - row.taken_at > _age(feed, row)]
            sight.gone += await self._io(place, _clear, place, old)
            if len(rows) < PENDING or now - rows[-1].taken_at < _age(feed, rows[-1]):
                return
            after = rows[-1].number

    def _unsettled(self, feed: Feed) -> list[SpoolRow]:
        with self._store.reading() as read:
            return read.spools.unsettled(feed.key, PENDING)

    def _oldest(self, feed: Feed, after: int) -> list[SpoolRow]:
        with self._store.reading() as read:
            return read.spools.oldest(feed.key, PENDING, after=after)

    async def _io(self, place: Place, function: Callable[..., T], *args: object) -> T:
        """Call a function that may wait for a place, beside the event loop.

        One that waits for another machine is left alone when we have to end: it ends by itself once that is closed.
        """
        limiter = self._remote if place.remote else self._threads
        return await to_thread.run_sync(function, *args, limiter=limiter, abandon_on_cancel=place.remote)


# --- beside the event loop --------------------------------------------------------------------------------------------


def _read_all(place: Place, files: Sequence[SpoolFile], sight: Sight) -> list[tuple[Landed, bytes]]:
    """The bytes of each file that is to be dealt with; why others stay goes to `sight`."""
    read = []
    for file, found in zip(files, _side_by_side(place, place.read, files), strict=True):
        match found:
            case Refused(reason=reason):
                read.append((Landed(file=file, digest="", reason=reason), b""))
            case Left(problem=problem):
                sight.problems += [problem] if problem else []
            case bytes(body):
                read.append((Landed(file=file, digest=_hash(body)), body))
    return read


def _put_all_away(place: Place, rows: Sequence[SpoolRow], sight: Sight) -> None:
    """Put files away that were dealt with; what can't be stays, and is tried again at the next look."""

    def put_away(row: SpoolRow) -> None:
        _put_away(place, row, sight)

    place.expect([(row.file, row.reason) for row in rows])
    _side_by_side(place, put_away, rows)


def _side_by_side(place: Place, function: Callable[[U], T], given: Sequence[U]) -> list[T]:
    """What a function gives for each, in their order, called for as many at once as the place bears."""
    if place.at_once == 1 or len(given) < 2:
        return list(map(function, given))
    with ThreadPoolExecutor(place.at_once) as threads:
        return list(threads.map(function, given))


def _put_away(place: Place, row: SpoolRow, sight: Sight, *, leftover: bool = False) -> None:
    try:
        sight.settled.append((row.number, place.put_away(row.file, row.reason, row.taken_at, leftover=leftover)))
    except SpoolError as error:
        sight.problems.append(str(error))


def _finish(place: Place, pending: Sequence[SpoolRow], sight: Sight) -> None:
    """Put away what was taken by a process that ended before it had, or could not."""
    by_file = {row.file: row for row in pending}
    for file in place.leftovers():
        if row := by_file.pop(file, None):
            _put_away(place, row, sight, leftover=True)
            continue
        try:
            place.put_back(file)
        except SpoolError as error:
            sight.problems.append(str(error))
    for row in by_file.values():
        if place.stands(row.file):
            _put_away(place, row, sight)
        elif (other := place.alike(row.file)) and _digest(place, other) == row.digest:
            _put_away(place, replace(row, file=other), sight)
        else:
            sight.settled.append((row.number, place.found(row.file, failed=row.reason is not None)))


def _digest(place: Place, file: SpoolFile) -> str:
    body = place.read(file)
    return _hash(body) if isinstance(body, bytes) else ""


def _hash(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _clear(place: Place, rows: Sequence[SpoolRow]) -> list[int]:
    """Remove files that were put away, where they are not kept for ever; gives the numbers of what is gone."""
    gone = []
    for row in rows:
        failed = row.reason is not None
        try:
            if not place.moves and place.alike(row.file):
                continue
            if row.stored is not None and (place.feed.failed_kept if failed else place.feed.done_kept):
                place.remove(row.stored, row.file, failed=failed)
        except SpoolError as error:
            log.warning("spool.not_removed", feed=place.feed.key, message=str(error))
            continue
        gone.append(row.number)
    return gone


def _age(feed: Feed, row: SpoolRow) -> timedelta:
    """For how long a file is remembered, and stays where it was put."""
    kept = feed.failed_kept if row.reason is not None else feed.done_kept
    return timedelta(seconds=kept) if row.stored is not None and kept else REMEMBERED


def _batches(files: Sequence[SpoolFile], most: int) -> Iterator[list[SpoolFile]]:
    batch: list[SpoolFile] = []
    size = 0
    for file in files:
        if batch and (len(batch) == most or size + file.size > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch


def _url(feed: Feed, file: SpoolFile) -> str:
    return f"{feed.url.rpartition('/')[0]}/{quote(raw(file.name))}"
