"""What the fetcher does where all goes well, or wrong in the ordinary way: each rule against a real loopback server."""

import asyncio
import gzip
import sys
import zlib
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import anyio
import brotli
import pytest

from tests.fetch import server
from tests.fetch.conftest import NOW, POLICY, feed, fetch_one
from tests.fetch.server import FEED, answer, chunked, serving
from wire.fetch import Fetcher, Wanted
from wire.fetch.failures import Failed
from wire.model import Failure, Fetched, FetchFailed, FetchResult, NotModified, PollState, Validators
from wire.policy import FetchPolicy

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = pytest.mark.anyio

# --- what works -------------------------------------------------------------------------------------------------------


async def test_document_comes_with_all_that_a_poller_needs(fetcher: Fetcher) -> None:
    headers = ('ETag: W/"a b"', "Last-Modified: yesterday-ish", "Content-Type: text/xml", "Cache-Control: max-age=900")
    async with serving(feed=answer("200 OK", FEED, *headers)) as site:
        result = await fetcher.fetch(feed(site.url("/feed#top")), None, now=NOW)
    assert isinstance(result, Fetched)
    assert (result.body, result.content_type, result.max_age, result.at) == (FEED, "text/xml", 900.0, NOW)
    assert result.validators == Validators(etag='W/"a b"', last_modified="yesterday-ish")
    assert (result.final_url, result.moved_to, result.notes) == (site.url("/feed"), None, ())
    assert 0 < result.elapsed < 1


async def test_request_says_who_asks_and_nothing_else(fetcher: Fetcher) -> None:
    async with serving(feed=answer("200 OK", FEED, "Set-Cookie: id=1")) as site:
        for _ in range(2):
            await fetcher.fetch(feed(site.url("/feed")), None, now=NOW)
    names = [sorted(line.split(b":")[0].lower() for line in r.raw.split(b"\r\n")[1:] if line) for r in site.requests]
    assert names == [[b"accept", b"accept-encoding", b"connection", b"host", b"user-agent"]] * 2
    assert site.requests[1].headers("User-Agent") == [b"presswire-test/1 (+https://desk.test)"]
    assert site.requests[1].headers("Accept-Encoding") == [b"gzip, br, zstd, deflate"]


async def test_large_bodies_that_come_at_once_are_whole() -> None:
    """The first read of a connection may bring more than its framing may ever be, before any of it is known as body."""
    body = FEED.replace(b"</channel>", b"<!--" + b"x" * 900_000 + b"--></channel>")

    async def at_once(writer: asyncio.StreamWriter) -> None:
        head, _, rest = answer("200 OK", body).partition(b"\r\n\r\n")
        writer.write(head + b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.write(rest)
        await writer.drain()

    async with serving(feed=at_once) as site, Fetcher(replace(POLICY, max_bytes=2_000_000)) as large:
        result = await large.fetch(feed(site.url("/feed")), None, now=NOW)
    assert isinstance(result, Fetched), result
    assert result.body == body


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(FEED)),
        ("GZIP", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:40]) + gzip.compress(FEED[40:])),
        ("gzip", gzip.compress(FEED) + bytes(20)),
        ("gzip, identity", gzip.compress(FEED)),
        ("deflate", zlib.compress(FEED)),
        ("deflate", server.raw_deflate(FEED)),
        ("br", brotli.compress(FEED)),
        ("zstd", zstd.compress(FEED)),
        ("zstd", zstd.compress(FEED[:40]) + zstd.compress(FEED[40:])),
        ("", FEED),
        ("identity", FEED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_one_encoding_is_undone(fetcher: Fetcher, encoding: str, body: bytes) -> None:
    result = await fetch_one(fetcher, answer("200 OK", body, f"Content-Encoding: {encoding}"))
    assert isinstance(result, Fetched), result
    assert result.body == FEED


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate"])
async def test_encoded_data_may_come_byte_by_byte(fetcher: Fetcher, encoding: str) -> None:
    compress = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress, "deflate": zlib.compress}[encoding]
    drops = [bytes([byte]) for byte in compress(FEED)]
    head, _, rest = chunked(*drops).partition(b"\r\n")
    result = await fetch_one(fetcher, head + f"\r\nContent-Encoding: {encoding}\r\n".encode() + rest)
    assert isinstance(result, Fetched), result
    assert result.body == FEED


async def test_body_without_length_ends_with_the_connection(fetcher: Fetcher) -> None:
    result = await fetch_one(fetcher, b"HTTP/1.0 200 OK\r\n\r\n" + FEED)
    assert isinstance(result, Fetched)
    assert result.body == FEED


