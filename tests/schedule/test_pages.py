"""When a page is asked for, how often, and when that is given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.model import Failure, FetchFailed
from wire.model.article import Article, ArticleState
from wire.policy import ArticlePolicy
from wire.schedule.pages import PATIENCE, dropped, failed, taken, wanted

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
POLICY = ArticlePolicy()


def article(at: datetime = NOW, entry_hash: str = "h1") -> Article:
    return Article(
        feed="sound",
        entry_key="1",
        url="https://sound.example/a",
        entry_hash=entry_hash,
        queued_at=at,
        next_try_at=at,
        teaser_version_id="v1",
        raw=b"{}",
    )


def failure(kind: Failure, status: int | None = None, at: datetime = NOW, wait: float | None = None) -> FetchFailed:
    return FetchFailed(
        url="https://sound.example/a", failure=kind, message="no", at=at, elapsed=1.0, status=status, retry_after=wait
    )


def tries(kind: Failure, status: int | None = None) -> int:
    """Requests until it is given up."""
    row, count = article(), 0
    while row.state is ArticleState.WAITING:
        assert row.next_try_at is not None
        row, count = failed(row, failure(kind, status, row.next_try_at), POLICY), count + 1
    return count


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        (Failure.STATUS, 503, 5),
        (Failure.STATUS, 429, 5),
        (Failure.DNS, None, 5),
        (Failure.TIMEOUT, None, 5),
        (Failure.STATUS, 404, 2),
        (Failure.STATUS, 403, 2),
        (Failure.TLS, None, 2),
        (Failure.WORKER, None, 2),
        (Failure.STATUS, 410, 1),
        (Failure.ROBOTS, None, 1),
        (Failure.NOT_A_PAGE, 200, 1),
        (Failure.TOO_LARGE, None, 1),
    ],
)
def test_each_failure_has_its_number_of_requests(kind: Failure, status: int | None, expected: int) -> None:
    assert tries(kind, status) == expected


@given(st.sampled_from(list(Failure)), st.floats(0, 1e6), st.integers(1, 9), st.floats(1, 1e5))
def test_every_page_comes_to_an_end_and_waits_are_never_shorter_than_asked(
    kind: Failure, wait: float, most: int, retry: float
) -> None:
    policy, row = ArticlePolicy(tries=most, retry=retry), article()
    for _ in range(most):
        if row.state is not ArticleState.WAITING:
            break
        assert row.next_try_at is not None
        at = row.next_try_at
        row = failed(row, failure(kind, at=at, wait=wait), policy)
        if row.next_try_at is not None:
            assert row.next_try_at >= at + timedelta(seconds=max(wait, retry))
            assert row.next_try_at <= row.queued_at + PATIENCE
    assert row.state is ArticleState.DROPPED
    assert row.reason
    assert row.raw is None


def test_an_edit_while_it_waits_changes_the_teaser_and_not_the_time() -> None:
    row = failed(article(), failure(Failure.TIMEOUT), POLICY)
    after = wanted(row, article(NOW + timedelta(minutes=1), "h2"), POLICY)
    assert after is not None
    assert (after.entry_hash, after.tries, after.next_try_at, after.queued_at) == ("h2", 1, row.next_try_at, NOW)


def test_the_same_teaser_asks_for_nothing() -> None:
    assert wanted(article(), article(NOW + timedelta(days=1)), POLICY) is None


@pytest.mark.parametrize("state", [ArticleState.TAKEN, ArticleState.DROPPED])
def test_an_edit_asks_again_when_the_page_is_no_longer_fresh_and_so_often(state: ArticleState) -> None:
    row = taken(article(), "v2", NOW) if state is ArticleState.TAKEN else dropped(article(), "short", NOW)
    for number in range(1, 4):
        edit = article(NOW + timedelta(minutes=number), f"h{number + 1}")
        after = wanted(row, edit, POLICY)
        if number > POLICY.refetches:
            assert after is None
            return
        assert after is not None
        assert (after.state, after.refetches) == (ArticleState.WAITING, number)
        assert after.next_try_at == NOW + timedelta(seconds=POLICY.fresh)
        assert after.full_version_id == row.full_version_id
        row = replace(taken(after, "v3", NOW), entry_hash=after.entry_hash)


def test_no_refetch_where_the_policy_wants_none() -> None:
    row = taken(article(), "v2", NOW)
    assert wanted(row, article(NOW + timedelta(days=1), "h2"), ArticlePolicy(refetches=0)) is None
