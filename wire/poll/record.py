"""The transaction of polls, or of a push: everything that one caused, written down together, or nothing of it.

Law: decides nothing; asks the writer's half of the walk, `schedule`, `pushes` and `checkup`, and writes down what they
answer. Runs in the writer's thread.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wire import prepare, schedule
from wire.config import Settings
from wire.ingest.complete import Completer
from wire.model import Feed, FetchFailed, Health, PollState
from wire.poll import checkup, outcomes, pushes
from wire.poll.checkup import Checked
from wire.poll.outcomes import PollSummary
from wire.prepare import Item
from wire.schedule import Outcome, Suspect, Taken
from wire.store import Moves, Pushed, Store

TIDY = timedelta(hours=1)
"""Between two clearances of what has left the clustering window."""
REPORTED = timedelta(days=30)
"""How long a document that had to be quarantined is kept after its feed is well again."""

Enqueue = Callable[[Moves, Feed, Sequence[tuple[str, Item]], datetime], None]
"""Asks for the pages of teasers among the entries of a feed that were just taken."""


Kept = tuple[PollSummary, list[tuple[Feed, PollState]]]
"""What came of a poll; and states of feeds from which something was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A poll that is to be kept."""

    feed: Feed
    outcome: Outcome
    seen: Sequence[prepare.Seen] = ()
    items: Sequence[prepare.Item] = ()
    forgotten: Sequence[Suspect] = ()
    """What was held against feeds while our own line was down."""

    @property
    def size(self) -> int:
        """Entries that are to be taken."""
        return len(self.items)


class Recorder:
    """Holds the index of the clustering window between transactions."""

    def __init__(self, store: Store, settings: Settings, enqueue: Enqueue) -> None:
        self._store, self.enqueue = store, enqueue
        self.settings = settings
        self._tidied: datetime | None = None
        self.taker = Completer(settings.cluster, settings.canonical)
        self.use(settings)

    def use(self, settings: Settings) -> None:
        """Take up new settings between two transactions."""
        self.settings = settings
        if settings.cluster != self.taker.window.policy:
            self.taker = Completer(settings.cluster, settings.canonical)
        self.taker.canonical = settings.canonical
        self.taker.tell = bool(settings.alerts.url)

    def polled(self, polls: Sequence[Polled]) -> list[Kept]:
        """Store everything that some fetches caused, in one transaction, as if each came alone."""
        with self.taker.writing(self._store) as write:
            if len(polls) > 1:
                self.taker.expect(write, ((each.feed, (), each.items) for each in polls))
            return [self._polled(write, each) for each in polls]

    def _polled(self, write: Moves, poll: Polled) -> Kept:
        """One of them. What its feed's state was, the database knows: others poll, too."""
        began = time.perf_counter()
        feed, outcome, now = poll.feed, poll.outcome, schedule.outcome_time(poll.outcome)
        taker, policy = self.taker, self.settings.schedule
        write.published.clear()
        tally = taker.take(write, feed, poll.seen, poll.items, now=now)
        self.enqueue(write, feed, taker.arrived, now)
        spared = [(each.feed, schedule.spared(each.feed, each.before, now, policy)) for each in poll.forgotten]
        for _, state in spared:
            write.save_state(state)
        own = [state for other, state in spared if other.key == feed.key]
        before = write.poll_states(feed.key).get(feed.key)
        if isinstance(outcome, Taken):
            set_aside = before is not None and before.health is Health.QUARANTINED
            outcome = replace(outcome, new=tally.new, gap=tally.gaps > 0 and not set_aside)
        state = own[0] if own else schedule.state_after(feed, before, outcome, policy)
        state = pushes.polled(write, feed, outcome, state, policy, told=bool(self.settings.websub.callback))
        row = outcomes.poll_row(outcome, tally)
        write.save_poll(state, row)
        if isinstance(outcome, Taken) and outcome.gap and before and before.last_ok_at:
            write.add_gap(feed.key, state.gaps, outcomes.gap(before, before.last_ok_at, outcome))
        if isinstance(outcome, FetchFailed) and outcome.culprit and state.health is Health.QUARANTINED:
            write.quarantine(feed.key, outcome.culprit, outcome.message)
        told = Checked() if own else checkup.check(write, feed, outcome, before, state, self.settings.alerts)
        told = replace(told, alerts=(*taker.told, *told.alerts)) if isinstance(outcome, Taken) else told
        self.tidy(write, now)
        return outcomes.summary(feed, outcome, row, tally, state, told, time.perf_counter() - began), spared

    def tidy(self, write: Moves, now: datetime) -> None:
        """Seldom, let go of what is old: it costs a pass over all that stays."""
        if self._tidied is None or now - self._tidied > TIDY:
            self._tidied = now
            write.clear_quarantine(now - REPORTED)
            self.taker.window.forget(now)

    def pushed(
        self,
        feed: Feed,
        pushed: Pushed,
        outcome: Taken | FetchFailed,
        seen: Sequence[prepare.Seen],
        items: Sequence[prepare.Item],
    ) -> PollSummary:
        """Store everything that one push caused, and let go of it."""
        told = Checked()
        began = time.perf_counter()
        with self.taker.writing(self._store) as write:
            now = schedule.outcome_time(outcome)
            tally = self.taker.take(write, feed, seen, items, now=now, whole=False)
            self.enqueue(write, feed, self.taker.arrived, now)
            if isinstance(outcome, Taken):
                outcome = replace(outcome, new=tally.new)
            before = write.poll_states(feed.key).get(feed.key)
            state = pushes.taken(write, feed, before, pushed, outcome, self.settings.schedule)
            if tally.new and before and before.last_ok_at:
                told = checkup.check(write, feed, outcome, before, state, self.settings.alerts)
            told = replace(told, alerts=(*self.taker.told, *told.alerts))
            row = replace(outcomes.poll_row(outcome, tally), outcome=pushes.WORD, http_status=None)
            write.save_poll(state, row)
        return outcomes.summary(feed, outcome, row, tally, state, told, time.perf_counter() - began)
