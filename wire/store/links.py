"""Copy that is found by what its sender calls it: ids of items, revision keys, slugs.

Law: asks in sets; who may name whose copy is judged elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, null, select

from wire.model import Signal
from wire.store.read import Read
from wire.store.tables import delivery, version
from wire.store.types import storable

MOST = 200
"""Versions under one slug that are looked at, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A version that has one of the names that were asked for."""

    version_id: str
    at: datetime
    """The item's own time."""
    origin: str | None
    source: str | None
    """Who sent it under a guid; None: it is named otherwise."""
    name: str


class Links(Read):
    """Answers by name."""

    def under_guids(self, guids: Collection[str]) -> list[Linked]:
        """Versions that came under these guids, in order of arrival."""
        columns = delivery.c.source, delivery.c.guid.label("name"), delivery.c.number.label("place")
        query = select(*version.c["version_id", "at", "origin", "signals"], *columns)
        query = query.join(version, version.c.version_id == delivery.c.version_id)
        return self._linked(query, delivery.c.guid, [storable(each) for each in guids])

    def under_revisions(self, revisions: Collection[str]) -> list[Linked]:
        """Versions of the items that agencies call so, in order of arrival."""
        return self._linked(_named(version.c.revision), version.c.revision, [storable(each) for each in revisions])

    def under_slugs(self, slugs: Collection[str], since: datetime, until: datetime) -> list[Linked]:
        """Versions under these roots of slugs whose item time lies between, in order of arrival."""
        query = _named(version.c.slug_root).where(version.c.at >= since, version.c.at <= until)
        query = query.order_by(version.c.number.desc()).limit(MOST)
        found: list[Linked] = []
        for each in slugs:
            found += self._linked(query, version.c.slug_root, [storable(each)])
        return found

    def _linked(self, query: Select[Any], column: Column[Any], values: Collection[str]) -> list[Linked]:
        self.flush()
        rows = sorted(self._each(values, lambda some: query.where(column.in_(some))), key=lambda row: row.place)
        return [
            Linked(version_id=row.version_id, at=row.at, origin=row.origin, source=row.source, name=row.name)
            for row in rows
            if {Signal.KILL, Signal.WITHHOLD}.isdisjoint(row.signals)
        ]


def _named(name: Column[Any]) -> Select[Any]:
    columns = version.c.version_id, version.c.at, version.c.origin, version.c.signals
    return select(*columns, null().label("source"), name.label("name"), version.c.number.label("place"))
