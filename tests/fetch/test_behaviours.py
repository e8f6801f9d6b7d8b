"""More of what servers do, each behaviour with its outcome beside it: a document, or a failure of its kind.

`test_misbehaviour` has the first part of the table.
"""

import asyncio
import gzip
import sys
import zlib
from collections.abc import Awaitable, Callable
from typing import Literal

import anyio
import brotli
import pytest

from tests.fetch import server
from tests.fetch.conftest import LIMIT, NOW, POLICY, feed, fetch_one
from tests.fetch.server import FEED, Behaviour, answer, chunked, redirect, serving, serving_everywhere
from tests.fetch.test_misbehaviour import HOSTILE, encoded
from wire.fetch import Fetcher
from wire.model import Failure, Fetched, FetchFailed, PollState, Validators

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = pytest.mark.anyio

Outcome = Failure | Literal["document"]
DOCUMENT: Outcome = "document"
HEAD = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n" % len(FEED)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def raw(*lines: bytes, body: bytes = FEED, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    """An answer with these header lines and its right length."""
    return b"\r\n".join([status, *lines, b"Content-Length: %d" % len(body), b"Connection: close", b"", body])


def dripping(piece: bytes, begin: bytes = b"", pause: float = 0.0) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Sends the same for ever."""

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return drip


