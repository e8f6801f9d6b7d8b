"""The types that walk between the stages, one frozen type a stage, in the order of the walk.

Law: data only. Every time is an aware UTC datetime; every duration is in seconds; ids are opaque text.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Gt, Le, Unit

from wire.access import Secret

# --- what is polled ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One polled URL, or one ingested file, as the operator configured it."""

    key: str
    url: str
    source: str
    """Who the feed belongs to: an agency or an outlet; the carrier of its deliveries."""
    enabled: bool = True
    language: str | None = None
    """BCP 47 tag used where neither document nor entry names one."""
    agency: str | None = None
    """Key of the agency profile that wrote everything in the feed; None: found per entry."""
    rank: Annotated[int, Ge(0), Le(100)] = 50
    """0 to 100: how far this source is trusted to stand for a story; higher wins."""
    interval: Annotated[float, Gt(0), Unit("s")] = 300.0
    """Seconds between two polls while its rhythm is not known, and always where it is not `adaptive`."""
    adaptive: bool = True
    """Whether the rhythm of new entries and the publisher's hints decide; if not, `interval` does."""
    max_interval: Annotated[float, Gt(0), Unit("s")] | None = None
    """Seconds between two polls at most while all is well, whatever rhythm and hints say; None: as for any feed."""
    timeout: Annotated[float, Gt(0), Unit("s")] | None = None
    """Seconds for one whole fetch, redirects included; None: as long as any feed may take."""
    silence: Annotated[float, Ge(0), Unit("s")] | None = None
    """Seconds without a new entry that are an alert; 0: never; None: where the feed's own hours make it odd."""
    allow_private: bool = False
    """Whether the host of `url`, and no other, may be at an address that is not on the public internet."""
    full_text: bool = False
    """Whether its entries are teasers: the page that one links to is fetched, and its text taken."""
    verify_tls: bool = True
    """Whether the host of `url` has to show a certificate that holds; every other host has to."""
    proxy: str | Secret | None = None
    """URL of the HTTP proxy that every request goes through."""
    headers: dict[str, str | Secret] = field(default_factory=dict, hash=False)
    query: dict[str, Secret] = field(default_factory=dict, hash=False)
    """Parameters that are added to `url` when it is asked for, and stand nowhere else."""
    basic: Secret | None = None
    """Where `user:password` stands (RFC 7617)."""
    bearer: Secret | None = None
    cookie: Secret | None = None

    @property
    def has_access(self) -> bool:
        """Whether requests need an `Access`."""
        return bool(self.headers or self.query or self.basic or self.bearer or self.cookie or self.proxy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask "changed since?" with; kept byte for byte, quotes included (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class Health(StrEnum):
    """How a feed is doing, in one word."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    NOT_A_FEED = "not a feed"
    BROKEN = "broken"
    QUARANTINED = "quarantined"
    """Reading its documents had to be stopped, again and again: it is asked rarely, until one can be read."""
    GONE = "gone"
    """The publisher has said for good that there is no feed: it is not polled any more."""
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a document says of when it is worth fetching again (RSS 2.0 `ttl`, `skipHours`, `skipDays`; RSS `sy`)."""

    ttl: float | None = None
    """Seconds; infinite: nothing more will come."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day, UTC, in which nothing is published."""
    skip_days: frozenset[int] = frozenset()
    """Days of the week, UTC, Monday is 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How fast new entries came lately. Older ones count for less, so that both are sums of fractions."""

    entries: float = 0.0
    seconds: float = 0.0
    """In which they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A permanent redirect that is being believed, or is."""

    to: str
    seen: int
    """Polls in a row that were sent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far a server is believed when it says that nothing has changed."""

    whole_at: datetime | None = None
    """When it last gave a whole document."""
    doubt: int = 0
    """Whole documents that have to bear it out before it is believed as others are."""
    lies: int = 0
    """Times that it called a document unchanged that had changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """What is remembered of a feed between two polls."""

    feed: str
    url: str
    """The configured URL that all this belongs to; another URL makes validators and failures void."""
    moved_to: str | None = None
    """Where the feed is polled instead of `url`: its publisher has moved it for good. Validators are from there."""
    move: Move | None = None
    validators: Validators = Validators()
    trust: Trust = Trust()
    body_hash: str | None = None
    """Of the last body taken in: an unchanged body stops before parsing."""
    health: Health = Health.NEW
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime | None = None
    """None: never polled, or gone."""
    next_poll_reason: str | None = None
    """Why then, in words for an operator."""
    interval: float | None = None
    """Seconds between two polls as found fit, before the publisher's wishes and chance are added; None: no poll yet."""
    rhythm: Rhythm = Rhythm()
    hints: Hints = Hints()
    """Of the last document."""
    document: int = 0
    """Entries in the last document."""
    overlap: float | None = None
    """Share of the last document that stood in the one before; None: there was none before."""
    slowed: float = 1.0
    """Factor on the interval, over 1 where the publisher has refused us for asking too often."""
    gone: int = 0
    """Polls in a row that were answered 410."""
    overruns: int = 0
    """Documents in a row whose reading had to be stopped."""
    failures: int = 0
    """Failed polls in a row."""
    last_error: str | None = None
    entries_seen: int = 0
    gaps: int = 0


# --- fetch ------------------------------------------------------------------------------------------------------


class Failure(StrEnum):
    """Why a poll brought nothing; stable words, for logs, metrics and `feed_v1.last_error`."""

    DNS = "dns"
    ADDRESS = "address"
    """The host is not at an address of the public internet; nothing was sent to it."""
    ACCESS = "access"
    """What the operator gave to be let in with is not at hand; nothing was sent."""
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
    culprit: Fetched | None = field(default=None, repr=False)
    """The document that did it, where its reading had to be stopped."""


FetchResult: TypeAlias = Fetched | NotModified | FetchFailed


# --- parse ------------------------------------------------------------------------------------------------------


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


# --- normalize --------------------------------------------------------------------------------------------------


class Signal(StrEnum):
    """An editorial instruction found on an entry. Order: the strongest first."""

    KILL = "kill"
    WITHHOLD = "withhold"
    EMBARGO = "embargo"
    CORRECTION = "correction"
    UPDATE = "update"
    WRITETHRU = "writethru"
    REFILE = "refile"
    REPEAT = "repeat"
    FLASH = "flash"
    URGENT = "urgent"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Place, and maybe date and agency, that open the text: `LIMA, Jan 21 (Reuters) -`."""

    text: str
    """As it stood."""
    place: str | None = None
    date: str | None = None
    """As it stood; a dateline has no year."""
    agency: str | None = None
    """Key of the agency profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an order to kill, withhold or embargo says, and of what. It is stated, not proven: who may give it is judged
    where it is carried out."""

    text: str
    """The paragraphs that hold it, as they stood, a blank line between two."""
    items: tuple[str, ...] = ()
    """Numbers of items that it names: `bdt0123`, `V4312`."""
    slugs: tuple[str, ...] = ()
    """Roots of slugs that it names, as `Copy.slug_root` has them."""
    headlines: tuple[str, ...] = ()
    """Headlines that it names, as they stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An entry after normalization. `headline` and `paragraphs` are the text that newsrooms read: never folded."""

    version_id: str
    """Address of the text's content: equal text, equal id."""
    headline: str
    paragraphs: tuple[str, ...]
    dateline: Dateline | None = None
    byline: str | None = None
    credit: str | None = None
    """The credit line as it stood."""
    origin: str | None = None
    """Name of the agency that wrote it, where that is known."""
    signals: tuple[Signal, ...] = ()
    """Strongest first."""
    slug: str | None = None
    slug_root: str | None = None
    """What of the slug all versions of a story share, in upper case: `QUARN-STORM` of `Quarn-Storm/ (PIX)`."""
    revision: str | None = None
    """Name that an agency gives to all revisions of one item, after the key of its profile: `dpa:310312-930-811`."""
    number: int | None = None
    """Which update it says it is: 2 of `UPDATE 2-`, `(2nd LD)`, `2nd Ld-Writethru`. Not the order of time."""
    reason: str | None = None
    """What it says of why it comes again, without brackets: `Adds minister's comment, paragraph 4`."""
    notes: tuple[str, ...] = ()
    """What it says to editors, as it stood; `reason` is out of one of them."""
    order: Order | None = None
    """Where a signal is to kill, withhold or embargo and words of it stand in the text."""
    relay: str | None = None
    """Name of the agency that passed on what `origin` wrote: the first of `Paris (ats afp)`."""
    language: str | None = None
    """Primary BCP 47 subtag in lower case: `en`."""
    guid: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def body(self) -> str:
        """The paragraphs, a blank line between two."""
        return "\n\n".join(self.paragraphs)


# --- cluster ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """MinHash values of a text and what is needed to compare them; unlike schemes are never compared."""

    scheme: str
    """Library scheme, seed, permutations, folding and shingle kind in one string."""
    data: bytes = field(repr=False)
    """Laid out as the scheme says; only `cluster` reads it."""


class Relation(StrEnum):
    """What a variant is to the canonical version."""

    REPRINT = "reprint"
    TRIMMED = "trimmed"
    EXTENDED = "extended"
    REWRITTEN = "rewritten"
    UPDATE = "update"
    CORRECTION = "correction"


class Status(StrEnum):
    """Of a story (IPTC pubstatus: usable, withheld, canceled)."""

    USABLE = "usable"
    EMBARGOED = "embargoed"
    WITHHELD = "withheld"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a decision came out as it did; enough to explain it without the code of that day."""

    rule: str
    """Name of the rule that decided."""
    against: str | None = None
    """Version that the text was held against."""
    scores: dict[str, float] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Facts in words: numbers that differ, the link that was followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """The text is one more version of a story that stands."""

    story_id: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Founds:
    """The text is no copy of anything known: a new story."""

    evidence: Evidence
    """The nearest miss, where there was one."""


Decision: TypeAlias = Joins | Founds


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the choice of the canonical version looks at, of one version of a story."""

    version_id: str
    words: int
    origin: str | None
    rank: int
    """The best rank among the sources that carried it."""
    first_seen_at: datetime
    published_at: datetime | None
    signals: tuple[Signal, ...]
    teaser: bool = False
    """Whether it announces another version, the full text of its page."""
