"""What is compared, what was decided, and where a version stands.

Law: data only.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from wire.model.copy import Signal


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
    REMOVED = "removed"
    """Retention has removed its copy; said in views alone."""


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
    signals: tuple[Signal, ...]
    """Of the text as it came first."""
    sent_at: datetime
    """The earliest item time among its deliveries."""
    rank: int = 0
    """The best rank among the feeds that carried it."""
    own: bool = False
    """Has the agency itself sent it that wrote it?"""
    take: int = 0
    """What the best of its deliveries says that it is. 3: its agency's own update, correction or edit; 2: one as others
    carry it; 1: a refile, or an update that was sent again; 0: nothing of the kind."""
    item: bool = False
    """Is it one of several versions of an item that has an id in its wire format?"""
    edited_at: datetime | None = None
    """Item time of the last delivery in which its agency put it in the place of what its entry held before."""
    last: int = 0
    """Number of its last delivery."""
    teaser: bool = False
    """Whether it announces another version, the full text of its page."""

    @property
    def at(self) -> datetime:
        """Since when its author stands behind it."""
        return self.edited_at or self.sent_at
