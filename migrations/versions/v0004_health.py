"""What a feed's last polls have shown, and the alerts that were raised."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# x: failed, ~: not modified, =: the same bytes as before
HEALTH_V1 = """
CREATE VIEW health_v1 AS
SELECT h.feed, h.open AS alerts, length(h.recent) AS polls,
       (length(h.recent) - length(replace(h.recent, 'x', '')))
         / cast(nullif(length(h.recent), 0) AS double precision) AS failed,
       (length(h.recent) - length(replace(h.recent, '~', '')))
         / cast(nullif(length(replace(h.recent, 'x', '')), 0) AS double precision) AS not_modified,
       (length(h.recent) - length(replace(h.recent, '=', '')))
         / cast(nullif(length(replace(h.recent, 'x', '')), 0) AS double precision) AS unchanged,
       h.lag_p50, h.lag_p95, h.lag_entries, h.heard_at AS last_new_at, h.usual AS usual_interval,
       h.failing_since, h.failed_at AS last_failed_at, h.failure AS last_failure, h.status AS last_status,
       h.gap_at AS last_gap_at, h.recent
  FROM feed_health h
"""
ALERT_V1 = """
CREATE VIEW alert_v1 AS
SELECT a.alert_id, a.condition, a.severity, a.feed, a.source, a.began_at, a.ended_at, a.summary, a.advice, a.how_ended,
       a.told_at, a.end_told_at, a.untold
  FROM alert a
"""


def upgrade() -> None:
    """Add tables and views; feeds that were polled before begin with their next poll."""
    moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
    op.create_table(
        "feed_health",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="feed_health_feed_fk"), nullable=False),
        sa.Column("recent", sa.Text, nullable=False),
        sa.Column("lag_p50", sa.Double),
        sa.Column("lag_p95", sa.Double),
        sa.Column("lag_entries", sa.Integer, nullable=False),
        sa.Column("heard_at", moment),
        sa.Column("usual", sa.Double),
        sa.Column("failing_since", moment),
        sa.Column("failed_at", moment),
        sa.Column("failure", sa.Text),
        sa.Column("status", sa.Integer),
        sa.Column("gap_at", moment),
        sa.Column("back", sa.Integer, nullable=False),
        sa.Column("open", sa.Text, nullable=False),
        sa.Column("hours_until", moment),
        sa.Column("hours_carried", sa.Double, nullable=False),
        sa.Column("gapped_at", sa.Text, nullable=False),
        sa.Column("pauses", sa.Text, nullable=False),
        sa.Column("hours", sa.LargeBinary, nullable=False),
        sa.Column("lags", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("feed", name="feed_health_pk"),
    )
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.Text, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="alert_feed_fk")),
        sa.Column("source", sa.Text),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("told_at", moment),
        sa.Column("end_told_at", moment),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("advice", sa.Text, nullable=False),
        sa.Column("how_ended", sa.Text),
        sa.Column("untold", sa.Text),
        sa.PrimaryKeyConstraint("alert_id", name="alert_pk"),
        sa.Index("alert_began", "began_at"),
        sa.Index("alert_feed", "feed", "condition"),
    )
    op.create_table(
        "alert_call",
        sa.Column("alert_id", sa.Text, sa.ForeignKey("alert.alert_id", name="alert_call_alert_id_fk"), nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("alert_id", "event", name="alert_call_pk"),
    )
    op.execute(HEALTH_V1)
    op.execute(ALERT_V1)
