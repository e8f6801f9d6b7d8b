"""What is asked for, where it is no feed.

Law: data only; a feed is what is asked for where nothing else is said.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: a feed, where nothing else is said."""

    accept: str = ACCEPT
    """The Accept header."""
    types: frozenset[str] = frozenset()
    """Media types that are taken, in lower case; another one ends before its body. None: any."""
    max_bytes: int | None = None
    """Of the body, as of `FetchPolicy.max_bytes`; None: as many as of a feed."""
    name: str | None = None
    """Under which a schedule spaces it; None: the feed's key."""
    secrets: bool = True
    """Whether the feed's headers, query and credentials go with it; its proxy does in any case."""
    gate: Callable[[str], Awaitable[None]] | None = None
    """Called with the target of each redirect before it is asked; what it raises ends the fetch. Its time does not
    count."""


FEED = Wanted()
