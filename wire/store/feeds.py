"""What is written of feeds: how they are configured, and what a poll leaves behind for the next one.

Law: a feed that goes out of the configuration is disabled, never removed: its deliveries still name it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, update

from wire.model import Feed, Fetched, PollState
from wire.store import bulk, quarantine
from wire.store.alarms import Alarms
from wire.store.feed_tables import POLLS_KEPT, feed, poll
from wire.store.rows import Poll
from wire.store.states import STATE_COLUMNS, columns_of

_STATE = update(feed).where(feed.c.key == bindparam("_feed"))
_SAVE_STATE = _STATE.values({name: bindparam(name) for name in STATE_COLUMNS})
_SAVE_POLL = _SAVE_STATE.values(polls=feed.c.polls + 1).returning(feed.c.polls)
"""Made once: they are part of every poll, and to build one takes longer than to run it."""


class Feeds(Alarms):
    """The part of the write transaction that knows feeds."""

    def add_feeds(self, feeds: Iterable[Feed]) -> None:
        """Make feeds known, or note what changed of their configuration."""
        rows = [
            {
                "key": each.key,
                "url": each.url,
                "source": each.source,
                "enabled": each.enabled,
                "rank": each.rank,
                "state_url": each.url,
            }
            for each in feeds
        ]
        bulk.insert(self._connection, feed, rows, renew=("url", "source", "enabled", "rank"))

    def sync_feeds(self, feeds: Sequence[Feed]) -> None:
        """Make the configured feeds known, and disable all others; what they brought stays."""
        self._connection.execute(update(feed).values(enabled=False))
        self.add_feeds(feeds)

    def count_entries(self, feed_key: str, new: int) -> None:
        """Count entries that came without a poll, from a file."""
        counted = update(feed).where(feed.c.key == feed_key).values(entries_seen=feed.c.entries_seen + new)
        self._connection.execute(counted)

    def save_state(self, state: PollState) -> None:
        """Keep what is to be remembered of a feed until its next poll."""
        self._connection.execute(_SAVE_STATE, {"_feed": state.feed, **columns_of(state)})

    def save_poll(self, state: PollState, done: Poll) -> None:
        """Keep what is to be remembered of a feed until its next poll, and how this one went."""
        polls = self._connection.execute(_SAVE_POLL, {"_feed": state.feed, **columns_of(state)}).scalar_one()
        row = {
            "feed": state.feed,
            "slot": polls % POLLS_KEPT,
            "at": done.at,
            "outcome": done.outcome,
            "http_status": done.http_status,
            "entries": done.entries,
            "new": done.new,
            "bytes": done.bytes,
            "elapsed": done.elapsed,
        }
        bulk.insert(self._connection, poll, [row], renew=tuple(name for name in row if name not in {"feed", "slot"}))

    def quarantine(self, feed_key: str, document: Fetched, reason: str) -> None:
        """Keep a document whose reading had to be stopped, for a report, instead of the one before."""
        quarantine.keep(self._connection, feed_key, document, reason)

    def clear_quarantine(self, before: datetime) -> None:
        """Let go of kept documents older than `before` whose feeds are well again."""
        quarantine.clear(self._connection, before)
