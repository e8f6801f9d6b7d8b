"""The knobs that stages take, with their defaults: the one place where a default is written.

Law: frozen data. `config` fills these from the operator's files; a stage takes its own policy and no other.
Units are in the field's doc. Ranges are `annotated_types`, checked when a config is read.
"""

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Gt, Le, Unit

Seconds = Annotated[float, Gt(0), Unit("s")]
Pause = Annotated[float, Ge(0), Unit("s")]
Share = Annotated[float, Ge(0), Le(1)]
Positive = Annotated[float, Gt(0)]
Count = Annotated[int, Ge(1)]
Bytes = Annotated[int, Ge(1), Unit("B")]


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonPolicy:
    """How the daemon speaks and stops."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "text", "json"] = "auto"
    """auto: text on a terminal, json elsewhere."""
    drain: Seconds = 30.0
    """At SIGTERM, patience for polls under way; then they are dropped, and taken up at the next start."""


_CALLBACK = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[^\s?#]*[^\s?#/])?", re.ASCII)
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenPolicy:
    """Where the daemon answers over HTTP."""

    address: str = ""
    """Host and port, `127.0.0.1:8788` or `[::1]:8788`; empty: nowhere."""

    def __post_init__(self) -> None:
        found = _ADDRESS.fullmatch(self.address)
        if self.address and (not found or int(found[3]) > 65_535):
            raise ValueError('address should be a host and a port, such as "127.0.0.1:8788" or "[::1]:8788"')

    def host_port(self) -> tuple[str, int]:
        """The address in its two parts; there must be one."""
        host, _, port = self.address.rpartition(":")
        return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSubPolicy:
    """News that hubs push instead of waiting to be asked."""

    callback: str = ""
    """Public URL that leads to `/websub` of the listener, without a slash at its end; empty: no hub is asked."""
    lease: Annotated[float, Ge(300), Le(7_776_000), Unit("s")] = 864_000.0
    """For which a subscription is asked; the hub decides. It is renewed before it ends."""

    def __post_init__(self) -> None:
        if self.callback and not _CALLBACK.fullmatch(self.callback):
            raise ValueError('callback should be a public URL, such as "https://wire.example.com/websub"')


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """Bounds of one fetch, and how many run at once."""

    user_agent: str = "presswire/0.1 (+https://presswire.invalid/contact)"
    """Sent with every request; put a contact URL of your own in it."""
    timeout: Seconds = 30.0
    """Whole fetch, redirects and body included, waiting for its turn not; a feed's own timeout can only be shorter."""
    max_bytes: Bytes = 20_000_000
    """Body as sent, and once more decoded: what is larger is refused whole, never taken in part."""
    max_redirects: Annotated[int, Ge(0)] = 5
    """Hops that are followed; 0 follows none."""
    concurrency: Count = 64
    """Requests under way at once."""
    per_host: Count = 2
    """Requests under way at once to one host."""
    per_host_of: dict[str, Count] = field(default_factory=dict)
    """The same for single hosts."""
    parts: Count = 5
    """Sitemaps of one index that are read, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePolicy:
    """When a feed is polled again."""

    min_interval: Seconds = 60.0
    max_interval: Seconds = 86_400.0
    backoff: Annotated[float, Gt(1), Le(100)] = 2.0
    """Factor on the interval for each failure in a row, after the first."""
    retry: Seconds = 3_600.0
    """A server that fails for the time being is asked again this often at least, at first; and a refusal that will not
    mend by itself this seldom at least."""
    jitter: Share = 0.1
    """Share of the interval by which a poll is put off at most, so that feeds don't march in step."""
    spacing: Pause = 1.0
    """Between the starts of two polls of one host: once to twice as long, at random; 0: none."""
    spacing_of: dict[str, Pause] = field(default_factory=dict)
    """The same for single hosts."""
    spread: Seconds = 60.0
    """Over which all feeds are polled where all are due at once: after a start, a sleep, an outage."""

    recheck: Pause = 86_400.0
    """After which a feed that is always "not modified" is asked for its whole document once, without validators."""
    scan: Annotated[float, Ge(1), Unit("s")] = 30.0
    """Between two looks into a watched folder, whether or not the system has told of a change in it."""

    def __post_init__(self) -> None:
        if self.min_interval > self.max_interval:
            raise ValueError("min_interval should be at most max_interval")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolPolicy:
    """How files are taken from folders."""

    max_bytes: Bytes = 50_000_000
    """Of one file; a larger one is refused whole."""
    batch: Annotated[int, Ge(1), Le(1_000)] = 100
    """Files that one transaction takes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePolicy:
    """How the pages are fetched that teasers link to, for feeds with `full_text`."""

    teaser: Count = 150
    """Words from which on an entry is whole, and its page is left alone."""
    max_bytes: Bytes = 3_000_000
    """Of one page, as sent and decoded."""
    per_poll: Count = 25
    """Pages that one poll of a feed may ask for, the newest entries first; of others the teaser is all there is."""
    spacing: Pause = 5.0
    """Between the starts of two pages of a host, beside `SchedulePolicy.spacing`; longer where robots.txt says so."""
    max_delay: Pause = 60.0
    """Crawl-delay of a robots.txt that is honoured at most."""
    tries: Count = 5
    """Requests for one page that fails for the time being."""
    retry: Seconds = 600.0
    """Before the second of them; doubled before each further one."""
    fresh: Seconds = 3_600.0
    """For which a page stays as it was read: no second request for an edited teaser, or another feed's."""
    refetches: Annotated[int, Ge(0)] = 2
    """Times that a page is read again because its teaser was edited; 0: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPolicy:
    """Limits of the child processes in which documents are parsed and normalized."""

    processes: Annotated[int, Ge(0)] = 0
    """Children at once; 0: one a processor."""
    cpu: Seconds = 5.0
    """Processor time for one document, parsing and normalizing each."""
    deadline: Seconds = 60.0
    """Time by the clock for the same, the start of a child included: a net for what waits without working."""
    memory: Bytes = 512_000_000
    """Data that one child may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPolicy:
    """What counts as the same copy."""

    window: Seconds = 259_200.0
    """Seconds between two versions of one story at most, on the items' own times."""
    contained: Share = 0.9
    """Share of a shorter text's phrases, by weight, that makes it a cut of a longer one, at any distance in the window.
    Up: heavier cuts found stories of their own. Down: texts that quote one another at length join."""
    edited: Share = 0.65
    """The same for a text that was edited the same day, or is short. Up: updates found stories of their own. Down:
    follow-ups that reuse background join."""
    retold: Share = 0.2
    """The same for a short text told anew, whose figures, subject and opening must agree as well. Up: rewrites found
    stories of their own. Down: reports on one event by different hands join."""
    carried: Share = 0.5
    """The same for an agency's own longer text that comes again within hours under a new top. Up: updates that put the
    news on top found stories of their own. Down: follow-ups that end in the same background join."""
    again: Share = 0.4
    """The same for an agency's short text that comes again after a night or a weekend, told anew. Up: such texts found
    stories of their own. Down: the next day's news under the same opening joins."""
    taken: Annotated[float, Ge(0.3), Le(1)] = 0.4
    """The same for an agency's first take and the story that takes it up soon after, with its figures. Up: first takes
    found stories of their own. Down: reports join that take up another one's background."""
    counted: Annotated[float, Ge(0.3), Le(1)] = 0.3
    """The same for an agency's text that comes again within hours with nearly all of its many figures. Up: results of a
    company that were told anew found stories of their own. Down: reports on one day's data join."""
    facts: Share = 0.25
    """The same for a longer text told in other words, with the same names, figures and order. Up: heavy rewrites found
    stories of their own. Down: reports on one event by different hands join."""
    pieces: Positive = 2.75
    """Separate shared passages per 100 words of the shorter text that make a long text a rework of another. Up:
    reworked copy founds stories of its own. Down: texts join that share background."""
    opening: Share = 0.2
    """Share of the openings of two texts that must be shared where one is the other retold. Up: rewrites with a new top
    found stories of their own. Down: texts join whose news differ."""
    figures: Share = 0.8
    """Share of the figures of the text with fewer that the other must hold. Up: fewer templates join, and fewer
    updates. Down: the same table with other data joins."""
    kept: Positive = 3.0
    """Figures that stayed where the words around them stayed, for each one that did not, so that others may differ. Up:
    updates with new figures found stories of their own. Down: the same table with other data joins."""
    headline: Share = 0.8
    """Share of the words of two headlines that both hold, from which on they are one. Up: updates whose headline was
    touched found stories of their own. Down: texts join that follow one scheme."""
    subject: Share = 0.55
    """Share of each headline's words that the other text must hold where texts are short. Up: copy under other
    headlines founds stories of its own. Down: the same notice about another company joins."""
    short: Count = 250
    """Words up to which a text is held to be one piece of news without background. Up: long rewrites join more easily,
    and so do long reports that share a top. Down: rewrites of middling length found stories of their own."""
    day: Seconds = 72_000.0
    """Seconds within which edited copy is expected; what comes later must be nearly the same. Up: late updates join,
    and so do follow-ups of the next day. Down: updates found stories of their own."""
    correction: Seconds = 43_200.0
    """Seconds within which a figure that differs is a correction; later it is new data in a template. Up: late
    corrections join, and so do tables that come twice a day. Down: corrections found stories of their own."""
    anchor: Share = 0.15
    """Share of phrases that a text must share with the first long version of a story, where it matches another one.
    Up: long chains of edits break sooner. Down: stories drift."""
    suppressed: Share = 0.5
    """The same for copy that is killed, withheld or embargoed, at any distance in time and under any headline. Up:
    reworked copy of killed stories comes through. Down: a substitute, or the next report of a kind, is suppressed with
    what was killed."""
    stories: Count = 8
    """Stories that a text is held against at most. Up: rarer misses among texts full of common phrases; slower."""
    members: Count = 3
    """Versions of one of those stories that it is held against, beside its first long one."""
    frequency_cells: Count = 1 << 22
    """Bound of a table that counts how many stories hold a shingle; 4 bytes each, one table a window."""


