"""The page that an entry links to, fetched as politely as a guest should.

Law: never without the leave of the origin's robots.txt, asked anew for every redirect; one request after another to a
host, with a pause between; no validators, no cookies, no credentials of the feed. What comes of it is a value.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

import anyio

from wire.fetch.failures import Failed, shown
from wire.fetch.http import Fetcher, Hop
from wire.fetch.wanted import Wanted
from wire.model import Failure, Feed, Fetched, FetchFailed, FetchResult, NotModified
from wire.parse.robots import LIMIT, Verdict
from wire.policy import ArticlePolicy

Judge = Callable[[bytes, str, str], Awaitable[Verdict | None]]
"""Runs `robots.judge` where its time is bounded; None: it took too long."""

PAGES = frozenset({"text/html", "application/xhtml+xml"})
ACCEPT = "text/html, application/xhtml+xml;q=0.9"
KEPT = 86_400.0
"""Seconds for which a robots.txt is believed (RFC 9309 §2.4)."""
DOUBTED = 1_800.0
"""Seconds for which one that can't be had is not asked for again; nothing is fetched meanwhile (§2.3.1.4)."""
ORIGINS = 500
"""Whose robots.txt are held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The robots.txt of one origin."""

    until: float
    body: bytes = b""
    """Empty: everything is allowed."""
    failed: FetchFailed | None = None
    """Why there is none for now; nothing is allowed."""


