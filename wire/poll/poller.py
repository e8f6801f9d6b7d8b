"""One poll of one feed: fetch, read, take, and remember, so that nothing is lost and the rest is unaffected.

Law: whatever a server, a document or a child does becomes a `PollSummary`; only a database that can't be used raises.
When a feed is polled is the `schedule`'s to say; here it is told what happened.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

import anyio
import structlog
from anyio import CapacityLimiter, to_thread

from wire import parse, prepare, schedule, websub
from wire.config import Settings
from wire.errors import NotAFeed, ParseError, SpoolError, StoreError
from wire.fetch import Fetcher, watch
from wire.fetch.mail import Door, door_of, idle
from wire.ingest import arrivals
from wire.model import Document, Failure, Feed, Fetched, FetchFailed, Health, NotModified, PollState, Validators
from wire.poll import checkup, outcomes, pushes
from wire.poll.articles import Articles
from wire.poll.outcomes import PollSummary
from wire.poll.parts import Gathered, Parts
from wire.poll.record import Kept, Polled, Recorder
from wire.poll.spools import Spools
from wire.poll.turns import Turns
from wire.schedule import Agenda, Outcome, Taken
from wire.store import Pushed, Store
from wire.worker import Overrun, Workers

log = structlog.get_logger()
T = TypeVar("T")

BATCH = 500
"""Entries that a child prepares under one limit: a long document is no hostile one."""
UNSETTLED = "unsettled"
"""Stands for the hash of a body that does not vouch for what it lists; no hash is equal to it."""
TURN = 0.05
"""Seconds between two looks at whether a host or the line has room for one more poll."""


def steady() -> float:
    """Seconds of a clock that nobody sets, and that runs on through a sleep of the machine where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Poller:
    """Polls feeds; holds the HTTP client, the children and the index of the clustering window between polls."""

    def __init__(
        self,
        *,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        steady: Callable[[], float] = steady,
    ) -> None:
        self.settings = settings
        self._store = store
        self._clock, self._steady = clock, steady
        self._agenda = Agenda()
        self._open = AsyncExitStack()
        self._fetcher = self._fetcher_of(settings)
        self._workers = Workers(settings.worker)
        self._parts = Parts()
        self._writer = CapacityLimiter(1)
        self.states: dict[str, PollState] = {}
        self.articles = Articles(
            store=store, agenda=self._agenda, in_writer=self._in_writer, clock=clock, steady=self._steady
        )
        self._recorder = Recorder(store, settings, self.articles.enqueue)
        self._turns: Turns[Polled, Kept] = Turns(lambda some: self._in_writer(self._recorder.polled, some))
        self.articles.use(settings, self._fetcher, self._workers, self._recorder.taker)
        self._spools = Spools(store=store, recorder=self._recorder, in_writer=self._in_writer, clock=clock)
        self._spools.use(settings, self._workers)
        self.listeners: list[Callable[[PollSummary], None]] = []
        """Told of each poll that was kept."""

    async def __aenter__(self) -> Self:
        self.states = await self._in_writer(self._load)
        self._plan()
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
        self._plan()
        self._parts.keep({feed.key for feed in settings.feeds})
        self._workers = Workers(settings.worker)
        self._recorder.use(settings)
        if (settings.fetch, settings.access) != (before.fetch, before.access):
            # The old one is closed with the poller: polls under way still use it.
            self._fetcher = await self._open.enter_async_context(self._fetcher_of(settings))
        self.articles.use(settings, self._fetcher, self._workers, self._recorder.taker)
        self._spools.use(settings, self._workers)

    def _fetcher_of(self, settings: Settings) -> Fetcher:
        return Fetcher(settings.fetch, settings.access, hop=self._hop)

    def _hop(self, key: str, host: str) -> float:
        return self._agenda.hop(key, host, self._steady())

    def due(self) -> list[Feed]:
        """The feeds whose time has come, the longest overdue first."""
        return self._agenda.due(self._steady())

    def pick(self, at_most: int | None = None) -> list[Feed]:
        """Those of them that may be polled now; each has to be handed to `poll_one`."""
        return self._agenda.pick(self._steady(), at_most)

    def wake(self, key: str) -> None:
        """Something came to a feed of its own accord: it is due."""
        self._agenda.wake(key, self._steady())

    def _tell(self, summary: PollSummary) -> None:
        _log(summary)
        for listener in self.listeners:
            listener(summary)

    def overdue(self) -> tuple[int, float]:
        """How many feeds are due, and for how many seconds the first of them has been; one never polled for none."""
        due = self._agenda.due(self._steady())
        times = [at for feed in due if (state := self.states.get(feed.key)) and (at := state.next_poll_at)]
        return len(due), max(0.0, (self._clock() - min(times)).total_seconds()) if times else 0.0

    def versions(self) -> int:
        """Versions that the index holds."""
        return len(self._recorder.taker.window)

    def line_down(self) -> bool:
        """Whether our own line is held to be down."""
        return self._agenda.line.down

    async def watch(self) -> None:
        """Wake feeds when something comes to where they wait, until cancelled; their own timers do without it."""
        async with anyio.create_task_group() as group:
            group.start_soon(watch.folders, self._watched, self.wake)
            group.start_soon(idle.mailboxes, self._doors, self.wake)

    def _watched(self) -> dict[str, str]:
        return {feed.key: feed.url for feed in self.settings.feeds if feed.enabled and feed.in_folder}

    def _doors(self) -> dict[str, Door]:
        """Of the mailboxes whose last look went well: nobody knocks in vain at two doors at once."""
        doors = {}
        for feed in self.settings.feeds:
            state = self.states.get(feed.key)
            if feed.enabled and feed.in_mailbox and state and state.health is Health.OK:
                with suppress(SpoolError):
                    doors[feed.key] = door_of(feed, self.settings.fetch, self.settings.access.get(feed.key))
        return doors

    def _plan(self) -> None:
        for feed in self.settings.feeds:
            if feed.enabled and not feed.verify_tls:
                log.warning(
                    "feed.tls_unverified", feed=feed.key, host=schedule.host_of(feed.url), why="verify_tls = false"
                )
        self._agenda.plan(
            self.settings.feeds,
            self.states,
            self.settings.schedule,
            per_host=self.settings.fetch.per_host,
            per_host_of=self.settings.fetch.per_host_of,
            at_once=2 * self.settings.fetch.concurrency,  # some wait for the writer
            wall=self._clock(),
            now=self._steady(),
        )

    async def poll(
        self, feeds: Sequence[Feed], *, done: Callable[[PollSummary], None] = lambda _: None
    ) -> list[PollSummary]:
        """Poll `feeds` side by side, due or not, calling `done` as each ends; the summaries come in their order.

        Raises StoreError: the first one ends the polls under way.
        """
        summaries: dict[str, PollSummary] = {}
        waiting = {feed.key: feed for feed in feeds}
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
            while waiting:
                for feed in self._agenda.choose(waiting.values(), self._steady()):
                    del waiting[feed.key]
                    group.start_soon(one, feed)
                await anyio.sleep(TURN if waiting else 0)
        if failed:
            raise failed[0]
        return [summaries[feed.key] for feed in feeds]

    async def poll_one(self, feed: Feed) -> PollSummary:
        """Poll one feed and store what came, in one transaction.

        Raises StoreError: nothing was kept, and what was fetched will be fetched again, after a while.
        """
        self._agenda.begin(feed, self._steady())
        try:
            summary = await self._walk(feed)
        except StoreError:
            before, policy = self.states.get(feed.key), self.settings.schedule
            self.states[feed.key] = schedule.put_off(feed, before, self._clock(), policy)
            raise
        else:
            self.states[feed.key] = summary.state
        finally:
            self._agenda.end(feed, self.states.get(feed.key), wall=self._clock(), now=self._steady())
        self._tell(summary)
        return summary

    async def _walk(self, feed: Feed) -> PollSummary:
        try:
            if feed.spooled:
                return await self._spools.look(feed, self.states.get(feed.key))
            return await self._take(feed)
        except StoreError:
            raise
        except Exception as error:  # whatever fault a document brings to light, it costs its feed alone
            log.error("poll.fault", feed=feed.key, exc_info=error)
            return await self._keep(feed, outcomes.fault(feed, error, self._clock()))

    async def _take(self, feed: Feed) -> PollSummary:
        before = self.states.get(feed.key)
        asked, state = schedule.asked(feed, before)
        result = await self._fetcher.fetch(asked, state, now=self._clock())
        denied = isinstance(result, NotModified) and schedule.check_due(before, self._clock(), self.settings.schedule)
        if denied:
            await anyio.sleep(self._hop(feed.key, schedule.host_of(asked.url)))
            result = await self._fetcher.fetch(asked, None, now=self._clock())
        result = replace(result, at=self._clock())  # it may have waited long for its turn
        if not isinstance(result, Fetched):
            return await self._keep(feed, result)
        outcome, seen, items = await self._read(feed, before, result)
        if denied and isinstance(outcome, Taken):
            outcome = replace(outcome, denied=True)
        summary = await self._keep(feed, outcome, seen, items)
        if summary.state.trust.lies > (before.trust.lies if before else 0):
            log.warning("feed.lied", feed=feed.key, times=summary.state.trust.lies, new=summary.tally.new)
        return summary

    async def _keep(
        self,
        feed: Feed,
        outcome: Outcome,
        seen: Sequence[prepare.Seen] = (),
        items: Sequence[prepare.Item] = (),
    ) -> PollSummary:
        """Store an outcome, and take back what was held against feeds while our own line was down."""
        line, down = self._agenda.line, self._agenda.line.down
        forgotten = self._agenda.heard(feed, self.states.get(feed.key), outcome, self._steady())
        if line.down != down:
            log.warning("line.down" if line.down else "line.up", feed=feed.key, forgotten=len(forgotten))
        poll = Polled(feed=feed, outcome=outcome, seen=seen, items=items, forgotten=forgotten)
        summary, spared = await self._turns.done(poll)
        for other, state in spared:
            self.states[other.key] = state
            self._agenda.put(other, state, wall=self._clock(), now=self._steady())
        return summary

    async def _read(
        self, feed: Feed, before: PollState | None, fetched: Fetched
    ) -> tuple[Outcome, list[prepare.Seen], list[prepare.Item]]:
        """Parse and prepare in a child; a body that brings nothing new, and unchanged entries, stop here."""
        body_hash = parse.fingerprint(fetched.body)
        if before and before.url == feed.url and before.body_hash == body_hash:
            return Taken(fetched=fetched, body_hash=body_hash, entries=None, new=0), [], []
        try:
            document, seen = await self._workers.run(
                prepare.read, fetched.body, fetched.final_url, fetched.content_type
            )
            if document.parts:
                parts = await self._gather(feed, fetched, document)
                if isinstance(parts, FetchFailed):
                    return parts, [], []
                seen, document = parts.seen, replace(document, problems=document.problems + parts.problems)
                if not parts.settled:  # the list may stand as it is while what it lists changes
                    fetched, body_hash = replace(fetched, validators=Validators()), UNSETTLED
            fresh = await self._in_writer(self._fresh, feed, seen)
            items = await self._prepare(feed, document, fresh)
        except ParseError as error:
            failure = Failure.NOT_A_FEED if isinstance(error, NotAFeed) else Failure.BROKEN
            return outcomes.failed(fetched, failure, str(error)), [], []
        except Overrun as error:
            return replace(outcomes.failed(fetched, Failure.WORKER, str(error)), culprit=fetched), [], []
        for problem in document.problems:
            log.info("feed.odd", feed=feed.key, problem=problem)
        offer = websub.offer(fetched.links, document, fetched.final_url)
        return outcomes.taken(fetched, body_hash, document, seen, new=len(items), offer=offer), seen, items

    async def _gather(self, feed: Feed, fetched: Fetched, document: Document) -> Gathered | FetchFailed:
        pace = self.settings.schedule
        return await self._parts.gather(
            feed,
            fetched,
            document,
            fetcher=self._fetcher,
            workers=self._workers,
            at_most=self.settings.fetch.parts,
            spacing=pace.spacing_of.get(schedule.host_of(fetched.final_url), pace.spacing),
        )

    async def take_pushed(self, feed: Feed, pushed: Pushed, topic: str) -> PollSummary:
        """Take a body that a hub has pushed for `topic`, by the road of a polled one: a piece of the feed's document.

        Whatever is wrong with it is in the summary. Raises StoreError: then it waits to be taken, as before.
        """
        while self._agenda.running(feed.key):  # noqa: ASYNC110 - one document of a feed after the other: seldom waited for
            await anyio.sleep(TURN)
        self._agenda.begin(feed, self._steady())
        try:
            summary = await self._walk_pushed(feed, pushed, topic)
            self.states[feed.key] = summary.state
        finally:
            self._agenda.end(feed, self.states.get(feed.key), wall=self._clock(), now=self._steady())
        self._tell(summary)
        return summary

    async def _walk_pushed(self, feed: Feed, pushed: Pushed, topic: str) -> PollSummary:
        fetched = pushes.as_fetched(feed, pushed, topic, at=self._clock())
        try:
            document, seen = await self._workers.run(prepare.read, pushed.body, topic, pushed.content_type)
            fresh = await self._in_writer(self._fresh, feed, seen, False)
            items = await self._prepare(feed, document, fresh)
            outcome: Taken | FetchFailed = outcomes.taken(fetched, "", document, seen, new=len(items))
            return await self._in_writer(self._recorder.pushed, feed, pushed, outcome, seen, items)
        except (ParseError, Overrun) as error:
            outcome = outcomes.failed(fetched, Failure.BROKEN, str(error))
        except StoreError:
            raise
        except Exception as error:  # as of a poll: it costs this document alone
            log.error("poll.fault", feed=feed.key, exc_info=error)
            outcome = outcomes.fault(feed, error, self._clock())
        return await self._in_writer(self._recorder.pushed, feed, pushed, outcome, [], [])

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
            ended = write.end_unpolled(self._clock(), tell=bool(settings.alerts.url))
        checkup.tell(ended)

    def _fresh(self, feed: Feed, seen: Sequence[prepare.Seen], whole: bool = True) -> list[prepare.Seen]:
        with self._store.reading() as read:
            return arrivals.fresh(read, feed, seen, whole=whole)


def _log(summary: PollSummary) -> None:
    checkup.tell(summary.alerts)
    bound = log.bind(feed=summary.feed.key, outcome=summary.outcome, next_poll_at=summary.state.next_poll_at)
    if summary.state.health is Health.GONE:
        bound.error("feed.gone", message=summary.state.next_poll_reason)
    elif summary.failed and summary.state.health is Health.QUARANTINED:
        bound.error("feed.quarantined", message=summary.message, reason=summary.state.next_poll_reason)
    elif summary.failed:
        bound.warning("poll.failed", message=summary.message, failures=summary.state.failures)
    else:
        counts = {"entries": summary.tally.entries, "new": summary.tally.new, "joined": summary.tally.joined}
        bound.info("poll.done", **counts, **({"skipped": summary.tally.skipped} if summary.tally.skipped else {}))