# --- validators -------------------------------------------------------------------------------------------------------

ODD_ETAG = "\"ä 'odd' ; one\""


async def test_validators_go_back_byte_for_byte(fetcher: Fetcher) -> None:
    raw = (
        f"HTTP/1.1 200 OK\r\nETag: {ODD_ETAG}\r\nLast-Modified: Mon, 02 Mar 2026 10:00:00 +0000\r\n\r\n".encode() + FEED
    )
    async with serving(feed=raw) as site:
        first = await fetcher.fetch(feed(site.url("/feed")), None, now=NOW)
        assert isinstance(first, Fetched)
        state = PollState(feed="harbour", url=site.url("/feed"), validators=first.validators)
        site.behaviours["/feed"] = answer("304 Not Modified", b"", 'ETag: "new"', "Cache-Control: max-age=120")
        second = await fetcher.fetch(feed(site.url("/feed")), state, now=NOW)
    assert site.requests[0].headers("If-None-Match") == site.requests[0].headers("If-Modified-Since") == []
    assert site.requests[1].headers("If-None-Match") == [ODD_ETAG.encode()]
    assert site.requests[1].headers("If-Modified-Since") == [b"Mon, 02 Mar 2026 10:00:00 +0000"]
    assert isinstance(second, NotModified)
    assert (second.validators, second.max_age) == (Validators(etag='"new"'), 120.0)


async def test_validators_of_another_address_are_void(fetcher: Fetcher) -> None:
    async with serving(feed=answer("200 OK", FEED)) as site:
        state = PollState(feed="harbour", url=site.url("/old"), validators=Validators(etag='"a"', last_modified="b"))
        result = await fetcher.fetch(feed(site.url("/feed")), state, now=NOW)
    assert isinstance(result, Fetched)
    assert site.requests[0].headers("If-None-Match") == site.requests[0].headers("If-Modified-Since") == []


async def test_validator_that_cannot_be_sent_again_is_not_kept(fetcher: Fetcher) -> None:
    result = await fetch_one(fetcher, b'HTTP/1.1 200 OK\r\nETag: "\xe4"\r\n\r\n' + FEED)
    assert isinstance(result, Fetched)
    assert result.validators == Validators()


async def test_unasked_304_is_a_failure(fetcher: Fetcher) -> None:
    result = await fetch_one(fetcher, answer("304 Not Modified"))
    assert isinstance(result, FetchFailed)
    assert (result.failure, result.status) == (Failure.STATUS, 304)


# --- statuses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (204, "204: no document in it"),
        (206, "206: no document in it"),
        (300, "300: a redirect that can't be followed"),
        (401, "401 Unauthorized: the feed wants credentials"),
        (404, "404 Not Found: there is no feed at this address (any more)"),
        (410, "410 Gone: the publisher has removed this feed"),
        (499, "499: the request is refused"),
        (500, "500 Internal Server Error: the publisher's server fails"),
        (599, "599: the server fails"),
    ],
)
async def test_status_is_explained(fetcher: Fetcher, status: int, words: str) -> None:
    result = await fetch_one(fetcher, answer(f"{status} X", b"" if status == 204 else FEED, "Retry-After: 600"))
    assert isinstance(result, FetchFailed)
    assert (result.failure, result.status, result.message) == (Failure.STATUS, status, words)
    assert result.retry_after is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("600", 600.0),
        ("0", 60.0),
        ("99999999", 86_400.0),
        (format_datetime(NOW + timedelta(minutes=7), usegmt=True), 420.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 60.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
    ],
)
async def test_retry_after(fetcher: Fetcher, status: int, value: str, seconds: float | None) -> None:
    result = await fetch_one(fetcher, answer(f"{status} Busy", b"", f"Retry-After: {value}"))
    assert isinstance(result, FetchFailed)
    assert (result.status, result.retry_after) == (status, seconds)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (("Cache-Control: public, MAX-AGE=600",), 600.0),
        (('Cache-Control: max-age="600"',), 600.0),
        (("Cache-Control: s-maxage=900",), None),
        (("Cache-Control: max-age=600", "Age: 200"), 400.0),
        (("Cache-Control: max-age=5",), 60.0),
        (("Cache-Control: max-age=0",), None),
        (("Cache-Control: max-age=31536000",), 86_400.0),
        (("Cache-Control: max-age=soon",), None),
        (("Expires: Mon, 02 Mar 2026 12:10:00 GMT",), 600.0),
        (("Expires: Mon, 02 Mar 2026 12:10:00 GMT", "Date: Mon, 02 Mar 2026 12:05:00 GMT"), 300.0),
        (("Expires: Mon, 02 Mar 2026 12:10:00 GMT", "Cache-Control: max-age=120"), 120.0),
        (("Expires: 0",), None),
        (("Expires: Thu, 01 Jan 1970 00:00:00 GMT",), None),
        (("Expires: Fri, 31 Dec 99999 23:59:59 GMT",), None),
    ],
)
async def test_freshness(fetcher: Fetcher, headers: tuple[str, ...], seconds: float | None) -> None:
    result = await fetch_one(fetcher, answer("200 OK", FEED, *headers))
    assert isinstance(result, Fetched)
    assert result.max_age == seconds