class ArticleFetcher:
    """Fetches pages through a `Fetcher`, and remembers what each origin allows."""

    def __init__(
        self,
        fetcher: Fetcher,
        policy: ArticlePolicy,
        judge: Judge,
        *,
        hop: Hop,
        user_agent: str,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.fetcher, self.hop = fetcher, hop
        self._policy, self._judge, self._steady = policy, judge, steady
        self._token = product_token(user_agent)
        self._rules: OrderedDict[tuple[str, bool], _Rules] = OrderedDict()
        """By origin, and whether it may be at an address that is not public."""
        self._delays: OrderedDict[str, float] = OrderedDict()
        self._asking: dict[tuple[str, bool], anyio.Lock] = {}

    def delay(self, host: str) -> float:
        """Seconds that shall pass between two pages of a host, as far as is known."""
        return max(self._policy.spacing, self._delays.get(host, 0.0))

    async def fetch(
        self, feed: Feed, url: str, *, name: str, first: bool = True, now: datetime
    ) -> Fetched | FetchFailed:
        """Fetch the page at `url`, to which an entry of `feed` links.

        `name`: under which hosts are spaced; `first`: nothing was asked under it yet, so that its turn has come. A page
        that robots.txt refuses is `Failure.ROBOTS`; where that can't be read for now, the failure is what kept it.
        """
        way = _Way(self, feed, name=name, first=first, now=now)
        try:
            await self.allows(way, url)
        except Failed as error:
            return way.failed(url, error)
        wanted = Wanted(
            accept=ACCEPT, types=PAGES, max_bytes=self._policy.max_bytes, name=name, secrets=False, gate=way.gate
        )
        result = await way.ask(url, wanted)
        if isinstance(result, NotModified):  # nothing was asked that allows it
            return way.failed(url, Failed(Failure.PROTOCOL, "Not Modified, though nothing was asked", status=304))
        return result

    async def allows(self, way: "_Way", url: str) -> None:
        """Raises `Failed` where a page may not be fetched, or not now."""
        origin, host = origin_of(url)
        key = origin, way.grants(url)  # who may not go there has not learned what is there
        async with self._asking.setdefault(key, anyio.Lock()):
            rules = self._rules.get(key)
            if rules is None or rules.until <= self._steady():
                rules = await self._ask(way, origin)
                self._rules[key] = rules
        self._rules.move_to_end(key)
        while len(self._rules) > ORIGINS:
            self._asking.pop(self._rules.popitem(last=False)[0], None)
        if rules.failed:
            message = f"its robots.txt can't be read for now: {rules.failed.message}"
            failed = rules.failed
            raise Failed(failed.failure, message, status=failed.status, retry_after=failed.retry_after)
        if rules.body:
            verdict = await self._judge(rules.body, url, self._token)
            if verdict is None:
                raise Failed(Failure.WORKER, f"{origin}/robots.txt takes too long to read")
            self._delays[host] = min(verdict.delay or 0.0, self._policy.max_delay)
            self._delays.move_to_end(host)
            while len(self._delays) > ORIGINS:
                self._delays.popitem(last=False)
            if not verdict.allowed:
                raise Failed(Failure.ROBOTS, f"{origin}/robots.txt refuses it to {self._token}")

    async def _ask(self, way: "_Way", origin: str) -> _Rules:
        wanted = Wanted(accept="text/plain, */*;q=0.1", max_bytes=2 * LIMIT, name=way.name, secrets=False)
        result = await way.ask(f"{origin}/robots.txt", wanted)
        at = self._steady()
        if not isinstance(result, FetchFailed):
            return _Rules(until=at + KEPT, body=result.body[:LIMIT] if isinstance(result, Fetched) else b"")
        if _is_none(result):
            return _Rules(until=at + KEPT)
        return _Rules(until=at + max(DOUBTED, result.retry_after or 0.0), failed=result)


class _Way:
    """From the link to the page: each request to a host follows the one before at a distance."""

    def __init__(self, pages: ArticleFetcher, feed: Feed, *, name: str, first: bool, now: datetime) -> None:
        self._pages, self._feed, self.name, self._first, self._now = pages, feed, name, first, now

    async def gate(self, url: str) -> None:
        """Ask for leave to follow a redirect. Raises `Failed`."""
        await self._pages.allows(self, url)

    async def ask(self, url: str, wanted: Wanted) -> FetchResult:
        """One request and its redirects, with what the operator granted to the feed's own host, and nothing secret."""
        if not self._first:
            await anyio.sleep(self._pages.hop(self.name, urlsplit(url).hostname or ""))
        self._first = False
        parts, own = urlsplit(url), self._feed
        page = Feed(
            key=own.key,
            url=urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])),
            source=own.source,
            allow_private=self.grants(url),
            verify_tls=own.verify_tls or not self._home(url),
        )
        return await self._pages.fetcher.fetch(page, None, now=self._now, wanted=wanted)

    def grants(self, url: str) -> bool:
        """Whether the host may be at an address that is not public."""
        return self._feed.allow_private and self._home(url)

    def _home(self, url: str) -> bool:
        return urlsplit(url).hostname == urlsplit(self._feed.url).hostname

    def failed(self, url: str, error: Failed) -> FetchFailed:
        """The value of a failure on the way."""
        return FetchFailed(
            url=shown(url),
            failure=error.failure,
            message=error.message,
            at=self._now,
            elapsed=0.0,
            status=error.status,
            retry_after=error.retry_after,
        )


def product_token(user_agent: str) -> str:
    """What a robots.txt calls us by: `presswire` of `presswire/0.1 (+https://…)` (RFC 9309 §2.2.1)."""
    return user_agent.strip().partition("/")[0].partition(" ")[0] or "*"


def origin_of(url: str) -> tuple[str, str]:
    """Scheme, host and port, and the host alone. Raises `Failed` for what is no address on the web."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise Failed(Failure.PROTOCOL, f"not an address on the web: {shown(url)}")
    name = f"[{host}]" if ":" in host else host
    return urlunsplit((parts.scheme, f"{name}:{port}" if port else name, "", "", "")), host


def _is_none(failed: FetchFailed) -> bool:
    """Is there no robots.txt, so that everything is allowed (RFC 9309 §2.3.1.3)? An empty one says the same. A server
    that is asked too often has not said so."""
    if failed.failure is Failure.REDIRECTS:
        return True
    if failed.status == 200 and failed.failure is Failure.TRUNCATED:
        return True
    return (
        failed.failure is Failure.STATUS and 400 <= (failed.status or 0) < 500 and failed.status not in {408, 425, 429}
    )
