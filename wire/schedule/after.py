"""The state of a feed after a poll, as a function of the state before and the outcome: when it is polled next, and why.

Law: every next poll lies within the operator's bounds and has its reason. What a server asked is the least: chance only
ever lengthens it.
"""

import math
from dataclasses import replace
from datetime import datetime, timedelta

from wire.model import Failure, Feed, FetchFailed, Health, NotModified, PollState
from wire.policy import SchedulePolicy
from wire.schedule import backoff, hints, looks, moves, rhythm, trust
from wire.schedule.chance import draw
from wire.schedule.outcome import Looked, Outcome, Taken, outcome_time
from wire.words import span

_SCATTER = 600.0
"""Seconds over which feeds are spread whose publishers let them in at the stroke of one hour."""
SILENCE = 10
"""A hub that says nothing for so many times as long as the feed takes between two entries may have forgotten us."""
_HEALTH = {Failure.NOT_A_FEED: Health.NOT_A_FEED, Failure.BROKEN: Health.BROKEN}


def state_after(feed: Feed, before: PollState | None, outcome: Outcome, policy: SchedulePolicy) -> PollState:
    """The state of `feed` once `outcome` is known, with the time of its next poll and the reason."""
    state = _own(feed, before)
    if isinstance(outcome, Looked):
        return looks.looked(feed, state, outcome, policy)
    if isinstance(outcome, FetchFailed) and (feed.in_folder or outcome.partly):
        return looks.failed(feed, state, outcome, policy)
    if isinstance(outcome, FetchFailed):
        return _failed(feed, state, outcome, policy)
    return _succeeded(feed, state, outcome, policy)


def put_off(feed: Feed, before: PollState | None, now: datetime, policy: SchedulePolicy) -> PollState:
    """The state after a poll that could not be kept: all is as before, but the server is left alone for a while."""
    return _again(feed, before, now, policy, "the database could not keep the last poll")


def spared(feed: Feed, before: PollState | None, now: datetime, policy: SchedulePolicy) -> PollState:
    """The state after a poll that failed with our own line: nothing of it is held against the feed."""
    return _again(feed, before, now, policy, "our own line was down: the last poll does not count")


def _again(feed: Feed, before: PollState | None, now: datetime, policy: SchedulePolicy, reason: str) -> PollState:
    next_poll_at = now + timedelta(seconds=policy.min_interval)
    return replace(_own(feed, before), next_poll_at=next_poll_at, next_poll_reason=reason)


def _own(feed: Feed, before: PollState | None) -> PollState:
    """What is known of the feed at its URL. An operator who writes a move into the config loses nothing."""
    if before is None:
        return PollState(feed=feed.key, url=feed.url)
    if before.url == feed.url:
        return before
    if before.moved_to == feed.url:
        return replace(before, url=feed.url, moved_to=None, move=None)
    return PollState(feed=feed.key, url=feed.url, entries_seen=before.entries_seen, gaps=before.gaps)


# --- success ----------------------------------------------------------------------------------------------------------


def _succeeded(feed: Feed, state: PollState, outcome: Taken | NotModified, policy: SchedulePolicy) -> PollState:
    at = outcome_time(outcome)
    elapsed = (at - state.last_ok_at).total_seconds() if state.last_ok_at and state.body_hash else None
    after = moves.followed(_learned(state, outcome, elapsed), outcome)
    low, high = _bounds(feed, policy)
    wanted, reason = _wanted(feed, after, outcome, elapsed, policy)
    planned = _within(wanted * after.slowed, low, high) if feed.adaptive else wanted
    if planned > max(wanted, low):
        reason = f"slowed down {after.slowed:.2g} times, for the publisher has refused us for asking too often"
    asked, word = _asked(feed, after, outcome)
    if asked > planned:
        reason = word
    next_poll_at = at + timedelta(seconds=_spread(feed, at, max(planned, asked), min(asked, high), high, policy))
    if feed.adaptive:
        opened = hints.next_open(after.hints, next_poll_at, at + timedelta(seconds=high))
        if opened != next_poll_at:
            scatter = timedelta(seconds=_SCATTER * draw(feed.key, next_poll_at))
            next_poll_at = max(next_poll_at, min(opened + scatter, at + timedelta(seconds=high)))
            reason = "the publisher's skipHours or skipDays"
    return replace(
        after,
        health=Health.OK,
        overruns=0,
        failures=0,
        gone=0,
        last_error=None,
        last_polled_at=at,
        last_ok_at=at,
        interval=planned,
        next_poll_at=next_poll_at,
        next_poll_reason=reason,
    )


