"""Orders to editors and operators' decisions, with their views; what is usable in story_v1 and version_v1."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(JSONB(), "postgresql")

NOTICE = "(' ' || {0}.signals || ' ' LIKE '% kill %' OR ' ' || {0}.signals || ' ' LIKE '% withhold %')"

STORY_V1 = """
VIEW story_v1 AS
SELECT s.story_id,
       CASE WHEN s.status = 'embargoed' AND s.embargo_until <= {now} THEN 'usable' ELSE s.status END AS status,
       c.headline, s.canonical_version_id, s.origin, s.language,
       s.first_seen_at, s.published_at, s.updated_at, s.embargo_until,
       (SELECT count(*) FROM version v WHERE v.story_id = s.story_id) AS versions,
       (SELECT count(*) FROM version v JOIN delivery d ON d.version_id = v.version_id
         WHERE v.story_id = s.story_id) AS deliveries,
       (SELECT count(DISTINCT d.source) FROM version v JOIN delivery d ON d.version_id = v.version_id
         WHERE v.story_id = s.story_id) AS sources,
       s.merged_into,
       (SELECT count(*) FROM version v WHERE v.story_id = s.story_id AND NOT {notice}) AS copies
  FROM story s
  LEFT JOIN version c ON c.version_id = s.canonical_version_id
"""

VERSION_V1 = """
VIEW version_v1 AS
SELECT v.number, v.version_id, v.story_id, v.relation, v.similarity,
       v.version_id = s.canonical_version_id AS is_canonical,
       v.headline, v.byline, v.dateline, v.body, v.word_count, v.language, v.origin, v.credit, v.slug,
       v.first_seen_at, v.published_at, v.updated_at, v.teaser,
       {notice} AS notice,
       (s.status = 'usable' OR (s.status = 'embargoed' AND coalesce(s.embargo_until <= {now}, {false})))
           AND NOT {notice} AS usable
  FROM version v
  JOIN story s ON s.story_id = v.story_id
"""

NOTICE_V1 = """
CREATE VIEW notice_v1 AS
SELECT 'n' || number AS notice_id, kind, story_id, matched_by, until AS embargo_until, at, seen_at, delivery_id, source,
       origin, headline, alert_id, 'o' || decision AS decision_id, 'n' || follows AS follows, lifted_at,
       'o' || lifted_by AS lifted_by
  FROM notice
"""

CARRIED_V1 = """
CREATE VIEW carried_v1 AS
SELECT v.story_id, s.status, o.ordered_at, d.delivery_id, d.version_id, d.feed, d.source, d.url, d.headline,
       d.published_at, d.seen_at, d.seen_at > o.ordered_at AS late
  FROM (SELECT story_id, min(seen_at) AS ordered_at FROM notice WHERE lifted_at IS NULL GROUP BY story_id) o
  JOIN story_v1 s ON s.story_id = o.story_id AND s.status <> 'usable'
  JOIN version v ON v.story_id = o.story_id
  JOIN delivery d ON d.version_id = v.version_id
 WHERE NOT {delivery_notice}
"""

DECISION_V1 = """
CREATE VIEW decision_v1 AS
SELECT 'o' || number AS decision_id, kind, story_id, other_story_id, version_id, at, decided_by, why,
       'o' || undoes AS undoes, 'o' || undone_by AS undone_by, detail
  FROM decision
"""


def upgrade() -> None:
    """Copy that came with an order before this release stands as it did."""
    op.create_table(
        "notice",
        sa.Column("number", number, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.story_id", name="notice_story_id_fk"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("until", moment),
        sa.Column("matched_by", sa.Text),
        sa.Column("delivery_id", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("alert_id", sa.Text),
        sa.Column("follows", number),
        sa.Column("decision", number),
        sa.Column("lifted_at", moment),
        sa.Column("lifted_by", number),
        sa.Column("headline", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="notice_pk"),
    )
    op.create_index("notice_story", "notice", ["story_id"])
    op.create_table(
        "notice_key",
        sa.Column("number", number, sa.ForeignKey("notice.number", name="notice_key_number_fk"), autoincrement=False),
        sa.Column("kind", sa.Text),
        sa.Column("digest", sa.Text),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", "kind", "digest", name="notice_key_pk"),
    )
    op.create_index("notice_key_digest", "notice_key", ["digest"])
    op.create_table(
        "decision",
        sa.Column("number", number, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("story_id", sa.Text, nullable=False),
        sa.Column("other_story_id", sa.Text),
        sa.Column("version_id", sa.Text),
        sa.Column("at", moment, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("undoes", number),
        sa.Column("undone_by", number),
        sa.Column("detail", json, nullable=False),
        sa.PrimaryKeyConstraint("number", name="decision_pk"),
    )
    op.create_index("decision_story", "decision", ["story_id"])
    op.create_index("decision_version", "decision", ["version_id"])
    _views(postgresql=op.get_bind().dialect.name == "postgresql")


def _views(*, postgresql: bool) -> None:
    words = {
        "now": "now()" if postgresql else "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')",
        "false": "false" if postgresql else "0",
        "notice": NOTICE.format("v"),
        "delivery_notice": NOTICE.format("d"),
    }
    for view in (STORY_V1, VERSION_V1):
        made = view.format(**words)
        if postgresql:
            op.execute(f"CREATE OR REPLACE {made}")  # keeps what operators have granted on it
        else:
            op.execute(f"DROP VIEW {made.split()[1]}")
            op.execute(f"CREATE {made}")
    for view in (NOTICE_V1, CARRIED_V1, DECISION_V1):
        op.execute(view.format(**words))