Criterion: TypeAlias = Literal["rank", "agency", "whole", "update", "original", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalPolicy:
    """Which version stands for its story, of those that may: no order to editors, nor a teaser beside its text."""

    order: tuple[Criterion, ...] = ("rank", "agency", "whole", "update", "original", "length")
    """What is looked at, the weightiest first; what is left out counts nothing. `rank`: of the feeds that carried it.
    `agency`: it is known who wrote it. `whole`: it is no fragment. `update`: the newest update, correction or edit, its
    agency's own before what others carry; a refile or repeat is none. `original`: its agency sent it. `length`."""
    whole: Share = 0.5
    """Words that a version must have, as a share of the longest, to be no fragment. Up: a short correction notice less
    easily replaces the full text. 0: nothing is a fragment."""

    def __post_init__(self) -> None:
        if len(set(self.order)) < len(self.order):
            raise ValueError("order should name each criterion once at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Tags at a headline's head by the signal that they give, written as they stand: `UPDATE #-`, `(LEAD) `.

    `#` is a number or an ordinal, a space any white space, `-` any dash; one that begins with `…` stands at the end.
    """

    kill: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    embargo: tuple[str, ...] = ()
    correction: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    writethru: tuple[str, ...] = ()
    refile: tuple[str, ...] = ()
    repeat: tuple[str, ...] = ()
    flash: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    advisory: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    """Taken off, without a signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Openings of a paragraph, one of the first of a text, that forbid its use or that of another text: patterns."""

    kill: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    embargo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyProfile:
    """Wire conventions of one agency. Patterns are Python regular expressions that match a whole paragraph."""

    key: str
    name: str
    """As shown in `origin`."""
    aliases: tuple[str, ...] = ()
    """Other names under which it stands in datelines, credits and source fields; case does not count."""
    datelines: tuple[str, ...] = ()
    """Manners that differ from `PLACE, DATE (NAME) -`: patterns of a text's opening, groups `place` and `date`."""
    tags: Tags = Tags()
    """Headline tags that are plain enough to be taken off whoever sends them."""
    own_tags: Tags = Tags()
    """Headline tags that are taken off only where the copy is known to be this agency's."""
    slugs: tuple[str, ...] = ()
    """Slug lines above the text; group `slug`, `status` where it holds headline tags, and `root` where not all of the
    slug stays the same through a story."""
    revisions: tuple[str, ...] = ()
    """Guids, links and item lines that name an item through all its revisions: group `key`."""
    orders: Orders = Orders()
    """How it forbids the use of a text, besides tags."""
    named: tuple[str, ...] = ()
    """What an order names, anywhere in it: group `item`, `slug` or `headline`."""
    notes: tuple[str, ...] = ()
    """Notes to editors above the text: trash lines, advisories."""
    captions: tuple[str, ...] = ()
    """Words, no patterns, that make a short paragraph a photo caption wherever they stand in it."""
    sign_offs: tuple[str, ...] = ()
    """Below the text: who wrote and edited, initials, item numbers, end marks."""
    boilerplate: tuple[str, ...] = ()
    """Above or below the text: rights, donations, subscriptions."""
    ends: tuple[str, ...] = ()
    """Headings below which nothing is copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePolicy:
    """The database."""

    url: str = field(default="sqlite:///var/wire.db", repr=False)
    """sqlite or postgresql; a relative path counts from the working folder. Never shown: it may hold a password."""
    busy_timeout: Seconds = 30.0
    """Patience for another process's write lock."""
    snapshot: str = ""
    """A copy of an SQLite database that is made anew again and again, for readers that take their time; empty: none."""
    snapshot_every: Seconds = 600.0
    """Between two of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """How long what is stored is kept. 0: for ever.

    Of stories goes what nothing has come for, for so long; never before twice the clustering window, nor what an order
    or an operator's decision names. Ids, orders and decisions stay.
    """

    raw: Pause = 7_776_000.0
    """Entries as received, which a replay reads again; without them it goes by their texts."""
    changes: Pause = 7_776_000.0
    """The change log; a reader that is farther behind has to read anew. The last change stays."""
    deliveries: Pause = 0.0
    """Deliveries of a story for which nothing has come since, but for the first of each text."""
    versions: Pause = 0.0
    """Versions of such a story, but for the canonical one, with their deliveries and evidence."""
    stories: Pause = 0.0
    """Such a story with all that it holds."""
    entries: Pause = 15_552_000.0
    """What tells a feed's entries apart, from when they last stood in its document: what comes back later is new."""
    alerts: Pause = 31_536_000.0
    """Alerts, from their end; those of kills stay."""
    polls: Pause = 31_536_000.0
    """Polls; of each feed the last hundred are kept anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """When an operator is told of a feed, or of the daemon, and where."""

    url: str = field(default="", repr=False)
    """Where each alert is sent by HTTP POST; empty: nowhere. May hold a token, so it is never shown."""
    secret: str = field(default="", repr=False)
    """Value of the header that proves who sends; empty: no such header."""
    header: str = "Authorization"
    """Its name."""
    timeout: Seconds = 10.0
    """For one try to send, answer included."""
    tries: Annotated[int, Ge(1), Le(20)] = 8
    """After which an alert is given up as undeliverable; the pauses between them grow from 5 s to an hour."""
    failing: Pause = 900.0
    """That a feed has to fail before it is told of; three polls in a row it has to fail as well."""
    calm: Pause = 1_800.0
    """Without a failure before a failing feed is well again."""
    odds: Annotated[float, Ge(10), Le(1e12)] = 1_000_000.0
    """A feed is silent when a pause like the one that lasts comes by chance once in so many."""
    gaps: Annotated[int, Ge(1), Le(8)] = 2
    """Polls within a day that share no entry with the one before, before a feed is told of."""
    disk: Annotated[int, Ge(0), Unit("B")] = 500_000_000
    """Free space beside an SQLite file under which it is told of; 0: never."""

    wal: Annotated[int, Ge(0), Unit("B")] = 1_000_000_000
    """Size of an SQLite file's WAL from which it is told that somebody reads for too long; 0: never."""

    def __post_init__(self) -> None:
        if self.url and not re.match(r"https?://[^/\s@]+(/|$)", self.url):
            raise ValueError("url should be an http:// or https:// URL, without user and password")
        if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", self.header):
            raise ValueError('header should be the name of a header, such as "Authorization"')
        if not self.secret.isprintable():
            raise ValueError("secret should be one line of text")