def in_pieces(data: bytes, size: int, pause: float) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Sends all of it, slowly."""

    async def send(writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(data), size):
            writer.write(data[start : start + size])
            await writer.drain()
            await asyncio.sleep(pause)

    return send


def status(code: int, *headers: str, body: bytes = FEED) -> bytes:
    """A whole answer of that status."""
    return answer(f"{code} X", body, *headers)


TABLE: list[tuple[str, Behaviour, Outcome]] = [
    # --- status
    ("203 from a proxy that changed it", status(203), DOCUMENT),
    ("201 with a document", status(201), Failure.STATUS),
    ("202 later", status(202), Failure.STATUS),
    ("204 nothing", b"HTTP/1.1 204 No Content\r\n\r\n", Failure.STATUS),
    ("205 reset", status(205, body=b""), Failure.STATUS),
    ("206 that nobody asked for", status(206, "Content-Range: bytes 0-9/100"), Failure.STATUS),
    ("207 of another protocol", status(207), Failure.STATUS),
    ("226 a delta that nobody asked for", status(226), Failure.STATUS),
    ("299 of its own invention", status(299), Failure.STATUS),
    ("300 choices", status(300), Failure.STATUS),
    ("304 with a body", status(304), Failure.PROTOCOL),
    ("305 use a proxy", status(305, "Location: http://127.0.0.1:9/"), Failure.STATUS),
    ("306 unused", status(306, "Location: /elsewhere"), Failure.STATUS),
    ("401 with a challenge", status(401, 'WWW-Authenticate: Basic realm="x"'), Failure.STATUS),
    ("401 with a broken challenge", status(401, "WWW-Authenticate: ,,,="), Failure.STATUS),
    ("407 at once", status(407, "Proxy-Authenticate: Basic"), Failure.STATUS),
    ("410 gone", status(410), Failure.STATUS),
    ("416 for no range", status(416), Failure.STATUS),
    ("421 misdirected", status(421), Failure.STATUS),
    ("425 too early", status(425), Failure.STATUS),
    ("451 law", status(451), Failure.STATUS),
    ("500 with a document", status(500), Failure.STATUS),
    ("511 of a hotel", status(511), Failure.STATUS),
    ("520 of a CDN", status(520), Failure.STATUS),
    ("599", status(599), Failure.STATUS),
    ("600", status(600), Failure.STATUS),
    ("999 of a limiter", status(999), Failure.STATUS),
    ("status of two digits", b"HTTP/1.1 20 OK\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("status of four digits", b"HTTP/1.1 2000 OK\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("status in words", b"HTTP/1.1 OK\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("negative status", b"HTTP/1.1 -200 OK\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("no reason", b"HTTP/1.1 200\r\n" + LENGTH + FEED, DOCUMENT),
    ("reason that is no ASCII", b"HTTP/1.1 200 \xff\xfe\r\n" + LENGTH + FEED, DOCUMENT),
    ("endless reason", b"HTTP/1.1 200 " + b"O" * 100_000 + b"\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    # --- protocol
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Failure.PROTOCOL),
    ("HTTP/2 settings frame", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18), Failure.PROTOCOL),
    ("HTTP/3.0", b"HTTP/3.0 200 OK\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("ICY", b"ICY 200 OK\r\n\r\n" + FEED, Failure.PROTOCOL),
    ("TLS alert to plain HTTP", b"\x15\x03\x01\x00\x02\x02\x46", Failure.PROTOCOL),
    ("SMTP", b"220 mail.example ESMTP\r\n", Failure.PROTOCOL),
    ("blank lines first", b"\r\n\r\n" + raw(), DOCUMENT),
    ("nothing but NULs", bytes(5000), Failure.PROTOCOL),
    ("HTTP/1.0 kept alive", raw(b"Connection: keep-alive", status=b"HTTP/1.0 200 OK"), DOCUMENT),
    ("bare line feeds", b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(FEED) + FEED, DOCUMENT),
    ("one 100 Continue", b"HTTP/1.1 100 Continue\r\n\r\n" + raw(), DOCUMENT),
    ("103 hints, then a document", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + raw(), DOCUMENT),
    ("many 1xx, then a document", b"HTTP/1.1 102 Processing\r\n\r\n" * 200 + raw(), Failure.PROTOCOL),
    ("1xx for ever", dripping(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100), Failure.PROTOCOL),
    ("101 to a protocol that nobody asked for", b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", Failure.STATUS),
    # --- headers
    ("header without a colon", HEAD + b"nonsense\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("header without a name", HEAD + b": x\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("space before the colon", HEAD + b"Content-Type : text/xml\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("folded header", HEAD + b"X-Long: a\r\n b\r\n" + LENGTH + FEED, DOCUMENT),
    ("NUL in a header", HEAD + b"X-Nul: a\x00b\r\n" + LENGTH + FEED, Failure.PROTOCOL),
    ("bytes in a header", raw(b"X-Name: caf\xe9 \xff"), DOCUMENT),
    ("name of 10 KB", raw(b"X-" + b"n" * 10_000 + b": y"), Failure.PROTOCOL),
    ("64 KB of headers in all", raw(*[b"X-%d: %b" % (n, b"y" * 8000) for n in range(9)]), Failure.PROTOCOL),
    ("100 cookies", raw(*[b"Set-Cookie: n%d=v; Max-Age=99999" % n for n in range(100)]), DOCUMENT),
    ("broken cookies", raw(b"Set-Cookie: ;;==,\x7f", b"Set-Cookie: "), DOCUMENT),
    ("headers for ever", dripping(b"X-Y: z\r\n", HEAD), Failure.PROTOCOL),
    ("one header for ever", dripping(b"y" * 1000, HEAD + b"X-Y: "), Failure.PROTOCOL),
    ("a header a while", dripping(b"X: 1\r\n", HEAD, pause=0.2), Failure.TIMEOUT),
    ("first byte never", server.silence, Failure.TIMEOUT),
    ("status line and no more", dripping(b"", HEAD, pause=0.2), Failure.TIMEOUT),
    # --- charset and type
    ("no type", raw(), DOCUMENT),
    ("type of an image", raw(b"Content-Type: image/png"), DOCUMENT),
    ("charset of nonsense", raw(b"Content-Type: text/xml; charset=klingon"), DOCUMENT),
    ("charset with a NUL's name", raw(b'Content-Type: text/xml; charset="\\0"'), DOCUMENT),
    ("charset undefined", raw(b"Content-Type: text/xml; charset=undefined"), DOCUMENT),
    ("type of semicolons", raw(b"Content-Type: ;;;=;charset"), DOCUMENT),
    ("two types", raw(b"Content-Type: text/html", b"Content-Type: text/xml"), DOCUMENT),
    ("multipart", raw(b"Content-Type: multipart/mixed; boundary=x"), DOCUMENT),
    ("attachment", raw(b'Content-Disposition: attachment; filename="../../etc/passwd"'), DOCUMENT),
    # --- dates and freshness
    ("dates of nonsense", raw(b"Date: soon", b"Expires: never", b"Last-Modified: \xe2\x98\x83"), DOCUMENT),
    ("date of the year 99999", raw(b"Expires: Fri, 31 Dec 99999 23:59:59 GMT"), DOCUMENT),
    ("Age of nonsense", raw(b"Age: -1", b"Cache-Control: max-age=99999999999999999999999"), DOCUMENT),
    ("Cache-Control of 8 KB", raw(b"Cache-Control: " + b"a=b," * 2000), DOCUMENT),
    ("Retry-After on a 200", raw(b"Retry-After: 86400"), DOCUMENT),
    ("503 with Retry-After of nonsense", status(503, "Retry-After: ∞"), Failure.STATUS),
    ("429 with a date of the year 0", status(429, "Retry-After: Mon, 00 Jan 0000 00:00:00 GMT"), Failure.STATUS),
    ("429 with a huge Retry-After", status(429, "Retry-After: " + "9" * 400), Failure.STATUS),
    # --- length and framing
    ("longer than announced", answer(body=FEED + b"more", length=len(FEED)), Failure.PROTOCOL),
    ("length of nonsense", HEAD + b"Content-Length: many\r\n\r\n" + FEED, Failure.PROTOCOL),
    ("length with a plus", HEAD + b"Content-Length: +5\r\n\r\n" + FEED, Failure.PROTOCOL),
    ("length in hex", HEAD + b"Content-Length: 0x5\r\n\r\n" + FEED, Failure.PROTOCOL),
    ("length of 40 digits", HEAD + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n" + FEED, Failure.PROTOCOL),
    ("two lengths that agree", raw(b"Content-Length: %d" % len(FEED)), Failure.PROTOCOL),
    ("length and chunks", HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", Failure.PROTOCOL),
    ("chunks in chunks", HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", Failure.TRUNCATED),
    ("transfer encoding unknown", HEAD + b"Transfer-Encoding: rot13\r\n\r\n" + FEED, DOCUMENT),
    ("chunks of one byte", chunked(*[bytes([byte]) for byte in FEED]), DOCUMENT),
    ("chunks of one byte for ever", dripping(b"1\r\nx\r\n" * 5000, CHUNKED), Failure.TRUNCATED),
    ("chunk extensions", CHUNKED + b"%x;a=b\r\n%b\r\n0\r\n\r\n" % (len(FEED), FEED), DOCUMENT),
    ("chunk extension for ever", dripping(b"a" * 4000, CHUNKED + b"5;"), Failure.TRUNCATED),
    ("trailers", chunked(FEED, end=b"0\r\nX-Trailer: 1\r\n\r\n"), DOCUMENT),
    ("trailers for ever", dripping(b"X-T: 1\r\n" * 500, CHUNKED + b"0\r\n"), Failure.PROTOCOL),
    ("negative chunk", CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n", Failure.PROTOCOL),
    ("chunk of 2^64", CHUNKED + b"10000000000000000\r\nabc", Failure.PROTOCOL),
    ("chunk larger than the cap", CHUNKED + b"fffffff\r\n" + b"x" * (LIMIT + 100_000), Failure.TOO_LARGE),
    ("chunk without its line end", CHUNKED + b"3\r\nabcdef\r\n0\r\n\r\n", Failure.PROTOCOL),
    ("empty chunks at once", chunked(end=b"0\r\n\r\n"), Failure.TRUNCATED),
    ("slow, but in time", in_pieces(raw(), 40, 0.05), DOCUMENT),
    ("a byte at a time, too slow", in_pieces(raw(), 1, 0.05), Failure.TIMEOUT),
    # --- encodings
    ("gzip with garbage behind", encoded("gzip", gzip.compress(FEED) + b"garbage"), DOCUMENT),
    ("br with garbage behind", encoded("br", brotli.compress(FEED) + b"garbage"), Failure.ENCODING),
    ("zstd with garbage behind", encoded("zstd", zstd.compress(FEED) + b"garbage"), DOCUMENT),
    ("deflate with garbage behind", encoded("deflate", zlib.compress(FEED) + b"garbage"), DOCUMENT),
    ("gzip header alone", encoded("gzip", gzip.compress(FEED)[:10]), Failure.TRUNCATED),
    ("gzip with its checksum cut", encoded("gzip", gzip.compress(FEED)[:-4]), Failure.TRUNCATED),
    ("gzip with a wrong length", encoded("gzip", gzip.compress(FEED)[:-4] + bytes(4)), Failure.ENCODING),
    ("gzip inside gzip, said once", encoded("gzip", gzip.compress(gzip.compress(FEED))), DOCUMENT),
    ("gzip, br said and sent", encoded("br, gzip", gzip.compress(brotli.compress(FEED))), Failure.ENCODING),
    ("said gzip, sent plain", encoded("gzip", FEED), Failure.ENCODING),
    ("said plain, sent gzip", encoded("identity", gzip.compress(FEED)), DOCUMENT),
    ("x-gzip", encoded("x-gzip", gzip.compress(FEED)), DOCUMENT),
    ("GZIP in capitals", encoded("GZIP", gzip.compress(FEED)), DOCUMENT),
    ("encoding of commas", encoded(",,,", FEED), DOCUMENT),
    ("encoding of UTF-8", encoded("utf-8", FEED), Failure.ENCODING),
    ("dcb, a dictionary that nobody has", encoded("dcb", FEED), Failure.ENCODING),
    ("zstd that wants a dictionary", encoded("zstd", bytes.fromhex("28b52ffd2301000000") + bytes(9)), Failure.ENCODING),
    ("zstd skippable frames alone", encoded("zstd", b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"), Failure.TRUNCATED),
    (
        "gzip in chunks, cut",
        HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\x1f\x8b\x08\x00\x00\r\n0\r\n\r\n",
        Failure.TRUNCATED,
    ),
    # --- redirects
    ("Location twice", status(302, "Location: /a", "Location: /b"), Failure.STATUS),
    ("Location empty", status(302, "Location: "), Failure.STATUS),
    ("Location of spaces", status(302, "Location:    "), Failure.STATUS),
    ("Location of a fragment", redirect(302, "#top"), Failure.REDIRECTS),
    ("Location of a query, for ever new", redirect(302, "?again"), Failure.STATUS),
    ("Location of backslashes", redirect(302, "\\\\127.0.0.1\\share"), Failure.STATUS),
    ("Location of a drive", redirect(302, "C:\\feed.xml"), Failure.REDIRECTS),
    ("Location of data:", redirect(302, "data:text/xml,<rss/>"), Failure.REDIRECTS),
    ("Location of feed:", redirect(302, "feed://127.0.0.1/feed"), Failure.REDIRECTS),
    ("Location of gopher:", redirect(302, "gopher://127.0.0.1:25/_HELO"), Failure.REDIRECTS),
    ("Location of unix:", redirect(302, "http+unix://%2frun%2fx.sock/"), Failure.REDIRECTS),
    ("Location without a host", redirect(302, "http:///feed"), Failure.REDIRECTS),
    ("Location of 100 KB", redirect(302, "/" + "a" * 100_000), Failure.PROTOCOL),
    ("Location with a NUL", status(302, "Location: /a\0b"), Failure.PROTOCOL),
    (
        "Location with bytes",
        b"HTTP/1.1 302 X\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        Failure.STATUS,
    ),
    ("Location to the metadata service", redirect(302, "http://169.254.169.254/latest/"), Failure.ADDRESS),
    ("Location to port 0", redirect(302, "http://127.0.0.1:0/"), Failure.CONNECT),
    (
        "redirect with an endless body",
        dripping(b"x" * 5000, b"HTTP/1.1 302 X\r\nLocation: /gone\r\n\r\n"),
        Failure.STATUS,
    ),
    ("Refresh instead of Location", status(200, "Refresh: 0; url=http://127.0.0.1:9/"), DOCUMENT),
    ("200 with a Location", status(200, "Location: http://127.0.0.1:9/"), DOCUMENT),
]


def test_the_table_is_long() -> None:
    names = [case[0] for case in (*TABLE, *HOSTILE)]
    assert len(names) == len(set(names)) >= 120


@pytest.mark.parametrize(("behaviour", "outcome"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
async def test_outcome(fetcher: Fetcher, behaviour: Behaviour, outcome: Outcome) -> None:
    with anyio.fail_after(8):
        result = await fetch_one(fetcher, behaviour)
    found = DOCUMENT if isinstance(result, Fetched) else result.failure if isinstance(result, FetchFailed) else result
    assert found == outcome, result
    assert result.elapsed < 2 * POLICY.timeout
    if isinstance(result, FetchFailed):
        assert result.message.isprintable()


async def test_the_hostile_do_not_hold_up_the_others() -> None:
    """Every one of them at once, on hosts of their own, and honest feeds beside them: these are all polled well."""
    hostile = {f"h{n}": case[1] for n, case in enumerate((*TABLE, *HOSTILE))}
    done: list[str] = []
    honest = serving_everywhere(feed=answer("200 OK", FEED))
    async with Fetcher(POLICY) as fetcher, serving_everywhere(**hostile) as bad, honest as good:

        async def one(url: str) -> None:
            result = await fetcher.fetch(feed(url), None, now=NOW)
            if url.endswith("/feed"):
                assert isinstance(result, Fetched), result
                done.append(url)

        with anyio.fail_after(60):
            async with anyio.create_task_group() as group:
                for n in range(len(hostile)):
                    group.start_soon(one, bad.url(f"/h{n}", host=f"127.3.{n // 200}.{n % 200 + 1}"))
                for n in range(200):
                    group.start_soon(one, good.url("/feed", host=f"127.4.0.{n + 1}"))
    assert len(done) == 200


async def test_validators_survive_whatever_fails(fetcher: Fetcher) -> None:
    """No failure gives validators that could take the place of good ones."""
    async with serving(feed=answer("500 X", FEED, 'ETag: "bad"')) as site:
        state = PollState(feed="harbour", url=site.url("/feed"), validators=Validators(etag='"good"'))
        result = await fetcher.fetch(feed(site.url("/feed")), state, now=NOW)
    assert isinstance(result, FetchFailed)
    assert not hasattr(result, "validators")
