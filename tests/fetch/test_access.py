"""Credentials, headers, query, proxy and certificates of a feed, on real servers: shown to its own origin alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import anyio
import pytest
import trustme

from tests.fetch import server
from tests.fetch.conftest import NOW, POLICY, feed
from tests.fetch.proxy import proxying
from tests.fetch.server import FEED, Behaviour, Site, answer, redirect, serving, serving_tls
from wire import schedule
from wire.access import Access, Secret, origin_of
from wire.fetch import Fetcher
from wire.model import Failure, Feed, Fetched, FetchFailed, FetchResult, NotModified, PollState, Validators

pytestmark = pytest.mark.anyio

TOKEN = "hunter2-hunter2"
LOGIN = (("Authorization", f"Bearer {TOKEN}"), ("X-Api-Key", TOKEN), ("Cookie", f"sid={TOKEN}"))


def access(url: str, **fields: Any) -> Access:
    """What goes with a feed at that URL."""
    usual: dict[str, Any] = {"headers": LOGIN, "secrets": frozenset({TOKEN})}
    return Access(origin=origin_of(url), **{**usual, **fields})


def closed(url: str, **fields: Any) -> Feed:
    """A feed that is behind a login."""
    return replace(feed(url), bearer=Secret(env="TOKEN"), **fields)


async def fetched(one: Feed, given: Mapping[str, Access], state: PollState | None = None) -> FetchResult:
    async with Fetcher(POLICY, given) as fetcher:
        return await fetcher.fetch(one, state, now=NOW)


def login(site: Site, at: int = -1) -> list[list[bytes]]:
    """What a server was shown."""
    return [site.requests[at].headers(name) for name, _ in LOGIN]


SHOWN = [[value.encode()] for _, value in LOGIN]
NOTHING: list[list[bytes]] = [[], [], []]


async def test_headers_and_credentials_are_shown_to_the_feeds_own_origin() -> None:
    async with serving(feed=redirect(302, "/near"), near=answer("200 OK", FEED)) as site:
        url = site.url("/feed")
        result = await fetched(closed(url), {"harbour": access(url)})
    assert isinstance(result, Fetched)
    assert (login(site, 0), login(site, 1)) == (SHOWN, SHOWN)


async def test_a_header_of_the_feeds_own_takes_the_place_of_ours() -> None:
    async with serving(feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed")
        await fetched(closed(url), {"harbour": access(url, headers=(("user-agent", "desk/1"), ("Accept", "text/xml")))})
    assert site.requests[0].headers("User-Agent") == [b"desk/1"]
    assert site.requests[0].headers("Accept") == [b"text/xml"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nothing_is_shown_to_another_origin(status: int) -> None:
    async with (
        serving(feed=answer("200 OK", FEED)) as other,
        serving(feed=redirect(status, other.url("/feed"))) as site,
    ):
        url = site.url("/feed")
        site.behaviours[f"/feed?sid={TOKEN}"] = site.behaviours["/feed"]
        result = await fetched(closed(url), {"harbour": access(url, query=(("sid", TOKEN),))})
    assert isinstance(result, Fetched)
    assert login(site) == SHOWN
    assert login(other) == NOTHING
    assert TOKEN.encode() not in other.requests[0].raw, "another port is another origin"


async def test_what_comes_home_is_let_in_again() -> None:
    async with serving() as other, serving(home=answer("200 OK", FEED), feed=redirect(302, other.url("/a"))) as site:
        other.behaviours["/a"] = redirect(302, site.url("/home"))
        url = site.url("/feed")
        await fetched(closed(url), {"harbour": access(url)})
    assert login(other) == NOTHING
    assert login(site) == SHOWN


async def test_nothing_is_shown_after_a_step_from_https_to_http(ca: None) -> None:
    async with (
        serving(feed=answer("200 OK", FEED)) as plain,
        serving_tls(feed=redirect(302, plain.url("/feed"))) as site,
    ):
        url = site.url("/feed", scheme="https")
        result = await fetched(closed(url), {"harbour": access(url)})
    assert isinstance(result, Fetched)
    assert (login(site), login(plain)) == (SHOWN, NOTHING)


async def test_nothing_is_shown_where_a_permanent_move_has_led_to_another_origin() -> None:
    async with serving(feed=answer("200 OK", FEED)) as new, serving(feed=redirect(301, new.url("/feed"))) as old:
        one = closed(old.url("/feed"))
        given = {"harbour": access(one.url)}
        state = PollState(feed="harbour", url=one.url, moved_to=new.url("/feed"))
        moved, seen = schedule.asked(one, state)
        assert isinstance(await fetched(moved, given, seen), Fetched)
        state = replace(state, moved_to=old.url("/other"))
        old.behaviours["/other"] = answer("200 OK", FEED)
        moved, seen = schedule.asked(one, state)
        assert isinstance(await fetched(moved, given, seen), Fetched)
    assert login(new) == NOTHING
    assert login(old) == SHOWN, "at home under another path it is let in"


async def test_a_refusal_elsewhere_says_who_was_not_shown_the_credentials() -> None:
    async with serving(feed=answer("401 Who")) as other, serving(feed=redirect(302, other.url("/feed"))) as site:
        url = site.url("/feed")
        result = await fetched(closed(url), {"harbour": access(url)})
    assert isinstance(result, FetchFailed)
    assert f"its credentials are for {origin_of(url)} and were not shown to 127.0.0.1" in result.message


async def test_a_feed_is_not_asked_for_without_the_credentials_that_it_needs() -> None:
    async with serving(feed=answer("200 OK", FEED)) as site:
        result = await fetched(closed(site.url("/feed")), {})
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.ACCESS
    assert site.requests == []


# --- query ------------------------------------------------------------------------------------------------------------


async def test_a_query_is_added_on_the_wire_and_nowhere_else() -> None:
    async with serving() as site:
        site.behaviours[f"/feed?a=b%20c&sid={TOKEN}"] = redirect(301, f"/new?sid={TOKEN}&b=1")
        site.behaviours[f"/new?b=1&sid={TOKEN}"] = answer("200 OK", FEED)
        url = site.url("/feed?a=b%20c")
        result = await fetched(closed(url), {"harbour": access(url, query=(("sid", TOKEN),))})
    assert isinstance(result, Fetched), result
    assert (result.url, result.final_url, result.moved_to) == (url, site.url("/new?b=1"), site.url("/new?b=1"))


async def test_an_address_that_holds_our_secret_is_no_move_and_not_shown() -> None:
    async with serving() as site:
        site.behaviours["/feed"] = redirect(301, f"/for/{TOKEN}/feed")
        site.behaviours[f"/for/{TOKEN}/feed"] = answer("200 OK", FEED)
        url = site.url("/feed")
        result = await fetched(closed(url), {"harbour": access(url)})
        site.behaviours[f"/for/{TOKEN}/feed"] = answer("304 Not Modified")
        state = PollState(feed="harbour", url=url, validators=Validators(etag='"1"'))
        unchanged = await fetched(closed(url), {"harbour": access(url)}, state)
    assert isinstance(result, Fetched)
    assert (result.final_url, result.moved_to) == (site.url("/for/…/feed"), None)
    assert isinstance(unchanged, NotModified)
    assert unchanged.moved_to is None


@pytest.mark.parametrize("target", [f"ftp://x/{TOKEN}", f"/feed?q={TOKEN}", f"http://[{TOKEN}/", f"//{TOKEN}.invalid/"])
async def test_no_failure_repeats_a_secret(target: str) -> None:
    async with serving(feed=redirect(302, target)) as site:
        site.behaviours[f"/feed?q={TOKEN}"] = redirect(302, f"/feed?q={TOKEN}")
        url = site.url("/feed")
        result = await fetched(closed(url), {"harbour": access(url)})
    assert isinstance(result, FetchFailed)
    assert TOKEN not in repr(result)


# --- certificates -----------------------------------------------------------------------------------------------------


async def test_an_unverified_certificate_is_taken_for_the_feeds_own_host_alone() -> None:
    async with serving_tls(feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed", scheme="https")
        async with Fetcher(POLICY) as fetcher:
            assert isinstance(await fetcher.fetch(replace(feed(url), verify_tls=False), None, now=NOW), Fetched)
            verified = await fetcher.fetch(feed(url), None, now=NOW)
            site.behaviours["/feed"] = redirect(302, site.url("/there", scheme="https", host="localhost"))
            elsewhere = await fetcher.fetch(replace(feed(url), verify_tls=False), None, now=NOW)
    assert isinstance(verified, FetchFailed)
    assert verified.failure is Failure.TLS, "the connection that was opened for the other is not used"
    assert isinstance(elsewhere, FetchFailed)
    assert elsewhere.failure in {Failure.TLS, Failure.ADDRESS}


@pytest.mark.parametrize(
    "certificate",
    [
        lambda: server.authority().issue_cert("127.0.0.1", not_after=datetime(2001, 1, 1, tzinfo=UTC)),
        lambda: server.authority().issue_cert("127.0.0.1", not_before=datetime(2101, 1, 1, tzinfo=UTC)),
        lambda: server.authority().issue_cert("other.test"),
        lambda: trustme.CA().issue_cert("127.0.0.1"),
        lambda: server.authority().create_child_ca().issue_cert("localhost"),
    ],
    ids=["expired", "not yet valid", "of another name", "of another authority", "of another name, by another hand"],
)
async def test_a_certificate_that_does_not_hold(ca: None, certificate: Callable[[], trustme.LeafCert]) -> None:
    async with server.serving_certified(certificate(), feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed", scheme="https")
        result = await fetched(closed(url), {"harbour": access(url)})
        unverified = await fetched(closed(url, verify_tls=False), {"harbour": access(url)})
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.TLS
    assert isinstance(unverified, Fetched)
    assert len(site.requests) == 1, "nothing was sent before the certificate was looked at"


def test_a_move_to_another_host_takes_no_leave_of_verifying_along() -> None:
    one = Feed(key="a", url="https://a.example/", source="A", verify_tls=False, allow_private=True)
    there, _ = schedule.asked(one, PollState(feed="a", url=one.url, moved_to="https://b.example/"))
    assert (there.verify_tls, there.allow_private) == (True, False)
    near, _ = schedule.asked(one, PollState(feed="a", url=one.url, moved_to="https://a.example/new"))
    assert (near.verify_tls, near.allow_private) == (False, True)


# --- proxies ----------------------------------------------------------------------------------------------------------


async def test_a_proxy_is_the_way_for_plain_requests() -> None:
    async with proxying() as proxy, serving(feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed")
        result = await fetched(closed(url), {"harbour": access(url, proxy=proxy.url)})
    assert isinstance(result, Fetched)
    assert proxy.heads[0].startswith(f"GET {url} HTTP/1.1".encode())


async def test_a_proxy_is_a_tunnel_for_secure_ones_and_sees_no_credential(ca: None) -> None:
    async with proxying() as proxy, serving_tls(feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed", scheme="https")
        result = await fetched(closed(url), {"harbour": access(url, proxy=proxy.url)})
    assert isinstance(result, Fetched), result
    assert proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{site.port} ".encode())
    assert TOKEN.encode() not in b"".join(proxy.heads)
    assert login(site) == SHOWN


async def test_a_proxy_is_shown_its_own_login_and_the_server_is_not() -> None:
    async with proxying(login=b"Basic dXNlcjpwYXNzd29yZA==") as proxy, serving(feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed")
        way = proxy.url.replace("//", "//user:password@")
        one = replace(feed(url), proxy=Secret(env="PROXY"))
        result = await fetched(one, {"harbour": access(url, headers=(), proxy=way)})
        refused = await fetched(one, {"harbour": access(url, headers=(), proxy=proxy.url)})
    assert isinstance(result, Fetched), result
    assert site.requests[0].headers("Proxy-Authorization") in ([], [b"Basic dXNlcjpwYXNzd29yZA=="])
    assert isinstance(refused, FetchFailed)
    assert "407 Proxy Authentication Required" in refused.message


async def test_a_proxy_that_refuses_a_tunnel_or_is_away_is_named_without_its_login(ca: None) -> None:
    async with proxying(login=b"Basic never") as proxy, serving_tls(feed=answer("200 OK", FEED)) as site:
        url = site.url("/feed", scheme="https")
        ways = [proxy.url.replace("//", "//user:password@"), "http://user:password@127.0.0.1:9"]
        results = [
            await fetched(replace(feed(url), proxy=Secret(env="P")), {"harbour": access(url, headers=(), proxy=way)})
            for way in ways
        ]
    for result, words in zip(
        results, ("its proxy does not lead to 127.0.0.1: 407", "no connection to its proxy"), strict=True
    ):
        assert isinstance(result, FetchFailed)
        assert result.failure is Failure.CONNECT
        assert words in result.message
        assert "password" not in repr(result)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f.1", "2130706433", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"]
)
async def test_a_proxy_is_not_asked_to_lead_inside(host: str) -> None:
    async with proxying() as proxy:
        url = f"http://{host}/feed"
        one = replace(feed(url, allow_private=False), proxy=proxy.url)
        direct = await fetched(one, {"harbour": access(url, proxy=proxy.url)})
    assert isinstance(direct, FetchFailed)
    assert direct.failure is Failure.ADDRESS
    assert proxy.heads == []


async def test_a_redirect_through_a_proxy_is_not_led_inside() -> None:
    async with proxying() as proxy, serving(feed=redirect(302, "http://169.254.169.254/latest")) as site:
        url = site.url("/feed")
        result = await fetched(replace(feed(url), proxy=proxy.url), {"harbour": access(url, proxy=proxy.url)})
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.ADDRESS
    assert len(proxy.heads) == 1


# --- headers of answers -----------------------------------------------------------------------------------------------


async def test_headers_are_capped_in_count_line_and_sum(fetcher: Fetcher) -> None:
    floods: dict[str, Behaviour] = {
        "count": answer("200 OK", FEED, *[f"X-{n}: y" for n in range(200)]),
        "line": answer("200 OK", FEED, "X-Long: " + "y" * 9000),
        "sum": answer("200 OK", FEED, *[f"X-{n}: " + "y" * 8000 for n in range(10)]),
    }
    async with serving(**floods) as site:
        for name in floods:
            with anyio.fail_after(5):
                result = await fetcher.fetch(feed(site.url(f"/{name}")), None, now=NOW)
            assert isinstance(result, FetchFailed)
            assert result.failure is Failure.PROTOCOL, name


@pytest.fixture
def ca(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The servers' certificates are trusted."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    server.authority().cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
