"""The private tables of feeds: what is remembered of each: polls, hubs, files, entries and their pages.

Law: as of `tables`.
"""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text

from wire.store.columns import Json, Number, metadata
from wire.store.types import Moment, Sent, Words

POLLS_KEPT = 100
"""Polls remembered of each feed; older ones are overwritten."""
GAPS_KEPT = 100
"""Gaps remembered of each feed; older ones are overwritten, and stay counted."""

feed = Table(
    "feed",
    metadata,
    Column("key", Sent, primary_key=True),
    Column("url", Sent, nullable=False),
    Column("source", Sent, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("polls", Number, nullable=False, server_default="0"),
    Column("state_url", Sent, nullable=False),
    Column("etag", Sent),
    Column("last_modified", Sent),
    Column("body_hash", Text),
    Column("health", Text, nullable=False, server_default="new"),
    Column("last_polled_at", Moment),
    Column("last_ok_at", Moment),
    Column("next_poll_at", Moment),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("last_error", Sent),
    Column("entries_seen", Number, nullable=False, server_default="0"),
    Column("gaps", Integer, nullable=False, server_default="0"),
    Column("poll_interval", Double),
    Column("rhythm_entries", Double, nullable=False, server_default="0"),
    Column("rhythm_seconds", Double, nullable=False, server_default="0"),
    Column("document", Integer, nullable=False, server_default="0"),
    Column("overlap", Double),
    Column("slowed", Double, nullable=False, server_default="1"),
    Column("gone", Integer, nullable=False, server_default="0"),
    Column("overruns", Integer, nullable=False, server_default="0"),
    Column("whole_at", Moment),
    Column("doubt", Integer, nullable=False, server_default="0"),
    Column("lies", Integer, nullable=False, server_default="0"),
    Column("hint_ttl", Double),
    Column("hint_skip_hours", Integer, nullable=False, server_default="0"),
    Column("hint_skip_days", Integer, nullable=False, server_default="0"),
    Column("move_seen", Integer, nullable=False, server_default="0"),
    Column("next_poll_reason", Sent),
    Column("moved_to", Sent),
    Column("move_to", Sent),
)
"""A feed as configured, and what is remembered of it between two polls. Skipped hours and days are sets of bits, the
lowest is midnight's, or Monday's."""

poll = Table(
    "poll",
    metadata,
    Column("feed", Text, ForeignKey("feed.key"), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("http_status", Integer),
    Column("entries", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("bytes", Number, nullable=False),
    Column("elapsed", Double, nullable=False),
)
"""The last `POLLS_KEPT` polls of each feed, in a ring."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("feed", Text, ForeignKey("feed.key"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("size", Number, nullable=False),
    Column("kept", Number, nullable=False),
    Column("content_type", Sent),
    Column("url", Sent, nullable=False),
    Column("reason", Sent, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""The last document of a feed whose reading had to be stopped, compressed (`packed`), for a report. `size`: bytes of
its body; `kept`: so many of them, from the first, are here."""

subscription = Table(
    "subscription",
    metadata,
    Column("feed", Text, ForeignKey("feed.key"), primary_key=True),
    Column("standing", Text, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("delivering", Boolean, nullable=False),
    Column("due_at", Moment),
    Column("until", Moment),
    Column("last_push_at", Moment),
    Column("pushes", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_error", Sent),
    Column("hub", Sent, nullable=False),
    Column("topic", Sent, nullable=False),
    Column("token", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("seen", LargeBinary, nullable=False),
    Index("subscription_token", "token"),
)
"""What is agreed with the hub that a feed names (`wire.websub`)."""

pushed = Table(
    "pushed",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("feed", Text, ForeignKey("feed.key"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("content_type", Sent),
    Column("data", LargeBinary, nullable=False),
)
"""Bodies that a hub has pushed and that are acknowledged, compressed (`packed`), until they are taken: few, and not for
long."""

spool_file = Table(
    "spool_file",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("feed", Text, ForeignKey("feed.key"), nullable=False),
    Column("name", Text, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("size", Number, nullable=False),
    Column("modified", Number, nullable=False),
    Column("tag", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("reason", Sent),
    Column("stored", Sent),
    Index("spool_file_name", "feed", "name"),
    Index("spool_file_settled", "feed", "settled", "number"),
    Index("spool_file_digest", "feed", "digest"),
)
"""Files of spools that were dealt with. `name`: as `SpoolFile.shown` has it; `reason`: why it failed, null: it was
taken; `settled`: it was put away, or nothing had to be; `stored`: its name where it was put, written as
`name` is; `modified`: nanoseconds since 1970. A row goes when the file does."""

entry = Table(
    "entry",
    metadata,
    Column("feed", Sent, ForeignKey("feed.key"), primary_key=True),
    Column("key", Sent, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("version_id", Text, ForeignKey("version.version_id")),
    Column("hashes", Words, nullable=False),
    Column("guid", Sent),
    Column("link", Sent),
    Column("spelling", Text),
    Column("hash", Text),
    Column("face", Text),
    Column("published_at", Moment),
    Index("entry_guid", "feed", "guid"),
    Index("entry_link", "feed", "link"),
    Index("entry_hash", "feed", "hash"),
    Index("entry_version", "version_id"),
)
"""What stood in a feed's documents: how it was sent last, and the last version that was made of it. `hash` is the one
of `hashes`, where there is one; `guid` and `link` are names, as `normalize.identity` makes them; `seen_at` is when it
was written down last, a day at most before it last stood in a document that was not the one before."""

document = Table(
    "document",
    metadata,
    Column("feed", Sent, ForeignKey("feed.key"), primary_key=True),
    Column("url", Sent, nullable=False),
    Column("digests", LargeBinary, nullable=False),
)
"""Which entries stood in the last document of a feed that held any: digests of their keys."""

gap = Table(
    "gap",
    metadata,
    Column("feed", Sent, ForeignKey("feed.key"), primary_key=True),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("missed", Integer),
)
"""The last `GAPS_KEPT` gaps of each feed, in a ring."""

note = Table(
    "note",
    metadata,
    Column("feed", Sent, ForeignKey("feed.key"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("entries", Number, nullable=False),
    Column("detail", Json, nullable=False),
)
"""What was odd about a feed's entries, a row a kind: how often, and the last example."""

article = Table(
    "article",
    metadata,
    Column("feed", Sent, ForeignKey("feed.key"), primary_key=True),
    Column("entry_key", Sent, primary_key=True),
    Column("entry_hash", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("refetches", Integer, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("next_try_at", Moment),
    Column("tried_at", Moment),
    Column("teaser_version_id", Text, ForeignKey("version.version_id"), nullable=False),
    Column("full_version_id", Text, ForeignKey("version.version_id")),
    Column("full_number", Number, ForeignKey("delivery.number")),
    Column("url", Sent, nullable=False),
    Column("reason", Sent),
    Column("raw", LargeBinary),
    Index("article_next_try", "next_try_at"),
    # Hashed, for a URL may be longer than a PostgreSQL B-tree takes.
    Index("article_url", "url", postgresql_using="hash"),
    Index("article_teaser", "teaser_version_id"),
    Index("article_full", "full_version_id"),
    Index("article_number", "full_number"),
)
"""The pages that teasers link to. `raw` is the teaser's entry, packed, while the page waits; `full_number` the delivery
that it became."""
