"""The state of a feed after a look into its folder, and when it is looked into next.

Law: a folder of our own wants no politeness: it is looked into every `scan`, however things stand, and sooner where
something in it is awaited. One on another machine is looked into every `interval`, and while that fails as seldom as
a server is asked that does. No chance is drawn after a look that went well.
"""

from dataclasses import replace
from datetime import timedelta

from wire.model import Feed, FetchFailed, Health, PollState
from wire.policy import SchedulePolicy
from wire.schedule import rhythm
from wire.schedule.outcome import Looked
from wire.words import span

BODY = "spool"
"""Stands for the hash of a body: there has been a look before."""


def looked(feed: Feed, state: PollState, look: Looked, policy: SchedulePolicy) -> PollState:
    """After a look that found the folder in order; what it brought is counted with the files themselves."""
    usual = every(feed, policy)
    wait, reason = _next(feed, look, usual)
    known = state.rhythm
    if state.last_ok_at and state.body_hash:
        known = rhythm.learned(known, look.new, (look.at - state.last_ok_at).total_seconds())
    return replace(
        state,
        body_hash=BODY,
        rhythm=known,
        health=Health.OK,
        failures=0,
        overruns=0,
        gone=0,
        last_error=None,
        last_polled_at=look.at,
        last_ok_at=look.at,
        interval=usual,
        next_poll_at=look.at + timedelta(seconds=wait),
        next_poll_reason=reason,
    )


def failed(feed: Feed, state: PollState, failure: FetchFailed, policy: SchedulePolicy) -> PollState:
    """After a look that something stood in the way of: what mends it is near, so it is looked again soon."""
    usual, what = every(feed, policy), "a mailbox" if feed.in_mailbox else "a watched folder"
    return replace(
        state,
        health=Health.FAILING,
        failures=state.failures + 1,
        last_error=f"{failure.failure}: {failure.message}",
        last_polled_at=failure.at,
        interval=usual,
        next_poll_at=failure.at + timedelta(seconds=usual),
        next_poll_reason=f"{what} is looked into every {span(usual)}, in order or not",
    )


def every(feed: Feed, policy: SchedulePolicy) -> float:
    """Seconds between two looks while nothing is awaited."""
    if feed.in_folder:
        return policy.scan
    return min(max(feed.interval, policy.min_interval), policy.max_interval)


def _next(feed: Feed, look: Looked, usual: float) -> tuple[float, str]:
    """Seconds until the next look, and why then."""
    if look.more:
        return 0.0, f"{look.more} more files wait"
    if look.settled_in is not None and look.settled_in < usual:
        left = span(look.settled_in)
        return look.settled_in, f"a file may still be written: it is held to be whole in {left} if it stays as it is"
    if feed.in_folder:
        return usual, f"a watched folder is looked into every {span(usual)}, and when something comes"
    if feed.in_mailbox:
        return usual, f"a mailbox is looked into every {span(usual)} (interval), and when its server tells of mail"
    return usual, f"a folder on another machine is looked into every {span(usual)} (interval)"
