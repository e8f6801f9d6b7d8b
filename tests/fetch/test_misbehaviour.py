"""The fetcher against servers that misbehave, for real, on loopback: each behaviour with its outcome beside it."""

import gzip
import sys
import zlib
from pathlib import Path

import anyio
import brotli
import pytest

from tests.fetch import server
from tests.fetch.conftest import LIMIT, NOW, POLICY, feed, fetch_one
from tests.fetch.server import FEED, Behaviour, answer, chunked, redirect, serving, serving_tls
from wire.fetch import Fetcher
from wire.model import Failure, Fetched, FetchFailed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = pytest.mark.anyio

BOMB = 50 * LIMIT


def encoded(encoding: str, body: bytes) -> bytes:
    return answer("200 OK", body, f"Content-Encoding: {encoding}")


HOSTILE: list[tuple[str, Behaviour, Failure]] = [
    ("slow loris in the body", server.slow_loris, Failure.TIMEOUT),
    ("slow loris in the headers", server.slow_headers, Failure.TIMEOUT),
    ("silence", server.silence, Failure.TIMEOUT),
    ("endless body", server.endless_body, Failure.TOO_LARGE),
    ("endless chunks", server.endless_chunks, Failure.TOO_LARGE),
    ("announced too large", answer(body=b"x", length=LIMIT + 1), Failure.TOO_LARGE),
    ("announced absurdly large", answer(body=b"x", length=10**17), Failure.TOO_LARGE),
    ("gzip bomb", encoded("gzip", server.gzip_bomb(BOMB)), Failure.TOO_LARGE),
    ("deflate bomb", encoded("deflate", zlib.compress(bytes(BOMB))), Failure.TOO_LARGE),
    ("br bomb", encoded("br", brotli.compress(bytes(BOMB))), Failure.TOO_LARGE),
    ("zstd bomb", encoded("zstd", zstd.compress(bytes(BOMB))), Failure.TOO_LARGE),
    ("bomb in many gzip members", encoded("gzip", gzip.compress(bytes(LIMIT // 2)) * 3), Failure.TOO_LARGE),
    ("thousands of empty gzip members", encoded("gzip", gzip.compress(b"") * 5000), Failure.ENCODING),
    ("zstd with a window of 1 GiB", encoded("zstd", bytes.fromhex("28b52ffd00a001000041")), Failure.ENCODING),
    ("truncated gzip", encoded("gzip", gzip.compress(FEED)[:-9]), Failure.TRUNCATED),
    ("truncated deflate", encoded("deflate", zlib.compress(FEED)[:-5]), Failure.TRUNCATED),
    ("truncated br", encoded("br", brotli.compress(FEED)[:-3]), Failure.TRUNCATED),
    ("truncated zstd", encoded("zstd", zstd.compress(FEED)[:-3]), Failure.TRUNCATED),
    ("gzip cut after a byte", encoded("gzip", b"\x1f"), Failure.TRUNCATED),
    ("not gzip at all", encoded("gzip", FEED), Failure.ENCODING),
    ("not br at all", encoded("br", FEED), Failure.ENCODING),
    ("not zstd at all", encoded("zstd", FEED), Failure.ENCODING),
    ("gzip with a wrong checksum", encoded("gzip", gzip.compress(FEED)[:-8] + bytes(8)), Failure.ENCODING),
    ("two encodings", encoded("gzip, br", FEED), Failure.ENCODING),
    ("a thousand encodings", encoded(",".join(["gzip"] * 1000), FEED), Failure.ENCODING),
    ("encodings over two headers", answer("200 OK", FEED, *["Content-Encoding: gzip"] * 2), Failure.ENCODING),
    ("unknown encoding", encoded("compress", FEED), Failure.ENCODING),
    ("shorter than announced", answer(body=FEED, length=len(FEED) + 10), Failure.TRUNCATED),
    ("chunks without an end", chunked(FEED, end=b""), Failure.TRUNCATED),
    ("chunk of a bad length", chunked(FEED, end=b"zz\r\n"), Failure.PROTOCOL),
    ("chunk shorter than it says", chunked(FEED, end=b"40\r\nabc\r\n0\r\n\r\n"), Failure.TRUNCATED),
    ("reset in the body", server.reset_in_body, Failure.TRUNCATED),
    ("empty body", answer(), Failure.TRUNCATED),
    ("empty gzip body", encoded("gzip", gzip.compress(b"")), Failure.TRUNCATED),
    ("a header of 64 KB", answer("200 OK", FEED, "X-Big: " + "x" * 65_536), Failure.PROTOCOL),
    ("a thousand headers", answer("200 OK", FEED, *[f"X-{i}: y" for i in range(1000)]), Failure.PROTOCOL),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.9\r\n", Failure.PROTOCOL),
    ("HTTP 0.9", FEED, Failure.PROTOCOL),
    ("two lengths", answer("200 OK", FEED, "Content-Length: 5"), Failure.PROTOCOL),
    ("negative length", answer(body=FEED, length=-1), Failure.PROTOCOL),
    ("hangs up", server.hang_up, Failure.PROTOCOL),
    ("resets", server.reset, Failure.CONNECT),
    ("redirect without a target", answer("302 Found"), Failure.STATUS),
    ("redirect to a file", redirect(302, "file:///etc/passwd"), Failure.REDIRECTS),
    ("redirect to ftp", redirect(301, "ftp://127.0.0.1/feed"), Failure.REDIRECTS),
    ("redirect to javascript", redirect(302, "javascript:alert(1)"), Failure.REDIRECTS),
    ("redirect to nowhere", redirect(302, "http://"), Failure.REDIRECTS),
    ("redirect to a bad port", redirect(302, "http://127.0.0.1:99999/"), Failure.REDIRECTS),
    ("redirect to an open bracket", redirect(302, "http://[::1/"), Failure.REDIRECTS),
    ("redirect to itself", redirect(302, "/feed"), Failure.REDIRECTS),
    ("redirect to a label too long", redirect(302, f"http://{'a' * 70}.test/"), Failure.DNS),
]


@pytest.mark.parametrize(("behaviour", "failure"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
async def test_misbehaviour_is_a_failure_of_its_kind(fetcher: Fetcher, behaviour: Behaviour, failure: Failure) -> None:
    with anyio.fail_after(5):
        result = await fetch_one(fetcher, behaviour)
    assert isinstance(result, FetchFailed)
    assert result.failure is failure, result
    assert result.elapsed < 2 * POLICY.timeout
    assert result.message
    assert "\n" not in result.message


async def test_tls_to_a_server_that_speaks_none(fetcher: Fetcher) -> None:
    async with serving(feed=answer("200 OK", FEED)) as site:
        result = await fetcher.fetch(feed(site.url("/feed", scheme="https")), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.TLS


async def test_certificate_that_nobody_vouches_for(fetcher: Fetcher) -> None:
    async with serving_tls(feed=answer("200 OK", FEED)) as site:
        result = await fetcher.fetch(feed(site.url("/feed", scheme="https")), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.TLS
    assert "certificate" in result.message
    assert site.requests == []


async def test_way_from_https_to_plain_http_is_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server.authority().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    async with serving(feed=answer("200 OK", FEED)) as plain:
        target = plain.url("/feed?token=hunter2")
        plain.behaviours["/feed?token=hunter2"] = plain.behaviours["/feed"]
        async with serving_tls(feed=redirect(301, target)) as site, Fetcher(POLICY) as fetcher:
            result = await fetcher.fetch(feed(site.url("/feed", scheme="https")), None, now=NOW)
    assert isinstance(result, Fetched), result
    assert result.notes == (f"redirected from https to plain http: {plain.url('/feed?token=…')}",)
    assert result.moved_to == target


async def test_nobody_listens(fetcher: Fetcher) -> None:
    async with serving() as site:
        pass
    result = await fetcher.fetch(feed(site.url("/feed")), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.CONNECT


async def test_name_that_does_not_exist(fetcher: Fetcher) -> None:
    result = await fetcher.fetch(feed("http://nobody.invalid/feed"), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert result.failure in {Failure.DNS, Failure.TIMEOUT}, "a machine without a resolver can only time out"
    assert "nobody.invalid" in result.message or result.failure is Failure.TIMEOUT


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "file:///etc/passwd",
        "http://",
        "http://[::1/",
        "http://a:99999/",
        "http://a\n/",
        "http://\ud800/",
    ],
)
async def test_address_that_is_none(fetcher: Fetcher, url: str) -> None:
    result = await fetcher.fetch(feed(url), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.PROTOCOL


# --- redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301,), True),
        ((308,), True),
        ((301, 308), True),
        ((302,), False),
        ((307,), False),
        ((303,), False),
        ((301, 302), False),
    ],
)
async def test_only_a_permanent_chain_moves_a_feed(fetcher: Fetcher, statuses: tuple[int, ...], moved: bool) -> None:
    hops: dict[str, Behaviour] = {f"hop{i}": redirect(status, f"hop{i + 1}") for i, status in enumerate(statuses)}
    async with serving(**hops | {f"hop{len(statuses)}": answer("200 OK", FEED)}) as site:
        result = await fetcher.fetch(feed(site.url("/hop0")), None, now=NOW)
    assert isinstance(result, Fetched)
    assert result.final_url == site.url(f"/hop{len(statuses)}")
    assert result.moved_to == (result.final_url if moved else None)


async def test_as_many_redirects_as_allowed_and_no_more(fetcher: Fetcher) -> None:
    hops: dict[str, Behaviour] = {f"hop{i}": redirect(302, f"/hop{i + 1}") for i in range(4)}
    async with serving(**hops | {"hop4": answer("200 OK", FEED)}) as site:
        assert isinstance(await fetcher.fetch(feed(site.url("/hop1")), None, now=NOW), Fetched)
        result = await fetcher.fetch(feed(site.url("/hop0")), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.REDIRECTS


async def test_circle_is_left_at_once(fetcher: Fetcher) -> None:
    async with serving(a=redirect(301, "/b"), b=redirect(301, "/a")) as site:
        result = await fetcher.fetch(feed(site.url("/a")), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert (result.failure, len(site.requests)) == (Failure.REDIRECTS, 2)


async def test_messages_hold_no_secret(fetcher: Fetcher) -> None:
    async with serving() as site:
        target = f"ftp://u:hunter2@127.0.0.1:{site.port}/x?api_key=hunter2&page=2&access_token=hunter2#hunter2"
        site.behaviours["/feed?token=hunter2"] = redirect(302, target)
        url = f"http://desk:hunter2@127.0.0.1:{site.port}/feed?token=hunter2"
        result = await fetcher.fetch(feed(url), None, now=NOW)
    assert isinstance(result, FetchFailed)
    assert "hunter2" not in result.message
    assert "page=2" in result.message
