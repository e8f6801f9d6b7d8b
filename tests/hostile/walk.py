"""What the child does with a hostile document: the whole pure half, and what that cost.

Law: importable by a child; what is expected to be refused is a value.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wire import prepare
from wire.errors import ParseError
from wire.model import Copy, Entry, Feed
from wire.policy import AgencyProfile

PIECE = 500
"""Entries that are prepared at once, as a poll does."""
FEED = Feed(key="hostile", url="https://wire.test/feeds/all.xml", source="Harbour Wire")


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What came of one call, and what it cost."""

    refused: str | None = None
    entries: tuple[Entry, ...] = ()
    copies: tuple[Copy, ...] = ()
    problems: tuple[str, ...] = ()
    cpu: float
    """Seconds."""
    peak: int
    """Bytes resident at most."""


def read(body: bytes, content_type: str | None) -> tuple[Walked, list[prepare.Seen], str | None]:
    """Parse a document."""
    began = _begin()
    try:
        document, seen = prepare.read(body, FEED.url, content_type)
    except ParseError as error:
        return Walked(refused=str(error), cpu=time.process_time() - began, peak=_peak()), [], None
    first = tuple(each.entry for each in seen[:PIECE])
    walked = Walked(entries=first, problems=document.problems, cpu=time.process_time() - began, peak=_peak())
    return walked, seen, document.language


def items(seen: list[prepare.Seen], profiles: tuple[AgencyProfile, ...], language: str | None) -> Walked:
    """Normalize and sketch what was read."""
    began = _begin()
    made = prepare.items(seen, FEED, profiles, language)
    copies = tuple(each.copy for each in made)
    for each in made:
        assert prepare.restore(each.raw).headline == each.entry.headline, "a later release can replay it"
    return Walked(copies=copies, cpu=time.process_time() - began, peak=_peak())


def shown(at: datetime | None) -> str | None:
    """A time as tables hold it."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def _begin() -> float:
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from now on
    return time.process_time()


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
