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
    rank: int
    """The best rank among the sources that carried it."""
    first_seen_at: datetime
    sent_at: datetime | None
    """When it says that it was sent, or changed last."""
    signals: tuple[Signal, ...]
    take: bool = False
    """Is it one of several versions of an item that has an id in its wire format?"""
    teaser: bool = False
    """Whether it announces another version, the full text of its page."""
