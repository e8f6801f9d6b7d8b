"""A store, a site and a poller, and a clock that a test moves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio

from tests.articles.site import Site, serving
from wire.config import Settings, load
from wire.model import Feed
from wire.policy import ArticlePolicy, FetchPolicy, SchedulePolicy, WorkerPolicy
from wire.poll import Poller
from wire.poll.articles import ArticleSummary
from wire.store import ArticleRow, Store, StoryFile

T = TypeVar("T")
ARTICLE = ArticlePolicy(spacing=0)


@dataclass(slots=True)
class Clock:
    """Time of day and steady seconds, which go on together."""

    now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)
    seconds: float = 1000.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass(slots=True)
class Road:
    """One installation of wire, at work."""

    site: Site
    store: Store
    settings: Settings
    clock: Clock = field(default_factory=Clock)
    running: Poller | None = None

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """Those that are polled."""
        return self.settings.feeds

    def poller(self) -> Poller:
        """A daemon's, as after a start."""
        return Poller(
            settings=self.settings,
            store=self.store,
            clock=lambda: self.clock.now,
            steady=lambda: self.clock.seconds,
        )

    async def poll(self, *keys: str) -> list[ArticleSummary]:
        """One pass: the feeds, then the pages that are due."""
        poller = self.running
        assert poller is not None
        if poller.settings != self.settings:
            await poller.reconfigure(self.settings)
        chosen = [feed for feed in self.feeds if not keys or feed.key in keys]
        for summary in await poller.poll(chosen):
            assert not summary.failed, summary.message
        return await poller.articles.run({feed.key for feed in chosen})

    def rows(self, key: str = "sound") -> tuple[ArticleRow, ...]:
        """The pages of a feed that wait or were dropped."""
        with self.store.reading() as read:
            return read.feed(key).untaken

    def stories(self) -> list[StoryFile]:
        """Every story."""
        with self.store.reading() as read:
            return [read.story(row.story_id) for row in read.stories(limit=100)]


def feed(site: Site, key: str = "sound", path: str = "/feed", **fields: object) -> Feed:
    """A feed of teasers."""
    wanted = {"full_text": True, "source": key.title(), "allow_private": True, **fields}
    return Feed(key=key, url=site.base + path, **wanted)  # type: ignore[arg-type]  # fields of a feed


def drive(store: Store, work: Callable[[Road], Awaitable[T]], *, article: ArticlePolicy = ARTICLE) -> T:
    """What `work` makes of an installation that polls one feed of teasers."""

    async def main() -> T:
        async with serving() as site:
            base = load(None, environ={})
            settings = replace(
                base,
                feeds=(feed(site),),
                article=article,
                fetch=FetchPolicy(timeout=3.0, user_agent="presswire-test/1 (+https://desk.test)"),
                schedule=SchedulePolicy(spacing=0),
                worker=WorkerPolicy(processes=1, cpu=2.0),
            )
            road = Road(site, store, settings)
            with anyio.fail_after(60):
                async with road.poller() as road.running:
                    return await work(road)

    return anyio.run(main)
