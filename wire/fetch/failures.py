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


def explain(error: Exception, *, host: str, own: bool, reading: bool) -> Failed:
    """The failure behind an exception of httpx or aiohttp.

    `own`: the host is that of the feed's own URL, no other that it redirects to; `reading`: the body had begun.
    """
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError | OSError) else error
    match cause:
        case aiohttp.ClientConnectorError(os_error=Refused() as refused):
            failure, words = Failure.ADDRESS, _refused(refused, host, own=own)
        case aiohttp.InvalidUrlClientError():
            failure, words = Failure.ADDRESS, f"{host} is neither a name nor an address written in full"
        case aiohttp.ClientConnectorDNSError():
            failure, words = Failure.DNS, f"the name {host} can't be resolved: {_reason(cause)}"
        case aiohttp.ClientSSLError():
            failure, words = Failure.TLS, f"no secure connection to {host}: {_reason(cause)}"
        case TimeoutError():
            failure, words = Failure.TIMEOUT, f"{host} is too slow to answer"
        case aiohttp.ClientConnectorError():
            failure, words = Failure.CONNECT, f"no connection to {host}: {_reason(cause)}"
        case aiohttp.ClientPayloadError():
            failure, words = Failure.TRUNCATED, f"{host} sent a body that breaks off, or is not as long as announced"
        case aiohttp.ClientConnectionError() | OSError() if reading:
            failure, words = Failure.TRUNCATED, f"{host} broke the connection in the middle of the body"
        case aiohttp.ServerDisconnectedError():
            failure, words = Failure.PROTOCOL, f"{host} closed the connection without an answer"
        case aiohttp.ClientConnectionError() | OSError():
            failure, words = Failure.CONNECT, f"{host} broke the connection: {_reason(cause)}"
        case aiohttp.ClientResponseError():
            failure, words = Failure.PROTOCOL, f"{host} answers in bad HTTP: {_line(cause.message)}"
        case _:
            failure, words = Failure.PROTOCOL, f"{host} can't be asked ({type(cause).__name__})"
    return Failed(failure, words)


def _refused(refused: Refused, host: str, *, own: bool) -> str:
    spelled_out = ":" in host or host == refused.address
    what = f"{host} is {refused.why}" if spelled_out else f"{host} resolves to {refused.address}, {refused.why}"
    if own:
        return f"{what}; set allow_private = true on the feed if that is meant"
    return f"redirected to where no redirect may lead: {what}"


def _reason(error: Exception) -> str:
    inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    return _line(getattr(inner, "strerror", None) or str(inner) or type(inner).__name__)


def _line(text: str) -> str:
    return " ".join(text.split())[:160]
