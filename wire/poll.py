"""One poll of one feed: fetch, read, take, and remember, so that nothing is lost and the rest is unaffected.

Law: whatever a server, a document or a child does becomes a `PollSummary`; only a database that can't be used raises.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

import anyio
import structlog
from anyio import CapacityLimiter, to_thread

from wire import ingest, prepare, schedule
from wire.config import Settings
from wire.errors import NotAFeed, ParseError, StoreError
from wire.fetch import Fetcher
from wire.ingest import Ingest, Tally
from wire.model import Document, Failure, Feed, Fetched, FetchFailed, NotModified, PollState
from wire.schedule import Outcome, Taken
from wire.store import Poll, Store
from wire.worker import Overrun, Workers

log = structlog.get_logger()
T = TypeVar("T")

TIDY = timedelta(hours=1)
"""Between two clearances of what has left the clustering window."""
BATCH = 500
"""Entries that a child prepares under one limit: a long document is no hostile one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSummary:
    """What one poll brought, for people and logs."""

    feed: Feed
    outcome: str
    """ok, unchanged, not modified, or the `Failure`."""
    message: str | None
    tally: Tally
    state: PollState
    why: str
    """Why the next poll is when it is."""

    @property
    def failed(self) -> bool:
        """Whether the poll brought no document."""
        return self.state.failures > 0


