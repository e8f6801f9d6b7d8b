"""The HTTP clients: one for each way out, opened when a feed first takes it.

Law: a connection that was opened where the guard does not look, where nobody's certificate is asked for, or through a
proxy, never serves a request that did not ask for that. No cookie is kept; nothing is taken from the environment.
"""

import logging
import ssl
from contextlib import AsyncExitStack
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import BadHttpMessage
from httpx_aiohttp import AiohttpTransport

from wire.fetch.decode import ACCEPT_ENCODING
from wire.fetch.guard import PublicResolver, public_socket

logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO line shows whole addresses, keys and all

KEPT = 15.0
"""Seconds for which an idle connection is kept: for the next feed of its host. A feed's own next poll comes later."""
LOCATION = "location"
"""Extension of a response under which its Location stands."""
MAX_HEADERS = 128
"""Header lines of one answer."""
MAX_INTERIM = 10
"""Answers of 1xx before the final one; 100, 102 and 103 in common use are one or two."""
MAX_FRAMING = 4
"""Bytes that may be sent for one of the body, chunk sizes and extensions included."""
MAX_HEADER_LINE = 8_190
"""Bytes of its longest one, and of the status line."""
MAX_HEADER_BYTES = 65_536
"""Of all header lines of one answer together."""
READ_AHEAD = 65_536
"""Bytes of a body that are read before anybody wants them."""


class Way(NamedTuple):
    """How a request leaves the house."""

    private: bool = False
    """To any address, not to public ones alone."""
    verified: bool = True
    """Only to who shows a certificate that holds."""
    proxy: str | None = None
    """Through this one: its address is the only one that is dialled."""


class Clients:
    """An async context manager; inside it, `client` gives the one of a way."""

    def __init__(self, user_agent: str) -> None:
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING}
        self._open = AsyncExitStack()
        self._clients: dict[Way, httpx.AsyncClient] = {}
        self._names: AbstractResolver | None = None
        self._tls: dict[bool, ssl.SSLContext] = {}

    async def __aenter__(self) -> Self:
        self._names = aiohttp.DefaultResolver()
        self._open.push_async_callback(self._names.close)
        self._tls = {True: httpx.create_ssl_context()}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._names = None
        self._clients.clear()
        await self._open.aclose()

    def client(self, way: Way) -> httpx.AsyncClient:
        """The client whose requests leave that way."""
        if self._names is None:
            raise RuntimeError("a Fetcher is used inside `async with`")
        if way not in self._clients:
            self._clients[way] = client = self._made(way, self._names)
            self._open.push_async_callback(client.aclose)
        return self._clients[way]

    def _made(self, way: Way, names: AbstractResolver) -> httpx.AsyncClient:
        if way.verified not in self._tls:
            self._tls[way.verified] = httpx.create_ssl_context(verify=way.verified)
        tls = self._tls[way.verified]
        anywhere = way.private or way.proxy is not None
        session = aiohttp.ClientSession(
            connector=connector(tls, names, private=anywhere),
            cookie_jar=aiohttp.DummyCookieJar(),
            response_class=_Response,
            max_headers=MAX_HEADERS,
            max_line_size=MAX_HEADER_LINE,
            max_field_size=MAX_HEADER_LINE,
            read_bufsize=READ_AHEAD,
        )
        return httpx.AsyncClient(
            transport=AiohttpTransport(client=session, verify=tls, proxy=_proxy(way.proxy) if way.proxy else None),
            headers=self._headers,
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            timeout=None,  # noqa: S113 - one deadline over everything instead of one a read
            trust_env=False,
            event_hooks={"response": [_hide_location]},
        )


def connector(tls: ssl.SSLContext, names: AbstractResolver, *, private: bool) -> aiohttp.TCPConnector:
    """Where connections are made and kept; `private`: to any address, not to public ones alone."""
    return aiohttp.TCPConnector(
        ssl=tls,
        limit=0,  # how many run at once is the Fetcher's affair: here, requests would wait inside their own deadline
        ttl_dns_cache=60,
        keepalive_timeout=KEPT,
        resolver=names if private else PublicResolver(names),
        socket_factory=None if private else public_socket,
    )


class _Response(aiohttp.ClientResponse):
    """A response whose framing can't keep the processor busy.

    Neither interim answers (RFC 9110 §15.2) without end, nor a body in chunks of a byte: both bring nothing, and would
    be parsed until the deadline at the cost of other feeds.
    """

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Read until the final answer's headers; count what comes from then on."""
        protocol = connection.protocol
        if protocol is None:
            raise aiohttp.ServerDisconnectedError
        read, left = protocol.read, MAX_INTERIM + 1

        async def counted() -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise BadHttpMessage(f"more than {MAX_INTERIM} interim answers")
            return await read()

        protocol.read = counted  # type: ignore[method-assign]  # the one place where interim answers pass singly
        try:
            await super().start(connection)
        finally:
            del protocol.read
        if self.reason and not self.reason.isascii():  # httpx's transport fails on bytes that are no UTF-8
            self.reason = self.reason.encode("ascii", "replace").decode()
        if not self.content.is_eof():
            self._meter(protocol)
        return self

    def _meter(self, protocol: ResponseHandler) -> None:
        """End the body where hardly any of what is sent is body."""
        body, parse, wire = self.content, protocol.data_received, 0

        def metered(data: bytes) -> None:
            nonlocal wire
            wire += len(data)
            parse(data)  # first: what comes at once may be the whole body
            if not body.is_eof() and wire > MAX_HEADER_BYTES + MAX_FRAMING * body.total_bytes:
                body.set_exception(aiohttp.ClientPayloadError("more framing than body"))
                self.close()

        protocol.data_received = metered  # type: ignore[method-assign]  # until the connection serves another request
        body.on_eof(lambda: protocol.__dict__.pop("data_received", None))


def _proxy(url: str) -> httpx.Proxy:
    """A proxy whose login stays in its URL, where aiohttp looks for it, and not in an object that it deprecates."""
    proxy = httpx.Proxy(url)
    proxy.url, proxy.auth = httpx.URL(url), None
    return proxy


async def _hide_location(response: httpx.Response) -> None:
    """Keep Location from httpx: it prepares the next request even where it shall not follow, and fails on bad ones."""
    response.extensions[LOCATION] = response.headers.pop("location", None)
