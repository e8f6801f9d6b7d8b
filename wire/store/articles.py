"""The pages that teasers link to: which wait, since when, and what came of them.

Law: what is asked here is asked in sets, or of few rows by an index; a row is written with what it is about, in one
transaction, so that a page is waited for exactly as long as it is not taken.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, null, or_, select

from wire.model.article import Article, ArticleState
from wire.store.answers import ArticleRow, FeedFile
from wire.store.contract import article_v1
from wire.store.feed_tables import article
from wire.store.packed import Packer, unpack
from wire.store.tables import delivery, raw, version
from wire.store.types import storable
from wire.store.views import among
from wire.store.watch import Watch

_SHOWN = 20
"""Pages of one feed that are listed one by one."""


class ArticleQueries(Watch):
    """Questions about pages."""

    def feed(self, key: str) -> FeedFile:
        """One feed with its last polls, and the pages that its teasers link to. Raises NotFound."""
        counted = (
            select(article.c.state, func.count().label("pages")).where(article.c.feed == key).group_by(article.c.state)
        )
        wanted = (article_v1.c.feed == key) & (article_v1.c.state != ArticleState.TAKEN)
        untaken = (
            select(article_v1).where(wanted).order_by(article_v1.c.queued_at.desc(), article_v1.c.url).limit(_SHOWN)
        )
        rows = self._connection.execute
        return replace(
            super().feed(key),
            articles={row.state: row.pages for row in rows(counted.order_by(article.c.state))},
            untaken=tuple(ArticleRow(**row) for row in rows(untaken).mappings()),
        )

    def articles(self, feed_key: str, keys: Collection[str]) -> dict[str, Article]:
        """What is known of the pages of these entries, which are those of one document; unknown keys are left out."""
        stored = {storable(key): key for key in keys}
        query = select(article).where(article.c.feed == feed_key)
        rows = self._each(stored, query.where(among(article.c.entry_key)))
        return {stored[row.entry_key]: _article(row) for row in rows}

    def articles_due(self, now: datetime, limit: int, *, beyond: datetime) -> list[Article]:
        """Pages whose time has come, the longest overdue first, without their entries.

        A time after `beyond` was set by a wrong clock.
        """
        due = or_(article.c.next_try_at <= now, article.c.next_try_at > beyond)
        columns = [column for column in article.c if column.name != "raw"]
        query = (
            select(*columns, null().label("raw"))
            .where(due)
            .order_by(article.c.next_try_at, article.c.entry_key)
            .limit(limit)
        )
        return [_article(row) for row in self._connection.execute(query)]

    def article_taken(self, url: str, since: datetime) -> Article | None:
        """The page at `url` as it was read last, at `since` or later, with the entry that it became; else None."""
        query = (
            select(article, raw.c.data)
            .join(raw, raw.c.number == article.c.full_number)
            .where(article.c.url == storable(url), article.c.state == ArticleState.TAKEN, article.c.tried_at >= since)
            .order_by(article.c.tried_at.desc())
            .limit(1)
        )
        row = self._connection.execute(query).first()
        return _article(row, row.data) if row else None

    def holds_only(self, story_id: str, feed_key: str, entry_key: str, url: str | None) -> bool:
        """Whether a story holds nothing but what came under one entry of a feed, or with one link."""
        self.flush()
        same: list[ColumnElement[bool]] = [
            (delivery.c.feed == feed_key) & (delivery.c.entry_key == storable(entry_key)),
            *([delivery.c.url == storable(url)] if url else []),
        ]
        foreign = select(delivery.c.number).join(version, version.c.version_id == delivery.c.version_id)
        query = select(
            exists(foreign.where(version.c.story_id == story_id, func.coalesce(or_(*same), False).is_(False)))
        )
        return not self._connection.execute(query).scalar_one()


def article_values(of: Article, packer: Packer) -> dict[str, Any]:
    """The columns of a page's row."""
    return {
        "feed": of.feed,
        "entry_key": of.entry_key,
        "entry_hash": of.entry_hash,
        "state": of.state,
        "tries": of.tries,
        "refetches": of.refetches,
        "queued_at": of.queued_at,
        "next_try_at": of.next_try_at,
        "tried_at": of.tried_at,
        "teaser_version_id": of.teaser_version_id,
        "full_version_id": of.full_version_id,
        "url": of.url,
        "reason": of.reason,
        "raw": packer.pack(of.raw) if of.raw is not None else None,
    }


def _article(row: Any, packed: bytes | None = None) -> Article:
    packed = packed or row.raw
    return Article(
        feed=row.feed,
        entry_key=row.entry_key,
        url=row.url,
        entry_hash=row.entry_hash,
        state=ArticleState(row.state),
        reason=row.reason,
        tries=row.tries,
        refetches=row.refetches,
        queued_at=row.queued_at,
        next_try_at=row.next_try_at,
        tried_at=row.tried_at,
        teaser_version_id=row.teaser_version_id,
        full_version_id=row.full_version_id,
        raw=unpack(packed) if packed is not None else None,
    )
