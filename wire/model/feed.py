"""What is polled, and what is remembered of it between polls.

Law: data only.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from annotated_types import Ge, Gt, Le, Unit

from wire.access import Secret
from wire.model.mail import in_mailbox
from wire.model.spool import FOLDERS, SPOOLS, Afterwards, FileOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One polled URL, one spool, or one ingested file, as the operator configured it."""

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
    user: str | Secret | None = None
    """Who logs in at a server of files or mail; of an object store, the id of an access key."""
    password: Secret | None = None
    """Of an object store, the secret of the access key."""
    private_key: Secret | None = None
    """Where the key stands that logs in by SSH, in PEM or OpenSSH's form."""
    passphrase: Secret | None = None
    """Of the private key."""
    known_hosts: str | None = None
    """File with the keys of SSH servers, in OpenSSH's form; its path counts from the config folder."""
    ca_file: str | None = None
    """File with the certificates that vouch for the server, in PEM, instead of the system's; from there, too."""
    endpoint: str | None = None
    """URL of the server of an object store that is not Amazon's."""
    region: str | None = None
    """Of an object store."""
    cleartext: bool = False
    """Whether user, password and mail may travel without TLS, where a mailbox's server offers none."""
    settle: Annotated[float, Ge(0), Unit("s")] = 5.0
    """Seconds for which size and time of a file in a spool must have stayed the same before it is taken as whole."""
    order: FileOrder = "time"
    taken: Afterwards | None = None
    """None: what suits the place: files of a folder are moved, messages of a mailbox kept."""
    done: str = "done"
    """Folder for files that were taken, from the spool's own; only where they are moved."""
    failed: str = "failed"
    """Folder for files that can't be taken."""
    done_kept: Annotated[float, Ge(0), Unit("s")] = 604_800.0
    """Seconds for which files stay in `done`; 0: for ever."""
    failed_kept: Annotated[float, Ge(0), Unit("s")] = 2_592_000.0
    """The same of `failed`."""

    @property
    def in_folder(self) -> bool:
        """Whether it is a folder of this machine's, and no server is asked."""
        return self.url.partition(":")[0].lower() in FOLDERS

    @property
    def spooled(self) -> bool:
        """Whether files are taken from a folder, here or elsewhere, or messages; and no document is asked for."""
        return self.url.partition(":")[0].lower() in SPOOLS or self.in_mailbox

    @property
    def in_mailbox(self) -> bool:
        """Whether messages are taken from a mailbox."""
        return in_mailbox(self.url)

    @property
    def afterwards(self) -> Afterwards:
        """What becomes of what was taken."""
        return self.taken or ("keep" if self.in_mailbox else "move")

    @property
    def has_access(self) -> bool:
        """Whether requests need an `Access`."""
        web = self.headers or self.query or self.basic or self.bearer or self.cookie or self.proxy
        return bool(web or self.user or self.password or self.private_key or self.known_hosts or self.ca_file)


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
