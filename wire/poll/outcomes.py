"""What came of a poll or a push, made of what was fetched and read, and as it is kept.

Law: data to data; nothing is asked, nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wire import prepare, schedule
from wire.ingest import Tally
from wire.model import Document, Failure, Feed, Fetched, FetchFailed, Hints, NotModified, Offer, PollState
from wire.poll.checkup import Checked
from wire.schedule import Looked, Outcome, Taken
from wire.store import Call, Gap, Poll


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSummary:
    """What one poll brought, for people and logs."""

    feed: Feed
    outcome: str
    """ok, unchanged, not modified, or the `Failure`."""
    message: str | None
    failed: bool
    """Whether the poll brought no answer of use."""
    tally: Tally
    state: PollState
    row: Poll
    """As it is kept."""
    stored: float
    """Seconds that the writer took for it: to decide, to store, to commit."""
    lags: tuple[int, ...] = ()
    """Seconds from publication to sight, of its new entries that state a credible time."""
    alerts: tuple[Call, ...] = ()
    """That began or ended with it."""


def failed(fetched: Fetched, failure: Failure, message: str) -> FetchFailed:
    """A document that could not be read."""
    return FetchFailed(
        url=fetched.url, failure=failure, message=message, at=fetched.at, elapsed=fetched.elapsed, status=200
    )


def taken(
    fetched: Fetched,
    body_hash: str,
    document: Document,
    seen: Sequence[prepare.Seen],
    *,
    new: int,
    offer: Offer | None = None,
) -> Taken:
    """A document that was read; `new`: entries of it that were not in the one before."""
    dates = [each.entry.published_at for each in seen if each.entry.published_at]
    return Taken(
        fetched=fetched,
        body_hash=body_hash,
        entries=len(seen),
        new=new,
        hints=Hints(
            ttl=document.ttl, skip_hours=frozenset(document.skip_hours), skip_days=frozenset(document.skip_days)
        ),
        oldest_at=min(dates, default=None),
        newest_at=max(dates, default=None),
        offer=offer,
        skipped=document.skipped,
    )


def gap(before: PollState, since: datetime, taken: Taken) -> Gap:
    """A gap, as it is kept."""
    missed = schedule.missed(before, since, taken)
    return Gap(at=taken.fetched.at, since=since, entries=taken.entries or 0, missed=missed)


def fault(feed: Feed, error: Exception, now: datetime) -> FetchFailed:
    """A fault of this package's, which a document brought to light."""
    message = f"a fault of this program's, see its log: {type(error).__name__}"
    return FetchFailed(url=feed.url, failure=Failure.FAULT, message=message, at=now, elapsed=0.0)


def word(outcome: Outcome) -> str:
    """An outcome in one word or two, for people and tables."""
    match outcome:
        case FetchFailed():
            return outcome.failure.value
        case NotModified():
            return "not modified"
        case Looked():
            return "ok" if outcome.files else "unchanged"
        case Taken():
            return "unchanged" if outcome.entries is None else "ok"


def poll_row(outcome: Outcome, tally: Tally) -> Poll:
    """What is kept of a poll."""
    at, said = schedule.outcome_time(outcome), word(outcome)
    match outcome:
        case Taken():
            return Poll(
                at=at,
                outcome=said,
                http_status=200,
                entries=outcome.entries or 0,
                new=tally.new,
                bytes=len(outcome.fetched.body),
                elapsed=outcome.fetched.elapsed,
            )
        case NotModified():
            return Poll(at=at, outcome=said, http_status=304, elapsed=outcome.elapsed)
        case Looked():
            return Poll(
                at=at,
                outcome=said,
                http_status=None,
                entries=outcome.entries,
                new=outcome.new,
                bytes=outcome.bytes,
                elapsed=outcome.elapsed,
            )
        case FetchFailed():
            return Poll(at=at, outcome=said, http_status=outcome.status, elapsed=outcome.elapsed)


def summary(
    feed: Feed, outcome: Outcome, row: Poll, tally: Tally, state: PollState, checked: Checked, stored: float
) -> PollSummary:
    """A poll or a push, once it is kept."""
    failed = outcome if isinstance(outcome, FetchFailed) else None
    tally.skip(outcome.skipped if isinstance(outcome, Taken) else ())
    return PollSummary(
        feed=feed,
        outcome=row.outcome,
        message=failed.message if failed else None,
        failed=failed is not None,
        tally=tally,
        state=state,
        row=row,
        stored=stored,
        lags=checked.lags,
        alerts=checked.alerts,
    )
