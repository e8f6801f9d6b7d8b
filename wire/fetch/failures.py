"""What goes wrong on the way to a document, as a kind and one line for an operator.

Law: no line holds a secret: addresses are shown without credentials and without the values of telling parameters.
"""

import re
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from wire.fetch.guard import Refused
from wire.model import Failure


class Failed(Exception):
    """A fetch has come to its end without a document. Stays in this room: at the door it becomes a `FetchFailed`."""

    def __init__(
        self, failure: Failure, message: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.failure, self.message, self.status, self.retry_after = failure, message, status, retry_after


_TELLING = re.compile(
    r"([?&;][^=&;#]*(?:key|token|secret|passw|pwd|auth|sig|session|credential|code)[^=&;#]*=)[^&;#]*", re.IGNORECASE
)


def shown(url: str) -> str:
    """An address fit for logs and eyes: its first 300 characters, without fragment."""
    try:
        parts = urlsplit(url[:300])
    except ValueError:
        return "an address that can't be read"
    host = parts.netloc.rpartition("@")[2]
    return _TELLING.sub(r"\1…", urlunsplit((parts.scheme, host, parts.path, parts.query, "")))


def telling(url: str) -> bool:
    """Whether an address carries what looks like a secret: a user, a password, a token among its parameters."""
    return "@" in url.partition("://")[2].partition("/")[0] or _TELLING.search(url) is not None


_STATUS = {
    304: "Not Modified, though nothing was asked: the server or a cache in between is at fault",
    400: "Bad Request: the server does not understand the address",
    401: "Unauthorized: the feed wants credentials",
    402: "Payment Required: the publisher sells access",
    403: "Forbidden: the publisher refuses us; a ban, or too many requests",
    404: "Not Found: there is no feed at this address (any more)",
    405: "Method Not Allowed: the address is not a document",
    406: "Not Acceptable: the server has no form of the feed that is asked for",
    407: "Proxy Authentication Required: a proxy in between wants credentials",
    408: "Request Timeout: the server gave up waiting",
    410: "Gone: the publisher has removed this feed",
    418: "I'm a teapot: the publisher takes us for a robot that is not wanted",
    421: "Misdirected Request: this server does not answer for that name",
    429: "Too Many Requests: the publisher wants us to slow down",
    451: "Unavailable For Legal Reasons",
    500: "Internal Server Error: the publisher's server fails",
    502: "Bad Gateway: the publisher's server fails behind its proxy",
    503: "Service Unavailable: the publisher's server is overloaded or in maintenance",
    504: "Gateway Timeout: the publisher's server is too slow behind its proxy",
}


def status_words(status: int) -> str:
    """A status code and what it means for an operator."""
    if status in _STATUS:
        return f"{status} {_STATUS[status]}"
    kind = {1: "no answer", 2: "no document in it", 3: "a redirect that can't be followed", 5: "the server fails"}
    return f"{status}: {kind.get(status // 100, 'the request is refused')}"


def explain(error: Exception, *, host: str, own: bool, reading: bool, proxied: bool = False) -> Failed:
    """The failure behind an exception of httpx or aiohttp.

    `own`: the host is that of the feed's own URL, no other that it redirects to; `reading`: the body had begun;
    `proxied`: what is dialled and looked up is the feed's proxy.
    """
    own_kind = aiohttp.ClientError | OSError
    cause = error.__cause__ if isinstance(error.__cause__, own_kind) and not isinstance(error, own_kind) else error
    found = (_at_proxy(cause, host) if proxied else None) or _connecting(cause, host, own=own)
    failure, words = found or _talking(cause, host, reading=reading)
    return Failed(failure, words)


def _at_proxy(cause: BaseException, host: str) -> tuple[Failure, str] | None:
    match cause:
        case aiohttp.ClientHttpProxyError():
            return Failure.CONNECT, f"its proxy does not lead to {host}: {cause.status} {_line(cause.message)}"
        case aiohttp.ClientConnectorDNSError():
            return Failure.DNS, f"the name of its proxy can't be resolved: {_reason(cause)}"
        case aiohttp.ClientProxyConnectionError():
            return Failure.CONNECT, f"no connection to its proxy: {_reason(cause)}"
    return None


def _connecting(cause: BaseException, host: str, *, own: bool) -> tuple[Failure, str] | None:
    """Where no connection came about."""
    found: tuple[Failure, str] | None = None
    match cause:
        case Refused() as refused:
            found = Failure.ADDRESS, _refused(refused, host, own=own)
        case aiohttp.ClientConnectorError(os_error=Refused() as refused):
            found = Failure.ADDRESS, _refused(refused, host, own=own)
        case aiohttp.InvalidUrlClientError():
            found = Failure.ADDRESS, f"{host} is neither a name nor an address written in full"
        case aiohttp.ClientConnectorDNSError():
            found = Failure.DNS, f"the name {host} can't be resolved: {_reason(cause)}"
        case aiohttp.ClientSSLError():
            found = Failure.TLS, f"no secure connection to {host}: {_reason(cause)}"
        case TimeoutError():
            found = Failure.TIMEOUT, f"{host} is too slow to answer"
        case aiohttp.ClientConnectorError():
            found = Failure.CONNECT, f"no connection to {host}: {_reason(cause)}"
    return found


def _talking(cause: BaseException, host: str, *, reading: bool) -> tuple[Failure, str]:
    """Where one was there."""
    match cause:
        case aiohttp.ClientPayloadError():
            return Failure.TRUNCATED, f"{host} sent a body that breaks off, or is not as long as announced"
        case aiohttp.ClientConnectionError() | OSError() if reading:
            return Failure.TRUNCATED, f"{host} broke the connection in the middle of the body"
        case aiohttp.ServerDisconnectedError():
            return Failure.PROTOCOL, f"{host} closed the connection without an answer"
        case aiohttp.ClientConnectionError() | OSError():
            return Failure.CONNECT, f"{host} broke the connection: {_reason(cause)}"
        case aiohttp.ClientResponseError():
            return Failure.PROTOCOL, f"{host} answers in bad HTTP: {_line(cause.message)}"
        case _:
            return Failure.PROTOCOL, f"{host} can't be asked ({type(cause).__name__})"


def _refused(refused: Refused, host: str, *, own: bool) -> str:
    spelled_out = ":" in host or host == refused.address
    what = f"{host} is {refused.why}" if spelled_out else f"{host} resolves to {refused.address}, {refused.why}"
    if own:
        return f"{what}; set allow_private = true on the feed if that is meant"
    return f"redirected to where no redirect may lead: {what}"


def _reason(error: BaseException) -> str:
    inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    return _line(getattr(inner, "strerror", None) or str(inner) or type(inner).__name__)


def _line(text: str) -> str:
    return " ".join(text.split())[:160]
