"""What concerns all feeds, and the telling of alerts: beside the polls, and never in their way.

Law: decides nothing about feeds. What is to be told stands in the database with its cause; here it is read, sent, tried
again with growing pauses, and given up. Where the database itself is the trouble, the alert is held in memory and told
all the same. A kill between sending and writing that down sends once more: receivers go by the id and event.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio
import structlog
from anyio import CapacityLimiter, Event, Lock, to_thread

from wire.errors import StoreError
from wire.health import Alert, Began, Change, Condition, Ended, Latch, all_feeds, words
from wire.policy import AlertPolicy
from wire.poll import checkup
from wire.publish import webhook
from wire.store import Call, Store, Wal

log = structlog.get_logger()
T = TypeVar("T")

LOOK = 5.0
"""Seconds between two looks at what concerns all feeds."""
REFRESH = 60.0
"""Seconds between two readings of what is to be told: other processes raise alerts, too."""
PAUSE, LONGEST = 5.0, 3_600.0
"""Seconds before the second try to tell; each further one waits four times as long, up to the second of these."""
EASED = 1.25
"""Times the space that is too little that has to be free before there is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """What is looked at; each a question that costs nothing."""

    line_down: Callable[[], bool]
    store_error: Callable[[], str | None]
    """Why the database can't be used; None: it can."""
    free: Callable[[], int | None]
    """Bytes free beside the database; None: it is elsewhere."""
    wal: Callable[[], Wal | None]
    """What stands in the database's WAL; None: it is elsewhere."""


def _latches() -> dict[Condition, Latch]:
    return {
        Condition.LINE: Latch(after=15, calm=120),
        Condition.STORE: Latch(after=20, calm=60),
        Condition.DISK: Latch(after=0, calm=60),
        Condition.READER: Latch(after=15, calm=60),
    }


