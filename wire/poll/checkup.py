"""What a poll says of its feed's health, written down with it: the figures, and the alerts that begin or end.

Law: decides nothing; asks `health`, in the transaction of the poll, and writes down what it answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from wire import health
from wire.health import Glance, RefusedFile, figures
from wire.model import Feed, FetchFailed, NotModified, PollState
from wire.policy import AlertPolicy
from wire.schedule import Looked, Outcome, outcome_time
from wire.store import Call, Write

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a poll showed of health."""

    alerts: tuple[Call, ...] = ()
    """That began or ended with it."""
    lags: tuple[int, ...] = ()
    """Seconds from publication to sight, of new entries that state a credible time."""


def check(
    write: Write,
    feed: Feed,
    outcome: Outcome,
    before: PollState | None,
    state: PollState,
    policy: AlertPolicy,
    *,
    published: Sequence[datetime] | None = None,
    refused: RefusedFile | None = None,
) -> Checked:
    """Write down the health of a feed after a poll that counts.

    `before`, `state`: of the feed, before and after the poll; `published`: when the entries that it brought were; None:
    they stand in `write`; `refused`: the last file that could not be taken.
    """
    published = write.published if published is None else published
    known, glance = write.pulse(feed.key), _glance(feed, outcome, before, state, published)
    glance = replace(glance, refused=refused)
    after = health.glanced(known, glance)
    pulse, changes = health.judge(after, glance, before=known, feed=feed, state=state, policy=policy)
    write.save_pulse(pulse)
    late = () if glance.first else tuple(figures.lags(published, glance.at))
    return Checked(alerts=tuple(write.note(changes, tell=bool(policy.url))), lags=late)


def tell(calls: Sequence[Call]) -> None:
    """Bring alerts into the log."""
    for call in calls:
        alert = call.alert
        bound = log.bind(alert=alert.alert_id, condition=alert.condition.value, feed=alert.feed)
        if call.event == "ended":
            bound.info("alert.ended", message=alert.end, began_at=alert.began_at)
        elif alert.severity is health.Severity.INFO:
            bound.info("alert.began", message=alert.summary, advice=alert.advice)
        else:
            bound.warning("alert.began", message=alert.summary, advice=alert.advice)


def _glance(
    feed: Feed, outcome: Outcome, before: PollState | None, state: PollState, published: Sequence[datetime]
) -> Glance:
    own = before if before and feed.url in (before.url, before.moved_to) else None
    waited = own and own.next_poll_at and own.last_polled_at and own.next_poll_at - own.last_polled_at
    failed = outcome if isinstance(outcome, FetchFailed) else None
    first = not failed and (own is None or own.last_ok_at is None)
    return Glance(
        at=outcome_time(outcome),
        sign=_sign(outcome),
        first=first,
        new=0 if isinstance(outcome, FetchFailed | NotModified) else outcome.new,
        published=tuple(published),
        rhythm=state.rhythm,
        last_ok_at=own.last_ok_at if own else None,
        planned=waited.total_seconds() if waited else 0.0,
        failures=state.failures,
        failure=failed.failure if failed else None,
        status=failed.status if failed else None,
    )


def _sign(outcome: Outcome) -> str:
    if isinstance(outcome, FetchFailed):
        return figures.FAILED
    if isinstance(outcome, NotModified):
        return figures.NOT_MODIFIED
    if isinstance(outcome, Looked):
        return figures.NEW if outcome.new else figures.NOTHING
    if outcome.entries is None:
        return figures.SAME
    if not outcome.new:
        return figures.NOTHING
    return figures.GAP if outcome.gap else figures.NEW
