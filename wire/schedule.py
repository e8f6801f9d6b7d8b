"""When a feed is polled, and why: the state of a feed after a poll as a function of the state before and the outcome.

Law: pure. `now` comes in; jitter is drawn from the feed's own key and the time, so that a run can be repeated.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from wire.model import Failure, Feed, Fetched, FetchFailed, Health, NotModified, PollState
from wire.policy import SchedulePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A document that was read, and what it brought."""

    fetched: Fetched
    body_hash: str
    entries: int
    """In the document."""
    new: int
    """Entries not in the document before, or changed since."""
    gap: bool = False
    """The document shares no entry with the one before."""
    ttl: float | None = None


Outcome = Taken | NotModified | FetchFailed

SET_BACK = timedelta(minutes=1)
"""Clocks that are corrected by less are left to run on."""


def due(feeds: Iterable[Feed], states: Mapping[str, PollState], now: datetime) -> list[Feed]:
    """The enabled feeds whose time has come, the longest overdue first; a feed never polled is due at once."""
    waiting = [feed for feed in feeds if feed.enabled and is_due(feed, states.get(feed.key), now)]
    return sorted(waiting, key=lambda feed: (_since(states.get(feed.key)), feed.key))


def is_due(feed: Feed, state: PollState | None, now: datetime) -> bool:
    """Whether the time of a feed in this state has come. A new URL owes nothing to the one before it.

    A poll that lies in the future was dated by a clock that has been set back since: its next one may be years away.
    """
    if state is None or state.next_poll_at is None or state.url != feed.url:
        return True
    return state.next_poll_at <= now or (state.last_polled_at or now) - now > SET_BACK


def _since(state: PollState | None) -> datetime:
    return state.next_poll_at if state and state.next_poll_at else datetime.min.replace(tzinfo=UTC)


def state_after(feed: Feed, before: PollState | None, outcome: Outcome, policy: SchedulePolicy) -> PollState:
    """The state of `feed` once `outcome` is known, with the time of its next poll."""
    state = before if before and before.url == feed.url else PollState(feed=feed.key, url=feed.url)
    if before and state is not before:
        state = replace(state, entries_seen=before.entries_seen, gaps=before.gaps)
    after = _failed(state, outcome) if isinstance(outcome, FetchFailed) else _succeeded(state, outcome)
    wait, _ = delay(feed, after, outcome, policy)
    return replace(after, next_poll_at=outcome_time(outcome) + timedelta(seconds=wait))


def put_off(feed: Feed, before: PollState | None, now: datetime, policy: SchedulePolicy) -> PollState:
    """The state after a poll that could not be kept: all is as before, but the server is left alone for a while."""
    state = before if before and before.url == feed.url else PollState(feed=feed.key, url=feed.url)
    return replace(state, next_poll_at=now + timedelta(seconds=policy.min_interval))


def delay(feed: Feed, after: PollState, outcome: Outcome, policy: SchedulePolicy) -> tuple[float, str]:
    """Seconds until the next poll, and the reason in words."""
    if isinstance(outcome, FetchFailed):
        if outcome.retry_after is not None:
            return _bounded(outcome.retry_after, policy), "the server asked to wait (Retry-After)"
        grown = feed.interval * policy.backoff ** min(after.failures, 32)
        return _bounded(_spread(feed, outcome, grown, policy), policy), f"backing off, {after.failures} failed in a row"
    asked = outcome.fetched.max_age if isinstance(outcome, Taken) else outcome.max_age
    hint = outcome.ttl if isinstance(outcome, Taken) else None
    wait = max(feed.interval, asked or 0.0, hint or 0.0)
    reason = "interval" if wait == feed.interval else "the publisher's hint" if wait == hint else "max-age"
    return _bounded(_spread(feed, outcome, wait, policy), policy), reason


def outcome_time(outcome: Outcome) -> datetime:
    """When the outcome was known."""
    return outcome.fetched.at if isinstance(outcome, Taken) else outcome.at


def _succeeded(state: PollState, outcome: Taken | NotModified) -> PollState:
    at = outcome_time(outcome)
    good = replace(state, health=Health.OK, failures=0, last_error=None, last_polled_at=at, last_ok_at=at)
    if isinstance(outcome, NotModified):
        kept = replace(
            state.validators,
            etag=outcome.validators.etag or state.validators.etag,
            last_modified=outcome.validators.last_modified or state.validators.last_modified,
        )
        return replace(good, validators=kept)
    return replace(
        good,
        validators=outcome.fetched.validators,
        body_hash=outcome.body_hash,
        entries_seen=state.entries_seen + outcome.new,
        gaps=state.gaps + outcome.gap,
    )


_HEALTH = {Failure.NOT_A_FEED: Health.NOT_A_FEED, Failure.BROKEN: Health.BROKEN}


def _failed(state: PollState, outcome: FetchFailed) -> PollState:
    return replace(
        state,
        health=_HEALTH.get(outcome.failure, Health.FAILING),
        failures=state.failures + 1,
        last_error=f"{outcome.failure}: {outcome.message}",
        last_polled_at=outcome.at,
    )


def _bounded(seconds: float, policy: SchedulePolicy) -> float:
    return min(max(seconds, policy.min_interval), policy.max_interval)


def _spread(feed: Feed, outcome: Outcome, seconds: float, policy: SchedulePolicy) -> float:
    """Lengthen a wait by up to the jitter, for what a server asked is the least; the same feed and time, the same."""
    draw = zlib.crc32(f"{feed.key} {outcome_time(outcome).isoformat()}".encode()) / 0xFFFFFFFF
    return seconds * (1 + policy.jitter * draw)
