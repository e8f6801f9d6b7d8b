"""The pages behind teasers: asked for by a poll, fetched one by one, and taken in a transaction each.

::

    poll ─▶ enqueue (its transaction) ─▶ due, pick ─▶ fetch ─▶ read (in a child) ─▶ complete, or why not (a transaction)

Law: whatever a server or a page does costs that page alone, and is written down with it; only a database that can't be
used raises. A page shares its host's turns with the feeds there.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import anyio
import structlog

from wire import prepare
from wire.config import Settings
from wire.errors import StoreError
from wire.fetch import ArticleFetcher, Fetcher
from wire.ingest.complete import Completer
from wire.model import Failure, Feed, Fetched, FetchFailed, Signal
from wire.model.article import Article, ArticleState
from wire.parse import robots
from wire.parse.article import Page
from wire.prepare import Full, Item, Seen
from wire.schedule import Agenda, host_of, pages
from wire.store import Moves, Store
from wire.worker import Overrun, Workers

log = structlog.get_logger()
T = TypeVar("T")

LOOK = 30.0
"""Seconds between two looks into the database for pages that are due, where none was asked for meanwhile."""
HELD = 5_000
"""Pages that are held ready at most."""
AT_ONCE = 8
"""Pages under way at once."""
HOPS = 2
"""Pages that are read for one entry: where the first only sends its readers on."""
SOON = 120.0
"""Seconds for which `run` waits for a host's turn; what is put off for longer is left for another time."""
TURN = 0.05
"""Seconds between two looks at whether a host has room for one more page."""
_NO_COPY = frozenset({Signal.KILL, Signal.WITHHOLD, Signal.ADVISORY})
_Key = tuple[str, str]


