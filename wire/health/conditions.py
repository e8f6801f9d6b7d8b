"""When an operator is told: one alert as a condition begins, one as it ends, however long it lasts or flickers.

Law: a condition begins and ends by different rules, so that one that flickers stays one alert. Nothing is told twice:
what is open is part of the pulse, which is stored with the poll.

| condition | begins | ends |
|---|---|---|
| failing | 3 polls in a row have failed, over `failing` at least | nothing has failed for `calm` |
| gone, quarantined | the feed is set aside: not polled any more, or hardly | it answers |
| silent | a pause as odd as one in `odds`; or the feed's own `silence` | two polls brought something, or one much |
| gapping | `gaps` in a day | a day without one |
| refused | a file of its folder could not be taken | no other one for a day |
| moved | a permanent move is followed | feeds.toml has taken it over, or it is given up |
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from wire.health import silence, words
from wire.health.after import Glance
from wire.health.figures import GAP, NEW
from wire.health.pulse import Pulse
from wire.model import Feed, Health, PollState
from wire.policy import AlertPolicy

FAILURES = 3
"""Polls in a row that have to fail."""
DAY = timedelta(hours=24)
MUCH = 3
"""New entries at once that end a silence."""


class Condition(StrEnum):
    """What an operator is told of; stable words, for logs, metrics, webhooks and `alert_v1`."""

    FAILING = "failing"
    GONE = "gone"
    QUARANTINED = "quarantined"
    SILENT = "silent"
    GAPPING = "gapping"
    REFUSED = "refused"
    """A file in a watched folder can't be taken."""
    MOVED = "moved"
    LINE = "line"
    STORE = "store"
    DISK = "disk"
    READER = "reader"
    KILL = "kill"
    """Copy was killed or withheld that somebody has carried: told once, and not a state that lasts."""


class Severity(StrEnum):
    """How soon somebody should look."""

    CRITICAL = "critical"
    """Now: nothing, or nothing new, comes in from anybody."""
    WARNING = "warning"
    """Today: one feed."""
    INFO = "info"
    """Some time."""


