"""No packet goes to an address that is not public, however it is written, and whoever leads there."""

import ipaddress
import itertools
import socket
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fetch.conftest import NOW, POLICY, feed
from tests.fetch.net import HERE, PUBLISHER, Net, network
from tests.fetch.server import FEED, Site, answer, redirect, serving
from wire.fetch import Fetcher, guard
from wire.fetch.guard import Refused, public_socket, refusal
from wire.model import Failure, Fetched, FetchFailed, FetchResult

DATA: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "addresses.toml").read_text("utf-8"))
NOT_PUBLIC: list[str] = list(itertools.chain.from_iterable(DATA["not_public"].values()))
PUBLIC: list[str] = list(itertools.chain.from_iterable(DATA["public"].values()))
REDIRECTS = (301, 302, 303, 307, 308)
FAILURES = {
    "address": {Failure.ADDRESS},
    "dns": {Failure.DNS},
    "unreadable": {Failure.PROTOCOL, Failure.REDIRECTS},
}


# --- the judgement ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_not(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("10.0.0.1", "a private address (RFC 1918)"),
        ("255.255.255.255", "the broadcast address (RFC 919)"),
        ("169.254.169.254", "a link-local address, or the metadata service of a cloud (RFC 3927)"),
        ("::1", "a loopback address (RFC 4291)"),
        ("2001:20::1", "an ORCHIDv2, which is no address (RFC 7343)"),
        ("64:ff9b::7f00:1", "127.0.0.1 behind NAT64, a loopback address (RFC 1122)"),
        ("4000::1", "an address that nobody has been given (RFC 4291)"),
        ("2606:4700::1%lo", "an address with a zone, which holds on this machine alone (RFC 4007)"),
        ("/run/wire.sock", "not an IP address"),
    ],
)
def test_the_narrowest_reason_is_given(address: str, why: str) -> None:
    assert refusal(address) == why


