"""What retention removes of stories leaves its ids: `removed_v1`, and `removed` as a status in story_v1."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")

NOTICE = "(' ' || v.signals || ' ' LIKE '% kill %' OR ' ' || v.signals || ' ' LIKE '% withhold %')"

STORY_V1 = """
VIEW story_v1 AS
SELECT s.story_id,
       CASE WHEN s.merged_into = s.story_id THEN 'removed'
            WHEN s.status = 'embargoed' AND s.embargo_until <= {now} THEN 'usable'
            ELSE s.status END AS status,
       c.headline, s.canonical_version_id, s.origin, s.language,
       s.first_seen_at, s.published_at, s.updated_at, s.embargo_until,
       (SELECT count(*) FROM version v WHERE v.story_id = s.story_id) AS versions,
       (SELECT count(*) FROM version v JOIN delivery d ON d.version_id = v.version_id
         WHERE v.story_id = s.story_id) AS deliveries,
       (SELECT count(DISTINCT d.source) FROM version v JOIN delivery d ON d.version_id = v.version_id
         WHERE v.story_id = s.story_id) AS sources,
       nullif(s.merged_into, s.story_id) AS merged_into,
       (SELECT count(*) FROM version v WHERE v.story_id = s.story_id AND NOT {notice}) AS copies
  FROM story s
  LEFT JOIN version c ON c.version_id = s.canonical_version_id
"""

REMOVED_V1 = "CREATE VIEW removed_v1 AS SELECT version_id, story_id, at AS removed_at FROM tombstone"


def upgrade() -> None:
    """Nothing has been removed so far. The indexes are for those who remove what these columns refer to."""
    op.create_table(
        "tombstone",
        sa.Column("version_id", sa.Text),
        sa.Column("story_id", sa.Text, sa.ForeignKey("story.story_id", name="tombstone_story_id_fk"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="tombstone_pk"),
    )
    op.create_index("entry_version", "entry", ["version_id"])
    op.create_index("article_teaser", "article", ["teaser_version_id"])
    op.create_index("article_full", "article", ["full_version_id"])
    op.create_index("article_number", "article", ["full_number"])
    op.execute(REMOVED_V1)
    postgresql = op.get_bind().dialect.name == "postgresql"
    now = "now()" if postgresql else "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')"
    made = STORY_V1.format(now=now, notice=NOTICE)
    if postgresql:
        op.execute(f"CREATE OR REPLACE {made}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW story_v1")
        op.execute(f"CREATE {made}")
