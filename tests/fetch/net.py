"""A network in which nothing leaves the machine: names as a test wants them, and every dial of the event loop seen.

What would stay on the machine is let through to listeners that count; what would leave it ends there, but for
PUBLISHER, an address that is public and leads to a server of the test.
"""

import asyncio
import socket
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.fetch.server import FEED

PUBLISHER = "93.184.216.34"
LISTENED = ("127.0.0.1", "127.0.0.2", "::1")
HERE = {*LISTENED, "0.0.0.0", "::", "::ffff:127.0.0.1", "::ffff:7f00:1"}  # noqa: S104 - dialled, not listened on
"""Addresses under which the listeners can be reached."""


@dataclass(slots=True, kw_only=True)
class Net(AbstractResolver):
    """The DNS, the dialler and the listeners of a test."""

    port: int = 0
    """Of the listeners, and of the URLs."""
    publisher: int = 0
    """Port of the server behind PUBLISHER."""
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """The successive answers for a name; the last one stays."""
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    """Every address but PUBLISHER."""
    listening: list[str] = field(default_factory=list)
    """Addresses of the listeners."""
    accepted: int = 0
    """Connections, by all listeners."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:  # noqa: ARG002
        self.asked.append(host)
        answers = self.names.get(host.rstrip("."))
        if answers is None:  # what the C library takes for an address, hex and all
            addresses = [str(socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)[0][4][0])]
        else:
            addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in addresses
        ]

    async def close(self) -> None:
        pass

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer with a feed, as often as asked."""
        self.accepted += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(FEED), FEED))
                await writer.drain()
        writer.close()

    def untouched(self) -> bool:
        """Whether nobody was dialled but PUBLISHER."""
        return not self.dialled and not self.accepted


@asynccontextmanager
async def network(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Net]:
    """Put the network in place, and the listeners to work."""
    net = Net(names={"localhost": [["::1", "127.0.0.1"]], "publisher.test": [[PUBLISHER]]})
    dial = BaseSelectorEventLoop.sock_connect

    async def seen(loop: BaseSelectorEventLoop, sock: socket.socket, address: Any) -> None:
        if address[0] == PUBLISHER:
            return await dial(loop, sock, ("127.0.0.1", net.publisher))
        net.dialled.append(address[0])
        if address[0] not in HERE:
            raise ConnectionRefusedError("it would have left the machine")
        return await dial(loop, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", seen)
    monkeypatch.setattr(aiohttp, "DefaultResolver", lambda: net)
    listeners: list[asyncio.Server] = []
    for address in LISTENED:
        with suppress(OSError):  # a machine without IPv6
            listeners.append(await asyncio.start_server(net.accept, address, net.port))
            net.listening.append(address)
            net.port = listeners[0].sockets[0].getsockname()[1]
    try:
        yield net
    finally:
        for listener in listeners:
            listener.close()
