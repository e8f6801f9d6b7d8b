"""What a document brought, counted.

Law: counts what it is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a document brought, counted."""

    entries: int = 0
    new: int = 0
    """Entries not seen before, or changed for a reader; each is a delivery."""
    versions: int = 0
    """Texts not seen before in any feed."""
    stories: int = 0
    joined: int = 0
    """Versions that became a variant of a story that stood."""
    gaps: int = 0
    """Documents that share no entry with the one before."""
    rules: dict[str, int] = field(default_factory=dict)
    """Versions that joined, by the rule that decided."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Items of wire formats that are no text and were passed over, by type."""

    def add(self, other: "Tally") -> None:
        """Count `other` in."""
        for each in fields(self):
            mine, more = getattr(self, each.name), getattr(other, each.name)
            if not isinstance(mine, dict):
                setattr(self, each.name, mine + more)
                continue
            for name, count in more.items():
                mine[name] = mine.get(name, 0) + count

    def skip(self, types: Iterable[str]) -> None:
        """Count items that are no text."""
        for each in types:
            self.skipped[each] = self.skipped.get(each, 0) + 1

    def __str__(self) -> str:
        """What was taken, in words."""
        return (
            f"{self.new} new or changed, {self.versions} new versions, "
            f"{self.stories} new stories, {self.joined} joined to a story that stood{self._passed_over()}"
        )

    def _passed_over(self) -> str:
        listed = ", ".join(f"{count} {kind}" for kind, count in sorted(self.skipped.items()))
        return f"; no text and passed over: {listed}" if listed else ""
