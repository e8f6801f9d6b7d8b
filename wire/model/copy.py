"""An entry after normalization.

Law: data only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
