"""Documents whose reading had to be stopped, kept for a report, and how many there were in a row."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Count from the next poll on."""
    op.add_column("feed", sa.Column("overruns", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "quarantine",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="quarantine_feed_fk")),
        sa.Column("at", moment, nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("kept", number, nullable=False),
        sa.Column("content_type", sa.Text),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("feed", name="quarantine_pk"),
    )
