"""The private tables of health: what the last polls have shown, and the alerts that came of it.

Law: as of `tables`.
"""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, Text

from wire.store.columns import metadata
from wire.store.types import Moment, Sent, Words

feed_health = Table(
    "feed_health",
    metadata,
    Column("feed", Sent, ForeignKey("feed.key"), primary_key=True),
    Column("recent", Text, nullable=False),
    Column("lag_p50", Double),
    Column("lag_p95", Double),
    Column("lag_entries", Integer, nullable=False),
    Column("heard_at", Moment),
    Column("usual", Double),
    Column("failing_since", Moment),
    Column("failed_at", Moment),
    Column("failure", Text),
    Column("status", Integer),
    Column("gap_at", Moment),
    Column("back", Integer, nullable=False),
    Column("open", Words, nullable=False),
    Column("hours_until", Moment),
    Column("hours_carried", Double, nullable=False),
    Column("gapped_at", Words, nullable=False),
    Column("pauses", Words, nullable=False),
    Column("hours", LargeBinary, nullable=False),
    Column("lags", LargeBinary, nullable=False),
)
"""What a feed's last polls have shown (`pulses`)."""

alert = Table(
    "alert",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("condition", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("feed", Sent, ForeignKey("feed.key")),
    Column("source", Sent),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("told_at", Moment),
    Column("end_told_at", Moment),
    Column("summary", Sent, nullable=False),
    Column("advice", Sent, nullable=False),
    Column("how_ended", Sent),
    Column("untold", Sent),
    Index("alert_began", "began_at"),
    Index("alert_feed", "feed", "condition"),
)
"""What an operator was told of: one row a condition, from its begin to its end."""

alert_call = Table(
    "alert_call",
    metadata,
    Column("alert_id", Text, ForeignKey("alert.alert_id"), primary_key=True),
    Column("event", Text, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("error", Sent),
)
"""What is still to be told outside. A row goes once it was told, or is given up."""
