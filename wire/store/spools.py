"""Files of spools that were dealt with: what was taken, so that nothing is twice, and what has still to be put away.

Law: written in the transaction that takes the file. A row goes when the file does, never before.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from wire.model import SpoolFile
from wire.model.spool import named, shown
from wire.store import bulk
from wire.store.answers import FileRow
from wire.store.contract import spool_file_v1
from wire.store.feed_tables import spool_file

LATEST = 5
"""Files that failed of which `wire feed` tells."""
PIECE = 500
"""Names in one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolRow:
    """A file that was dealt with."""

    file: SpoolFile
    digest: str
    """Of its bytes."""
    reason: str | None
    """Why it was not taken; None: it was."""
    taken_at: datetime
    settled: bool
    """Whether it was put away, or nothing had to be."""
    entries: int = 0
    new: int = 0
    stored: str | None = None
    """Its name in the folder where it was put."""
    number: int = 0
    """Given by the store."""


class Spools:
    """What is known of files, in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, feed_key: str, names: Collection[str]) -> dict[str, SpoolRow]:
        """The last file of each name that was dealt with."""
        found: dict[str, SpoolRow] = {}
        stored = [shown(name) for name in names]
        for start in range(0, len(stored), PIECE):
            here = spool_file.c.name.in_(stored[start : start + PIECE])
            query = select(spool_file).where(spool_file.c.feed == feed_key, here).order_by(spool_file.c.number)
            found |= {row.file.name: row for row in map(_row, self._connection.execute(query))}
        return found

    def renumbered(self, feed_key: str, tag: str, digests: Collection[str]) -> dict[str, SpoolRow]:
        """Files that were taken, by digest, whose tag is another one: messages of a mailbox that counts anew."""
        found: dict[str, SpoolRow] = {}
        wanted = sorted(digests)
        for start in range(0, len(wanted), PIECE):
            here = (spool_file.c.feed == feed_key) & spool_file.c.digest.in_(wanted[start : start + PIECE])
            here &= (spool_file.c.tag != tag) & spool_file.c.reason.is_(None)
            query = select(spool_file).where(here).order_by(spool_file.c.number)
            found |= {row.digest: row for row in map(_row, self._connection.execute(query))}
        return found

    def unsettled(self, feed_key: str, limit: int) -> list[SpoolRow]:
        """Files that were dealt with and have to be put away, the first ones first."""
        return self._settled(feed_key, limit, settled=False)

    def last_failed(self, feed_key: str) -> SpoolRow | None:
        """The file that failed last."""
        here = (spool_file.c.feed == feed_key) & spool_file.c.reason.is_not(None)
        query = select(spool_file).where(here).order_by(spool_file.c.number.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _row(row)

    def oldest(self, feed_key: str, limit: int, *, after: int = 0) -> list[SpoolRow]:
        """Files that were put away, or stay, in the order in which they were taken; `after`: a number."""
        return self._settled(feed_key, limit, settled=True, after=after)

    def _settled(self, feed_key: str, limit: int, *, settled: bool, after: int = 0) -> list[SpoolRow]:
        here = (spool_file.c.feed == feed_key) & spool_file.c.settled.is_(settled) & (spool_file.c.number > after)
        query = select(spool_file).where(here).order_by(spool_file.c.number).limit(limit)
        return [_row(row) for row in self._connection.execute(query)]

    # --- written --------------------------------------------------------------------------------------------------

    def add(self, feed_key: str, rows: Sequence[SpoolRow]) -> list[SpoolRow]:
        """Remember files; gives them with their numbers."""
        first = self._connection.execute(select(func.coalesce(func.max(spool_file.c.number), 0))).scalar_one() + 1
        values: list[dict[str, Any]] = [
            {
                "number": number,
                "feed": feed_key,
                "name": row.file.shown,
                "taken_at": row.taken_at,
                "settled": row.settled,
                "size": row.file.size,
                "modified": row.file.modified,
                "tag": row.file.tag,
                "digest": row.digest,
                "entries": row.entries,
                "new": row.new,
                "reason": row.reason,
                "stored": row.stored,
            }
            for number, row in enumerate(rows, first)
        ]
        bulk.insert(self._connection, spool_file, values)
        return [replace(row, number=number) for number, row in enumerate(rows, first)]

    def settle(self, stored: Iterable[tuple[int, str | None]]) -> None:
        """Files, by number, are where they belong; with their names there, None: in no folder."""
        values = {number: {"settled": True, "stored": None if name is None else shown(name)} for number, name in stored}
        bulk.change(self._connection, spool_file.c.number, values)

    def see_again(self, rows: Iterable[SpoolRow]) -> None:
        """Files that were dealt with have come again, or are called otherwise by their folder."""
        values = {
            row.number: {
                "name": row.file.shown,
                "tag": row.file.tag,
                "size": row.file.size,
                "modified": row.file.modified,
            }
            for row in rows
        }
        bulk.change(self._connection, spool_file.c.number, values)

    def forget(self, numbers: Collection[int]) -> None:
        """These files are gone for good."""
        if numbers:
            self._connection.execute(delete(spool_file).where(spool_file.c.number.in_(list(numbers))))


def counts(connection: Connection, feed_key: str) -> dict[str, int]:
    """How many files of a feed are remembered, by outcome."""
    view = spool_file_v1.c
    query = select(view.outcome, func.count().label("files")).where(view.feed == feed_key).group_by(view.outcome)
    return {row.outcome: row.files for row in connection.execute(query.order_by(view.outcome))}


def refused(connection: Connection, feed_key: str) -> tuple[FileRow, ...]:
    """The latest of a feed's files that failed."""
    columns = [column for column in spool_file_v1.c if column.name != "feed"]
    failed = (spool_file_v1.c.feed == feed_key) & (spool_file_v1.c.outcome == "failed")
    query = select(*columns).where(failed).order_by(spool_file_v1.c.taken_at.desc()).limit(LATEST)
    return tuple(FileRow(**row) for row in connection.execute(query).mappings())


def _row(row: Any) -> SpoolRow:
    file = SpoolFile(name=named(row.name), size=row.size, modified=row.modified, tag=row.tag)
    return SpoolRow(
        file=file,
        digest=row.digest,
        reason=row.reason,
        taken_at=row.taken_at,
        settled=row.settled,
        entries=row.entries,
        new=row.new,
        stored=None if row.stored is None else named(row.stored),
        number=row.number,
    )