class InWriter(Protocol):
    """Calls a function that uses the database, one at a time and beside the event loop."""

    async def __call__(self, function: Callable[..., T], *args: object) -> T:
        """Give what it gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSummary:
    """What one request for a page came to."""

    article: Article
    """As it stands now."""
    joined: bool = False
    """Whether its text was new, and joined a story that stood."""


class Articles:
    """Knows which pages are waited for; holds what robots.txt files allow between them."""

    def __init__(
        self,
        *,
        store: Store,
        agenda: Agenda,
        in_writer: InWriter,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
    ) -> None:
        self._store, self._agenda, self._in_writer = store, agenda, in_writer
        self._clock, self._steady = clock, steady
        self._due: dict[_Key, Article] = {}
        self._busy: dict[_Key, str] = {}
        self._free_at: dict[str, float] = {}
        self._looked: float | None = None
        self._made_of: tuple[object, ...] = ()

    def use(self, settings: Settings, fetcher: Fetcher, workers: Workers, ingest: Completer) -> None:
        """Work with these from now on."""
        self._settings, self._workers, self._ingest = settings, workers, ingest
        self._feeds = {feed.key: feed for feed in settings.feeds if feed.enabled and feed.full_text}
        if self._made_of != (fetcher, settings.article, settings.fetch):
            self._made_of = fetcher, settings.article, settings.fetch
            self._fetcher = ArticleFetcher(
                fetcher,
                settings.article,
                self._judge,
                hop=self._hop,
                user_agent=settings.fetch.user_agent,
                steady=self._steady,
            )
        self._looked = None

    # --- asked for, in the poll's own transaction -----------------------------------------------------------------

    def enqueue(self, write: Moves, feed: Feed, arrived: Sequence[tuple[str, Item]], now: datetime) -> None:
        """Ask for the pages of the teasers among entries that were just taken. `arrived`: with the keys of entries."""
        if not feed.full_text or not arrived:
            return
        policy, known = self._settings.article, write.articles(feed.key, {key for key, _ in arrived})
        stories = write.stories_of({*_versions(known.values()), *(item.copy.version_id for _, item in arrived)})
        changed: dict[str, Article] = {}
        for key, item in sorted(arrived, key=lambda each: each[1].entry.published_at or now)[::-1]:
            before = known.get(key)
            if before and stories.get(before.teaser_version_id) != stories[item.copy.version_id]:
                before = None  # its name was given to other copy
            if item.copy.url and _is_teaser(item, policy.teaser):
                self._announced(write, item, before, stories, now)
                after = pages.wanted(before, _asked(feed, key, item, now), policy)
            elif before and before.state is ArticleState.WAITING:
                after = pages.dropped(before, "the feed brings the whole text itself", now)
            else:
                continue
            if after and before is None and sum(each not in known for each in changed) >= policy.per_poll:
                after = pages.dropped(after, f"one poll asks for {policy.per_poll} pages at most", now)
            if after:
                changed[key] = after
        write.save_articles(changed.values())
        self._looked = None

    def _announced(
        self, write: Moves, item: Item, known: Article | None, stories: Mapping[str, str], now: datetime
    ) -> None:
        """An edited teaser doesn't stand for a story that has its full text."""
        version_id, full = item.copy.version_id, known and known.full_version_id
        if full and full != version_id and stories.get(full) == stories[version_id]:
            write.mark_teaser(version_id, stories[version_id])
            self._ingest.settle(write, {stories[version_id]: [version_id]}, now=now)

    # --- one after another ----------------------------------------------------------------------------------------

    async def pick(self, feeds: Collection[str] | None = None) -> list[Article]:
        """The pages to fetch now, of these feeds or of all; each has to be handed to `fetch_one`. Raises StoreError."""
        if not self._feeds:
            return []
        now = self._steady()
        if self._looked is None or now - self._looked >= LOOK:
            self._looked = now
            self._due = await self._in_writer(self._look)
        picked: list[Article] = []
        for key, article in list(self._due.items()):
            if len(self._busy) >= AT_ONCE:
                break
            if (feeds is None or article.feed in feeds) and self._begin(key, article, now):
                picked.append(article)
        return picked

    def _look(self) -> dict[_Key, Article]:
        now = self._clock()
        with self._store.reading() as read:
            due = read.articles_due(now, HELD, beyond=now + 2 * pages.PATIENCE)
        return {(each.feed, each.entry_key): each for each in due if each.feed in self._feeds}

    def _begin(self, key: _Key, article: Article, now: float) -> bool:
        host = host_of(article.url)
        if key in self._busy or article.url in self._busy.values() or self._free_at.get(host, now) > now:
            return False
        if not self._agenda.visit(_name(key), host, now):
            return False
        self._busy[key] = article.url
        self._free_at[host] = now + self._fetcher.delay(host)
        if len(self._free_at) > 1000:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        return True

    async def run(
        self, feeds: Collection[str], *, done: Callable[[ArticleSummary], None] = lambda _: None
    ) -> list[ArticleSummary]:
        """Fetch every page of these feeds that is due, calling `done` after each. Raises StoreError: the first one."""
        summaries: list[ArticleSummary] = []
        failed: list[StoreError] = []

        async def one(article: Article) -> None:
            try:
                if summary := await self.fetch_one(article):
                    summaries.append(summary)
                    done(summary)
            except StoreError as error:
                failed.append(error)
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            self._looked = None
            while True:
                for article in await self.pick(feeds):
                    group.start_soon(one, article)
                if not self._soon(feeds):
                    break
                await anyio.sleep(TURN)
        if failed:
            raise failed[0]
        return summaries

    def _soon(self, feeds: Collection[str]) -> bool:
        """Whether a page of these feeds is under way, or may be so soon."""
        until = self._steady() + SOON
        waiting = [] if self._agenda.line.down else [each for each in self._due.values() if each.feed in feeds]
        return bool(self._busy) or any(self._free_at.get(host_of(each.url), 0.0) <= until for each in waiting)

    async def fetch_one(self, article: Article) -> ArticleSummary | None:
        """Fetch one page that was picked, and take what it brings; None: nobody waits for it any more.

        Raises StoreError: nothing was kept, and the page is still waited for.
        """
        key, feed = (article.feed, article.entry_key), self._feeds.get(article.feed)
        host, began = host_of(article.url), self._steady()
        try:
            summary = await self._walk(feed, article) if feed else None
        finally:
            self._agenda.leave(_name(key))
            if feed:  # the way there may have taught what delay the host asks for
                self._free_at[host] = max(self._free_at.get(host, began), began + self._fetcher.delay(host))
            self._busy.pop(key, None)
            self._due.pop(key, None)
        if summary:
            _log(summary)
        return summary

    async def _walk(self, feed: Feed, article: Article) -> ArticleSummary | None:
        row, known = await self._in_writer(self._stands, article)
        if row is None or row.raw is None:
            return None
        try:
            outcome = await self._outcome(feed, row, known)
        except Overrun as error:
            outcome = self._failure(row.url, Failure.WORKER, str(error))
        except Exception as error:  # whatever fault a page brings to light, it costs that page alone
            log.error("article.fault", feed=feed.key, url=row.url, exc_info=error)
            outcome = self._failure(row.url, Failure.FAULT, f"a fault of this program's: {type(error).__name__}")
        if isinstance(outcome, FetchFailed) and outcome.status in {429, 503}:
            wait = outcome.retry_after or self._settings.article.retry
            self._free_at[host_of(row.url)] = self._steady() + wait
        return await self._in_writer(self._record, feed, row, outcome)

    async def _outcome(self, feed: Feed, row: Article, known: Article | None) -> Full | FetchFailed:
        """What the page makes of the teaser: as it was read lately for another one, else fetched."""
        sent = prepare.restore(row.raw or b"")
        teaser = Seen(key=row.entry_key, hash=row.entry_hash, entry=sent)
        if known and known.raw:
            page = Page(title=None, body=prepare.restore(known.raw).body)
            return await self._workers.run(prepare.full_text, page, teaser, feed, self._settings.agencies, row.url)
        return await self._fetched(feed, row, teaser)

    async def _fetched(self, feed: Feed, row: Article, teaser: Seen) -> Full | FetchFailed:
        url, name = row.url, _name((row.feed, row.entry_key))
        found: Full | None = None
        for _ in range(HOPS):
            result = await self._fetcher.fetch(feed, url, name=name, first=found is None, now=self._clock())
            if isinstance(result, FetchFailed):
                return found or replace(result, at=self._clock())
            found = await self._read(feed, row, teaser, result)
            if found.onward in {None, row.url, url}:
                break
            url = found.onward or url
        return found or self._failure(row.url, Failure.REDIRECTS, "no page")

    async def _read(self, feed: Feed, row: Article, teaser: Seen, page: Fetched) -> Full:
        if _front(page.final_url) and not _front(row.url):
            return Full(item=None, refused="the link leads to the front page", onward=None, words=0)
        return await self._workers.run(
            prepare.full_text_of,
            *(page.body, page.content_type, teaser, feed, self._settings.agencies, page.final_url),
        )

    async def _judge(self, body: bytes, url: str, token: str) -> robots.Verdict | None:
        try:
            return await self._workers.run(robots.judge, body, url, token)
        except Overrun:
            return None

    def _hop(self, name: str, host: str) -> float:
        return self._agenda.hop(name, host, self._steady())

    def _failure(self, url: str, failure: Failure, message: str) -> FetchFailed:
        return FetchFailed(url=url, failure=failure, message=message, at=self._clock(), elapsed=0.0)

    # --- in the writer's thread -------------------------------------------------------------------------------------

    def _stands(self, article: Article) -> tuple[Article | None, Article | None]:
        """The page as it is waited for now, and as it was read lately for another teaser."""
        since = self._clock() - timedelta(seconds=self._settings.article.fresh)
        with self._store.reading() as read:
            row = read.articles(article.feed, [article.entry_key]).get(article.entry_key)
            if row is None or row.state is not ArticleState.WAITING:
                return None, None
            return row, read.article_taken(row.url, since)

    def _record(self, feed: Feed, row: Article, outcome: Full | FetchFailed) -> ArticleSummary | None:
        """Store what came, unless another process has, or the teaser was edited meanwhile."""
        now = self._clock()
        with self._ingest.writing(self._store) as write:
            current = write.articles(row.feed, [row.entry_key]).get(row.entry_key)
            if current is None or (current.state, current.entry_hash) != (ArticleState.WAITING, row.entry_hash):
                return None
            if isinstance(outcome, FetchFailed):
                after = pages.failed(current, outcome, self._settings.article)
                write.save_articles([after])
                return ArticleSummary(article=after)
            if outcome.item is None:
                after = pages.dropped(replace(current, tried_at=now), outcome.refused or "", now)
                write.save_articles([after])
                return ArticleSummary(article=after)
            completed = self._ingest.complete(write, feed, outcome.item, now=now)
            after = pages.taken(current, outcome.item.copy.version_id, now)
            write.save_taken(after, completed.delivery_id)
            return ArticleSummary(article=after, joined=bool(completed.tally.joined))


