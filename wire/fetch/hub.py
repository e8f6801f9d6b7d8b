"""One request to a hub: a form is sent, a short answer comes back.

Law: as of `fetch.http`: a failure is a value; the whole request is bounded in time, the answer in size; no packet goes
to an address that is not public, save to the own host of a feed that says so. Only 307 and 308 are followed, for
nothing else sends the form again, and never from https to http: the form holds a secret.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import anyio
import httpx

from wire.fetch.clients import connector
from wire.fetch.failures import Failed, explain, shown
from wire.model import Failure, Feed
from wire.policy import FetchPolicy

REDIRECTS = 3
ANSWER = 2_000
"""Bytes of an answer that are read: enough for what went wrong."""


class HubClient:
    """Asks hubs. An async context manager."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._open = AsyncExitStack()
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        """By whether they may connect to addresses that are not public."""

    async def __aenter__(self) -> Self:
        tls, names = httpx.create_ssl_context(), aiohttp.DefaultResolver()
        self._open.push_async_callback(names.close)
        for private in (False, True):
            session = aiohttp.ClientSession(
                connector=connector(tls, names, private=private),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._policy.user_agent},
            )
            self._sessions[private] = await self._open.enter_async_context(session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def ask(self, feed: Feed, hub: str, form: Mapping[str, str]) -> str | None:
        """Send the form to the hub of `feed`; None: it was taken (2xx); else what went wrong, in one line."""
        try:
            with anyio.fail_after(self._policy.timeout):
                return await self._ask(feed, hub, form)
        except TimeoutError:
            return f"{Failure.TIMEOUT}: no whole answer within {self._policy.timeout:g} s"
        except Failed as error:
            return f"{error.failure}: {error.message}"

    async def _ask(self, feed: Feed, url: str, form: Mapping[str, str]) -> str | None:
        for _ in range(REDIRECTS + 1):
            host = urlsplit(url).hostname or ""
            own = host == urlsplit(feed.url).hostname
            session = self._sessions[feed.allow_private and own]
            try:
                async with session.post(url, data=form, allow_redirects=False) as answer:
                    if answer.status in {307, 308}:
                        url = _redirected(url, answer.headers.get("Location"))
                        continue
                    if 200 <= answer.status < 300:
                        return None
                    words = " ".join((await answer.content.read(ANSWER)).decode("utf-8", "replace").split())[:200]
                    return f"{Failure.STATUS}: the hub answers {answer.status} {words}".rstrip()
            except TimeoutError:
                raise
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise explain(error, host=host, own=own, reading=False) from error
        raise Failed(Failure.REDIRECTS, f"more than {REDIRECTS} redirects")


def _redirected(url: str, location: str | None) -> str:
    target = urljoin(url, location or "").partition("#")[0]
    parts, before = urlsplit(target), urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not location:
        raise Failed(Failure.REDIRECTS, f"redirected to an address that is none: {shown(location or '')}")
    if before.scheme == "https" and parts.scheme == "http":
        raise Failed(Failure.REDIRECTS, f"redirected from https to plain http: {shown(target)}")
    return target
