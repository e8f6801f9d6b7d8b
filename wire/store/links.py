"""Copy that is found by what its sender calls it: ids of items, revision keys, slugs.

Law: asks in sets; who may name whose copy is judged elsewhere. Most copy has names that nobody had before: that is
remembered for the transaction, so that what is gathered need not be brought to the tables to be asked about them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, null, select

from wire.model import Signal
from wire.store.counters import Counters
from wire.store.tables import delivery, named, version
from wire.store.types import storable
from wire.store.views import among

_GUID, _REVISION, _SLUG, _TARGET = delivery.c.guid, version.c.revision, version.c.slug_root, named.c.target
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
    derived: bool = False
    """Whether it is only made of what it names."""


class Links(Counters):
    """Answers by name."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._unheard: set[tuple[str, str]] = set()
        """Column and name of what no version is called, in the tables or in what is gathered."""

    def hear(
        self,
        *,
        guids: Collection[str],
        revisions: Collection[str],
        slugs: Collection[str],
        targets: Collection[str],
    ) -> None:
        """Ask at once about names that will be asked about one by one."""
        for column, names in ((_GUID, guids), (_REVISION, revisions), (_SLUG, slugs), (_TARGET, targets)):
            if unknown := {name for each in names if (column.name, name := storable(each)) not in self._unheard}:
                self.flush()
                heard = set(self._each(unknown, select(column).distinct().where(among(column))))
                self._unheard |= {(column.name, name) for name in unknown - {row[0] for row in heard}}

    def _called(
        self,
        *,
        guid: str | None = None,
        revision: str | None = None,
        slug: str | None = None,
        target: str | None = None,
    ) -> None:
        """A version that is gathered has these names, or calls another one so (`target`)."""
        for column, name in ((_GUID, guid), (_REVISION, revision), (_SLUG, slug), (_TARGET, target)):
            if name is not None:
                self._unheard.discard((column.name, storable(name)))

    def under_guids(self, guids: Collection[str]) -> list[Linked]:
        """Versions that came under these guids, in order of arrival."""
        columns = delivery.c.source, delivery.c.guid.label("name"), delivery.c.number.label("place")
        query = select(*version.c["version_id", "at", "origin", "signals"], *columns)
        query = query.join(version, version.c.version_id == delivery.c.version_id)
        return self._linked(query, _GUID, guids)

    def naming(self, targets: Collection[str]) -> list[Linked]:
        """Versions that have named copy under these guids before it came, in order of arrival."""
        columns = named.c.target.label("name"), named.c.source, named.c.derived, version.c.number.label("place")
        query = select(*version.c["version_id", "at", "origin", "signals"], *columns)
        return self._linked(query.join(named, named.c.version_id == version.c.version_id), _TARGET, targets)

    def under_revisions(self, revisions: Collection[str]) -> list[Linked]:
        """Versions of the items that agencies call so, in order of arrival."""
        return self._linked(_named(_REVISION), _REVISION, revisions)

    def under_slugs(self, slugs: Collection[str], since: datetime, until: datetime) -> list[Linked]:
        """Versions under these roots of slugs whose item time lies between, in order of arrival."""
        query = _named(_SLUG).where(version.c.at >= since, version.c.at <= until)
        query = query.order_by(version.c.number.desc()).limit(MOST)
        found: list[Linked] = []
        for each in slugs:
            found += self._linked(query, _SLUG, [each])
        return found

    def _linked(self, query: Select[Any], column: Column[Any], called: Collection[str]) -> list[Linked]:
        names = [name for each in called if (column.name, name := storable(each)) not in self._unheard]
        if not names:
            return []
        self.flush()
        rows = sorted(self._each(names, query.where(among(column))), key=lambda row: row.place)
        return [
            Linked(
                version_id=row.version_id,
                at=row.at,
                origin=row.origin,
                source=row.source,
                name=row.name,
                derived=column is _TARGET and row.derived,
            )
            for row in rows
            if {Signal.KILL, Signal.WITHHOLD}.isdisjoint(row.signals)
        ]


def _named(name: Column[Any]) -> Select[Any]:
    columns = version.c.version_id, version.c.at, version.c.origin, version.c.signals
    return select(*columns, null().label("source"), name.label("name"), version.c.number.label("place"))
