"""What is found on the way from an entry to its text: who wrote it, where, under which slug, with which notes.

Law: of findings of one kind the first counts, of those that tell who wrote a text the surest.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from wire.model import Dateline, Signal
from wire.normalize.common import NOTE_SIGNALS
from wire.policy import AgencyProfile

_VERB = 250
"""Characters of a note in which it says what it does."""


class Rank(IntEnum):
    """How well a finding tells who wrote the text; the lowest wins."""

    DATELINE = 0
    FEED = 1
    CREDIT = 2
    SIGN_OFF = 3
    SOURCE = 4
    CAPTION = 5


@dataclass(slots=True)
class Peeled:
    """What is left of a text, and what was found on what went."""

    paragraphs: list[str]
    dateline: Dateline | None = None
    byline: str | None = None
    credit: str | None = None
    slug: str | None = None
    root: str | None = None
    """What of the slug stays the same."""
    number: int | None = None
    notes: tuple[str, ...] = ()
    relay: str | None = None
    """Key of the agency that passed it on, as the dateline has it."""
    signals: set[Signal] = field(default_factory=set)
    origins: dict[Rank, str] = field(default_factory=dict)
    """Keys of the agencies that were named, the first of each rank."""
    guessed: int = 0
    """Words cut by common patterns."""

    def names(self, rank: Rank, agency: AgencyProfile | None) -> None:
        """Note who is named."""
        if agency is not None and agency.key:
            self.origins.setdefault(rank, agency.key)

    def joined(self, later: "Peeled") -> "Peeled":
        """With what was found later on what this one left."""
        return Peeled(
            later.paragraphs,
            dateline=self.dateline or later.dateline,
            byline=self.byline or later.byline,
            credit=self.credit or later.credit,
            slug=self.slug or later.slug,
            root=self.root or later.root,
            number=later.number if self.number is None else self.number,
            notes=self.notes + later.notes,
            relay=self.relay or later.relay,
            signals=self.signals | later.signals,
            origins=later.origins | self.origins,
        )


def note_signal(note: str) -> Signal | None:
    """What a note to editors says by its verb."""
    return next((signal for signal, verb in NOTE_SIGNALS if verb.search(note[:_VERB])), None)


def slug_root(slug: str) -> str:
    """A slug's root in the one spelling in which roots are compared."""
    return " ".join(slug.upper().strip(" /").split())
