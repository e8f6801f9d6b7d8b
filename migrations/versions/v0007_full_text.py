"""The pages that teasers link to, and which versions announce another."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

VERSION_V1 = """
VIEW version_v1 AS
SELECT v.number, v.version_id, v.story_id, v.relation, v.similarity,
       v.version_id = s.canonical_version_id AS is_canonical,
       v.headline, v.byline, v.dateline, v.body, v.word_count, v.language, v.origin, v.credit, v.slug,
       v.first_seen_at, v.published_at, v.updated_at, v.teaser
  FROM version v
  JOIN story s ON s.story_id = v.story_id
"""

ARTICLE_V1 = """
VIEW article_v1 AS
SELECT a.feed, a.url, a.state, a.reason, a.tries, a.refetches, a.queued_at, a.next_try_at, a.tried_at,
       v.story_id, a.teaser_version_id, a.full_version_id
  FROM article a
  JOIN version v ON v.version_id = coalesce(a.full_version_id, a.teaser_version_id)
"""


def upgrade() -> None:
    """Nothing that is there came from a page."""
    op.add_column("version", sa.Column("teaser", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "article",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="article_feed_fk"), primary_key=True),
        sa.Column("entry_key", sa.Text, primary_key=True),
        sa.Column("entry_hash", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("refetches", sa.Integer, nullable=False),
        sa.Column("queued_at", moment, nullable=False),
        sa.Column("next_try_at", moment),
        sa.Column("tried_at", moment),
        _version("teaser_version_id", nullable=False),
        _version("full_version_id", nullable=True),
        sa.Column("full_number", number, sa.ForeignKey("delivery.number", name="article_full_number_fk")),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("raw", sa.LargeBinary),
        sa.PrimaryKeyConstraint("feed", "entry_key", name="article_pk"),
    )
    op.create_index("article_next_try", "article", ["next_try_at"])
    op.create_index("article_url", "article", ["url"], postgresql_using="hash")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE {VERSION_V1}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW version_v1")
        op.execute(f"CREATE {VERSION_V1}")
    op.execute(f"CREATE {ARTICLE_V1}")


def _version(name: str, *, nullable: bool) -> "sa.Column[str]":
    key = sa.ForeignKey("version.version_id", name=f"article_{name}_fk")
    return sa.Column(name, sa.Text, key, nullable=nullable)
