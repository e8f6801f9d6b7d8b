"""One conditional GET, bounded in every direction.

Law: `Fetcher.fetch` never raises for what a server or a network does; a failure is a value. Time, size, redirects and
encodings end at the policy. No cookie is kept, no Referer sent, no credential leaves its origin. No packet goes to an
address that is not public, save to the own host of a feed that says so.
"""

import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import Self
from urllib.parse import quote_plus, unquote_plus
from weakref import WeakValueDictionary

import aiohttp
import anyio
import httpx

from wire.access import Access, origin_of
from wire.fetch.clients import LOCATION, MAX_HEADER_BYTES, Clients, Way
from wire.fetch.decode import BadEncoding, CutShort, decoder
from wire.fetch.failures import Failed, explain, shown, status_words
from wire.fetch.guard import check_written
from wire.fetch.headers import conditions, max_age, retry_after, validators
from wire.fetch.wanted import FEED, Wanted
from wire.model import Failure, Feed, Fetched, FetchFailed, FetchResult, NotModified, PollState, Validators
from wire.policy import FetchPolicy

_NETWORK = (httpx.HTTPError, aiohttp.ClientError, OSError)
_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
Hop = Callable[[str, str], float]
"""Told feed and host of a redirect, gives the seconds to wait before that host is asked."""


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """One fetch under way."""

    feed: Feed
    wanted: Wanted
    access: Access | None
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

    @property
    def shows(self) -> Access | None:
        """What is shown to the hop under way: headers and query stay with the origin that they are for."""
        return self.access if self.access and self.access.origin == origin_of(str(self.url)) else None

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
        if self.access:
            target = _without(target, self.access.query)  # whoever sends our own query back needs no second one
        self.seen.add(self.url)
        if target in self.seen:
            raise Failed(Failure.REDIRECTS, f"redirected in a circle, back to {shown(str(target))}")
        self.permanent = self.permanent and status in _PERMANENT
        self.url = target


