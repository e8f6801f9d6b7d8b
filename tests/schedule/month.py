"""A month of polling without a network or a clock: the real `Agenda` and `state_after` on invented publishers.

Law: does what `poll` and `daemon` do with the schedule, in the same order, and watches. What it watches for is said in
`test_month`. The month holds outages of our own line, restarts (all that is not stored is lost), two nights of sleep,
and a wall clock that is wrong for a day.
"""

import heapq
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.schedule.world import DAY, HOUR, MINUTE, MONTH, Answer, Publisher, publishers
from wire import schedule
from wire.model import Failure, Feed, Fetched, FetchFailed, Hints, NotModified, PollState, Validators
from wire.policy import SchedulePolicy
from wire.schedule import Agenda, Outcome, Taken

START = datetime(2031, 3, 3, tzinfo=UTC)
"""A Monday."""
POLICY = SchedulePolicy(min_interval=5 * MINUTE, spread=MINUTE)
PER_HOST, AT_ONCE, TICK = 2, 128, 0.5
OUTAGES = ((3.2 * DAY, 2 * HOUR), (8.6 * DAY, 10 * MINUTE), (13.1 * DAY, 9 * HOUR), (19.9 * DAY, 40 * MINUTE))
"""Of our own line: when, how long. In every second one nothing answers at all; in the others no name is resolved."""
SLEEPS = ((5.9 * DAY, 8 * HOUR), (11.9 * DAY, 30 * HOUR))
RESTARTS = tuple(day * DAY + 1000.0 for day in (1, 2, 4, 7, 9, 16, 21, 22, 25, 28))
WRONG_CLOCK = (17.2 * DAY, 18.2 * DAY, -3 * HOUR)
BLAMELESS = frozenset({"plain", "max-age", "ttl", "skip-hours", "skip-days", "moved", "wandering", "fixed"})
"""Tempers that never fail."""
WARM_UP = DAY
"""What is measured of rhythms is measured after this."""


@dataclass(slots=True)
class Watch:
    """What was seen of one feed."""

    publisher: Publisher
    feed: Feed
    taken: int = 0
    """Entries published by the last poll that brought a document."""
    taken_at: float = 0.0
    polls: int = 0
    begun: float | None = None
    not_before: float = 0.0
    known: bool = False
    missed: int = 0
    """Entries that left the document unseen; what follows the line's outages and sleeps is not counted, nor below."""
    seen: int = 0
    lag: float = 0.0
    """Seconds from publication to sight, summed over the entries seen."""
    waits: list[float] = field(default_factory=list)
    """For which its mishap kept us away, each time, our own absences aside."""
    found_after: float | None = None
    """Seconds from the end of its mishap to the first document, our own absences aside."""
    recovered_in: float | None = None
    """Seconds from that document to the next poll."""
    after_gone: int = 0
    urls: list[str] = field(default_factory=list)
    """Addresses asked, without repetitions."""


