"""A connection to a server of files, at an address that may be connected to.

Law: judged is the address that is dialled (`guard`), at the moment it is dialled; nothing is sent before.
"""

import socket
import threading
from collections.abc import Callable

from wire.errors import SpoolError
from wire.fetch.guard import refusal
from wire.fetch.place import Denied
from wire.model import Failure

Address = tuple[socket.AddressFamily, str, int]


def dial(
    host: str, port: int, *, timeout: float, allow_private: bool, under_way: Callable[[socket.socket], None]
) -> socket.socket:
    """Connect to the first address of a host that answers. Raises SpoolError, and Denied for an address inside.

    `under_way` is told of each socket before it waits, so that another thread may shut it down.
    """
    addresses = _resolved(host, port, timeout)
    if not allow_private:
        for _, address, _ in addresses:
            check(host, address)
    problem = "has no address"
    for family, address, _ in addresses:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(timeout)
            under_way(sock)
            sock.connect((address, port))
        except TimeoutError:
            problem = f"gives no answer for {timeout:.0f} s"
        except OSError as error:
            problem = f"can't be connected to: {error.strerror or error}"
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        sock.close()
    raise SpoolError(f"{host}:{port} {problem}")


def check(host: str, address: str) -> None:
    """Judge an address of a host. Raises Denied."""
    if why := refusal(address):
        found = address if address == host else f"{host} is at {address}, which"
        message = f"{found} is {why}: nothing was sent; allow_private = true lets this feed go there"
        raise Denied(message, Failure.ADDRESS)


def _resolved(host: str, port: int, timeout: float) -> list[Address]:
    """All addresses of a host, asked for in a thread of its own: a resolver can't be stopped, only left alone."""
    found: list[Address] = []
    problems: list[str] = []

    def ask() -> None:
        try:
            for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                if family in {socket.AF_INET, socket.AF_INET6}:
                    found.append((family, str(address[0]), port))
        except (OSError, UnicodeError) as error:
            problems.append(getattr(error, "strerror", None) or "it is no name")

    asking = threading.Thread(target=ask, name="resolver", daemon=True)
    asking.start()
    asking.join(timeout)
    if asking.is_alive():
        raise SpoolError(f"no resolver says within {timeout:.0f} s where {host} is")
    if not found:
        raise SpoolError(f"the name {host} is not known: {problems[0] if problems else 'it has no address'}")
    return found
