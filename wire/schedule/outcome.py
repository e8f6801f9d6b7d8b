"""What came of a poll, as a schedule needs it.

Law: data only.
"""

from dataclasses import dataclass, field
from datetime import datetime

from wire.model import Fetched, FetchFailed, Hints, NotModified, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A document that was read, and what it brought."""

    fetched: Fetched
    body_hash: str
    entries: int | None
    """In the document; None: the body is that of the last poll, and was not read again."""
    new: int
    """Entries not in the document before, or changed since."""
    denied: bool = False
    """The server had just said that nothing has changed (304), and was asked again without validators."""
    gap: bool = False
    """The document shares no entry with the one before."""
    hints: Hints = field(default_factory=Hints)
    oldest_at: datetime | None = None
    """The earliest publication date among the entries."""
    newest_at: datetime | None = None
    offer: Offer | None = None
    """The hub that the document names; of no meaning where it was not read again."""
    skipped: tuple[str, ...] = ()
    """Types of items in the document that are no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A look into a watched folder, which was in order."""

    at: datetime
    elapsed: float
    files: int = 0
    """That were dealt with: taken, or put aside as failed."""
    refused: int = 0
    """Of those, failed."""
    entries: int = 0
    new: int = 0
    bytes: int = 0
    more: int = 0
    """That wait, and were too many for one look."""
    settled_in: float | None = None
    """Seconds until a file that may still be written is whole at the earliest; None: there is none."""


Outcome = Taken | NotModified | FetchFailed | Looked


def outcome_time(outcome: Outcome) -> datetime:
    """When the outcome was known."""
    return outcome.fetched.at if isinstance(outcome, Taken) else outcome.at
