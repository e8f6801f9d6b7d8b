"""Texts that retention has removed, and that come again: they belong where they stood.

Law: an id that was given means the same copy for ever. A story of which nothing is left stands again under its id.
"""

from collections.abc import Collection

from wire.model import Decision, Evidence, Joins
from wire.store import Write


class Buried:
    """What one document brings back."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, bool]] = {}
        self._risen: set[str] = set()

    def dig(self, write: Write, version_ids: Collection[str]) -> None:
        """Begin a document: which of its new texts were here before? Asks nothing where nothing was ever removed."""
        self._found = write.tombstones(version_ids) if version_ids and write.removals() else {}
        self._risen.clear()

    def rise(self, write: Write, version_id: str, decision: Decision) -> tuple[Decision, str | None]:
        """Where a text belongs; and the story that has to stand again for it. Likeness to what stands goes first."""
        if version_id not in self._found:
            return decision, None
        write.unbury(version_id)
        story_id, stands = self._found.pop(version_id)
        if isinstance(decision, Joins):
            return decision, None
        if stands or story_id in self._risen:
            return Joins(story_id=story_id, evidence=Evidence(rule="its text stood there")), None
        self._risen.add(story_id)
        return decision, story_id
