"""How far a server's 304 is believed, and in feed_v1 how often it was caught."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

FEED_V1 = """
VIEW feed_v1 AS
SELECT f.key AS feed, f.url, f.source, f.enabled,
       CASE WHEN f.enabled THEN f.health ELSE 'disabled' END AS health,
       f.last_polled_at, f.last_ok_at, f.next_poll_at, f.failures, f.last_error, f.entries_seen, f.gaps,
       f.next_poll_reason, f.poll_interval, f.overlap, f.moved_to, f.whole_at AS last_whole_at, f.lies
  FROM feed f
"""


def upgrade() -> None:
    """Add the columns; a feed that is known has its first check a while after its next 304."""
    moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    op.add_column("feed", sa.Column("whole_at", moment))
    op.add_column("feed", sa.Column("doubt", sa.Integer, nullable=False, server_default="0"))
    op.add_column("feed", sa.Column("lies", sa.Integer, nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE {FEED_V1}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW feed_v1")
        op.execute(f"CREATE {FEED_V1}")
