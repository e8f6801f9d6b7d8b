"""What versions call copy that had not come before them, so that it is found when it comes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Of what was received before, a replay tells."""
    op.create_table(
        "named",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("version_id", sa.Text, sa.ForeignKey("version.version_id"), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("derived", sa.Boolean, nullable=False),
    )
    op.create_index("named_version", "named", ["version_id"])
