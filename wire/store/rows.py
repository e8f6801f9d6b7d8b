"""What the road asks of the store, one frozen type a question; what the views answer stands in `answers`.

Law: data only.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wire.model import Copy, Relation, Sketch

ITEM = "item"
"""How `delivery.recognised_by` says that a text is another version of an item of a wire format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The last version that was delivered under an entry's key."""

    version_id: str
    story_id: str
    sent_at: datetime | None = None
    """When it says that it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """What is remembered of an entry of a feed."""

    key: str
    hashes: frozenset[str]
    """Of the words under which it stood last."""
    guid: str | None
    """The name that its guid gave it last."""
    link: str | None
    """The name that its link gave it last."""
    spelling: str | None
    """Of guid or link, as sent last; None: its names are not known."""
    face: str | None
    """Of what a reader saw of its last delivery."""
    published_at: datetime | None
    """As it stated last."""
    seen_at: datetime
    """When it was written down last, a day at most before it last stood in the feed's document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDocument:
    """What stood in the last document of a feed that held anything."""

    url: str
    """Of the feed, as it was configured then."""
    digests: bytes = field(repr=False)
    """Of its entries' keys, as `store.entries.packed` makes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A row of `feed_gap_v1`, of one feed."""

    at: datetime
    """When the document came that shares no entry with the one before."""
    since: datetime
    """When the feed was last known to stand as in the one before."""
    entries: int
    """In the document that came."""
    missed: int | None
    """Entries that came and went between the two, about; None: nothing tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A row of `feed_note_v1`, of one feed."""

    kind: str
    first_at: datetime
    last_at: datetime
    documents: int
    """In which it was so."""
    entries: int
    """Of which it was so, in all those documents."""
    detail: dict[str, Any]
    """The last example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText:
    """A version as the matcher needs it."""

    copy: Copy
    """As it arrived first, but without guid and URL: those belong to its deliveries."""
    story_id: str
    at: datetime
    """The item's own time, on which the clustering window runs."""
    teaser: bool = False
    """Whether it announces another version of its story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSketch:
    """What an index needs to know of a version."""

    number: int
    """Order of arrival: 1, 2, 3 …"""
    version_id: str
    story_id: str
    at: datetime
    sketch: Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A version of another time than the versions of its story that were asked for."""

    number: int
    version_id: str
    story_id: str
    size: int
    """Bytes of its sketch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A delivery, as it can be taken once more."""

    number: int
    """Order of arrival: 1, 2, 3 …"""
    delivery_id: str
    version_id: str
    story_id: str
    feed: str
    source: str
    entry_key: str
    guid: str | None
    url: str | None
    headline: str
    published: str | None
    """As sent."""
    edit: bool
    """Does the text stand in the place of the one that its entry brought before?"""
    arrival: str
    """What it turned out to be to its entry."""
    seen_at: datetime
    raw: bytes | None = field(default=None, repr=False)
    """The entry as parsed, in JSON; None: not asked for, or no longer kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a version stands."""

    version_id: str
    story_id: str
    canonical: bool
    relation: Relation | None
    similarity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """An order to editors: a kill, a withhold or an embargo."""

    kind: str
    story_id: str
    at: datetime
    """When it was given, as it says."""
    seen_at: datetime
    source: str
    """Who sent it; of an operator's, who decided."""
    headline: str
    origin: str | None = None
    until: datetime | None = None
    """End of an embargo; None: it is not known."""
    matched_by: str | None = None
    """How it names its copy; None: nothing has come yet that it means."""
    delivery_id: str | None = None
    alert_id: str | None = None
    follows: int | None = None
    """The order that this one continues on a part of its story."""
    decision: int | None = None
    """The operator's decision that it is."""
    lifted_at: datetime | None = None
    lifted_by: int | None = None
    number: int = 0
    """Order of arrival: 1, 2, 3 …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A delivery of copy that an order is about."""

    feed: str
    source: str
    url: str | None
    headline: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll of one feed."""

    at: datetime
    outcome: str
    """`new`, `unchanged`, or the word of a `Failure`."""
    http_status: int | None = None
    entries: int = 0
    """In the document."""
    new: int = 0
    """Of those, not seen before or changed."""
    bytes: int = 0
    """Of the body, decoded."""
    elapsed: float = 0.0
    """Seconds."""
