"""Publishers for benchmarks, in a process of their own: `python -m tests.bench.publishers [SECONDS]`.

Prints its port. `/304/…` answers 304 to who sends an ETag; `/slow/…` the same after so many seconds; `/loris/…`,
`/bomb/…`, `/endless/…`, `/silent/…`, `/flood/…`, `/tiny/…`, `/1xx/…` do what they say.
"""

import asyncio
import gzip
import itertools
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DOCUMENT = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>t</title><item><guid>{0}</guid><title>Note {0}</title>"
    "<description>{1}</description></item></channel></rss>"
)
WORDS = ["".join(pair) for pair in itertools.product(("ba", "ko", "mi", "ru", "te"), repeat=4)]
BOMB = gzip.compress(bytes(50_000_000))
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
HEAD = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n%b\r\n'
DRIPS = {
    "loris": (HEAD % (10**7, b""), b"x", 0.1),
    "endless": (HEAD % (10**9, b""), b"<item/>" * 9000, 0.0),
    "flood": (b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n", 0.01),
    "tiny": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10_000, 0.0),
    "1xx": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100, 0.0),
}
"""What a kind begins with, and then sends for ever, with seconds in between."""


class Publisher(asyncio.Protocol):
    """One connection."""

    wait = 2.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received = transport, b""
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        """Answer each request."""
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, _, self.received = self.received.partition(b"\r\n\r\n")
            _, kind, name = head.split(b" ", 2)[1].decode().split("/", 2)
            body = DOCUMENT.format(name, " ".join(random.Random(name).choices(WORDS, k=40))).encode()
            answer = UNCHANGED if b"if-none-match" in head.lower() else HEAD % (len(body), b"") + body
            match kind:
                case "slow":
                    self.loop.call_later(self.wait, self.transport.write, answer)
                case "304":
                    self.transport.write(answer)
                case "bomb":
                    self.transport.write(HEAD % (len(BOMB), b"Content-Encoding: gzip\r\n") + BOMB)
                case _ if kind in DRIPS:
                    begin, piece, pause = DRIPS[kind]
                    self.transport.write(begin)
                    self._drip(piece, pause)

    def _drip(self, piece: bytes, pause: float) -> None:
        if not self.transport.is_closing():
            if self.transport.get_write_buffer_size() < 1_000_000:
                self.transport.write(piece)
            self.loop.call_later(pause or 0.001, self._drip, piece, pause)


async def _serve(wait: float) -> None:
    Publisher.wait = wait
    server = await asyncio.get_running_loop().create_server(Publisher, "0.0.0.0", 0, backlog=8192)  # noqa: S104 - all of 127/8
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


@contextmanager
def publishing(wait: float = 2.0) -> Iterator[int]:
    """The port of a process of publishers."""
    command = [sys.executable, "-m", "tests.bench.publishers", str(wait)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def hosts() -> Iterator[str]:
    """Loopback addresses, each a host of its own."""
    for a, b in itertools.product(range(1, 250), repeat=2):
        yield f"127.7.{a}.{b}"


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
