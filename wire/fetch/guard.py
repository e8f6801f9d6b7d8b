"""Which addresses may be connected to: those of the public internet, as the registries of special-purpose addresses
of IANA have it.

Law: judged is the address that is dialled, at the moment it is dialled; a name, a spelling or an earlier answer of the
DNS counts for nothing.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult


class Refused(OSError):
    """`address` is not to be connected to; `why` says what it is. An OSError, as a dialler expects."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"{address} is {why}")
        self.address, self.why = address, why


_NOT_PUBLIC: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(block), why)
    for block, why in (
        ("0.0.0.0/8", 'an address of "this network" (RFC 1122)'),
        ("10.0.0.0/8", "a private address (RFC 1918)"),
        ("100.64.0.0/10", "a shared address behind carrier-grade NAT (RFC 6598)"),
        ("127.0.0.0/8", "a loopback address (RFC 1122)"),
        ("168.63.129.16/32", "the metadata service of a cloud (Azure)"),
        ("169.254.0.0/16", "a link-local address, or the metadata service of a cloud (RFC 3927)"),
        ("172.16.0.0/12", "a private address (RFC 1918)"),
        ("192.0.0.0/24", "reserved for protocols (RFC 6890)"),
        ("192.0.2.0/24", "an address for documentation (RFC 5737)"),
        ("192.88.99.0/24", "a 6to4 relay (RFC 7526)"),
        ("192.168.0.0/16", "a private address (RFC 1918)"),
        ("198.18.0.0/15", "an address for benchmarks (RFC 2544)"),
        ("198.51.100.0/24", "an address for documentation (RFC 5737)"),
        ("203.0.113.0/24", "an address for documentation (RFC 5737)"),
        ("224.0.0.0/4", "a multicast address (RFC 5771)"),
        ("255.255.255.255/32", "the broadcast address (RFC 919)"),
        ("240.0.0.0/4", "a reserved address (RFC 1112)"),
        ("::/128", "the unspecified address (RFC 4291)"),
        ("::1/128", "a loopback address (RFC 4291)"),
        ("::/96", "an IPv4-compatible address (RFC 4291)"),
        ("::ffff:0:0/96", "an IPv4-mapped address (RFC 4291)"),
        ("::ffff:0:0:0/96", "an IPv4-translated address (RFC 2765)"),
        ("64:ff9b:1::/48", "an address of a local NAT64 (RFC 8215)"),
        ("100::/64", "an address that is discarded (RFC 6666)"),
        ("100:0:0:1::/64", "a dummy address (RFC 9780)"),
        ("2001::/32", "a Teredo address (RFC 4380)"),
        ("2001:2::/48", "an address for benchmarks (RFC 5180)"),
        ("2001:10::/28", "an ORCHID, which is no address (RFC 4843)"),
        ("2001:20::/28", "an ORCHIDv2, which is no address (RFC 7343)"),
        ("2001:30::/28", "the tag of a drone, which is no address (RFC 9374)"),
        ("2001::/23", "reserved for protocols (RFC 2928)"),
        ("2001:db8::/32", "an address for documentation (RFC 3849)"),
        ("2002::/16", "a 6to4 address (RFC 3056)"),
        ("3ffe::/16", "an address of the 6bone, which has ended (RFC 3701)"),
        ("3fff::/20", "an address for documentation (RFC 9637)"),
        ("5f00::/16", "a segment identifier, which is no address (RFC 9602)"),
        ("fc00::/7", "a private address (RFC 4193)"),
        ("fe80::/10", "a link-local address (RFC 4291)"),
        ("fec0::/10", "a site-local address (RFC 3879)"),
        ("ff00::/8", "a multicast address (RFC 4291)"),
    )
)
"""The first block that fits names the reason. Those that hold an IPv4 address are refused whatever it is: no publisher
is found at one."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""Where networks without IPv4 reach it (RFC 6052): as public as the IPv4 address in the last 32 bits."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that has been given out of IPv6 (RFC 4291, IANA)."""


def refusal(address: str) -> str | None:
    """Say what an address is, with the RFC that makes it so, where it is not one of the public internet; else None."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an IP address"
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return "an address with a zone, which holds on this machine alone (RFC 4007)"
    return _refusal(parsed)


def _refusal(address: IPv4Address | IPv6Address) -> str | None:
    if address in _NAT64:
        held = IPv4Address(int(address) & 0xFFFF_FFFF)
        why = _refusal(held)
        return why and f"{held} behind NAT64, {why}"
    for block, why in _NOT_PUBLIC:
        if address in block:
            return why
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return "an address that nobody has been given (RFC 4291)"
    return None


def public_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    """Make the socket for one address that is about to be dialled. Raises `Refused`: then nothing is sent."""
    family, kind, protocol, _, address = info
    if family not in {socket.AF_INET, socket.AF_INET6}:
        raise Refused(str(address), "not an internet address")
    _check(address[0])
    return socket.socket(family, kind, protocol)


def check_written(host: str) -> None:
    """Judge a host that a proxy will dial, by all that can be known of it here: an address, in whatever dress.

    What a name leads to, only the proxy knows. Raises `Refused`.
    """
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        raise Refused(name, "a loopback address (RFC 6761)")
    try:
        found = socket.getaddrinfo(name, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return
    for *_, address in found:
        _check(str(address[0]))


class PublicResolver(AbstractResolver):
    """What another resolver finds, for names that lead to the public internet and nowhere else.

    `public_socket` would refuse the bad ones among several addresses by itself. But a name that leads inside as well
    is a mistake or an attack, so nothing of it is dialled.
    """

    def __init__(self, names: AbstractResolver) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Find all addresses of a name. Raises `Refused` where one of them is not public."""
        found = await self._names.resolve(host, port, family)
        for one in found:
            _check(one["host"])
        return found

    async def close(self) -> None:
        """Close the other resolver."""
        await self._names.close()


def _check(address: str) -> None:
    if why := refusal(address):
        raise Refused(address, why)