@dataclass(slots=True)
class Month:
    """The month, and what went wrong in it, in words; nothing should."""

    seed: int = 7
    count: int = 2000
    watches: dict[str, Watch] = field(default_factory=dict)
    states: dict[str, PollState] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    """Invariant → what broke it."""
    polls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    busiest: int = 0
    """Polls begun in one second at most."""
    on_wake: list[int] = field(default_factory=list)
    """Polls begun in the first ten seconds after each start and sleep."""
    _now: float = 0.0
    _agenda: Agenda = field(default_factory=Agenda)
    _ends: list[tuple[float, int, str, Answer, PollState | None]] = field(default_factory=list)
    _order: int = 0
    _hosts: dict[str, float] = field(default_factory=dict)
    _under_way: Counter[str] = field(default_factory=Counter)
    _begun: deque[float] = field(default_factory=deque)
    _woken: float = 0.0
    _away: list[tuple[float, float]] = field(default_factory=list)
    """Times in which we slept, or our line was down."""

    def run(self) -> "Month":
        """Live through it."""
        for publisher in publishers(self.seed, self.count):
            feed = Feed(
                key=publisher.key,
                url=publisher.url,
                source=publisher.key,
                interval=publisher.interval,
                adaptive=publisher.temper != "fixed",
                allow_private=publisher.private,
            )
            self.watches[feed.key] = Watch(publisher=publisher, feed=feed)
        self._away = [(at, at + long) for at, long in (*OUTAGES, *SLEEPS)]
        happenings = [(at, "restart", 0.0) for at in (0.0, *RESTARTS)] + [(at, "sleep", s) for at, s in SLEEPS]
        happenings += [(at + seconds, "line up", 0.0) for at, seconds in OUTAGES] + [(MONTH, "end", 0.0)]
        for at, what, seconds in sorted(happenings):
            self._live_until(at)
            if what == "restart":
                self._restart()
            elif what == "sleep":
                self._sleep(seconds)
            elif what == "line up":
                self._check_charged()
        for watch in self.watches.values():
            self._check_forgotten(watch, MONTH)
        return self

    # --- the daemon -------------------------------------------------------------------------------------------------

    def _live_until(self, end: float) -> None:
        while True:
            waiting = self._agenda.next_at(self._now + TICK)
            ended = self._ends[0][0] if self._ends else None
            at = min(each for each in (waiting, ended, end) if each is not None)
            if at >= end:
                self._now = end
                return
            self._now = max(self._now, at)
            while self._ends and self._ends[0][0] <= self._now:
                self._end(*heapq.heappop(self._ends)[2:])
            for feed in self._agenda.pick(self._now):
                self._begin(feed)

    def _restart(self) -> None:
        self._now += 2
        self._ends.clear()
        self._under_way.clear()
        self._agenda = Agenda()
        self._agenda.plan(
            [watch.feed for watch in self.watches.values()],
            self.states,
            POLICY,
            per_host=PER_HOST,
            at_once=AT_ONCE,
            wall=self._wall(),
            now=self._now,
        )
        self._wake()

    def _sleep(self, seconds: float) -> None:
        """Polls under way fail when the machine wakes up: their connections are gone."""
        self._now += seconds
        woken = []
        while self._ends:
            _, order, key, _, before = heapq.heappop(self._ends)
            woken.append((self._now + 0.1, order, key, Answer(0, Failure.CONNECT, elapsed=seconds), before))
        for each in woken:
            heapq.heappush(self._ends, each)
        self._wake()

    def _wake(self) -> None:
        self.on_wake.append(0)
        self._woken = self._now

    def _wall(self) -> datetime:
        begins, ends, wrong_by = WRONG_CLOCK
        return START + timedelta(seconds=self._now + (wrong_by if begins <= self._now < ends else 0.0))

    def _begin(self, feed: Feed) -> None:
        watch, before = self.watches[feed.key], self.states.get(feed.key)
        asked, _ = schedule.asked(feed, before)
        self._check_begin(watch, asked)
        answer = self._line() or watch.publisher.ask(asked.url, self._now)
        self._order += 1
        heapq.heappush(self._ends, (self._now + answer.elapsed, self._order, feed.key, answer, before))

    def _line(self) -> Answer | None:
        """What a request gets while our own line is down; None: it is up."""
        for number, (at, seconds) in enumerate(OUTAGES):
            if at <= self._now < at + seconds:
                silent = number % 2 == 0
                return Answer(0, Failure.TIMEOUT if silent else Failure.DNS, elapsed=30.0 if silent else 0.02)
        if any(end <= self._now < end + 20 for end in (at + long for at, long in SLEEPS)):
            return Answer(0, Failure.CONNECT, elapsed=0.01)
        return None

    def _end(self, key: str, answer: Answer, before: PollState | None) -> None:
        watch = self.watches[key]
        asked, _ = schedule.asked(watch.feed, before)
        self._under_way[schedule.host_of(asked.url)] -= 1
        outcome = self._outcome(watch, asked, answer)
        forgotten = self._agenda.heard(watch.feed, self.states.get(key), outcome, self._now)
        wall = self._wall()
        spared = {each.feed.key: schedule.spared(each.feed, each.before, wall, POLICY) for each in forgotten}
        self.states.update(spared)
        after = spared.get(key) or schedule.state_after(watch.feed, self.states.get(key), outcome, POLICY)
        self.states[key] = after
        self._agenda.end(watch.feed, after, wall=wall, now=self._now)
        for each in forgotten:
            if each.feed.key != key:
                self._agenda.put(each.feed, self.states[each.feed.key], wall=wall, now=self._now)
        self._note(watch, answer, outcome, after, wall, spared=key in spared)

    def _outcome(self, watch: Watch, asked: Feed, answer: Answer) -> Outcome:
        at, publisher = self._wall(), watch.publisher
        if answer.failure:
            return FetchFailed(
                url=asked.url,
                failure=answer.failure,
                message="no",
                at=at,
                elapsed=answer.elapsed,
                status=answer.status or None,
                retry_after=answer.retry_after,
            )
        published = publisher.published(self._now)
        fresh = published - watch.taken
        if watch.known and not fresh and publisher.validates:
            return NotModified(
                url=asked.url,
                validators=Validators(),
                at=at,
                elapsed=answer.elapsed,
                max_age=answer.max_age,
                moved_to=answer.moved_to,
            )
        shown = publisher.entries[max(0, published - publisher.holds) : published]
        new = min(fresh, len(shown)) if watch.known else len(shown)
        fetched = Fetched(
            url=asked.url,
            final_url=answer.moved_to or asked.url,
            body=b"",
            content_type=None,
            validators=Validators(),
            at=at,
            elapsed=answer.elapsed,
            max_age=answer.max_age,
            moved_to=answer.moved_to,
        )
        ttl = publisher.asks if publisher.temper == "ttl" else None
        return Taken(
            fetched=fetched,
            body_hash="h",
            entries=None if watch.known and not fresh else len(shown),
            new=new,
            gap=watch.known and 0 < len(shown) == new,
            hints=Hints(ttl=ttl, skip_hours=publisher.skip_hours, skip_days=publisher.skip_days),
            oldest_at=START + timedelta(seconds=shown[0]) if shown else None,
            newest_at=START + timedelta(seconds=shown[-1]) if shown else None,
        )

    # --- what is watched --------------------------------------------------------------------------------------------

    def _blame(self, invariant: str, what: str) -> None:
        self.wrong.setdefault(invariant, []).append(f"{self._now / DAY:.4f} d: {what}")

    def _check_begin(self, watch: Watch, asked: Feed) -> None:
        now, key, host = self._now, watch.feed.key, schedule.host_of(asked.url)
        self.polls += 1
        watch.polls += 1
        self._check_forgotten(watch, now)
        if now < watch.not_before - 0.001:
            self._blame("asked", f"{key} {watch.publisher.temper} {watch.not_before - now:.0f} s early")
        if now < self._hosts.get(host, -DAY) + POLICY.spacing - 1e-6:
            self._blame("spacing", host)
        self._hosts[host] = now
        self._under_way[host] += 1
        if self._under_way[host] > PER_HOST:
            self._blame("per host", f"{host}: {self._under_way[host]}")
        self._check_hours(watch)
        if asked.allow_private and host != watch.publisher.host:
            self._blame("exemption", asked.url)
        if not watch.urls or watch.urls[-1] != asked.url:
            watch.urls.append(asked.url)
        if watch.publisher.temper == "gone" and now >= watch.publisher.begins and not self._line():
            watch.after_gone += 1
        self._begun.append(now)
        while self._begun[0] <= now - 1:
            self._begun.popleft()
        self.busiest = max(self.busiest, len(self._begun))
        if now < self._woken + 10:
            self.on_wake[-1] += 1
        watch.begun = now

    def _check_forgotten(self, watch: Watch, now: float) -> None:
        state = self.states.get(watch.feed.key)
        if watch.begun is None or (state and state.next_poll_at is None):
            return
        away = self._absent(watch.begun, now)
        if now - watch.begun - away > POLICY.max_interval + 10 * MINUTE:
            self._blame(
                "forgotten", f"{watch.feed.key} {watch.publisher.temper} for {(now - watch.begun) / HOUR:.1f} h"
            )

    def _absent(self, since: float, now: float) -> float:
        """Seconds since then in which we slept, or our own line was down."""
        return sum(max(0.0, min(now, end) - max(since, begin)) for begin, end in self._away)

    def _check_hours(self, watch: Watch) -> None:
        hints, at = watch.publisher, START + timedelta(seconds=self._now)
        state = self.states.get(watch.feed.key)
        on_time = state and state.next_poll_at and abs((self._wall() - state.next_poll_at).total_seconds()) < 60
        shut = at.hour in hints.skip_hours or at.weekday() in hints.skip_days
        waited = self._now - (watch.begun or 0)
        in_order = on_time and self._wall() == at and waited < POLICY.max_interval * 0.99
        if shut and in_order and state and state.failures == 0 and "line" not in (state.next_poll_reason or ""):
            self._blame("hours", f"{watch.feed.key} at {at:%a %H:%M}, after {waited / HOUR:.1f} h")

    def _note(
        self, watch: Watch, answer: Answer, outcome: Outcome, after: PollState, wall: datetime, *, spared: bool
    ) -> None:
        now, publisher = self._now, watch.publisher
        self.outcomes["spared" if spared else outcome.failure if isinstance(outcome, FetchFailed) else "ok"] += 1
        wait = (after.next_poll_at - wall).total_seconds() if after.next_poll_at else None
        wished = max(answer.retry_after or 0.0, answer.max_age or 0.0 if watch.feed.adaptive else 0.0)
        if publisher.temper == "ttl" and not answer.failure:
            wished = max(wished, publisher.asks)
        if not spared:
            watch.not_before = now + min(wished, POLICY.max_interval)
        if isinstance(outcome, FetchFailed):
            alone = not any(begin <= now <= end + MINUTE for begin, end in self._away)
            if wait is not None and alone and publisher.begins <= now < publisher.ends:
                watch.waits.append(wait)
            return
        self._note_entries(watch, now)
        if now >= publisher.ends and watch.found_after is None:
            watch.found_after = now - publisher.ends - self._absent(publisher.ends, now)
            watch.recovered_in = wait

    def _check_charged(self) -> None:
        """Feeds without a mishap of their own have no failure when an outage is over."""
        for watch in self.watches.values():
            state = self.states[watch.feed.key]
            if watch.publisher.temper in BLAMELESS and (state.failures or state.last_error):
                self._blame("charged", f"{watch.feed.key} {watch.publisher.temper}: {state.last_error}")

    def _note_entries(self, watch: Watch, now: float) -> None:
        publisher = watch.publisher
        published = publisher.published(now)
        if watch.known and now > WARM_UP and not any(begin < now and end > watch.taken_at for begin, end in self._away):
            fresh = publisher.entries[watch.taken : published]
            kept = fresh[-publisher.holds :]
            watch.missed += len(fresh) - len(kept)
            watch.seen += len(kept)
            watch.lag += sum(now - at for at in kept)
        watch.taken, watch.known, watch.taken_at = published, True, now
