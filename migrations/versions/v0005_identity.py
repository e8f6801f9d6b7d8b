"""What tells entries apart: their names beside their key, what stood in the last document, gaps and oddities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

moment = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
json = sa.JSON().with_variant(JSONB(), "postgresql")

DELIVERY_V1 = """
VIEW delivery_v1 AS
SELECT d.number, d.delivery_id, d.version_id, v.story_id, d.feed, d.source, d.guid, d.url, d.headline,
       d.signal, d.signals, d.published_at, d.published AS published_as_sent, d.seen_at,
       d.entry_key AS entry, d.arrival, d.recognised_by, d.replaces
  FROM delivery d
  JOIN version v ON v.version_id = d.version_id
"""

FEED_GAP_V1 = """
CREATE VIEW feed_gap_v1 AS
SELECT feed, at, since, entries, missed
  FROM gap
"""

FEED_NOTE_V1 = """
CREATE VIEW feed_note_v1 AS
SELECT feed, kind, first_at, last_at, documents, entries, detail
  FROM note
"""


def upgrade() -> None:
    """Add the columns; the names of entries are learned again from the next document on."""
    for column in (
        sa.Column("guid", sa.Text),
        sa.Column("link", sa.Text),
        sa.Column("spelling", sa.Text),
        sa.Column("hash", sa.Text),
        sa.Column("face", sa.Text),
        sa.Column("published_at", moment),
    ):
        op.add_column("entry", column)
    op.execute("UPDATE entry SET hash = hashes WHERE length(hashes) = 32")
    for name in ("guid", "link", "hash"):
        op.create_index(f"entry_{name}", "entry", ["feed", name])
    for column in (
        sa.Column("arrival", sa.Text, nullable=False, server_default="new"),
        sa.Column("recognised_by", sa.Text),
        sa.Column("replaces", sa.Text),
    ):
        op.add_column("delivery", column)
    op.execute("UPDATE delivery SET arrival = 'edit' WHERE edit")
    _tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE OR REPLACE {DELIVERY_V1}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW delivery_v1")
        op.execute(f"CREATE {DELIVERY_V1}")
    op.execute(FEED_GAP_V1)
    op.execute(FEED_NOTE_V1)


def _tables() -> None:
    op.create_table(
        "document",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="document_feed_fk"), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("digests", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "gap",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="gap_feed_fk"), primary_key=True),
        sa.Column("slot", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("missed", sa.Integer),
    )
    op.create_table(
        "note",
        sa.Column("feed", sa.Text, sa.ForeignKey("feed.key", name="note_feed_fk"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("first_at", moment, nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("entries", number, nullable=False),
        sa.Column("detail", json, nullable=False),
    )