def _is_teaser(item: Item, words: int) -> bool:
    return prepare.words_of(item) < words and _NO_COPY.isdisjoint(item.copy.signals)


def _versions(known: Iterable[Article]) -> Iterator[str]:
    for each in known:
        yield each.teaser_version_id
        if each.full_version_id:
            yield each.full_version_id


def _asked(feed: Feed, key: str, item: Item, now: datetime) -> Article:
    return Article(
        feed=feed.key,
        entry_key=key,
        url=item.copy.url or "",
        entry_hash=item.hash,
        queued_at=now,
        next_try_at=now,
        teaser_version_id=item.copy.version_id,
        raw=item.raw,
    )


def _name(key: _Key) -> str:
    return f"page {key[0]} {key[1]}"


def _front(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = urlsplit(url)
    return parts.path.rstrip("/") in {"", "/index.html", "/index.php", "/home"} and not parts.query


def _log(summary: ArticleSummary) -> None:
    article = summary.article
    bound = log.bind(feed=article.feed, url=article.url)
    match article.state:
        case ArticleState.TAKEN:
            bound.info("article.taken", version=article.full_version_id, joined=summary.joined)
        case ArticleState.DROPPED:
            bound.info("article.dropped", reason=article.reason, tries=article.tries)
        case ArticleState.WAITING:
            bound.info("article.failed", reason=article.reason, tries=article.tries, next_try_at=article.next_try_at)
