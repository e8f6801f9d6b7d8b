"""The first tables and views."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(JSONB(), "postgresql")

STORY_V1 = """
CREATE VIEW story_v1 AS
SELECT s.story_id, s.status, c.headline, s.canonical_version_id, s.origin, s.language,
       s.first_seen_at, s.published_at, s.updated_at, s.embargo_until,
       (SELECT count(*) FROM version v WHERE v.story_id = s.story_id) AS versions,
       (SELECT count(*) FROM version v JOIN delivery d ON d.version_id = v.version_id
         WHERE v.story_id = s.story_id) AS deliveries,
       (SELECT count(DISTINCT d.source) FROM version v JOIN delivery d ON d.version_id = v.version_id
         WHERE v.story_id = s.story_id) AS sources,
       s.merged_into
  FROM story s
  LEFT JOIN version c ON c.version_id = s.canonical_version_id
"""

VERSION_V1 = """
CREATE VIEW version_v1 AS
SELECT v.number, v.version_id, v.story_id, v.relation, v.similarity,
       v.version_id = s.canonical_version_id AS is_canonical,
       v.headline, v.byline, v.dateline, v.body, v.word_count, v.language, v.origin, v.credit, v.slug,
       v.first_seen_at, v.published_at, v.updated_at
  FROM version v
  JOIN story s ON s.story_id = v.story_id
"""

DELIVERY_V1 = """
CREATE VIEW delivery_v1 AS
SELECT d.number, d.delivery_id, d.version_id, v.story_id, d.feed, d.source, d.guid, d.url, d.headline,
       d.signal, d.signals, d.published_at, d.published AS published_as_sent, d.seen_at
  FROM delivery d
  JOIN version v ON v.version_id = d.version_id
"""

FEED_V1 = """
CREATE VIEW feed_v1 AS
SELECT f.key AS feed, f.url, f.source, f.enabled,
       CASE WHEN f.enabled THEN f.health ELSE 'disabled' END AS health,
       f.last_polled_at, f.last_ok_at, f.next_poll_at, f.failures, f.last_error, f.entries_seen, f.gaps
  FROM feed f
"""

CHANGE_V1 = """
CREATE VIEW change_v1 AS
SELECT seq, kind, story_id, version_id, at, detail
  FROM change