@given(st.ip_addresses().filter(lambda address: not address.is_global))
def test_stricter_than_the_standard_library(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert refusal(str(address))


@given(st.ip_addresses(v=4))
def test_nat64_is_as_public_as_what_is_behind_it(address: IPv4Address) -> None:
    assert (refusal(f"64:ff9b::{address}") is None) == (refusal(str(address)) is None)


@given(st.text())
def test_what_is_no_address_is_refused(text: str) -> None:
    with suppress(ValueError):
        ipaddress.ip_address(text)
        return
    assert refusal(text) == "not an IP address"


@pytest.mark.parametrize("family", [socket.AF_UNIX, socket.AF_NETLINK])
def test_only_the_internet_has_sockets(family: socket.AddressFamily) -> None:
    with pytest.raises(Refused, match="not an internet address"):
        public_socket((family, socket.SOCK_STREAM, 0, "", ("8.8.8.8", 80)))


# --- the feeds of a newsroom ------------------------------------------------------------------------------------------


@pytest.fixture
async def net(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Net]:
    async with network(monkeypatch) as opened:
        yield opened


@pytest.fixture
async def fetcher(net: Net) -> AsyncIterator[Fetcher]:
    async with Fetcher(POLICY) as opened:
        yield opened


@pytest.fixture
async def publisher(net: Net) -> AsyncIterator[Site]:
    async with serving() as site:
        net.publisher = site.port
        yield site


async def ask(fetcher: Fetcher, url: str, *, allow_private: bool = False) -> FetchResult:
    return await fetcher.fetch(feed(url, allow_private=allow_private), None, now=NOW)


# --- vectors: address × dress × way -----------------------------------------------------------------------------------


def _octets(address: IPv4Address, form: str) -> str:
    return ".".join(format(octet, form) for octet in address.packed)


def _groups(address: IPv4Address) -> str:
    return f"{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


DRESSES: dict[str, tuple[Callable[[IPv4Address], str], str]] = {
    "trailing dot": (lambda a: f"{a}.", "address"),
    "decimal": (lambda a: f"{int(a)}", "address"),
    "hex": (lambda a: f"0x{int(a):08x}", "address"),
    "HEX": (lambda a: f"0X{int(a):08X}", "address"),
    "octal": (lambda a: f"0{int(a):o}", "address"),
    "dotted hex": (lambda a: _octets(a, "#x"), "address"),
    "dotted octal": (lambda a: _octets(a, "04o"), "unreadable"),
    "leading zeros": (lambda a: _octets(a, "04d"), "unreadable"),
    "two parts": (lambda a: f"{a.packed[0]}.{int(a) & 0xFFFFFF}", "address"),
    "three parts": (lambda a: f"{a.packed[0]}.{a.packed[1]}.{int(a) & 0xFFFF}", "address"),
    "two parts in hex": (lambda a: f"0x{a.packed[0]:x}.0x{int(a) & 0xFFFFFF:x}", "address"),
    "mixed radix": (lambda a: f"0x{a.packed[0]:x}.{a.packed[1]}.{int(a) & 0xFFFF}", "address"),
    "ideographic dots": (lambda a: str(a).replace(".", "。"), "address"),
    "full-width dots": (lambda a: str(a).replace(".", "．"), "address"),
    "full-width digits": (lambda a: str(a).translate({48 + n: 0xFF10 + n for n in range(10)}), "unreadable"),
    "percent-encoded": (lambda a: "".join(f"%{ord(c):02x}" for c in str(a)), "dns"),
    "percent-encoded dots": (lambda a: str(a).replace(".", "%2e"), "dns"),
    "behind a user": (lambda a: f"publisher.test@{a}", "address"),
    "behind a user and a backslash": (lambda a: f"publisher.test\\@{a}", "address"),
    "mapped": (lambda a: f"[::ffff:{a}]", "address"),
    "MAPPED, in hex": (lambda a: f"[0:0:0:0:0:FFFF:{_groups(a).upper()}]", "address"),
    "compatible": (lambda a: f"[::{a}]", "address"),
    "translated": (lambda a: f"[::ffff:0:{a}]", "address"),
    "NAT64": (lambda a: f"[64:ff9b::{a}]", "address"),
    "NAT64 in full": (lambda a: f"[0064:FF9B:0:0:0:0:{_groups(a)}]", "address"),
    "local NAT64": (lambda a: f"[64:ff9b:1::{a}]", "address"),
    "6to4": (lambda a: f"[2002:{_groups(a)}::1]", "address"),
    "Teredo": (lambda a: f"[2001:0:{_groups(a)}::1]", "address"),
    "mapped, with a zone": (lambda a: f"[::ffff:{a}%25lo]", "address"),
}
DRESSED = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "0.1.2.3",
]
HOSTS: dict[str, list[tuple[str, str]]] = {
    **{kind: [(_in_url(one), "address") for one in found] for kind, found in DATA["not_public"].items()},
    **{dress: [(wear(IPv4Address(one)), outcome) for one in DRESSED] for dress, (wear, outcome) in DRESSES.items()},
    **{host: [(host, outcome)] for host, outcome in DATA["spellings"].items()},
}
"""Hosts as they stand in a URL, each with what becomes of it: a word of `FAILURES`."""
NAMES = ("inside.test", "both.test", "both-turned.test")


def ways(net: Net, publisher: Site, host: str) -> Iterator[tuple[str, str]]:
    """The URLs on which a feed ends at `host`, each with its name."""
    target = f"http://{host}:{net.port}/feed"
    yield "its own", target
    for status in REDIRECTS:
        publisher.behaviours[f"/{status}"] = redirect(status, target)
        yield f"redirect {status}", f"http://publisher.test/{status}"


def test_there_are_enough_vectors() -> None:
    hosts = {host for group in HOSTS.values() for host, _ in group}
    assert len(hosts) * (1 + len(REDIRECTS)) + len(NOT_PUBLIC) * len(NAMES) * 2 >= 2000
    assert len(PUBLIC) >= 30


@pytest.mark.anyio
@pytest.mark.parametrize("group", HOSTS, ids=ascii)
async def test_no_spelling_and_no_redirect_leads_inside(
    fetcher: Fetcher, net: Net, publisher: Site, group: str
) -> None:
    for host, outcome in HOSTS[group]:
        for way, url in ways(net, publisher, host):
            result = await ask(fetcher, url)
            assert isinstance(result, FetchFailed), (host, way)
            assert result.failure in FAILURES[outcome], (host, way, result.message)
            assert net.untouched(), (host, way, net)
    assert len(publisher.requests) == len(HOSTS[group]) * len(REDIRECTS), "each redirect was met"


