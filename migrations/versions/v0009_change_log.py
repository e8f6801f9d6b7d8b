"""How far the change log reaches, for readers who may come too late."""

from alembic import op

revision = "0009"
down_revision = "0008"

CHANGE_LOG_V1 = """
CREATE VIEW change_log_v1 AS
SELECT coalesce((SELECT min(seq) FROM change), 1) AS first_seq,
       coalesce((SELECT max(seq) FROM change), 0) AS last_seq,
       (SELECT at FROM change ORDER BY seq LIMIT 1) AS first_at,
       (SELECT at FROM change ORDER BY seq DESC LIMIT 1) AS last_at
"""


def upgrade() -> None:
    """Nothing was removed so far."""
    op.execute(CHANGE_LOG_V1)
