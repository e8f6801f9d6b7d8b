"""Feeds, states and outcomes to try a schedule on."""

from datetime import UTC, datetime, timedelta

from wire import schedule
from wire.model import Failure, Feed, Fetched, FetchFailed, Hints, NotModified, PollState, Validators
from wire.policy import SchedulePolicy
from wire.schedule import Outcome, Taken

NOW = datetime(2031, 3, 5, 12, tzinfo=UTC)
"""A Wednesday."""
POLICY = SchedulePolicy(min_interval=60, max_interval=86_400, backoff=2, jitter=0.1)
NO_HINTS = Hints()
FEED = Feed(key="a", url="https://a.example/feed", source="A", interval=300)


def taken(
    *,
    entries: int | None = 20,
    new: int = 1,
    gap: bool = False,
    at: datetime = NOW,
    max_age: float | None = None,
    hints: Hints = NO_HINTS,
    moved_to: str | None = None,
    url: str = FEED.url,
    dates: tuple[datetime, datetime] | None = None,
) -> Taken:
    """A document that was read; `dates`: of its oldest and its newest entry."""
    fetched = Fetched(
        url=url,
        final_url=moved_to or url,
        body=b"x",
        content_type=None,
        validators=Validators(etag='W/"1"'),
        at=at,
        elapsed=0.1,
        max_age=max_age,
        moved_to=moved_to,
    )
    oldest, newest = dates or (None, None)
    return Taken(
        fetched=fetched,
        body_hash="h",
        entries=entries,
        new=new,
        gap=gap,
        hints=hints,
        oldest_at=oldest,
        newest_at=newest,
    )


def unchanged(*, at: datetime = NOW, max_age: float | None = None, etag: str | None = None) -> NotModified:
    """A 304."""
    return NotModified(url=FEED.url, validators=Validators(etag=etag), at=at, elapsed=0.1, max_age=max_age)


def failed(
    failure: Failure = Failure.TIMEOUT,
    status: int | None = None,
    *,
    retry_after: float | None = None,
    at: datetime = NOW,
    url: str = FEED.url,
) -> FetchFailed:
    """No document."""
    return FetchFailed(
        url=url,
        failure=Failure.STATUS if status else failure,
        message="no",
        at=at,
        elapsed=1,
        status=status,
        retry_after=retry_after,
    )


def known(**fields: object) -> PollState:
    """A feed that was polled well five minutes ago."""
    usual = {"feed": "a", "url": FEED.url, "body_hash": "h", "last_ok_at": NOW - timedelta(minutes=5), "document": 20}
    return PollState(**{**usual, **fields})  # type: ignore[arg-type]  # the fields of the record


def wait(state: PollState, at: datetime = NOW) -> float:
    """Seconds until the next poll."""
    assert state.next_poll_at
    return (state.next_poll_at - at).total_seconds()


def after(
    before: PollState | None, *outcomes: Outcome, feed: Feed = FEED, policy: SchedulePolicy = POLICY
) -> PollState:
    """The state after these outcomes, one after another."""
    assert outcomes
    state = before
    for outcome in outcomes:
        state = schedule.state_after(feed, state, outcome, policy)
    assert state
    return state
