"""What may be set right afterwards: which story a version belongs to, and how what was received is read.

Law: nothing is lost. A body never changes and no version goes; an id that was given resolves for ever.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from wire.model import Copy, Sketch, Status
from wire.store.tables import delivery, entry, sketch, story, version
from wire.store.types import storable
from wire.store.write import Write


class Moves(Write):
    """The write transaction of those who correct what stands. A fetch uses no more of it than `Write`."""

    def revive(self, story_id: str, canonical_version_id: str, *, at: datetime, status: Status = Status.USABLE) -> None:
        """Let a story that was merged into another stand again; its versions must be moved to it."""
        self.flush()
        values: dict[str, Any] = {
            "merged_into": None,
            "canonical_version_id": canonical_version_id,
            "updated_at": at,
            "status": status,
        }
        self._connection.execute(update(story).where(story.c.story_id == story_id).values(values))
        self._note_move()

    def move(self, version_ids: Collection[str], into: str) -> None:
        """Move versions to another story. Both want `set_canonical` in the same transaction."""
        self.flush()
        statement = update(version).where(version.c.version_id == bindparam("of")).values(story_id=into)
        if version_ids:
            self._connection.execute(statement, [{"of": each} for each in version_ids])
        self._note_move()

    def read_again(self, copies: Mapping[str, tuple[Copy, int]]) -> None:
        """Note what a better reading finds in texts that are known: headline, origin, signals …; with their words."""
        self.flush()
        if not copies:
            return
        rows = [{"of": version_id, **_found(copy), "words": words} for version_id, (copy, words) in copies.items()]
        values = {name: bindparam(f"new_{name}", type_=version.c[name].type) for name in _FOUND}
        self._connection.execute(
            update(version)
            .where(version.c.version_id == bindparam("of"))
            .values(values | {"word_count": bindparam("words")}),
            rows,
        )

    def sketch_again(self, sketches: Mapping[str, Sketch]) -> None:
        """Replace sketches of an older scheme."""
        self.flush()
        numbers = version.c.version_id == bindparam("of")
        number = version.select().with_only_columns(version.c.number).where(numbers).scalar_subquery()
        statement = update(sketch).where(sketch.c.number == number)
        values: dict[str, Any] = {"scheme": bindparam("new_scheme"), "data": bindparam("new_data")}
        if rows := [{"of": k, "new_scheme": v.scheme, "new_data": v.data} for k, v in sketches.items()]:
            self._connection.execute(statement.values(values), rows)

    def deliver_again(self, number: int, copy: Copy, *, feed: str, entry_key: str, before: str) -> None:
        """A delivery brought this text, as it is read now, and not the version `before`."""
        self.flush()
        values: dict[str, Any] = {
            "version_id": copy.version_id,
            "headline": copy.headline,
            "signal": copy.signals[0] if copy.signals else None,
            "signals": copy.signals,
        }
        self._connection.execute(update(delivery).where(delivery.c.number == number).values(values))
        here = (entry.c.feed == feed) & (entry.c.key == storable(entry_key)) & (entry.c.version_id == before)
        self._connection.execute(update(entry).where(here).values(version_id=copy.version_id))


_FOUND = (
    *("headline", "published_at", "updated_at", "language", "signals", "origin", "slug", "byline", "credit"),
    *("dateline", "dateline_place", "dateline_date", "dateline_agency"),
)


def _found(copy: Copy) -> dict[str, Any]:
    line = copy.dateline
    values = {name: getattr(copy, name) for name in _FOUND if not name.startswith("dateline")} | {
        "dateline": line and line.text,
        "dateline_place": line and line.place,
        "dateline_date": line and line.date,
        "dateline_agency": line and line.agency,
    }
    return {f"new_{name}": value for name, value in values.items()}
