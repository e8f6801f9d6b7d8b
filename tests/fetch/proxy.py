"""A loopback proxy: forwards plain requests, tunnels the others, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import anyio

from tests.fetch.server import listening


@dataclass(slots=True, kw_only=True)
class Proxy:
    """A proxy that runs; `login`: the Proxy-Authorization that it wants, if any."""

    port: int = 0
    login: bytes | None = None
    heads: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request or one tunnel."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            if self.login is not None and b"Proxy-Authorization: " + self.login not in head:
                writer.write(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
            else:
                await self._lead(head, reader, writer)
        writer.close()

    async def _lead(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, target, _ = head.split(b" ", 2)
        tunnel = method == b"CONNECT"
        parts = urlsplit(f"//{target.decode()}" if tunnel else target.decode())
        up_reader, up_writer = await asyncio.open_connection(parts.hostname, parts.port)
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            up_writer.write(head.replace(target, parts._replace(scheme="", netloc="").geturl().encode(), 1))
        async with anyio.create_task_group() as both:
            both.start_soon(_pump, reader, up_writer)
            both.start_soon(_pump, up_reader, writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def proxying(login: bytes | None = None) -> AsyncIterator[Proxy]:
    """A proxy on a free loopback port."""
    proxy = Proxy(login=login)
    async with listening(proxy.serve) as proxy.port:
        yield proxy