class Poller:
    """Polls feeds; holds the HTTP client, the children and the index of the clustering window between polls."""

    def __init__(self, *, settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self._store = store
        self._clock = clock
        self._open = AsyncExitStack()
        self._fetcher = Fetcher(settings.fetch)
        self._workers = Workers(settings.worker)
        self._ingest = Ingest(settings.cluster)
        self._writer = CapacityLimiter(1)
        self._tidied: datetime | None = None
        self.states: dict[str, PollState] = {}

    async def __aenter__(self) -> Self:
        self.states = await self._in_writer(self._load)
        await self._open.enter_async_context(self._fetcher)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.__aexit__(kind, error, trace)

    async def reconfigure(self, settings: Settings) -> None:
        """Take up new settings between polls. Raises StoreError; then the old ones stay."""
        await self._in_writer(self._sync, settings)
        before, self.settings = self.settings, settings
        self._workers = Workers(settings.worker)
        if settings.cluster != self._ingest.policy:
            self._ingest = Ingest(settings.cluster)
        if settings.fetch != before.fetch:
            # The old one is closed with the poller: polls under way still use it.
            self._fetcher = await self._open.enter_async_context(Fetcher(settings.fetch))

    def due(self) -> list[Feed]:
        """The feeds whose time has come."""
        return schedule.due(self.settings.feeds, self.states, self._clock())

    async def poll(
        self, feeds: Sequence[Feed], *, done: Callable[[PollSummary], None] = lambda _: None
    ) -> list[PollSummary]:
        """Poll `feeds` side by side, calling `done` as each ends; the summaries come in the order of `feeds`.

        Raises StoreError: the first one ends the polls under way.
        """
        summaries: dict[str, PollSummary] = {}
        failed: list[StoreError] = []

        async def one(feed: Feed) -> None:
            try:
                summaries[feed.key] = summary = await self.poll_one(feed)
            except StoreError as error:
                failed.append(error)
                group.cancel_scope.cancel()
            else:
                done(summary)

        async with anyio.create_task_group() as group:
            for feed in feeds:
                group.start_soon(one, feed)
        if failed:
            raise failed[0]
        return [summaries[feed.key] for feed in feeds]

    async def poll_one(self, feed: Feed) -> PollSummary:
        """Poll one feed and store what came, in one transaction.

        Raises StoreError: nothing was kept, and what was fetched will be fetched again, after a while.
        """
        try:
            summary = await self._walk(feed)
        except StoreError:
            before, policy = self.states.get(feed.key), self.settings.schedule
            self.states[feed.key] = schedule.put_off(feed, before, self._clock(), policy)
            raise
        self.states[feed.key] = summary.state
        _log(summary)
        return summary

    async def _walk(self, feed: Feed) -> PollSummary:
        try:
            return await self._take(feed)
        except StoreError:
            raise
        except Exception as error:  # whatever fault a document brings to light, it costs its feed alone
            log.error("poll.fault", feed=feed.key, exc_info=error)
            return await self._in_writer(self._record, feed, _fault(feed, error, self._clock()))

    async def _take(self, feed: Feed) -> PollSummary:
        before = self.states.get(feed.key)
        result = await self._fetcher.fetch(feed, before, now=self._clock())
        result = replace(result, at=self._clock())  # it may have waited long for its turn
        if isinstance(result, Fetched):
            return await self._in_writer(self._record, feed, *await self._read(feed, before, result))
        return await self._in_writer(self._record, feed, result)

    async def _read(
        self, feed: Feed, before: PollState | None, fetched: Fetched
    ) -> tuple[Outcome, list[prepare.Seen], list[prepare.Item]]:
        """Parse and prepare in a child; an unchanged body, and unchanged entries, stop here."""
        body_hash = hashlib.blake2b(fetched.body, digest_size=16).hexdigest()
        if before and before.url == feed.url and before.body_hash == body_hash:
            return Taken(fetched=fetched, body_hash=body_hash, entries=0, new=0), [], []
        try:
            document, seen = await self._workers.run(
                prepare.read, fetched.body, fetched.final_url, fetched.content_type
            )
            fresh = await self._in_writer(self._fresh, feed, seen)
            items = await self._prepare(feed, document, fresh)
        except ParseError as error:
            failure = Failure.NOT_A_FEED if isinstance(error, NotAFeed) else Failure.BROKEN
            return _failed(fetched, failure, str(error)), [], []
        except Overrun as error:
            return _failed(fetched, Failure.WORKER, str(error)), [], []
        for problem in document.problems:
            log.info("feed.odd", feed=feed.key, problem=problem)
        different = len({(each.key, each.hash) for each in seen})
        gap = 0 < different == len(fresh) and bool(before and before.entries_seen)
        taken = Taken(
            fetched=fetched, body_hash=body_hash, entries=len(seen), new=len(items), gap=gap, ttl=document.ttl
        )
        return taken, seen, items

    async def _prepare(self, feed: Feed, document: Document, fresh: list[prepare.Seen]) -> list[prepare.Item]:
        items: list[prepare.Item] = []
        for start in range(0, len(fresh), BATCH):
            some = fresh[start : start + BATCH]
            items += await self._workers.run(prepare.items, some, feed, self.settings.agencies, document.language)
        return items

    # --- in the writer's thread -----------------------------------------------------------------------------------

    async def _in_writer(self, function: Callable[..., T], *args: object) -> T:
        """Call a function that uses the database, one at a time and beside the event loop."""
        return await to_thread.run_sync(function, *args, limiter=self._writer)

    def _load(self) -> dict[str, PollState]:
        self._sync(self.settings)
        with self._store.reading() as read:
            return read.poll_states()

    def _sync(self, settings: Settings) -> None:
        with self._store.writing() as write:
            write.sync_feeds(settings.feeds)

    def _fresh(self, feed: Feed, seen: Sequence[prepare.Seen]) -> list[prepare.Seen]:
        with self._store.reading() as read:
            return ingest.fresh(read, feed, seen)

    def _record(
        self,
        feed: Feed,
        outcome: Outcome,
        seen: Sequence[prepare.Seen] = (),
        items: Sequence[prepare.Item] = (),
    ) -> PollSummary:
        """Store everything that one fetch caused. What the feed's state was, the database knows: others poll, too."""
        taker, policy, now = self._ingest, self.settings.schedule, schedule.outcome_time(outcome)
        with taker.writing(self._store) as write:
            tally = taker.take(write, feed, seen, items, now=now)
            if isinstance(outcome, Taken):
                outcome = replace(outcome, new=tally.new)
            state = schedule.state_after(feed, write.poll_states(feed.key).get(feed.key), outcome, policy)
            write.save_poll(state, _poll_row(outcome, tally))
        _, why = schedule.delay(feed, state, outcome, policy)
        self._tidy(now)
        message = outcome.message if isinstance(outcome, FetchFailed) else None
        return PollSummary(feed=feed, outcome=_word(outcome), message=message, tally=tally, state=state, why=why)

    def _tidy(self, now: datetime) -> None:
        """Let the index go of what has left the window, once in a while: it costs a pass over all that stays."""
        if self._tidied is None or now - self._tidied > TIDY:
            self._tidied = now
            self._ingest.forget(now)


def _failed(fetched: Fetched, failure: Failure, message: str) -> FetchFailed:
    return FetchFailed(
        url=fetched.url, failure=failure, message=message, at=fetched.at, elapsed=fetched.elapsed, status=200
    )


def _fault(feed: Feed, error: Exception, now: datetime) -> FetchFailed:
    message = f"a fault of this program's, see its log: {type(error).__name__}"
    return FetchFailed(url=feed.url, failure=Failure.FAULT, message=message, at=now, elapsed=0.0)


def _word(outcome: Outcome) -> str:
    match outcome:
        case FetchFailed():
            return outcome.failure.value
        case NotModified():
            return "not modified"
        case Taken():
            return "ok" if outcome.entries else "unchanged"


def _poll_row(outcome: Outcome, tally: Tally) -> Poll:
    at, word = schedule.outcome_time(outcome), _word(outcome)
    match outcome:
        case Taken():
            return Poll(
                at=at,
                outcome=word,
                http_status=200,
                entries=outcome.entries,
                new=tally.new,
                bytes=len(outcome.fetched.body),
                elapsed=outcome.fetched.elapsed,
            )
        case NotModified():
            return Poll(at=at, outcome=word, http_status=304, elapsed=outcome.elapsed)
        case FetchFailed():
            return Poll(at=at, outcome=word, http_status=outcome.status, elapsed=outcome.elapsed)


def _log(summary: PollSummary) -> None:
    bound = log.bind(feed=summary.feed.key, outcome=summary.outcome, next_poll_at=summary.state.next_poll_at)
    if summary.failed:
        bound.warning("poll.failed", message=summary.message, failures=summary.state.failures)
    else:
        bound.info("poll.done", entries=summary.tally.entries, new=summary.tally.new, joined=summary.tally.joined)
