"""What hubs push, in the transactions of polls and pushes: which hub is named, whether it delivers, what came by it.

Law: decides nothing; asks `websub` and `schedule`, and writes down what they answered.
"""

from datetime import datetime

from wire import schedule, websub
from wire.model import Feed, Fetched, FetchFailed, PollState, Validators
from wire.policy import SchedulePolicy
from wire.schedule import Outcome, Taken
from wire.store import Pushed, Write
from wire.websub import Subscription

WORD = "pushed"
"""The outcome of a push, among those of polls."""


def polled(
    write: Write, feed: Feed, outcome: Outcome, state: PollState, policy: SchedulePolicy, *, told: bool
) -> PollState:
    """After a poll: note the hub that the document names, and whether the poll found what had not been pushed.

    Gives the state with a later next poll where a hub delivers. `told`: there is a callback for hubs to push to.
    """
    if isinstance(outcome, FetchFailed):
        return state
    if isinstance(outcome, Taken) and outcome.entries is not None:
        write.hubs.offer(feed.key, outcome.offer)
    subscription = write.hubs.of(feed.key)
    if subscription is None or not subscription.delivering:
        return state
    if isinstance(outcome, Taken) and outcome.new:
        write.hubs.missed(feed.key)
        return state
    return _relaxed(feed, state, subscription, schedule.outcome_time(outcome), policy) if told else state


def taken(
    write: Write,
    feed: Feed,
    before: PollState | None,
    pushed: Pushed,
    outcome: Taken | FetchFailed,
    policy: SchedulePolicy,
) -> PollState:
    """After a push that was read, or could not be."""
    at = schedule.outcome_time(outcome)
    write.hubs.done(pushed.number)
    state = schedule.pushed(feed, before, outcome if isinstance(outcome, Taken) else None, at, policy)
    subscription = write.hubs.of(feed.key)
    if subscription is None:
        return state
    if isinstance(outcome, FetchFailed):
        write.hubs.save(websub.unreadable(subscription, f"what it pushed can't be read: {outcome.message}"))
        return state
    after = websub.delivered(subscription, at)
    write.hubs.save(after)
    return _relaxed(feed, state, after, at, policy)


def as_fetched(feed: Feed, pushed: Pushed, topic: str, *, at: datetime) -> Fetched:
    """A pushed body as if it had been fetched."""
    return Fetched(
        url=feed.url,
        final_url=topic,
        body=pushed.body,
        content_type=pushed.content_type,
        validators=Validators(),
        at=at,
        elapsed=0.0,
    )


def _relaxed(
    feed: Feed, state: PollState, subscription: Subscription, now: datetime, policy: SchedulePolicy
) -> PollState:
    if not subscription.live(now) or subscription.last_push_at is None or subscription.until is None:
        return state
    return schedule.relaxed(feed, state, pushed_at=subscription.last_push_at, until=subscription.until, policy=policy)