_SEVERITY = {
    Condition.MOVED: Severity.INFO,
    Condition.LINE: Severity.CRITICAL,
    Condition.STORE: Severity.CRITICAL,
    Condition.DISK: Severity.CRITICAL,
    Condition.KILL: Severity.CRITICAL,
}
_STOPPED = {"gone": Condition.GONE, "quarantined": Condition.QUARANTINED}
"""Healths of feeds that are set aside."""
_ASIDE = {
    Condition.GONE: "the publisher says that it is gone (410): it is not polled any more",
    Condition.QUARANTINED: "reading its documents had to be stopped three times in a row: it is hardly polled now",
}
_FAILING = {Health.FAILING, Health.NOT_A_FEED, Health.BROKEN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One condition from its begin to its end."""

    alert_id: str
    condition: Condition
    severity: Severity
    feed: str | None
    """None: all of them are concerned."""
    source: str | None
    began_at: datetime
    summary: str
    """One line."""
    advice: str
    """What to do, one line."""
    ended_at: datetime | None = None
    end: str | None = None
    """How it ended, one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """A condition began."""

    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A condition of a feed, or of all, ended."""

    condition: Condition
    feed: str | None
    at: datetime
    end: str


Change = Began | Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """That a condition is there, with its words; `None` as words: that it is not."""

    condition: Condition
    summary: str | None
    advice: str = ""
    end: str = ""


def judge(
    pulse: Pulse, glance: Glance, *, before: Pulse, feed: Feed, state: PollState, policy: AlertPolicy
) -> tuple[Pulse, list[Change]]:
    """What begins and what ends with a poll, and the pulse that remembers it; `pulse`, `state`: those after it."""
    now = glance.at
    pulse = _ended_pause(pulse, before, glance, feed, policy)
    changes: list[Change] = []
    for said in (
        _failing(pulse, feed, state, now, policy),
        *_stopped(feed, state),
        _silent(pulse, glance, feed, state, policy),
        _gapping(pulse, now, policy),
        _refused(glance),
        _moved(state),
    ):
        there = said.condition in pulse.open
        if said.summary is not None and not there:
            changes.append(_began(said, feed, now))
            pulse = replace(pulse, open=pulse.open | {said.condition})
        elif said.summary is None and there:
            changes.append(Ended(condition=said.condition, feed=feed.key, at=now, end=said.end))
            pulse = replace(pulse, open=pulse.open - {said.condition})
    return pulse, changes


def killed(name: str, summary: str, advice: str, *, feed: str | None, source: str | None, now: datetime) -> Began:
    """Copy was killed or withheld; `name`: of the order. It is told once: it ends as it begins."""
    began = _made(Condition.KILL, summary, advice, feed, source, now)
    alert_id = "a" + hashlib.blake2b(f"{Condition.KILL} {name}".encode(), digest_size=8).hexdigest()
    return Began(alert=replace(began.alert, alert_id=alert_id, ended_at=now, end=f"told once: {advice}"))


def all_feeds(condition: Condition, summary: str, advice: str, now: datetime) -> Began:
    """A condition of no feed in particular begins."""
    return _made(condition, summary, advice, None, None, now)


def _began(said: _Said, feed: Feed, now: datetime) -> Began:
    return _made(said.condition, said.summary or "", said.advice, feed.key, feed.source, now)


def _made(
    condition: Condition, summary: str, advice: str, feed: str | None, source: str | None, now: datetime
) -> Began:
    name = f"{condition} {feed or ''} {now.isoformat()}"
    return Began(
        alert=Alert(
            alert_id="a" + hashlib.blake2b(name.encode(), digest_size=8).hexdigest(),
            condition=condition,
            severity=_SEVERITY.get(condition, Severity.WARNING),
            feed=feed,
            source=source,
            began_at=now,
            summary=summary,
            advice=advice,
        )
    )


# --- each condition ---------------------------------------------------------------------------------------------------


def _failing(pulse: Pulse, feed: Feed, state: PollState, now: datetime, policy: AlertPolicy) -> _Said:
    condition, there = Condition.FAILING, Condition.FAILING in pulse.open
    if state.health in _STOPPED:
        return _Said(condition=condition, summary=None, end=f"it is {state.health} now, which has an alert of its own")
    since, failed_at = pulse.failing_since, pulse.failed_at
    lasts = since is not None and now - since >= timedelta(seconds=policy.failing)
    calm = state.failures == 0 and (failed_at is None or now - failed_at >= timedelta(seconds=policy.calm))
    if (there and not calm) or (state.health in _FAILING and state.failures >= FAILURES and lasts):
        wrong = words.trouble(
            failure=pulse.failure,
            status=pulse.status,
            last_error=state.last_error,
            since=since,
            failures=state.failures,
            last_ok_at=state.last_ok_at,
            url=feed.url,
            now=now,
        )
        return _Said(condition=condition, summary=str(wrong), advice=wrong.do)
    end = f"it answers again; the last failure was at {words.moment(failed_at)}" if failed_at else "it answers again"
    return _Said(condition=condition, summary=None, end=end)


def _stopped(feed: Feed, state: PollState) -> Iterator[_Said]:
    advices = {Condition.GONE: words.GONE, Condition.QUARANTINED: words.QUARANTINED}
    for health, condition in _STOPPED.items():
        stopped = state.health == health
        summary = _ASIDE[condition] if stopped else None
        if stopped and state.last_error:
            summary = f"{summary}; {state.last_error}"
        advice = advices[condition].replace("{feed}", feed.key)
        yield _Said(condition=condition, summary=summary, advice=advice, end="it answers again")


def _quiet(pulse: Pulse, feed: Feed, now: datetime, policy: AlertPolicy) -> bool:
    """Whether the pause that lasts is odd."""
    if pulse.heard_at is None:
        return False
    if feed.silence is not None:
        return 0 < feed.silence <= (now - pulse.heard_at).total_seconds()
    odd = silence.silent(pulse.hours, pulse.usual, now, policy.odds)
    return odd and not silence.familiar(pulse.pauses, pulse.heard_at, now)


def _ended_pause(pulse: Pulse, before: Pulse, glance: Glance, feed: Feed, policy: AlertPolicy) -> Pulse:
    """The pulse with what is to be remembered of the pause that a poll has ended."""
    began, at = before.heard_at, glance.at
    if glance.sign not in (NEW, GAP) or began is None:
        return pulse
    back = 1 if _quiet(before, feed, at, policy) else min(before.back + 1, 2)
    odd = silence.silent(before.hours, before.usual, at, policy.odds)
    return replace(pulse, back=back, pauses=silence.remembered(pulse.pauses, began, at) if odd else pulse.pauses)


def _silent(pulse: Pulse, glance: Glance, feed: Feed, state: PollState, policy: AlertPolicy) -> _Said:
    condition, there = Condition.SILENT, Condition.SILENT in pulse.open
    now, heard_at = glance.at, pulse.heard_at
    if feed.silence == 0:
        return _Said(condition=condition, summary=None, end="its silence is no longer watched")
    if heard_at is None or state.failures:  # a feed that fails may have news that nobody sees
        return _Said(condition=condition, summary="" if there else None)
    quiet = _quiet(pulse, feed, now, policy)
    if quiet or (there and not (heard_at == now and glance.new >= MUCH) and pulse.back < 2):
        pause = words.pause(pulse.usual, (now - heard_at).total_seconds())
        return _Said(condition=condition, summary=f"{pause} (since {words.moment(heard_at)})", advice=words.SILENT)
    return _Said(condition=condition, summary=None, end="something new came")


def _gapping(pulse: Pulse, now: datetime, policy: AlertPolicy) -> _Said:
    condition = Condition.GAPPING
    recent = [at for at in pulse.gapped_at if now - at < DAY]
    if len(recent) >= policy.gaps or (recent and condition in pulse.open):
        times = f"{len(recent)} polls in a day" if len(recent) > 1 else "a poll"
        summary = f"{times} shared no entry with the one before: entries were probably missed"
        return _Said(condition=condition, summary=summary, advice=words.GAPPING)
    return _Said(condition=condition, summary=None, end="a day without a gap")


def _refused(glance: Glance) -> _Said:
    condition, last = Condition.REFUSED, glance.refused
    if last and glance.at - last.at < DAY:
        advice = (words.REFUSED_MAIL if last.mail else words.REFUSED).replace("{file}", last.file)
        name = f"message {last.file}" if last.mail else last.file
        return _Said(condition=condition, summary=f"{name} can't be taken: {last.reason}", advice=advice)
    return _Said(condition=condition, summary=None, end="no file has failed for a day")


def _moved(state: PollState) -> _Said:
    summary = f"its publisher has moved it for good; it is polled at {state.moved_to}" if state.moved_to else None
    return _Said(condition=Condition.MOVED, summary=summary, advice=words.MOVED, end="the move is settled")
