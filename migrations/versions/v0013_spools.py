"""Files of watched folders that were dealt with."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SPOOL_FILE_V1 = """
CREATE VIEW spool_file_v1 AS
SELECT feed, name AS file, CASE WHEN reason IS NULL THEN 'taken' ELSE 'failed' END AS outcome, reason, taken_at, size,
       entries, new, settled AS put_away, stored AS stored_as
  FROM spool_file
"""


def upgrade() -> None:
    """No file has been taken so far."""
    op.create_table(
        "spool_file",
        sa.Column("number", number, autoincrement=False),
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="spool_file_feed_fk"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("taken_at", moment, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("modified", number, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("stored", sa.Text),
        sa.PrimaryKeyConstraint("number", name="spool_file_pk"),
    )
    op.create_index("spool_file_name", "spool_file", ["feed", "name"])
    op.create_index("spool_file_settled", "spool_file", ["feed", "settled", "number"])
    op.execute(SPOOL_FILE_V1)
