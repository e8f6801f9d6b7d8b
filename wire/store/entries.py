"""What is written of a feed's entries: what tells them apart, what stood in the last document, what was odd.

Law: an entry that was only seen keeps its version, one that only arrived keeps its hashes; memory that is bounded by
kinds and rings wants no retention.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypedDict, Unpack

from sqlalchemy import Connection, select

from wire.store import bulk
from wire.store.feed_tables import GAPS_KEPT, document, entry, gap, note
from wire.store.feeds import Feeds
from wire.store.rows import EntryRow, Gap, LastDocument, Lineage
from wire.store.types import storable

DIGEST = 8
"""Bytes that stand for a key in what is remembered of a document."""


class EntryFields(TypedDict, total=False):
    """What may be remembered of an entry beside its hashes."""

    guid: str | None
    link: str | None
    spelling: str | None
    face: str | None
    published_at: datetime | None


def digest(key: str) -> bytes:
    """What stands for an entry's key in `LastDocument.digests`."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()


def packed(keys: Iterable[str]) -> bytes:
    """Keys as `LastDocument` keeps them; the same keys in any order, the same bytes."""
    return b"".join(sorted({digest(key) for key in keys}))


def unpacked(keys: bytes) -> frozenset[bytes]:
    """The digests in `packed` keys."""
    return frozenset(keys[start : start + DIGEST] for start in range(0, len(keys), DIGEST))


class Entries(Feeds):
    """The part of the write transaction that knows entries."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._entries: dict[tuple[str, str], dict[str, Any]] = {}
        self._hashes: dict[tuple[str, str], frozenset[str] | None] = {}
        """Of entries by feed and key, as it is stored; None: there is none."""

    # --- answers that know what is gathered ---------------------------------------------------------------------

    def contents(self, feed_key: str, keys: Collection[str]) -> dict[str, frozenset[str]]:
        """See `Read.contents`; asked for many at once, it answers later questions about each from memory."""
        names = {key: (feed_key, storable(key)) for key in keys}
        if unknown := [key for key, name in names.items() if name not in self._hashes]:
            self._flush_entries(feed_key, unknown)
            found = super().contents(feed_key, unknown)
            self._hashes |= {names[key]: found.get(key) for key in unknown}
        return {key: hashes for key, name in names.items() if (hashes := self._hashes[name]) is not None}

    def lineage(self, feed_key: str, keys: Collection[str]) -> dict[str, Lineage]:
        """See `Read.lineage`."""
        self._flush_entries(feed_key, keys)
        return super().lineage(feed_key, keys)

    def entries(self, feed_key: str, column: str, values: Collection[str]) -> list[EntryRow]:
        """See `Read.entries`."""
        self._flush_entries(feed_key, values if column == "key" else None)
        return super().entries(feed_key, column, values)

    # --- what one fetch brings ----------------------------------------------------------------------------------

    def see_entry(
        self, feed_key: str, key: str, hashes: Collection[str], at: datetime, **fields: Unpack[EntryFields]
    ) -> None:
        """Note under which hashes an entry stands in the feed's document now; fields that are not given stay."""
        row = self._entry(feed_key, key, at)
        row["hashes"] = tuple(sorted(hashes))
        row["hash"] = row["hashes"][0] if len(hashes) == 1 else None
        self._hashes[feed_key, storable(key)] = frozenset(hashes)
        row.update(fields)

    def see_document(self, feed_key: str, last: LastDocument) -> None:
        """Note which entries stand in the feed's document now."""
        row = {"feed": feed_key, "url": last.url, "digests": last.digests}
        bulk.insert(self._connection, document, [row], renew=("url", "digests"))

    def add_gap(self, feed_key: str, number: int, found: Gap) -> None:
        """Record the feed's gap of this number, from 1."""
        row = {"at": found.at, "since": found.since, "entries": found.entries, "missed": found.missed}
        slot = {"feed": feed_key, "slot": number % GAPS_KEPT}
        bulk.insert(self._connection, gap, [{**slot, **row}], renew=tuple(row))

    def add_notes(self, feed_key: str, odd: Mapping[str, tuple[int, Mapping[str, Any]]], at: datetime) -> None:
        """Count what was odd about a document's entries; by kind: of how many it was so, and an example."""
        query = select(note).where(note.c.feed == feed_key, note.c.kind.in_(list(odd)))
        before = {row.kind: row for row in self._connection.execute(query)}
        rows = [
            {
                "feed": feed_key,
                "kind": kind,
                "first_at": before[kind].first_at if kind in before else at,
                "last_at": at,
                "documents": 1 + (before[kind].documents if kind in before else 0),
                "entries": count + (before[kind].entries if kind in before else 0),
                "detail": dict(detail),
            }
            for kind, (count, detail) in odd.items()
        ]
        bulk.insert(self._connection, note, rows, renew=("last_at", "documents", "entries", "detail"))

    # --- to the tables ------------------------------------------------------------------------------------------

    def _flush_entries(self, feed_key: str, keys: Collection[str] | None) -> None:
        """Where something of these entries is gathered, or, None, of any of the feed."""
        if keys is None:
            gathered = any(feed == feed_key for feed, _ in self._entries)
        else:
            gathered = any((feed_key, key) in self._entries for key in keys)
        if gathered:
            self.flush()

    def _save_entries(self) -> None:
        alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for row in self._entries.values():
            fields = tuple(sorted(row.keys() - {"feed", "key", "seen_at"}))
            alike[fields].append({"hashes": (), **row})
        for fields, rows in alike.items():
            bulk.insert(self._connection, entry, rows, renew=("seen_at", *fields))
        self._entries.clear()

    def _entry(self, feed_key: str, key: str, at: datetime) -> dict[str, Any]:
        row = self._entries.setdefault((feed_key, key), {"feed": feed_key, "key": key})
        row["seen_at"] = at
        name = feed_key, storable(key)
        if name in self._hashes and self._hashes[name] is None:
            self._hashes[name] = frozenset()
        return row