@pytest.mark.anyio
@pytest.mark.parametrize("kind", DATA["not_public"])
async def test_no_name_leads_inside(fetcher: Fetcher, net: Net, publisher: Site, kind: str) -> None:
    for address in DATA["not_public"][kind]:
        net.names |= dict(zip(NAMES, ([[address]], [[PUBLISHER, address]], [[address, PUBLISHER]]), strict=True))
        for name in NAMES:
            target = f"http://{name}:{net.port}/feed"
            publisher.behaviours["/feed"] = redirect(302, target)
            for url in (target, "http://publisher.test/feed"):
                result = await ask(fetcher, url)
                assert isinstance(result, FetchFailed), (address, url)
                assert result.failure is Failure.ADDRESS, (address, url, result.message)
                assert net.untouched(), (address, url, net)
    assert len(publisher.requests) == len(DATA["not_public"][kind]) * len(NAMES), "each redirect was met"


# --- the net catches what it should -----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_an_exempt_feed_reaches_the_listeners(fetcher: Fetcher, net: Net) -> None:
    hosts = ["127.0.0.1", "127.0.0.2", "0.0.0.0", "localhost"]  # noqa: S104 - asked, not listened on
    if "::1" in net.listening:
        hosts += ["[::1]", "[::]", "[::ffff:127.0.0.1]"]
    for host in hosts:
        assert isinstance(await ask(fetcher, f"http://{host}:{net.port}/feed", allow_private=True), Fetched), host
    assert net.accepted == len(hosts)
    assert set(net.dialled) <= HERE


@pytest.mark.anyio
async def test_without_the_judgement_every_way_leads_inside(
    fetcher: Fetcher, net: Net, publisher: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "refusal", {}.get)
    net.names["inside.test"] = [["127.0.0.1"]]
    for host in ("127.0.0.1", "0x7f.1", "0x7f000001", "127。0。0。1", "publisher.test@127.0.0.1", "inside.test"):
        for way, url in ways(net, publisher, host):
            assert isinstance(await ask(fetcher, url), Fetched), (host, way)


@pytest.mark.anyio
async def test_the_systems_own_resolver_is_judged_as_well() -> None:
    async with serving(feed=answer("200 OK", FEED)) as site, Fetcher(POLICY) as fetcher:
        url = site.url("/feed", host="localhost")
        result = await ask(fetcher, url)
        assert isinstance(result, FetchFailed)
        assert (result.failure, site.requests) == (Failure.ADDRESS, [])
        assert isinstance(await ask(fetcher, url, allow_private=True), Fetched)


# --- names that change ------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_name_that_turns_private_on_the_way_is_refused(fetcher: Fetcher, net: Net, publisher: Site) -> None:
    net.names["turning.test"] = [[PUBLISHER], ["127.0.0.1"]]
    publisher.behaviours["/feed"] = redirect(302, f"http://turning.test:{net.port}/feed")  # another port: asked anew
    result = await ask(fetcher, "http://turning.test/feed")
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.ADDRESS
    assert net.asked == ["turning.test"] * 2
    assert len(publisher.requests) == 1
    assert net.untouched()


@pytest.mark.anyio
async def test_what_was_judged_is_what_is_dialled(fetcher: Fetcher, net: Net, publisher: Site) -> None:
    net.names["turning.test"] = [[PUBLISHER], ["127.0.0.1"]]
    publisher.behaviours["/feed"] = answer("200 OK", FEED)
    for _ in range(2):  # the second time from the cache
        assert isinstance(await ask(fetcher, f"http://turning.test:{net.port}/feed"), Fetched)
    assert net.asked == ["turning.test"]
    assert net.untouched()


@pytest.mark.anyio
async def test_the_dialler_refuses_by_itself_what_a_resolver_lets_by(net: Net) -> None:
    net.names["both.test"] = [["8.8.8.8", "127.0.0.1", "::1"]]
    connector = aiohttp.TCPConnector(resolver=net, socket_factory=public_socket, happy_eyeballs_delay=0.01)
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://both.test:{net.port}/feed")
    assert set(net.dialled) == {"8.8.8.8"}
    assert net.accepted == 0


