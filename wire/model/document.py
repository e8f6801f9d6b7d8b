"""What was read out of a document, as it was sent.

Law: data only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One element of a document, as sent: nothing cleaned, nothing judged."""

    guid: str | None
    url: str | None
    """Resolved against the document; only http(s)."""
    headline: str
    """May hold markup when `markup` says so."""
    body: str
    """The fullest text that the entry carries: content before summary."""
    markup: Literal["html", "text"] = "html"
    summary: str | None = None
    """Where the entry has a summary besides its body."""
    author: str | None = None
    published: str | None = None
    """As sent; kept even where it can't be read."""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    source: str | None = None
    """Who the entry says it is from, where that is not the feed's owner (RSS `source`, JSON Lines `source`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hub that would push what is new (WebSub), and what to ask it for."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A document that belongs to another one, which only lists it: a sitemap of an index."""

    url: str
    modified: str | None = None
    """When it changed last, as the list says; another text says that it has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What one body held."""

    format: str
    """rss, atom, rdf, json-feed, jsonl, sitemap, sitemap-index, …"""
    title: str | None
    language: str | None
    entries: tuple[Entry, ...]
    ttl: float | None = None
    """Seconds: the publisher's own hint; infinite: nothing more will come (JSON Feed `expired`)."""
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, UTC, in which the publisher does not want to be asked."""
    skip_days: tuple[int, ...] = ()
    """Days of the week, the same; Monday is 0."""
    hubs: tuple[str, ...] = ()
    """Addresses of hubs that push what is new, as written (WebSub)."""
    topic: str | None = None
    """What such a hub calls it: its own address, as written."""
    parts: tuple[Part, ...] = ()
    """Documents that hold the entries, the newest first, where this one only lists them."""
    problems: tuple[str, ...] = ()
    """What was odd and survived, for `wire feed` and logs."""