"""


def upgrade() -> None:
    """Make everything."""
    _feeds()
    _stories()
    _arrivals()
    _history()
    for view in (STORY_V1, VERSION_V1, DELIVERY_V1, FEED_V1, CHANGE_V1):
        op.execute(view)


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("polls", number, nullable=False, server_default="0"),
        sa.Column("state_url", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("body_hash", sa.Text),
        sa.Column("health", sa.Text, nullable=False, server_default="new"),
        sa.Column("last_polled_at", moment),
        sa.Column("last_ok_at", moment),
        sa.Column("next_poll_at", moment),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
        sa.Column("last_error", sa.Text),
        sa.Column("entries_seen", number, nullable=False, server_default="0"),
        sa.Column("gaps", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "poll",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="poll_feed_fk"), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("bytes", number, nullable=False),
        sa.Column("elapsed", sa.Double, nullable=False),
    )


def _stories() -> None:
    # A story refers to its canonical version, and a version to its story. SQLite takes that only in the words that make
    # the table, PostgreSQL only when both tables stand.
    canonical = sa.ForeignKeyConstraint(
        ["story_id", "canonical_version_id"],
        ["version.story_id", "version.version_id"],
        name="story_canonical_fk",
        deferrable=True,
        initially="DEFERRED",
        link_to_name=True,
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "story",
        sa.Column("story_id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("canonical_version_id", sa.Text),
        sa.Column("origin", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("first_seen_at", moment, nullable=False),
        sa.Column("published_at", moment),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("embargo_until", moment),
        sa.Column("merged_into", sa.Text, sa.ForeignKey("story.story_id", name="story_merged_into_fk")),
        sa.CheckConstraint(
            "(canonical_version_id IS NULL) = (merged_into IS NOT NULL)", name="story_canonical_or_merged"
        ),
        *([canonical] if sqlite else []),
    )
    op.create_index("story_updated", "story", ["updated_at"])
    op.create_index("story_status", "story", ["status", "updated_at"])
    op.create_index("story_merged", "story", ["merged_into"])
    op.create_table(
        "version",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        sa.Column("version_id", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.story_id", name="version_story_id_fk"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("first_seen_at", moment, nullable=False),
        sa.Column("published_at", moment),
        sa.Column("updated_at", moment),
        sa.Column("relation", sa.Text),
        sa.Column("similarity", sa.Double),
        sa.Column("word_count", sa.Integer, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("slug", sa.Text),
        sa.Column("byline", sa.Text),
        sa.Column("credit", sa.Text),
        sa.Column("dateline", sa.Text),
        sa.Column("dateline_place", sa.Text),
        sa.Column("dateline_date", sa.Text),
        sa.Column("dateline_agency", sa.Text),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("version_id", name="version_id_unique"),
        sa.UniqueConstraint("story_id", "version_id", name="version_story_unique"),
    )
    op.create_index("version_at", "version", ["at"])
    if not sqlite:
        op.execute(
            "ALTER TABLE story ADD CONSTRAINT story_canonical_fk FOREIGN KEY (story_id, canonical_version_id)"
            " REFERENCES version (story_id, version_id) DEFERRABLE INITIALLY DEFERRED"
        )
    op.create_table(
        "sketch",
        sa.Column(
            "number",
            number,
            sa.ForeignKey("version.number", name="sketch_number_fk"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("scheme", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _arrivals() -> None:
    op.create_table(
        "entry",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="entry_feed_fk"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("version_id", sa.Text, sa.ForeignKey("version.version_id", name="entry_version_id_fk")),
        sa.Column("hashes", sa.Text, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.Column(
            "version_id", sa.Text, sa.ForeignKey("version.version_id", name="delivery_version_id_fk"), nullable=False
        ),
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="delivery_feed_fk"), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("published_at", moment),
        sa.Column("published", sa.Text),
        sa.Column("edit", sa.Boolean, nullable=False),
        sa.Column("signal", sa.Text),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("entry_key", sa.Text, nullable=False),
        sa.Column("guid", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("headline", sa.Text, nullable=False),
        sa.UniqueConstraint("delivery_id", name="delivery_id_unique"),
    )
    op.create_index("delivery_version", "delivery", ["version_id"])
    op.create_index("delivery_guid", "delivery", ["guid"], postgresql_using="hash")
    op.create_index("delivery_url", "delivery", ["url"], postgresql_using="hash")
    op.create_table(
        "raw",
        sa.Column(
            "number",
            number,
            sa.ForeignKey("delivery.number", name="raw_number_fk"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )


def _history() -> None:
    op.create_table(
        "evidence",
        sa.Column("number", number, primary_key=True, autoincrement=False),
        sa.Column(
            "version_id", sa.Text, sa.ForeignKey("version.version_id", name="evidence_version_id_fk"), nullable=False
        ),
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.story_id", name="evidence_story_id_fk"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("against", sa.Text),
        sa.Column("scores", json, nullable=False),
        sa.Column("thresholds", json, nullable=False),
        sa.Column("notes", json, nullable=False),
    )
    op.create_index("evidence_version", "evidence", ["version_id"])
    op.create_table(
        "change",
        sa.Column("seq", number, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text),
        sa.Column("version_id", sa.Text),
        sa.Column("at", moment, nullable=False),
        sa.Column("detail", json, nullable=False),
    )
    op.create_index("change_story", "change", ["story_id"])
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", number, nullable=False),
    )
    op.bulk_insert(counter, [{"name": name, "value": 0} for name in ("version", "delivery", "evidence", "change")])