class Fetcher:
    """Fetches feeds, many at a time. An async context manager.

    `access`: what goes with the requests of which feed. `hop`: how hosts that are reached by redirects are spaced.
    """

    def __init__(
        self, policy: FetchPolicy, access: Mapping[str, Access] | None = None, *, hop: Hop = lambda _feed, _host: 0.0
    ) -> None:
        self._policy, self._access, self._hop = policy, access or {}, hop
        self._slots = anyio.Semaphore(policy.concurrency)
        self._hosts: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()
        self._clients = Clients(policy.user_agent)

    async def __aenter__(self) -> Self:
        await self._clients.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clients.__aexit__(kind, error, trace)

    async def fetch(self, feed: Feed, state: PollState | None, *, now: datetime, wanted: Wanted = FEED) -> FetchResult:
        """Ask for the feed, with the validators of `state` if they belong to its URL.

        `now` dates the result and resolves Retry-After; seconds waited for a slot are not part of the deadline.
        Raises only what `wanted.gate` raises.
        """
        access = self._access.get(feed.key)
        if access and not wanted.secrets:
            access = access.unshown
        kept = state.validators if state and state.url == feed.url else Validators()
        began = anyio.current_time()
        attempt: _Attempt | None = None
        timeout = feed.timeout or self._policy.timeout
        try:
            with anyio.fail_after(timeout) as scope:
                if feed.has_access and not access:
                    raise Failed(Failure.ACCESS, "its credentials are not at hand: `wire check` says why")
                url = _own(feed.url)
                attempt = _Attempt(
                    feed=feed,
                    wanted=wanted,
                    access=access,
                    kept=kept,
                    now=now,
                    scope=scope,
                    began=began,
                    url=url,
                    host=url.raw_host,
                )
                return _discreet(await self._follow(attempt), access)
        except TimeoutError:
            failed = Failed(Failure.TIMEOUT, f"no whole answer within {timeout:g} s")
        except Failed as error:
            failed = error
        return FetchFailed(
            url=feed.url,
            failure=failed.failure,
            message=access.hidden(failed.message) if access else failed.message,
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
                location = response.extensions.get(LOCATION)
                if response.status_code not in _REDIRECTS or not location:
                    return await self._answer(attempt, response)
                attempt.redirect(response.status_code, location)
        raise Failed(Failure.REDIRECTS, f"more than {self._policy.max_redirects} redirects")

    @asynccontextmanager
    async def _turn(self, attempt: _Attempt) -> AsyncIterator[None]:
        """A slot of the host's, its spacing, then one of all; none is held while waiting for another host's."""
        name = attempt.url.host
        places = self._policy.per_host_of.get(name, self._policy.per_host)
        host = self._hosts.setdefault(name, anyio.Semaphore(places))
        async with AsyncExitStack() as slots:
            with attempt.waiting():
                await slots.enter_async_context(host)
                if attempt.seen:
                    await anyio.sleep(self._hop(attempt.wanted.name or attempt.feed.key, name))
                await slots.enter_async_context(self._slots)
            yield

    @asynccontextmanager
    async def _request(self, attempt: _Attempt) -> AsyncIterator[httpx.Response]:
        host, own, shows = attempt.url.host, attempt.at_home, attempt.shows
        way = _way(attempt)
        url = _with(attempt.url, shows.query) if shows else attempt.url
        try:
            if way.proxy is not None and not way.private:
                check_written(host)
            client = self._clients.client(way)
            response = await client.send(
                client.build_request("GET", url, headers=_headers(attempt, shows)), stream=True
            )
        except (*_NETWORK, httpx.InvalidURL, ValueError) as error:  # ValueError: a name that IDNA doesn't know
            raise explain(error, host=host, own=own, reading=False, proxied=way.proxy is not None) from error
        try:
            if sum(len(name) + len(value) + 4 for name, value in response.headers.raw) > MAX_HEADER_BYTES:
                raise Failed(Failure.PROTOCOL, f"{host} sends more than {MAX_HEADER_BYTES:,} bytes of headers")
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
            words = status_words(status)
            if status in {401, 403} and attempt.access and not attempt.shows:
                words += f"; its credentials are for {attempt.access.origin} and were not shown to {attempt.url.host}"
            raise Failed(Failure.STATUS, words, status=status, retry_after=wait)
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
            links=tuple(headers.get_list("link")),
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


def _headers(attempt: _Attempt, shows: Access | None) -> httpx.Headers:
    """Those that differ from one request to the next."""
    headers = httpx.Headers([(b"Accept", attempt.wanted.accept.encode("ascii")), *conditions(attempt.kept)])
    headers.update(shows.headers if shows else ())
    return headers


def _way(attempt: _Attempt) -> Way:
    """What the operator granted to the feed's own host, for that host alone; a proxy goes with every hop."""
    feed, own = attempt.feed, attempt.at_home
    return Way(
        private=feed.allow_private and own,
        verified=feed.verify_tls or not own,
        proxy=attempt.access.proxy if attempt.access else None,
    )


def _discreet(result: FetchResult, access: Access | None) -> FetchResult:
    """The result without what its server has repeated of our secrets in addresses; such a move is not believed."""
    if access is None or isinstance(result, FetchFailed):
        return result
    moved_to = result.moved_to if result.moved_to and access.hidden(result.moved_to) == result.moved_to else None
    if isinstance(result, NotModified):
        return replace(result, moved_to=moved_to)
    notes = tuple(access.hidden(note) for note in result.notes)
    return replace(result, final_url=access.hidden(result.final_url), moved_to=moved_to, notes=notes)


@lru_cache(maxsize=8192)
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


def _with(url: httpx.URL, query: tuple[tuple[str, str], ...]) -> httpx.URL:
    """The URL with parameters added; what it has stays byte for byte."""
    added = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in query).encode()
    return url.copy_with(query=b"&".join(filter(None, (url.query, added)))) if added else url


def _without(url: httpx.URL, query: tuple[tuple[str, str], ...]) -> httpx.URL:
    """The URL without these parameters, where it holds them with these values."""
    pairs = url.query.decode("ascii", "replace").split("&")
    left = [pair for pair in pairs if tuple(map(unquote_plus, pair.partition("=")[::2])) not in query]
    return url if len(left) == len(pairs) else url.copy_with(query="&".join(left).encode() or None)