def _learned(state: PollState, outcome: Taken | NotModified, elapsed: float | None) -> PollState:
    """What a success teaches of feed and document."""
    slowed, trusted = backoff.relieved(state.slowed), trust.learned(state, outcome)
    if isinstance(outcome, NotModified):
        kept = replace(
            state.validators,
            etag=outcome.validators.etag or state.validators.etag,
            last_modified=outcome.validators.last_modified or state.validators.last_modified,
        )
        known = rhythm.learned(state.rhythm, 0, elapsed or 0.0)
        return replace(state, validators=kept, rhythm=known, slowed=slowed, trust=trusted)
    again = outcome.entries is None
    return replace(
        state,
        validators=outcome.fetched.validators,
        body_hash=outcome.body_hash,
        slowed=slowed,
        trust=trusted,
        entries_seen=state.entries_seen + outcome.new,
        gaps=state.gaps + outcome.gap,
        rhythm=rhythm.first(outcome) if elapsed is None else rhythm.after_poll(state.rhythm, outcome, elapsed),
        hints=state.hints if again else outcome.hints,
        document=state.document if again else outcome.entries or 0,
        overlap=1.0 if again else None if elapsed is None else _overlap(outcome),
    )


def _overlap(taken: Taken) -> float:
    return max(0.0, 1 - taken.new / taken.entries) if taken.entries else 0.0


def _wanted(
    feed: Feed, state: PollState, outcome: Taken | NotModified, elapsed: float | None, policy: SchedulePolicy
) -> tuple[float, str]:
    """Seconds between two polls by what is known of the feed."""
    guess = _within(feed.interval, policy.min_interval, policy.max_interval)
    if not feed.adaptive:
        return guess, "a fixed interval (adaptive = false)"
    wanted, kind = rhythm.interval(state, guess)
    if isinstance(outcome, Taken) and elapsed is not None:
        burst = rhythm.after_burst(outcome, elapsed)
        if burst < wanted:
            wanted, kind = burst, "gap" if outcome.gap else "overlap"
    between = span(rhythm.gap_between(state.rhythm, guess))
    match kind:
        case "gap":
            return wanted, "the last poll shared no entry with the one before: some were probably missed"
        case "overlap":
            return wanted, f"its document holds {state.document} entries, and a new one comes every {between}"
        case "rhythm":
            return wanted, f"its rhythm: a new entry every {between}"
        case _:
            return wanted, "a first guess (interval): its rhythm is not known yet"


def _asked(feed: Feed, state: PollState, outcome: Taken | NotModified) -> tuple[float, str]:
    """Seconds for which the publisher wants to be left alone; 0: it does not say."""
    if not feed.adaptive:
        return 0.0, ""
    ttl = state.hints.ttl or 0.0
    fresh = (outcome.fetched.max_age if isinstance(outcome, Taken) else outcome.max_age) or 0.0
    if fresh >= ttl:
        return fresh, f"the server calls its answer fresh for {span(fresh)} (Cache-Control, Expires)"
    if math.isinf(ttl):
        return ttl, "the publisher says that nothing more will come (expired)"
    return ttl, f"the publisher's hint: new entries every {span(ttl)} (ttl, sy:updatePeriod)"


# --- push -------------------------------------------------------------------------------------------------------------


def pushed(
    feed: Feed, before: PollState | None, taken: Taken | None, at: datetime, policy: SchedulePolicy
) -> PollState:
    """The state after a hub has pushed entries; None: what it pushed could not be read, and the feed is polled soon.

    Of a feed that is not well, only what it brought is counted: its polls say when it is polled.
    """
    state = _own(feed, before)
    if taken is None:
        soon = at + timedelta(seconds=policy.min_interval)
        if state.next_poll_at is None or state.next_poll_at <= soon:
            return state
        return replace(state, next_poll_at=soon, next_poll_reason="what the hub pushed could not be read")
    counted = replace(state, entries_seen=state.entries_seen + taken.new)
    if state.health is not Health.OK or state.last_ok_at is None:
        return counted
    low, high = _bounds(feed, policy)
    wait = _within(state.interval or feed.interval, low, high)
    return replace(
        counted,
        rhythm=rhythm.learned(state.rhythm, taken.new, (at - state.last_ok_at).total_seconds()),
        last_ok_at=at,
        next_poll_at=max(state.next_poll_at or at, at + timedelta(seconds=wait)),
        next_poll_reason="the hub has pushed what was new",
    )


