"""What each take of a story changes: of the take before, and what other variants change of the canonical version.

Law: a function of the story's file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wire.publish.diff import Piece, word_diff
from wire.store import StoryFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One version held against another one."""

    version_id: str
    before: str
    """The version that it is held against."""
    step: str
    """What it is: a step of its author's, with its number, else its relation to the canonical version."""
    reason: str | None
    """As stated."""
    words: list[Piece]


def changed(found: StoryFile) -> Iterator[Changed]:
    """What changed, take by take in the order of their authors, then variant by variant in order of arrival."""
    bodies = {each.version_id: each.body for each in found.versions}
    for take in found.lineage:
        if take.replaces:
            number = f" {take.update_number}" if take.update_number else ""
            yield Changed(
                version_id=take.version_id,
                before=take.replaces,
                step=take.step + number,
                reason=take.reason,
                words=word_diff(bodies[take.replaces], bodies[take.version_id]),
            )
    canonical, *variants = found.versions
    takes = {take.version_id for take in found.lineage}
    for each in variants:
        if each.version_id not in takes:
            yield Changed(
                version_id=each.version_id,
                before=canonical.version_id,
                step=each.relation or "variant",
                reason=None,
                words=word_diff(canonical.body, each.body),
            )
