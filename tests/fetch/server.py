"""A loopback server that does to a client whatever a test wants: raw sockets, no HTTP library in the way.

A behaviour is the bytes to answer with, or a coroutine that writes them itself. The connection is closed behind it.
"""

import asyncio
import gzip
import socket
import ssl
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import trustme

Behaviour = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]

TLS_HANDSHAKE = b"\x16"
FEED = b"<rss version='2.0'><channel><title>Harbour Wire</title><item><title>Ferry late</title></item></channel></rss>"


def answer(status: str = "200 OK", body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """A whole answer; `length` to lie about it."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\nConnection: close\r\n\r\n" + body


def redirect(status: int, location: str) -> bytes:
    """A redirect of that status."""
    return answer(f"{status} Moved", b"", f"Location: {location}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the client sent."""

    target: str
    raw: bytes
    """Request line and headers."""

    def headers(self, name: str) -> list[bytes]:
        """The values of a header, byte for byte."""
        lines = [line.partition(b": ") for line in self.raw.split(b"\r\n")[1:]]
        return [value for key, _, value in lines if key.lower() == name.lower().encode()]


@dataclass(slots=True, kw_only=True)
class Site:
    """A server that runs."""

    port: int
    behaviours: dict[str, Behaviour]
    requests: list[Request] = field(default_factory=list)
    open_now: int = 0
    most_at_once: int = 0

    def url(self, path: str = "/", *, scheme: str = "http", host: str = "127.0.0.1") -> str:
        """Address of a path."""
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.open_now += 1
        self.most_at_once = max(self.most_at_once, self.open_now)
        try:
            raw = await reader.readexactly(1)
            if raw == TLS_HANDSHAKE:
                writer.write(answer("400 Bad Request", b"plain HTTP is spoken here"))
                return
            raw += await reader.readuntil(b"\r\n\r\n")
            target = raw.split(b" ")[1].decode("latin-1")
            self.requests.append(Request(target=target, raw=raw))
            behaviour = self.behaviours.get(target, answer("404 Not Found"))
            if isinstance(behaviour, bytes):
                writer.write(behaviour)
                await writer.drain()
            else:
                await behaviour(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client has had enough, which is what many tests are about
        finally:
            self.open_now -= 1
            writer.close()


@cache
def authority() -> trustme.CA:
    """Signs the certificate of 127.0.0.1; made anew each time, and nobody trusts it who isn't told to."""
    return trustme.CA()


def serving(**behaviours: Behaviour) -> AbstractAsyncContextManager[Site]:
    """A server on a free loopback port; each behaviour stands under the path of its name."""
    return _serving(behaviours, tls=None)


def serving_everywhere(**behaviours: Behaviour) -> AbstractAsyncContextManager[Site]:
    """As `serving`, on every address of 127.0.0.0/8."""
    return _serving(behaviours, tls=None, host="0.0.0.0")  # noqa: S104 - so that one server is many hosts


def serving_tls(**behaviours: Behaviour) -> AbstractAsyncContextManager[Site]:
    """As `serving`, over TLS."""
    return serving_certified(authority().issue_cert("127.0.0.1"), **behaviours)


def serving_certified(certificate: trustme.LeafCert, **behaviours: Behaviour) -> AbstractAsyncContextManager[Site]:
    """As `serving_tls`, with that certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return _serving(behaviours, tls=context)


@asynccontextmanager
async def _serving(
    behaviours: dict[str, Behaviour], tls: ssl.SSLContext | None, host: str = "127.0.0.1"
) -> AsyncIterator[Site]:
    site = Site(port=0, behaviours={f"/{name}": behaviour for name, behaviour in behaviours.items()})
    async with listening(site.serve, tls=tls, host=host) as site.port:
        yield site


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[int]:
    """A listener on a free loopback port, which it gives; nothing of it outlives the block."""
    under_way: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        under_way[task] = writer
        try:
            await serve(reader, writer)
        finally:
            del under_way[task]

    listener = await asyncio.start_server(one, host, 0, ssl=tls, backlog=1024)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        tasks = dict(under_way)
        for task, writer in tasks.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# --- behaviours ------------------------------------------------------------------------------------------------------


async def slow_loris(writer: asyncio.StreamWriter) -> None:
    """Headers at once, then a byte now and then, for ever."""
    writer.write(answer(body=b"", length=1000))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def slow_headers(writer: asyncio.StreamWriter) -> None:
    """A header now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Wait: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


async def endless_body(writer: asyncio.StreamWriter) -> None:
    """A body without length that never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        writer.write(b"<item/>" * 2000)
        await writer.drain()


async def endless_chunks(writer: asyncio.StreamWriter) -> None:
    """A chunked body that never ends."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        await writer.drain()


async def silence(writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""
    await asyncio.sleep(60)


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Takes the request and closes."""


async def reset(writer: asyncio.StreamWriter) -> None:
    """Takes the request and resets the connection."""
    _reset(writer)


async def reset_in_body(writer: asyncio.StreamWriter) -> None:
    """Resets the connection half way through the body."""
    writer.write(answer(body=FEED, length=100_000))
    await writer.drain()
    await asyncio.sleep(0.05)
    _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    linger_for_no_time = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_no_time)
    writer.transport.abort()


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """A chunked answer; `end` to end it wrongly."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + end


def gzip_bomb(size: int) -> bytes:
    """`size` zero bytes, a thousandth of it on the wire."""
    return gzip.compress(bytes(size))


def raw_deflate(data: bytes) -> bytes:
    """Deflate without zlib's wrapper, as some servers send it."""
    return zlib.compress(data, wbits=-zlib.MAX_WBITS)
