"""What the walk asks of a feed's entries: which stood there, how they were sent, and what became of them.

Law: asks in sets, of one feed at a time. Statements are made once: they are asked with each document.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, select

from wire.store.articles import ArticleQueries
from wire.store.feed_tables import document, entry
from wire.store.rows import EntryRow, LastDocument, Lineage
from wire.store.tables import delivery, version
from wire.store.types import storable
from wire.store.views import among

_HERE = entry.c.feed == bindparam("feed")
_CONTENTS = select(entry.c.key, entry.c.hashes).where(_HERE, among(entry.c.key))
_LINEAGE = (
    select(entry.c.key, *version.c["version_id", "story_id", "updated_at", "published_at"])
    .join(version, version.c.version_id == entry.c.version_id)
    .where(_HERE, among(entry.c.key))
)
_ENTRY = entry.c["key", "hashes", "guid", "link", "spelling", "face", "published_at", "seen_at"]
_ENTRIES = {name: select(*_ENTRY).where(_HERE, among(entry.c[name])) for name in ("key", "guid", "link", "hash")}
_DOCUMENT = select(document).where(document.c.feed == bindparam("feed"))
_BROUGHT = select(delivery.c.entry_key, delivery.c.version_id).where(
    delivery.c.feed == bindparam("feed"), among(delivery.c.version_id)
)


class EntryQueries(ArticleQueries):
    """Questions about entries."""

    def contents(self, feed_key: str, keys: Collection[str]) -> dict[str, frozenset[str]]:
        """The hashes under which each known entry stood in the feed's documents last; unknown keys are left out."""
        stored = {storable(key): key for key in keys}
        rows = self._each(stored, _CONTENTS, feed=feed_key)
        return {stored[row.key]: frozenset(row.hashes) for row in rows}

    def lineage(self, feed_key: str, keys: Collection[str]) -> dict[str, Lineage]:
        """The last version delivered under each entry key, and its story today; keys that brought none are left out."""
        stored = {storable(key): key for key in keys}
        return {
            stored[row.key]: Lineage(
                version_id=row.version_id, story_id=row.story_id, sent_at=row.updated_at or row.published_at
            )
            for row in self._each(stored, _LINEAGE, feed=feed_key)
        }

    def entries(self, feed_key: str, column: str, values: Collection[str]) -> list[EntryRow]:
        """The feed's entries of which `column`, `key`, `guid`, `link` or `hash`, is one of `values`."""
        return [
            EntryRow(
                key=key,
                hashes=frozenset(hashes),
                guid=guid,
                link=link,
                spelling=spelling,
                face=face,
                published_at=published_at,
                seen_at=seen_at,
            )
            for key, hashes, guid, link, spelling, face, published_at, seen_at in map(
                tuple[Any, ...], self._each(values, _ENTRIES[column], feed=feed_key)
            )
        ]

    def last_document(self, feed_key: str) -> LastDocument | None:
        """What stood in the last document of a feed that held anything."""
        row = self._connection.execute(_DOCUMENT, {"feed": feed_key}).one_or_none()
        return LastDocument(url=row.url, digests=row.digests) if row else None

    def brought(self, feed_key: str, version_ids: Collection[str]) -> set[tuple[str, str]]:
        """Entry key and version of every delivery of these versions through the feed."""
        self.flush()
        rows = self._each(version_ids, _BROUGHT, feed=feed_key)
        return {(row.entry_key, row.version_id) for row in rows}
