"""The tables, which are private; the columns of the views, which are the contract, stand in `contract`.

Here are those of copy, stories and what befell them; those of feeds are in `feed_tables`, those of health in `health`.
Law: says what the newest migration has made, and makes nothing itself; a test holds the two together. Small columns
stand before long ones, so that SQLite reads them without following a row's overflow pages.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from wire.store.columns import Json, Number, given, metadata
from wire.store.types import Moment, Sent, Words

REVISION = "0016"
"""The newest migration that this release knows."""

counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Number, nullable=False),
)
"""The last number given to a version, a delivery, an evidence and a change. Counted here, under the write lock, so that
numbers have no gaps, rise in commit order, and are never given twice even when old rows have been removed."""

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
    Index("version_slug", "slug_root", "at", **given("slug_root")),
    Index("version_revision", "revision", **given("revision")),
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

named = Table(
    "named",
    metadata,
    Column("target", Sent, primary_key=True),
    Column("version_id", Text, ForeignKey("version.version_id"), primary_key=True),
    Column("source", Sent, nullable=False),
    Column("derived", Boolean, nullable=False),
    Index("named_version", "version_id"),
)
"""Ids of items that a version says it took the place of, or was made of (`derived`), and under which nothing had come
that its sender, `source`, has a say in. They are looked for when an item comes."""

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
