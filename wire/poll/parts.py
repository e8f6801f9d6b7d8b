"""The documents that a feed's own document only lists: the newest sitemaps of an index, read together as one.

Law: polite and bounded. A sitemap is asked for where the index does not say that it stands as it was, with its own
validators, one after the other with the host's spacing between, and never more than the policy allows; lists in lists
are not followed. One that fails costs itself alone, as long as another one can be read.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import anyio

from wire import prepare
from wire.errors import NotAFeed, ParseError
from wire.fetch import Fetcher
from wire.fetch.failures import shown
from wire.model import Document, Failure, Feed, Fetched, FetchFailed, NotModified, Part, PollState, Validators
from wire.prepare import Seen
from wire.worker import Overrun, Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the sitemaps of one index hold now."""

    seen: list[Seen]
    settled: bool
    """Whether the index, as long as it stands unchanged, vouches for every one of them; if not, it is asked again."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A sitemap as it was read last."""

    part: Part
    validators: Validators
    seen: list[Seen] = field(repr=False)
    silent: bool = False
    """It lists pages, and no headline."""


class Parts:
    """What is remembered of sitemaps between two polls of their index; after a start they are read once more."""

    def __init__(self) -> None:
        self._held: dict[str, dict[str, _Held]] = {}

    def keep(self, feeds: Collection[str]) -> None:
        """Forget all but these feeds, by key."""
        self._held = {key: held for key, held in self._held.items() if key in feeds}

    async def gather(
        self,
        feed: Feed,
        listed: Fetched,
        document: Document,
        *,
        fetcher: Fetcher,
        workers: Workers,
        at_most: int,
        spacing: float,
    ) -> Gathered | FetchFailed:
        """Read the newest parts of `document`, which `listed` brought; a failure where none of them can be read."""
        chosen = document.parts[:at_most]
        before = self._held.get(feed.key, {})
        now: dict[str, _Held] = {}
        failed: list[tuple[Part, FetchFailed]] = []
        for part in chosen:
            held = before.get(part.url)
            if not held or part.modified is None or part.modified != held.part.modified:
                await anyio.sleep(spacing)
                answer = await _read(feed, listed, part, held, fetcher=fetcher, workers=workers)
                if isinstance(answer, FetchFailed):
                    failed.append((part, answer))
                else:
                    held = answer
            if held:
                now[part.url] = held
        self._held[feed.key] = now
        problems = tuple(f"{shown(part.url)}: {each.failure}: {each.message}" for part, each in failed)
        if failed and not now:
            return _failed(feed, failed[0][1], problems[0])
        if now and all(each.silent for each in now.values()):
            message = f"not a feed but an index of sitemaps, and none of the {len(now)} newest has a news title"
            return FetchFailed(
                url=feed.url,
                failure=Failure.NOT_A_FEED,
                message=message,
                at=listed.at,
                elapsed=listed.elapsed,
                status=200,
            )
        return Gathered(
            seen=[each for held in now.values() for each in held.seen],
            settled=not failed and all(part.modified for part in chosen),
            problems=problems,
        )


async def _read(
    feed: Feed, listed: Fetched, part: Part, held: _Held | None, *, fetcher: Fetcher, workers: Workers
) -> _Held | FetchFailed:
    kept = held.validators if held else Validators()
    state = PollState(feed=feed.key, url=part.url, validators=kept)
    answer = await fetcher.fetch(_as_feed(feed, listed, part), state, now=listed.at)
    if isinstance(answer, FetchFailed):
        return answer
    if isinstance(answer, NotModified):
        # The fetcher answers so only where it was given validators.
        return (
            replace(held, part=part) if held else _failed_part(listed, part, "not modified, though nothing was asked")
        )
    try:
        document, seen = await workers.run(prepare.read, answer.body, answer.final_url, answer.content_type)
    except NotAFeed:
        return _Held(part=part, validators=answer.validators, seen=[], silent=True)
    except (ParseError, Overrun) as error:
        return _failed_part(listed, part, str(error))
    return _Held(part=part, validators=answer.validators, seen=seen, silent=bool(document.parts))


def _as_feed(feed: Feed, listed: Fetched, part: Part) -> Feed:
    """The part as something to fetch. What the operator allows the feed is for its own origin alone."""
    if _origin(part.url) == _origin(feed.url) == _origin(listed.final_url):
        return replace(feed, url=part.url)
    return Feed(key=feed.key, url=part.url, source=feed.source, timeout=feed.timeout)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _failed_part(listed: Fetched, part: Part, message: str) -> FetchFailed:
    return FetchFailed(url=part.url, failure=Failure.BROKEN, message=message, at=listed.at, elapsed=listed.elapsed)


def _failed(feed: Feed, failed: FetchFailed, message: str) -> FetchFailed:
    return replace(failed, url=feed.url, message=f"none of its sitemaps can be read: {message}")
