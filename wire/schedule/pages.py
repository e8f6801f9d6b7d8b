"""When the page that a teaser links to is asked for, how often, and when that is given up.

Law: every page comes to an end: it is taken, or dropped with a reason. Nobody is asked again for what was refused.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from wire.model import Failure, FetchFailed
from wire.model.article import Article, ArticleState
from wire.policy import ArticlePolicy
from wire.schedule.backoff import Kind, kind
from wire.words import span

STUBBORN = 2
"""Requests for what only another edition or somebody's work can mend."""
PATIENCE = timedelta(days=2)
"""For which a page is waited for, whatever keeps it: then it is no news."""
_FINAL = frozenset({Failure.ROBOTS, Failure.NOT_A_PAGE, Failure.TOO_LARGE})


def wanted(known: Article | None, teaser: Article, policy: ArticlePolicy) -> Article | None:
    """How it stands with a page after its teaser came, or came edited; None: as before.

    `teaser` is the page as it is asked for the first time.
    """
    if known is None:
        return teaser
    if known.entry_hash == teaser.entry_hash:
        return None
    fresh = replace(teaser, refetches=known.refetches, tried_at=known.tried_at, full_version_id=known.full_version_id)
    if known.state is ArticleState.WAITING:
        return replace(fresh, tries=known.tries, queued_at=known.queued_at, next_try_at=known.next_try_at)
    if known.refetches >= policy.refetches:
        return None
    again = (known.tried_at or teaser.queued_at) + timedelta(seconds=policy.fresh)
    return replace(fresh, refetches=known.refetches + 1, next_try_at=max(teaser.queued_at, again))


def failed(article: Article, failure: FetchFailed, policy: ArticlePolicy) -> Article:
    """After a request that brought no page: it is asked for again, or dropped."""
    tries, what = article.tries + 1, kind(failure)
    most = policy.tries if what is Kind.TEMPORARY else min(STUBBORN, policy.tries)
    tried = replace(article, tries=tries, tried_at=failure.at)
    words = f"{failure.failure}: {failure.message}"
    if failure.failure in _FINAL or what is Kind.GONE or tries >= most:
        return dropped(tried, words, failure.at)
    wait = max(policy.retry * 2.0 ** min(tries - 1, 16), failure.retry_after or 0.0)
    if failure.at + timedelta(seconds=wait) > article.queued_at + PATIENCE:
        return dropped(
            tried, f"{words} (not asked for again: it would be older than {span(PATIENCE.total_seconds())})", failure.at
        )
    return replace(tried, reason=words, next_try_at=failure.at + timedelta(seconds=wait))


def dropped(article: Article, reason: str, now: datetime) -> Article:
    """It is not asked for any more; of its entry the teaser is all there is."""
    return replace(
        article, state=ArticleState.DROPPED, reason=reason, tried_at=article.tried_at or now, next_try_at=None, raw=None
    )


def taken(article: Article, version_id: str, now: datetime) -> Article:
    """Its text is a version now."""
    return replace(
        article,
        state=ArticleState.TAKEN,
        reason=None,
        tried_at=now,
        next_try_at=None,
        full_version_id=version_id,
        raw=None,
    )