def relaxed(feed: Feed, state: PollState, *, pushed_at: datetime, until: datetime, policy: SchedulePolicy) -> PollState:
    """The state of a feed whose hub delivers: polled as seldom as may be, to make sure, and once the hub falls silent.

    `pushed_at`: when the hub pushed last; `until`: end of its lease. What an operator has fixed stays fixed.
    """
    if state.health is not Health.OK or state.next_poll_at is None or not feed.adaptive:
        return state
    low, high = _bounds(feed, policy)
    between = rhythm.gap_between(state.rhythm, _within(feed.interval, low, high))
    silent = pushed_at + timedelta(seconds=max(SILENCE * between, low))
    sure = (state.last_polled_at or pushed_at) + timedelta(seconds=high)
    later = min(silent, sure, until)
    if later <= state.next_poll_at:
        return state
    reason = f"its hub pushes what is new (WebSub), last at {pushed_at:%Y-%m-%d %H:%M}: polled to make sure"
    return replace(state, next_poll_at=later, next_poll_reason=reason)


# --- failure ----------------------------------------------------------------------------------------------------------


def _failed(feed: Feed, state: PollState, failed: FetchFailed, policy: SchedulePolicy) -> PollState:
    failures, what = state.failures + 1, backoff.kind(failed)
    after = replace(
        state,
        health=_HEALTH.get(failed.failure, Health.FAILING),
        failures=failures,
        overruns=backoff.overruns(state.overruns, failed),
        gone=state.gone + 1 if what is backoff.Kind.GONE else 0,
        slowed=backoff.slower(state.slowed, failed, failures),
        last_error=f"{failed.failure}: {failed.message}",
        last_polled_at=failed.at,
    )
    after = moves.followed(after, failed)
    usual = after.interval or _within(feed.interval, policy.min_interval, policy.max_interval)
    if state.moved_to and not after.moved_to:
        reason = "the address it had moved to fails: its own is asked again"
        return _later(feed, after, failed, usual, reason, policy)
    if after.gone >= backoff.GONE:
        reason = f"gone: the publisher said so {after.gone} times (410); `wire poll {feed.key}` asks again"
        return replace(after, health=Health.GONE, next_poll_at=None, next_poll_reason=reason)
    if after.overruns >= backoff.OVERRUNS:
        reason = (
            f"quarantined: reading its last {after.overruns} documents had to be stopped; `wire poll {feed.key}` tries "
            f"again, `wire feed {feed.key} --quarantined FILE` writes the last one out for a report"
        )
        quarantined = replace(after, health=Health.QUARANTINED)
        return _later(feed, quarantined, failed, policy.max_interval, reason, policy)
    away = (failed.at - state.last_ok_at).total_seconds() if state.last_ok_at else math.inf
    wait = backoff.wait(failed, failures=failures, interval=usual, away=away, policy=policy)
    reason = f"backing off: {failures} failed in a row, {_PROSPECT[what]}"
    if failed.retry_after and wait == failed.retry_after:
        reason = f"the server asked to wait for {span(wait)} (Retry-After)"
    return _later(feed, after, failed, wait, reason, policy)


_PROSPECT = {
    backoff.Kind.TEMPORARY: "which mends by itself",
    backoff.Kind.SOFT: "which another edition may mend",
    backoff.Kind.HARD: "which only somebody's work can mend",
    backoff.Kind.GONE: "by the publisher's will",
}


def _later(
    feed: Feed, state: PollState, failed: FetchFailed, wait: float, reason: str, policy: SchedulePolicy
) -> PollState:
    high = policy.max_interval
    wait, asked = _within(wait, policy.min_interval, high), min(failed.retry_after or 0.0, high)
    later = failed.at + timedelta(seconds=_spread(feed, failed.at, wait, asked, high, policy))
    return replace(state, next_poll_at=later, next_poll_reason=reason)


# --- bounds and chance ------------------------------------------------------------------------------------------------


def _bounds(feed: Feed, policy: SchedulePolicy) -> tuple[float, float]:
    """Seconds between two polls, least and most, while all is well."""
    low, high = policy.min_interval, policy.max_interval
    if not feed.adaptive:
        fixed = _within(feed.interval, low, high)
        return fixed, min(fixed * (1 + policy.jitter), high)
    return low, high if feed.max_interval is None else _within(feed.max_interval, low, high)


def _within(seconds: float, low: float, high: float) -> float:
    return min(max(seconds, low), high)


def _spread(feed: Feed, at: datetime, wait: float, asked: float, high: float, policy: SchedulePolicy) -> float:
    """Lengthen a wait by up to the jitter; where that would pass `high`, shorten it, but never under `asked`."""
    share = policy.jitter * draw(feed.key, at)
    longer = wait * (1 + share)
    return longer if longer <= high else max(high * (1 - share), min(asked, high), policy.min_interval)
