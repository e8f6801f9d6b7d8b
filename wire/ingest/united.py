"""Two stories that turn out to be one: the first becomes part of the second, as a whole.

Law: says what was found, and decides nothing. What is known of the stories in memory is the caller's to put right.
"""

from datetime import datetime

from wire.ingest import orders
from wire.model import Evidence
from wire.store import Write


def unite(write: Write, gone: str, into: str, why: Evidence, now: datetime) -> list[str]:
    """Make a story part of another one, whose id it has from now on; gives the versions that come with it."""
    moved = [each.version_id for each in write.members([gone])[gone]]
    write.merge(gone, into)
    for version_id in moved:
        write.add_evidence(version_id, into, why, now)
    write.change("merged", at=now, story_id=gone, detail={"into": into, "versions": moved})
    write.touch(into, updated_at=now)
    orders.restate(write, into, now)
    return moved
