"""What was read out of a document, as it was sent.

Law: data only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wire.model.copy import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a wire format states of an item beside its text, in fields of its own: nothing of it is guessed."""

    item: str | None = None
    """Id that all versions of the item share (`newsItem/@guid`, ninjs `uri`, NewsML 1 provider, date and
    `NewsItemId`)."""
    version: str | None = None
    """As sent. Not the order of time: that is `Entry.updated_at`."""
    status: Literal["usable", "withheld", "canceled"] | None = None
    """IPTC pubstatus."""
    embargo: str | None = None
    """As sent, even where it can't be read: then the copy is held all the same."""
    embargo_until: datetime | None = None
    signals: tuple[Signal, ...] = ()
    """Stated in codes (`sig:update`, `edStat:C`, `@priority 1` of a flash), as far as they are known."""
    slug: str | None = None
    dateline: str | None = None
    """Where it is not in the text."""
    credit: str | None = None
    """The provider's or the credit line's words."""
    notes: tuple[str, ...] = ()
    """To editors, not for publication."""
    reason: str | None = None
    """Why it comes again, where a field of its own says so."""
    priority: int | None = None
    """IPTC urgency, 1 to 9; 1 is the most urgent."""
    categories: tuple[str, ...] = ()
    take: int | None = None
    """Which part of a running text it is, from 1."""
    continues: str | None = None
    """Id of the item that holds the part before."""
    evolved: tuple[str, ...] = ()
    """Ids of items that this one takes the place of (ninjs `evolvedfrom`, `irel:previousVersion`)."""
    derived: tuple[str, ...] = ()
    """Ids of items that this one was made of (`irel:derivedFrom`)."""
    orders: tuple[str, ...] = ()
    """Ids of items that a kill, withhold or correction names in a field of its own."""


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
    label: Label | None = None
    """Of an item in a wire format."""


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
    skipped: tuple[str, ...] = ()
    """A word for each item that is no text and was passed over: `picture`, `video`, `event`."""
    problems: tuple[str, ...] = ()
    """What was odd and survived, for `wire feed` and logs."""
