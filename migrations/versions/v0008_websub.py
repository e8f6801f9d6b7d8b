"""What is agreed with hubs (WebSub), what they have pushed, and both in feed_v1."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FEED_V1 = """
VIEW feed_v1 AS
SELECT f.key AS feed, f.url, f.source, f.enabled,
       CASE WHEN f.enabled THEN f.health ELSE 'disabled' END AS health,
       f.last_polled_at, f.last_ok_at, f.next_poll_at, f.failures, f.last_error, f.entries_seen, f.gaps,
       f.next_poll_reason, f.poll_interval, f.overlap, f.moved_to, f.whole_at AS last_whole_at, f.lies,
       s.hub, s.standing AS subscription, s.until AS subscribed_until, s.last_push_at, coalesce(s.pushes, 0) AS pushes,
       s.last_error AS hub_error
  FROM feed f LEFT JOIN subscription s ON s.feed = f.key
"""


def upgrade() -> None:
    """Hubs are found with the next document of each feed."""
    op.create_table(
        "subscription",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="subscription_feed_fk")),
        sa.Column("standing", sa.Text, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("delivering", sa.Boolean, nullable=False),
        sa.Column("due_at", moment),
        sa.Column("until", moment),
        sa.Column("last_push_at", moment),
        sa.Column("pushes", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("hub", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("seen", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("feed", name="subscription_pk"),
    )
    op.create_index("subscription_token", "subscription", ["token"])
    op.create_table(
        "pushed",
        sa.Column("number", number, autoincrement=False),
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="pushed_feed_fk"), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("content_type", sa.Text),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pushed_pk"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE {FEED_V1}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW feed_v1")
        op.execute(f"CREATE {FEED_V1}")
