"""What operators decided, as it is kept.

Law: nothing goes; a decision that was taken back names the one that did.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from wire.store import bulk
from wire.store.answers import DecisionRow
from wire.store.awaited import Awaited
from wire.store.contract import decision_v1
from wire.store.tables import decision, notice, story, version


class Decisions(Awaited):
    """The part of the write transaction that knows operators."""

    def add_decision(
        self,
        kind: str,
        story_id: str,
        *,
        at: datetime,
        by: str,
        why: str,
        undoes: int | None = None,
        version_id: str | None = None,
        other_story_id: str | None = None,
        detail: Mapping[str, Any],
    ) -> int:
        """Keep a decision; gives its number."""
        self.flush()
        highest = self._connection.execute(select(func.max(decision.c.number))).scalar_one()
        number: int = (highest or 0) + 1
        row = {"number": number, "kind": kind, "story_id": story_id, "at": at, "decided_by": by, "why": why}
        about = {"undoes": undoes, "version_id": version_id, "other_story_id": other_story_id, "detail": dict(detail)}
        bulk.insert(self._connection, decision, [row | about])
        if undoes:
            taken_back = update(decision).where(decision.c.number == undoes).values(undone_by=number)
            self._connection.execute(taken_back)
        return number

    def decision(self, number: int) -> DecisionRow:
        """One decision."""
        query = select(decision_v1).where(decision_v1.c.decision_id == f"o{number}")
        return DecisionRow(**self._connection.execute(query).mappings().one())

    def last_decision(self, kind: str, identifier: str) -> DecisionRow | None:
        """The last decision of that kind that holds on what an id stands for; on that very version, or on what was
        merged or split off under that very id, where there is one. Raises NotFound."""
        named = self.named(identifier)
        story_id = named.story_id
        query = select(func.max(decision.c.number)).where(decision.c.kind == kind, decision.c.undone_by.is_(None))
        ids = select(story.c.story_id).where((story.c.story_id == story_id) | (story.c.merged_into == story_id))
        mine = select(version.c.version_id).where(version.c.story_id == story_id)
        about = (decision.c.story_id.in_(ids), decision.c.other_story_id.in_(ids), decision.c.version_id.in_(mine))
        own = decision.c.version_id == named.version_id
        for wanted in (decision.c.other_story_id == identifier, own, or_(*about)):
            number = self._connection.execute(query.where(wanted)).scalar_one()
            if number is not None:
                return self.decision(number)
        return None

    def decided_notices(self, number: int) -> list[int]:
        """The orders that a decision gave, with those that follow them."""
        given = select(notice.c.number).where(notice.c.decision == number, notice.c.lifted_at.is_(None))
        return list(self._connection.execute(given).scalars())

    def following(self, roots: Collection[int]) -> list[int]:
        """Orders that stand: these, and those that follow them."""
        mine = or_(notice.c.number.in_(roots), notice.c.follows.in_(roots))
        return list(
            self._connection.execute(select(notice.c.number).where(mine, notice.c.lifted_at.is_(None))).scalars()
        )

    def stories_under(self, numbers: Collection[int]) -> list[str]:
        """The stories of orders."""
        query = select(notice.c.story_id).where(notice.c.number.in_(numbers)).distinct()
        return sorted(self._connection.execute(query).scalars())
