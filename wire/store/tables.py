"""The tables, which are private; the columns of the views, which are the contract, stand in `contract`.

Law: says what the newest migration has made, and makes nothing itself; a test holds the two together. Small columns
stand before long ones, so that SQLite reads them without following a row's overflow pages.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from wire.store.types import Moment, Sent, Words

REVISION = "0014"
"""The newest migration that this release knows."""
POLLS_KEPT = 100
"""Polls remembered of each feed; older ones are overwritten."""
GAPS_KEPT = 100
"""Gaps remembered of each feed; older ones are overwritten, and stay counted."""

Json = JSON().with_variant(JSONB(), "postgresql")
Number = BigInteger().with_variant(Integer(), "sqlite")


def _given(column: str) -> dict[str, Any]:
    """An index on rows that have a value there."""
    where = text(f"{column} IS NOT NULL")
    return {"sqlite_where": where, "postgresql_where": where}


metadata = MetaData(naming_convention={"pk": "%(table_name)s_pk", "fk": "%(table_name)s_%(column_0_N_name)s_fk"})

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Number, nullable=False),
)
"""The last number given to a version, a delivery, an evidence and a change. Counted here, under the write lock, so that
numbers have no gaps, rise in commit order, and are never given twice even when old rows have been removed."""

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

story = Table(
    "story",
    metadata,
    Column("story_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("canonical_version_id", Text),
    Column("origin", Sent),
    Column("language", Text),
    Column("first_seen_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("updated_at", Moment, nullable=False),
    Column("embargo_until", Moment),
    Column("merged_into", Text, ForeignKey("story.story_id")),
    # Together with the primary key of `version`: a canonical version belongs to its story, and there is one or none.
    ForeignKeyConstraint(
        ["story_id", "canonical_version_id"],
        ["version.story_id", "version.version_id"],
        name="story_canonical_fk",
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
    ),
    CheckConstraint("(canonical_version_id IS NULL) = (merged_into IS NOT NULL)", name="story_canonical_or_merged"),
    Index("story_updated", "updated_at"),
    Index("story_status", "status", "updated_at"),
    Index("story_merged", "merged_into"),
)
"""Stories. One that is merged into itself was removed by retention: its id is left, and is spoken of as `removed`."""

version = Table(
    "version",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("version_id", Text, nullable=False),
    Column("story_id", Text, ForeignKey("story.story_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("relation", Text),
    Column("similarity", Double),
    Column("word_count", Integer, nullable=False),
    Column("teaser", Boolean, nullable=False, server_default=false()),
    Column("language", Text),
    Column("signals", Words, nullable=False),
    Column("origin", Sent),
    Column("slug", Sent),
    Column("byline", Sent),
    Column("credit", Sent),
    Column("dateline", Sent),
    Column("dateline_place", Sent),
    Column("dateline_date", Sent),
    Column("dateline_agency", Sent),
    Column("slug_root", Sent),
    Column("revision", Sent),
    Column("update_number", Integer),
    Column("reason", Sent),
    Column("notes", Sent),
    Column("headline", Sent, nullable=False),
    Column("body", Sent, nullable=False),
    UniqueConstraint("version_id", name="version_id_unique"),
    UniqueConstraint("story_id", "version_id", name="version_story_unique"),
    Index("version_at", "at"),
    # Of the few that are named so.
    Index("version_slug", "slug_root", "at", **_given("slug_root")),
    Index("version_revision", "revision", **_given("revision")),
)
"""Texts. `number` is the order of arrival. `story_id`, `relation` and `similarity` may change, and what was read out of
a text: headline, origin, signals …; the text itself never does."""

sketch = Table(
    "sketch",
    metadata,
    Column("number", Number, ForeignKey("version.number"), primary_key=True, autoincrement=False),
    Column("scheme", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("delivery_id", Text, nullable=False),
    Column("version_id", Text, ForeignKey("version.version_id"), nullable=False),
    Column("feed", Sent, ForeignKey("feed.key"), nullable=False),
    Column("source", Sent, nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("published_at", Moment),
    Column("published", Sent),
    Column("edit", Boolean, nullable=False),
    Column("signal", Text),
    Column("signals", Words, nullable=False),
    Column("arrival", Text, nullable=False, server_default="new"),
    Column("recognised_by", Text),
    Column("replaces", Text),
    Column("entry_key", Sent, nullable=False),
    Column("guid", Sent),
    Column("url", Sent),
    Column("headline", Sent, nullable=False),
    UniqueConstraint("delivery_id", name="delivery_id_unique"),
    Index("delivery_version", "version_id"),
    # Hashed, for a guid or URL may be longer than a PostgreSQL B-tree takes.
    Index("delivery_guid", "guid", postgresql_using="hash"),
    Index("delivery_url", "url", postgresql_using="hash"),
)

raw = Table(
    "raw",
    metadata,
    Column("number", Number, ForeignKey("delivery.number"), primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""Deliveries as received, compressed (`packed`); beside the deliveries because their retention is shorter."""

tombstone = Table(
    "tombstone",
    metadata,
    Column("version_id", Text, primary_key=True),
    Column("story_id", Text, ForeignKey("story.story_id"), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Texts that retention has removed, and the story in which they stood: should one come again, it belongs there."""

evidence = Table(
    "evidence",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("version_id", Text, ForeignKey("version.version_id"), nullable=False),
    Column("story_id", Text, ForeignKey("story.story_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("rule", Text, nullable=False),
    Column("against", Text),
    Column("scores", Json, nullable=False),
    Column("thresholds", Json, nullable=False),
    Column("notes", Json, nullable=False),
    Index("evidence_version", "version_id"),
)

change = Table(
    "change",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("story_id", Text),
    Column("version_id", Text),
    Column("at", Moment, nullable=False),
    Column("detail", Json, nullable=False),
    Index("change_story", "story_id"),
)
"""What happened; the last change is never removed. It names stories and versions without referring to them, so that it
outlives them."""

notice = Table(
    "notice",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("story_id", Text, ForeignKey("story.story_id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("until", Moment),
    Column("matched_by", Text),
    Column("delivery_id", Text),
    Column("source", Sent, nullable=False),
    Column("origin", Sent),
    Column("alert_id", Text),
    Column("follows", Number),
    Column("decision", Number),
    Column("lifted_at", Moment),
    Column("lifted_by", Number),
    Column("headline", Sent, nullable=False),
    Index("notice_story", "story_id"),
)
"""Orders to editors: kills, withholds, embargoes. The tombstones: never removed, nor are the stories that they name,
the versions of those, and their sketches. `matched_by` null: nothing has come yet that it means, and its story holds
the notice alone; `follows`: the notice that it continues on a part of the story that was split off."""

notice_key = Table(
    "notice_key",
    metadata,
    Column("number", Number, ForeignKey("notice.number"), primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("value", Sent, nullable=False),
    Index("notice_key_digest", "digest"),
)
"""The names of the copy that a notice means."""

decision = Table(
    "decision",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("story_id", Text, nullable=False),
    Column("other_story_id", Text),
    Column("version_id", Text),
    Column("at", Moment, nullable=False),
    Column("decided_by", Sent, nullable=False),
    Column("why", Sent, nullable=False),
    Column("undoes", Number),
    Column("undone_by", Number),
    Column("detail", Json, nullable=False),
    Index("decision_story", "story_id"),
    Index("decision_version", "version_id"),
)
"""What operators decided, for ever. `other_story_id`: the one that was merged, or that was split off."""
