"""One conditional GET, bounded in every direction.

Law: `Fetcher.fetch` never raises for what a server or a network does; a failure is a value. Time, size, redirects and
encodings end at the policy. No cookie is kept, no Referer sent, no credential leaves its origin. No packet goes to an
address that is not public, save to the own host of a feed that says so.
"""

import logging
import math
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

import aiohttp
import anyio
import httpx
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport

from wire.fetch.decode import ACCEPT_ENCODING, BadEncoding, CutShort, decoder
from wire.fetch.failures import Failed, explain, shown, status_words
from wire.fetch.guard import PublicResolver, public_socket
from wire.fetch.headers import conditions, max_age, retry_after, validators
from wire.model import Failure, Feed, Fetched, FetchFailed, FetchResult, NotModified, PollState, Validators
from wire.policy import FetchPolicy

logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO line shows whole addresses, keys and all

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_NETWORK = (httpx.HTTPError, aiohttp.ClientError, OSError)
_LOCATION = "location"
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}


def connector(tls: ssl.SSLContext, names: AbstractResolver, *, private: bool) -> aiohttp.TCPConnector:
    """Where connections are made and kept; `private`: to any address, not to public ones alone."""
    return aiohttp.TCPConnector(
        ssl=tls,
        limit=0,  # how many run at once is the Fetcher's affair: here, requests would wait inside their own deadline
        ttl_dns_cache=60,
        keepalive_timeout=30,
        resolver=names if private else PublicResolver(names),
        socket_factory=None if private else public_socket,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: a feed, where nothing else is said."""

    accept: str = ACCEPT
    """The Accept header."""
    types: frozenset[str] = frozenset()
    """Media types that are taken, in lower case; another one ends before its body. None: any."""
    max_bytes: int | None = None
    """Of the body, as of `FetchPolicy.max_bytes`; None: as many as of a feed."""
    gate: Callable[[str], Awaitable[None]] | None = None
    """Called with the target of each redirect before it is asked; what it raises ends the fetch. Its time does not
    count."""


FEED = Wanted()


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """One fetch under way."""

    feed: Feed
    wanted: Wanted
    kept: Validators
    now: datetime
    scope: anyio.CancelScope
    began: float
    url: httpx.URL
    """Of the hop under way, without credentials and fragment."""
    host: bytes
    """Of the feed's own URL."""
    waited: float = 0.0
    """Seconds in the queue for a slot; they don't count."""
    permanent: bool = True
    """Whether every redirect so far was permanent."""
    reading: bool = False
    """Whether the body has begun."""
    seen: set[httpx.URL] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        return anyio.current_time() - self.began - self.waited

    @property
    def at_home(self) -> bool:
        """Whether the hop under way is to the feed's own host."""
        return self.url.raw_host == self.host

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Stop the clock."""
        began, deadline = anyio.current_time(), self.scope.deadline
        self.scope.deadline = math.inf
        try:
            yield
        finally:
            waited = anyio.current_time() - began
            self.waited += waited
            self.scope.deadline = deadline + waited

    def redirect(self, status: int, location: str) -> None:
        """Go on to `location`. Raises `Failed` where that can't be done."""
        try:
            target = _bare(self.url.join(location))
        except (httpx.InvalidURL, ValueError):
            raise Failed(Failure.REDIRECTS, f"redirected to an address that is none: {shown(location)}") from None
        if not _on_the_web(target):
            raise Failed(Failure.REDIRECTS, f"redirected to {shown(str(target))}, which is not on the web")
        if self.url.scheme == "https" and target.scheme == "http":
            self.notes.append(f"redirected from https to plain http: {shown(str(target))}")
        self.seen.add(self.url)
        if target in self.seen:
            raise Failed(Failure.REDIRECTS, f"redirected in a circle, back to {shown(str(target))}")
        self.permanent = self.permanent and status in _PERMANENT
        self.url = target


class Fetcher:
    """Fetches feeds, many at a time. An async context manager.

    Two clients, so that a connection that was opened where the guard does not look never serves a guarded request.
    """

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._slots = anyio.Semaphore(policy.concurrency)
        self._hosts: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()
        self._open = AsyncExitStack()
        self._clients: dict[bool, httpx.AsyncClient] = {}
        """By whether they may connect to addresses that are not public."""

    async def __aenter__(self) -> Self:
        tls, names = httpx.create_ssl_context(), aiohttp.DefaultResolver()
        self._open.push_async_callback(names.close)
        for private in (False, True):
            client = self._client(tls, connector(tls, names, private=private))
            self._clients[private] = await self._open.enter_async_context(client)
        return self

    def _client(self, tls: ssl.SSLContext, connections: aiohttp.TCPConnector) -> httpx.AsyncClient:
        session = aiohttp.ClientSession(connector=connections, cookie_jar=aiohttp.DummyCookieJar())
        return httpx.AsyncClient(
            transport=AiohttpTransport(client=session, verify=tls),
            headers={"User-Agent": self._policy.user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            timeout=None,  # noqa: S113 - one deadline over everything instead of one a read
            trust_env=False,
            event_hooks={"response": [_hide_location]},
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clients.clear()
        await self._open.aclose()

    async def fetch(self, feed: Feed, state: PollState | None, *, now: datetime, wanted: Wanted = FEED) -> FetchResult:
        """Ask for the feed, with the validators of `state` if they belong to its URL.

        `now` dates the result and resolves Retry-After; seconds waited for a slot are not part of the deadline.
        Raises only what `wanted.gate` raises.
        """
        kept = state.validators if state and state.url == feed.url else Validators()
        began = anyio.current_time()
        attempt: _Attempt | None = None
        timeout = feed.timeout or self._policy.timeout
        try:
            with anyio.fail_after(timeout) as scope:
                url = _own(feed.url)
                attempt = _Attempt(
                    feed=feed,
                    wanted=wanted,
                    kept=kept,
                    now=now,
                    scope=scope,
                    began=began,
                    url=url,
                    host=url.raw_host,
                )
                return await self._follow(attempt)
        except TimeoutError:
            failed = Failed(Failure.TIMEOUT, f"no whole answer within {timeout:g} s")
        except Failed as error:
            failed = error
        return FetchFailed(
            url=feed.url,
            failure=failed.failure,
            message=failed.message,
            at=now,
            elapsed=attempt.elapsed if attempt else 0.0,
            status=failed.status,
            retry_after=failed.retry_after,
        )

    async def _follow(self, attempt: _Attempt) -> FetchResult:
        for hop in range(self._policy.max_redirects + 1):
            if hop and attempt.wanted.gate:
                with attempt.waiting():
                    await attempt.wanted.gate(str(attempt.url))
            async with self._turn(attempt), self._request(attempt) as response:
                location = response.extensions.get(_LOCATION)
                if response.status_code not in _REDIRECTS or not location:
                    return await self._answer(attempt, response)
                attempt.redirect(response.status_code, location)
        raise Failed(Failure.REDIRECTS, f"more than {self._policy.max_redirects} redirects")

    @asynccontextmanager
    async def _turn(self, attempt: _Attempt) -> AsyncIterator[None]:
        """A slot of the host's, then one of all; neither is held while waiting for another host's."""
        host = self._hosts.setdefault(attempt.url.host, anyio.Semaphore(self._policy.per_host))
        async with AsyncExitStack() as slots:
            with attempt.waiting():
                await slots.enter_async_context(host)
                await slots.enter_async_context(self._slots)
            yield

    @asynccontextmanager
    async def _request(self, attempt: _Attempt) -> AsyncIterator[httpx.Response]:
        if not self._clients:
            raise RuntimeError("a Fetcher is used inside `async with`")
        host, own = attempt.url.host, attempt.at_home
        client = self._clients[attempt.feed.allow_private and own]
        try:
            request = client.build_request("GET", attempt.url, headers=_headers(attempt))
            response = await client.send(request, stream=True, auth=_credentials(attempt))
        except (*_NETWORK, httpx.InvalidURL, ValueError) as error:  # ValueError: a name that IDNA doesn't know
            raise explain(error, host=host, own=own, reading=False) from error
        try:
            yield response
        except _NETWORK as error:
            raise explain(error, host=host, own=own, reading=attempt.reading) from error
        finally:
            with suppress(*_NETWORK):  # the answer is read or given up: how its connection ends concerns nobody
                await response.aclose()

    async def _answer(self, attempt: _Attempt, response: httpx.Response) -> FetchResult:
        feed, now, headers, status = attempt.feed, attempt.now, response.headers, response.status_code
        moved_to = str(attempt.url) if attempt.seen and attempt.permanent else None
        if status == 304 and conditions(attempt.kept):
            return NotModified(
                url=feed.url,
                validators=validators(headers),
                at=now,
                elapsed=attempt.elapsed,
                max_age=max_age(headers, now=now),
                moved_to=moved_to,
            )
        if status not in {200, 203}:
            wait = retry_after(headers, now=now) if status in {429, 503} else None
            raise Failed(Failure.STATUS, status_words(status), status=status, retry_after=wait)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if attempt.wanted.types and kind not in attempt.wanted.types:
            raise Failed(Failure.NOT_A_PAGE, f"no web page but {shown(kind) or 'of no stated type'}", status=status)
        attempt.reading = True
        body = await self._body(response, attempt.wanted.max_bytes or self._policy.max_bytes)
        return Fetched(
            url=feed.url,
            final_url=str(attempt.url),
            body=body,
            content_type=headers.get("content-type"),
            validators=validators(headers),
            at=now,
            elapsed=attempt.elapsed,
            max_age=max_age(headers, now=now),
            moved_to=moved_to,
            notes=tuple(attempt.notes),
        )

    async def _body(self, response: httpx.Response, limit: int) -> bytes:
        """The whole decoded body, or `Failed` as soon as it is certain that there will be none."""
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > limit:
            raise Failed(Failure.TOO_LARGE, f"the server announces {int(announced[:20]):,} bytes; {limit:,} are taken")
        body, received = bytearray(), 0
        try:
            undo = decoder(response.headers.get("content-encoding"))
            async for chunk in response.aiter_raw():
                received += len(chunk)
                for piece in undo.feed(chunk):
                    body += piece
                    if max(len(body), received) > limit:
                        raise Failed(Failure.TOO_LARGE, f"the body is larger than {limit:,} bytes")
            if received:
                undo.finish()
        except BadEncoding as error:
            raise Failed(Failure.ENCODING, str(error)) from error
        except CutShort as error:
            raise Failed(Failure.TRUNCATED, str(error)) from error
        if not body:
            raise Failed(
                Failure.TRUNCATED, f"{response.status_code}, but the body is empty", status=response.status_code
            )
        return bytes(body)


def _headers(attempt: _Attempt) -> list[tuple[bytes, bytes]]:
    """Those that differ from one request to the next."""
    return [(b"Accept", attempt.wanted.accept.encode("ascii")), *conditions(attempt.kept)]


async def _hide_location(response: httpx.Response) -> None:
    """Keep Location from httpx: it prepares the next request even where it shall not follow, and fails on bad ones."""
    response.extensions[_LOCATION] = response.headers.pop("location", None)


def _own(url: str) -> httpx.URL:
    """A feed's own address. Raises `Failed` where it is none."""
    try:
        parsed = _bare(httpx.URL(url))
    except (httpx.InvalidURL, ValueError):
        parsed = httpx.URL()
    if not _on_the_web(parsed):
        raise Failed(Failure.PROTOCOL, f"not an address on the web: {shown(url)}")
    return parsed


def _on_the_web(url: httpx.URL) -> bool:
    return url.scheme in {"http", "https"} and bool(url.host) and (url.port or 80) < 65_536


def _bare(url: httpx.URL) -> httpx.URL:
    return url.copy_with(userinfo=b"", fragment=None)


def _credentials(attempt: _Attempt) -> httpx.BasicAuth | None:
    """Those in the feed's URL, for its own origin only, whatever a redirect says."""
    own = httpx.URL(attempt.feed.url)
    same = (own.scheme, own.host, own.port) == (attempt.url.scheme, attempt.url.host, attempt.url.port)
    return httpx.BasicAuth(own.username, own.password) if own.userinfo and same else None