@dataclass(slots=True, kw_only=True)
class Alarms:
    """Looks, and tells."""

    store: Store
    policy: Callable[[], AlertPolicy]
    clock: Callable[[], datetime]
    sights: Sights
    listeners: list[Callable[[tuple[Call, ...]], None]] = field(default_factory=list)
    """Told of alerts that begin or end."""
    open: Counter[str] = field(init=False, default_factory=Counter)
    """Alerts that are open, by condition, as far as is known: other processes end some, too."""
    _calls: dict[tuple[str, str], Call] = field(init=False, default_factory=dict)
    _unsaved: list[Change] = field(init=False, default_factory=list)
    """What could not be written down yet."""
    _settled: dict[tuple[str, str], tuple[Call, str | None]] = field(init=False, default_factory=dict)
    """What was told, or given up, where that could not be written down yet."""
    _open: dict[Condition, Alert] = field(init=False, default_factory=dict)
    _latches: dict[Condition, Latch] = field(init=False, default_factory=_latches)
    _more: Event = field(init=False, default_factory=Event)
    _saving: Lock = field(init=False, default_factory=Lock)
    _thread: CapacityLimiter = field(init=False, default_factory=lambda: CapacityLimiter(1))

    async def watch(self) -> None:
        """Look at what concerns all feeds, until cancelled."""
        await self._recall()
        while True:
            await self.look(anyio.current_time())
            await anyio.sleep(LOOK)

    async def deliver(self) -> None:
        """Tell what is to be told, until cancelled."""
        read_at = float("-inf")
        while True:
            if anyio.current_time() - read_at >= REFRESH:
                read_at = anyio.current_time()
                await self._refresh()
            self._more = Event()
            if call := self._next(self.clock()):
                await self._tell(call)
                continue
            with anyio.move_on_after(self._idle(self.clock())):
                await self._more.wait()

    def waiting(self) -> int:
        """How many alerts are still to be told."""
        return len(self._calls)

    def heard(self, calls: tuple[Call, ...]) -> None:
        """A poll has raised or ended alerts, which are written down."""
        for call in calls:
            self.open[call.alert.condition] += 1 if call.event == "began" else -1
        for listener in self.listeners:
            listener(calls)
        if calls and self.policy().url:
            self._calls |= {_name(call): call for call in calls}
            self._more.set()

    # --- what concerns all feeds ---------------------------------------------------------------------------------

    async def look(self, now: float) -> None:
        """One look. `now`: seconds of a steady clock."""
        error = self.sights.store_error()
        free = self.sights.free()
        enough = self.policy().disk * (EASED if self._latches[Condition.DISK].held else 1)
        seen = {
            Condition.LINE: ("none of several hosts answers, so it is our own line", words.LINE)
            if self.sights.line_down()
            else None,
            Condition.STORE: (f"the database can't be used: {error}", words.STORE) if error else None,
            Condition.DISK: (f"{free / 1e6:,.0f} MB are free beside the database", words.DISK)
            if free is not None and free < enough
            else None,
            Condition.READER: self._held_up(),
        }
        for condition, what in seen.items():
            turn = self._latches[condition].seen(what is not None, now)
            if turn == "began" and what:
                self._began(all_feeds(condition, *what, self.clock()))
            elif turn == "ended":
                self._ended(condition, self.clock())
        await self._save()

    def _held_up(self) -> tuple[str, str] | None:
        """Who reads for so long that the WAL can't be begun anew?"""
        wal, most = self.sights.wal(), self.policy().wal
        if wal is None or not most or wal.bytes < most:
            return None
        who = ", ".join(map(str, wal.readers)) or "not known"
        return (
            f"{wal.bytes / 1e6:,.0f} MB stand in the WAL, for a reader holds it; processes that read: {who}",
            words.READER,
        )

    def _began(self, began: Began) -> None:
        self._open[began.alert.condition] = began.alert
        self._raise(began, Call(alert=began.alert, event="began", due_at=began.alert.began_at))

    def _ended(self, condition: Condition, now: datetime) -> None:
        alert = self._open.pop(condition, None)
        if alert is None:
            return
        end = "it is well again"
        ended = Ended(condition=condition, feed=None, at=now, end=end)
        self._raise(ended, Call(alert=replace(alert, ended_at=now, end=end), event="ended", due_at=now))

    def _raise(self, change: Change, call: Call) -> None:
        self._unsaved.append(change)
        checkup.tell([call])
        self.heard((call,))

    async def _recall(self) -> None:
        """Take up what was open when the last daemon ended."""
        with suppress(StoreError):
            for alert in await self._in_thread(self._raised):
                self._open[alert.condition] = alert
                if latch := self._latches.get(alert.condition):
                    latch.held = True

    # --- telling -------------------------------------------------------------------------------------------------

    def _next(self, now: datetime) -> Call | None:
        """The next to be told: none ends before its begin was told."""
        due = [call for call in self._calls.values() if call.due_at <= now]
        ready = [call for call in due if call.event == "began" or (call.alert.alert_id, "began") not in self._calls]
        return min(ready, key=lambda call: (call.due_at, call.event), default=None)

    def _idle(self, now: datetime) -> float:
        """Seconds in which nothing is due."""
        waits = [(call.due_at - now).total_seconds() for call in self._calls.values()]
        return min(max(min(waits, default=REFRESH), 0.5), REFRESH)

    async def _tell(self, call: Call) -> None:
        policy = self.policy()
        error = await webhook.post(call, policy) if policy.url else "no [alerts] url is configured any more"
        tries = call.tries + 1
        if error is None or not policy.url or tries >= policy.tries:
            bound = log.bind(alert=call.alert.alert_id, of=call.event)
            if error is None:
                bound.info("alert.told")
            else:
                bound.error("alert.untold", message=error)
            del self._calls[_name(call)]
            self._settled[_name(call)] = call, error
            await self._save()
            return
        due_at = self.clock() + timedelta(seconds=min(PAUSE * 4 ** (tries - 1), LONGEST))
        log.warning("alert.put_off", alert=call.alert.alert_id, of=call.event, message=error, until=due_at, tries=tries)
        self._calls[_name(call)] = replace(call, due_at=due_at, tries=tries)
        with suppress(StoreError):
            await self._in_thread(partial(self._put_off, call, due_at, error))

    async def _refresh(self) -> None:
        """Read what is to be told; what only memory knows stays."""
        await self._save()
        with suppress(StoreError):
            calls, self.open = await self._in_thread(self._waiting)
            for call in calls:
                if _name(call) not in self._settled:
                    self._calls.setdefault(_name(call), call)

    # --- in a thread ---------------------------------------------------------------------------------------------

    async def _save(self) -> None:
        """Write down what could not be yet."""
        async with self._saving:
            if self._unsaved or self._settled:
                with suppress(StoreError):
                    await self._in_thread(partial(self._write, tuple(self._unsaved), dict(self._settled)))

    def _write(self, changes: tuple[Change, ...], settled: dict[tuple[str, str], tuple[Call, str | None]]) -> None:
        with self.store.writing() as write:
            write.note(changes, tell=bool(self.policy().url))
            for call, error in settled.values():
                write.settle_call(call, self.clock(), error)
        del self._unsaved[: len(changes)]
        for name in settled:
            self._settled.pop(name, None)

    def _put_off(self, call: Call, due_at: datetime, error: str) -> None:
        with self.store.writing() as write:
            write.put_off_call(call, due_at, error)

    def _waiting(self) -> tuple[list[Call], Counter[str]]:
        with self.store.reading() as read:
            return read.calls(), Counter(row.condition for row in read.alerts(only_open=True))

    def _raised(self) -> list[Alert]:
        with self.store.reading() as read:
            return read.raised()

    async def _in_thread(self, function: Callable[[], T]) -> T:
        return await to_thread.run_sync(function, limiter=self._thread)


def _name(call: Call) -> tuple[str, str]:
    return call.alert.alert_id, call.event
