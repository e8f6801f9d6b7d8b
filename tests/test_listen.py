"""The daemon's own HTTP server, asked over real sockets by clients with good manners and bad ones."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest
from aiohttp import web

from wire import listen
from wire.errors import ListenError
from wire.listen import Listener, healthz
from wire.policy import ListenPolicy

LOOPBACK = ListenPolicy(address="127.0.0.1:0")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


@asynccontextmanager
async def listening(*routes: web.AbstractRouteDef) -> AsyncIterator[int]:
    """The port of a listener with these routes."""
    async with Listener(LOOPBACK, routes) as listener:
        assert listener.port
        yield listener.port


async def said(port: int, request: bytes, *, patience: float = 10.0) -> bytes:
    """All that is answered until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    with anyio.fail_after(patience):
        answer = await reader.read()
    writer.close()
    return answer


def get(target: str, method: str = "GET") -> bytes:
    return f"{method} {target} HTTP/1.1\r\nHost: wire.test\r\nConnection: close\r\n\r\n".encode()


async def test_healthz_says_ok_or_what_the_trouble_is() -> None:
    words: list[str | None] = [None]
    async with listening(healthz(lambda: words[0])) as port:
        well = await said(port, get("/healthz"))
        assert well.startswith(b"HTTP/1.1 200 ")
        assert well.endswith(b"\r\n\r\nok\n")
        words[0] = "draining"
        ill = await said(port, get("/healthz"))
        assert ill.startswith(b"HTTP/1.1 503 ")
        assert ill.endswith(b"\r\n\r\ndraining\n")
        assert b"python" not in ill.lower()
        assert b"aiohttp" not in ill.lower()


async def test_only_what_was_handed_in_is_there() -> None:
    async with listening(healthz(lambda: None)) as port:
        assert (await said(port, get("/"))).startswith(b"HTTP/1.1 404 ")
        assert (await said(port, get("/healthz", "POST"))).startswith(b"HTTP/1.1 405 ")
        assert (await said(port, get("/healthz", "HEAD"))).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS hello
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(500)) + b"\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\r\n\r\n\0\0\0\0\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_and_others_are_served(request_: bytes) -> None:
    async with listening(healthz(lambda: None)) as port:
        assert (await said(port, request_)).startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
        assert b" 200 " in await said(port, get("/healthz"))


async def test_who_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "IDLE", 0.2)
    async with listening(healthz(lambda: None)) as port:
        for start in (b"", b"GET /healthz HTT", b"GET /healthz HTTP/1.1\r\nHost: a\r\n"):
            assert await said(port, start) == b""


async def test_a_body_that_never_comes_ends_in_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "PATIENCE", 0.2)

    async def swallow(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async with listening(web.post("/", swallow)) as port:
        answer = await said(port, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_faulty_handler_costs_one_answer() -> None:
    async def broken(_: web.Request) -> web.Response:
        raise KeyError("mine alone")

    async with listening(web.get("/broken", broken), healthz(lambda: None)) as port:
        answer = await said(port, get("/broken"))
        assert answer.startswith(b"HTTP/1.1 500 ")
        assert b"mine alone" not in answer
        assert b" 200 " in await said(port, get("/healthz"))


async def test_a_request_under_way_is_answered_when_the_listener_closes() -> None:
    begun = anyio.Event()

    async def slow(_: web.Request) -> web.Response:
        begun.set()
        await anyio.sleep(0.3)
        return web.Response(text="done")

    answers: list[bytes] = []
    async with anyio.create_task_group() as group, listening(web.get("/slow", slow)) as port:

        async def ask() -> None:
            answers.append(await said(port, get("/slow")))

        group.start_soon(ask)
        await begun.wait()
    assert answers[0].endswith(b"done")
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_request_that_does_not_end_does_not_hold_up_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "GRACE", 0.2)

    async def endless(_: web.Request) -> web.Response:
        await anyio.sleep(60)
        return web.Response()

    async with listening(web.get("/", endless)) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(get("/"))
        await anyio.sleep(0.1)
        began = time.monotonic()
    writer.close()
    assert time.monotonic() - began < 10


async def test_without_an_address_nothing_is_opened() -> None:
    async with Listener(ListenPolicy(), [healthz(lambda: None)]) as listener:
        assert listener.port is None


async def test_an_address_that_is_taken_is_said_plainly() -> None:
    async with listening() as port:
        with pytest.raises(ListenError, match=rf"address 127.0.0.1:{port} can't be listened on: .*in use"):
            async with Listener(ListenPolicy(address=f"127.0.0.1:{port}"), []):
                pass


@pytest.mark.parametrize("address", ["8788", ":8788", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80", "a b:80"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="a host and a port"):
        ListenPolicy(address=address)


@pytest.mark.parametrize(
    ("address", "parts"),
    [("127.0.0.1:0", ("127.0.0.1", 0)), ("[::1]:8788", ("::1", 8788)), ("localhost:80", ("localhost", 80))],
)
def test_an_address_has_two_parts(address: str, parts: tuple[str, int]) -> None:
    assert ListenPolicy(address=address).host_port() == parts