# --- many at once -----------------------------------------------------------------------------------------------------


async def test_per_host_and_global_limits_hold_and_waiting_costs_no_deadline() -> None:
    async def unhurried(writer: asyncio.StreamWriter) -> None:
        await anyio.sleep(0.2)
        writer.write(answer("200 OK", FEED))
        await writer.drain()

    results: list[FetchResult] = []
    policy = FetchPolicy(timeout=0.5, concurrency=4, per_host=2)
    async with Fetcher(policy) as fetcher, serving(feed=unhurried) as site, serving(feed=unhurried) as busy:

        async def one(url: str) -> None:
            results.append(await fetcher.fetch(feed(url), None, now=NOW))

        async with anyio.create_task_group() as tasks:
            for _ in range(8):
                tasks.start_soon(one, site.url("/feed"))
                tasks.start_soon(one, busy.url("/feed", host="localhost"))
    assert [type(result) for result in results] == [Fetched] * 16
    assert (site.most_at_once, busy.most_at_once) == (2, 2)
    assert all(result.elapsed < 0.5 for result in results)


async def test_a_failure_leaves_the_slot_free(fetcher: Fetcher) -> None:
    async with serving(slow=server.silence, feed=answer("200 OK", FEED)) as site:
        async with anyio.create_task_group() as tasks:
            for _ in range(POLICY.per_host + 1):
                tasks.start_soon(lambda: fetcher.fetch(feed(site.url("/slow")), None, now=NOW))
        assert isinstance(await fetcher.fetch(feed(site.url("/feed")), None, now=NOW), Fetched)


# --- what is no feed ----------------------------------------------------------------------------------------------


async def test_what_is_wanted_is_said_and_held_to(fetcher: Fetcher) -> None:
    page, pdf, long = b"<p>Ferry late</p>", b"%PDF-1.7", b"<p>" + b"x" * 2000
    wanted = Wanted(accept="text/html", types=frozenset({"text/html"}), max_bytes=1000)
    async with serving(
        page=answer("200 OK", page, "Content-Type: Text/HTML; charset=utf-8"),
        pdf=answer("200 OK", pdf, "Content-Type: application/pdf", length=100_000_000),
        bare=answer("200 OK", page),
        long=answer("200 OK", long, "Content-Type: text/html"),
    ) as site:
        found = [
            await fetcher.fetch(feed(site.url(path)), None, now=NOW, wanted=wanted)
            for path in ("/page", "/pdf", "/bare", "/long")
        ]
    assert site.requests[0].headers("Accept") == [b"text/html"]
    assert isinstance(found[0], Fetched)
    failures = [each.failure if isinstance(each, FetchFailed) else None for each in found]
    assert failures == [None, Failure.NOT_A_PAGE, Failure.NOT_A_PAGE, Failure.TOO_LARGE]


async def test_a_gate_is_asked_before_each_redirect_and_its_time_does_not_count(fetcher: Fetcher) -> None:
    asked: list[str] = []

    async def gate(url: str) -> None:
        asked.append(url)
        await anyio.sleep(POLICY.timeout + 0.2)
        if url.endswith("/closed"):
            raise Failed(Failure.ROBOTS, "the robots.txt refuses it")

    wanted = Wanted(gate=gate)
    async with serving(
        feed=server.redirect(302, "/open"),
        open=answer("200 OK", FEED),
        other=server.redirect(302, "/closed"),
        closed=answer("200 OK", FEED),
    ) as site:
        open_result = await fetcher.fetch(feed(site.url("/feed")), None, now=NOW, wanted=wanted)
        closed_result = await fetcher.fetch(feed(site.url("/other")), None, now=NOW, wanted=wanted)
    assert isinstance(open_result, Fetched)
    assert isinstance(closed_result, FetchFailed)
    assert closed_result.failure is Failure.ROBOTS
    assert asked == [site.url("/open"), site.url("/closed")]
    assert [each.target for each in site.requests] == ["/feed", "/open", "/other"]