# --- the exemption ----------------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_connection_of_an_exempt_feed_serves_no_other(fetcher: Fetcher, net: Net) -> None:
    net.names["inside.test"] = [["127.0.0.1"]]
    for host in ("127.0.0.1", "inside.test"):
        net.accepted = 0
        url = f"http://{host}:{net.port}/feed"
        for _ in range(2):
            assert isinstance(await ask(fetcher, url, allow_private=True), Fetched)
            result = await ask(fetcher, url)
            assert isinstance(result, FetchFailed)
            assert result.failure is Failure.ADDRESS
        assert net.accepted == 1, "it was kept open, and used again by the feed that may"


@pytest.mark.anyio
@pytest.mark.parametrize("status", REDIRECTS)
async def test_an_exemption_ends_with_the_feeds_own_host(
    fetcher: Fetcher, net: Net, publisher: Site, status: int
) -> None:
    net.names |= {"inside.test": [["127.0.0.1"]], "other.test": [["127.0.0.1"]], "inside.test.": [["127.0.0.1"]]}
    publisher.behaviours["/feed"] = answer("200 OK", FEED)
    home = f"http://inside.test:{publisher.port}"
    outcomes: dict[str, type[FetchResult]] = {}
    expected = {
        "/feed": Fetched,
        f"http://INSIDE.test:{net.port}/feed": Fetched,
        "http://publisher.test/feed": Fetched,
        f"http://other.test:{net.port}/": FetchFailed,
        f"http://inside.test.:{net.port}/": FetchFailed,
        f"http://inside.test@127.0.0.1:{net.port}/": FetchFailed,
        f"http://inside.test%40127.0.0.1:{net.port}/": FetchFailed,
        f"http://127.0.0.1:{net.port}/": FetchFailed,
        f"http://[::1]:{net.port}/": FetchFailed,
    }
    for target in expected:
        publisher.behaviours["/go"] = redirect(status, target)
        outcomes[target] = type(await ask(fetcher, f"{home}/go", allow_private=True))
    assert outcomes == expected
    assert net.accepted == 1, "that of the own host on its other port"


@pytest.mark.anyio
async def test_the_way_home_over_the_public_internet_is_open(fetcher: Fetcher, net: Net, publisher: Site) -> None:
    home = f"http://127.0.0.1:{net.port}/feed"
    publisher.behaviours |= {"/back": redirect(302, home), "/go": redirect(302, "http://publisher.test/back")}
    result = await ask(fetcher, f"http://127.0.0.1:{publisher.port}/go", allow_private=True)
    assert isinstance(result, Fetched), result
    assert result.final_url == home


# --- what an operator reads -------------------------------------------------------------------------------------------

ADVICE = "; set allow_private = true on the feed if that is meant"
AWAY = "redirected to where no redirect may lead: "


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("10.0.0.1", "10.0.0.1 is a private address (RFC 1918)"),
        ("[::1]", "::1 is a loopback address (RFC 4291)"),
        ("[0:0:0:0:0:0:0:1]", "0:0:0:0:0:0:0:1 is a loopback address (RFC 4291)"),
        ("0x7f.1", "0x7f.1 resolves to 127.0.0.1, a loopback address (RFC 1122)"),
        ("both.test", "both.test resolves to 10.0.0.1, a private address (RFC 1918)"),
    ],
)
async def test_the_message_says_what_and_what_to_do(
    fetcher: Fetcher, net: Net, publisher: Site, host: str, said: str
) -> None:
    net.names["both.test"] = [[PUBLISHER, "10.0.0.1"]]
    publisher.behaviours["/feed"] = redirect(301, f"http://{host}/")
    own, led = await ask(fetcher, f"http://{host}/"), await ask(fetcher, "http://publisher.test/feed")
    assert isinstance(own, FetchFailed)
    assert isinstance(led, FetchFailed)
    assert (own.message, led.message) == (said + ADVICE, AWAY + said)


@pytest.mark.anyio
async def test_an_address_that_is_no_address_gets_no_advice(fetcher: Fetcher, net: Net) -> None:
    result = await ask(fetcher, "http://2130706433/")
    assert isinstance(result, FetchFailed)
    assert result.message == "2130706433 is neither a name nor an address written in full"


@pytest.mark.anyio
async def test_no_proxy_is_taken_from_the_environment(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{net.port}")
    async with Fetcher(POLICY) as fetcher:
        result = await ask(fetcher, "http://10.0.0.1/feed")
    assert isinstance(result, FetchFailed)
    assert result.failure is Failure.ADDRESS
    assert net.untouched()
