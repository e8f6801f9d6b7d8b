"""What an adaptive schedule remembers of a feed, and its reasons in feed_v1."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

FEED_V1 = """
VIEW feed_v1 AS
SELECT f.key AS feed, f.url, f.source, f.enabled,
       CASE WHEN f.enabled THEN f.health ELSE 'disabled' END AS health,
       f.last_polled_at, f.last_ok_at, f.next_poll_at, f.failures, f.last_error, f.entries_seen, f.gaps,
       f.next_poll_reason, f.poll_interval, f.overlap, f.moved_to
  FROM feed f
"""


def upgrade() -> None:
    """Add the columns; what they hold is learned again from the next polls on."""
    for column in (
        sa.Column("poll_interval", sa.Double),
        sa.Column("rhythm_entries", sa.Double, nullable=False, server_default="0"),
        sa.Column("rhythm_seconds", sa.Double, nullable=False, server_default="0"),
        sa.Column("document", sa.Integer, nullable=False, server_default="0"),
        sa.Column("overlap", sa.Double),
        sa.Column("slowed", sa.Double, nullable=False, server_default="1"),
        sa.Column("gone", sa.Integer, nullable=False, server_default="0"),
        sa.Column("hint_ttl", sa.Double),
        sa.Column("hint_skip_hours", sa.Integer, nullable=False, server_default="0"),
        sa.Column("hint_skip_days", sa.Integer, nullable=False, server_default="0"),
        sa.Column("move_seen", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_poll_reason", sa.Text),
        sa.Column("moved_to", sa.Text),
        sa.Column("move_to", sa.Text),
    ):
        op.add_column("feed", column)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE {FEED_V1}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW feed_v1")
        op.execute(f"CREATE {FEED_V1}")
