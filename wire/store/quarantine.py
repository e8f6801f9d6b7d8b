"""Documents whose reading had to be stopped, kept so that somebody can find out why: one a feed, the last.

Law: bounded, whatever was sent; the bytes that are kept come out as they came in.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from wire.errors import NotFound
from wire.model import Fetched, Health
from wire.store import bulk
from wire.store.answers import Quarantined
from wire.store.feed_tables import feed, quarantine
from wire.store.packed import Packer, unpack

MOST = 4_000_000
"""Bytes of a document as kept. One that does not become smaller by compression is kept up to here."""


def keep(connection: Connection, feed_key: str, document: Fetched, reason: str) -> None:
    """Keep a document instead of the one before."""
    kept, data = len(document.body), Packer().pack(document.body)
    if len(data) > MOST:
        kept = MOST
        data = Packer().pack(document.body[:MOST])
    row = {
        "feed": feed_key,
        "at": document.at,
        "size": len(document.body),
        "kept": kept,
        "content_type": document.content_type,
        "url": document.final_url,
        "reason": reason,
        "data": data,
    }
    bulk.insert(connection, quarantine, [row], renew=tuple(name for name in row if name != "feed"))


def clear(connection: Connection, before: datetime) -> None:
    """Let go of documents older than `before` whose feeds are well again."""
    confined = select(feed.c.key).where(feed.c.health == Health.QUARANTINED)
    old = delete(quarantine).where(quarantine.c.at < before, quarantine.c.feed.not_in(confined))
    connection.execute(old)


def about(connection: Connection, feed_key: str) -> Quarantined | None:
    """What is kept of a feed, without the bytes; None: nothing."""
    columns = [column for column in quarantine.c if column.name not in {"feed", "data"}]
    row = connection.execute(select(*columns).where(quarantine.c.feed == feed_key)).mappings().one_or_none()
    return Quarantined(**row) if row else None


def body(connection: Connection, feed_key: str) -> bytes:
    """The bytes that are kept of a feed. Raises NotFound."""
    packed = connection.execute(select(quarantine.c.data).where(quarantine.c.feed == feed_key)).scalar()
    if packed is None:
        raise NotFound(f"no document of the feed {feed_key!r} is kept in quarantine")
    return unpack(packed)
