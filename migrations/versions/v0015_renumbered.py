"""Messages whose mailbox has given them new numbers are found by the hash of their bytes."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """An index alone."""
    op.create_index("spool_file_digest", "spool_file", ["feed", "digest"])
