"""The daemon's own small HTTP server: one socket, on which routes that are handed in are answered.

Law: knows no feed and no store. Whoever knocks is bounded in time and size, and what a handler does wrong costs one
answer. Meant for loopback, behind a reverse proxy where the outside is to reach it: no TLS, no users.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import anyio
import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from wire.errors import ListenError
from wire.policy import ListenPolicy

log = structlog.get_logger()

IDLE = 15.0
"""Seconds that a connection may stay without a whole request head: a slow one holds a place, nothing more."""
PATIENCE = 30.0
"""Seconds for one request, its body included."""
GRACE = 5.0
"""Seconds that requests under way have when the listener closes."""


def healthz(trouble: Callable[[], str | None]) -> web.RouteDef:
    """`GET /healthz`: 200 `ok`; 503 and the words where there is trouble, so that a balancer or a probe can tell."""

    async def answer(_: web.Request) -> web.Response:
        words = trouble()
        return web.Response(status=503 if words else 200, text=f"{words or 'ok'}\n")

    return web.get("/healthz", answer)


class Listener:
    """Answers on the policy's address while it is open; without an address it does nothing. An async context manager.

    A handler reads its request's body itself, under `client_max_size` of its own: bodies come as sent, never unpacked.
    """

    def __init__(self, policy: ListenPolicy, routes: Iterable[web.AbstractRouteDef]) -> None:
        self._policy = policy
        self._routes = list(routes)
        self._open = AsyncExitStack()
        self.port: int | None = None
        """On which it listens; None: it does not."""

    async def __aenter__(self) -> Self:
        if not self._policy.address:
            return self
        host, port = self._policy.host_port()
        app = web.Application(middlewares=[_bounded])
        app.router.add_routes(self._routes)
        app.on_response_prepare.append(_sign)
        runner = web.AppRunner(
            app,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=IDLE,
            lingering_time=1.0,
            shutdown_timeout=GRACE,
        )
        async with AsyncExitStack() as opening:
            await runner.setup()
            opening.push_async_callback(runner.cleanup)
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                reason = error.strerror or str(error)
                raise ListenError(f"[listen] address {self._policy.address} can't be listened on: {reason}") from error
            self.port = int(runner.addresses[0][1])
            self._open = opening.pop_all()
        log.info("listen.open", address=self._policy.address, port=self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no new connection, let requests under way end for `GRACE` seconds, and close."""
        with anyio.CancelScope(shield=True):
            await self._open.aclose()
        self.port = None


@web.middleware
async def _bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        with anyio.fail_after(PATIENCE):
            return await handler(request)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


async def _sign(_: web.Request, response: web.StreamResponse) -> None:
    response.headers[hdrs.SERVER] = "presswire"  # not which Python and which library this is
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")


class _Faults(logging.Handler):
    """Brings what aiohttp says of broken requests and handlers into the one log."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            log.debug("listen.refused", message=" ".join(error.message.split())[:200])
        else:
            log.error("listen.fault", message=record.getMessage(), exc_info=error)


_aiohttp = logging.getLogger("aiohttp.server")
_aiohttp.addHandler(_Faults())
_aiohttp.propagate = False
