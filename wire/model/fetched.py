"""What came of a fetch: a document, the word that nothing changed, or a failure, which is a value.

Law: data only.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from wire.model.feed import Validators


class Failure(StrEnum):
    """Why a poll brought nothing; stable words, for logs, metrics and `feed_v1.last_error`."""

    DNS = "dns"
    ADDRESS = "address"
    """The host is not at an address of the public internet; nothing was sent to it."""
    ACCESS = "access"
    """What the operator gave to be let in with is not at hand: nothing was sent; or a server of files refuses it."""
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    STATUS = "status"
    REDIRECTS = "redirects"
    TOO_LARGE = "too large"
    TRUNCATED = "truncated"
    ENCODING = "encoding"
    PROTOCOL = "protocol"
    NOT_A_FEED = "not a feed"
    NOT_A_PAGE = "not a page"
    """What an entry links to is no web page; said of articles, never of feeds."""
    ROBOTS = "robots"
    """The publisher's robots.txt refuses us; said of articles, never of feeds."""
    BROKEN = "broken"
    WORKER = "worker"
    SPOOL = "spool"
    """A folder can't be read, or a file in it can't be read or put away."""
    FAULT = "fault"
    """A fault of this package's, which the document brought to light; the log has the details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A 200 with its whole, decoded body."""

    url: str
    final_url: str
    """After redirects."""
    body: bytes = field(repr=False)
    content_type: str | None
    validators: Validators
    at: datetime
    elapsed: float
    max_age: float | None = None
    """Seconds that the server asks to wait before the next request (Cache-Control, Expires)."""
    moved_to: str | None = None
    """Target of a redirect chain in which every hop is permanent (301, 308)."""
    links: tuple[str, ...] = ()
    """Values of its Link headers (RFC 8288)."""
    notes: tuple[str, ...] = ()
    """What was odd on the way and survived: a redirect from https to http."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304."""

    url: str
    validators: Validators
    """Those present on the 304; a None leaves the stored one as it is."""
    at: datetime
    elapsed: float
    max_age: float | None = None
    moved_to: str | None = None
    """As of `Fetched`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No document; an expected event, so a value."""

    url: str
    failure: Failure
    message: str
    """One line for an operator; holds no secret."""
    at: datetime
    elapsed: float
    status: int | None = None
    retry_after: float | None = None
    """Seconds, from Retry-After on 429 and 503."""
    partly: bool = False
    """Whether all that could be taken was: some file of a folder could not, or not be put away."""
    culprit: Fetched | None = field(default=None, repr=False)
    """The document that did it, where its reading had to be stopped."""


FetchResult: TypeAlias = Fetched | NotModified | FetchFailed
