"""What an agency says of a text's place among its takes, the names by which takes are linked, and their order."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NOTICE = "(' ' || v.signals || ' ' LIKE '% kill %' OR ' ' || v.signals || ' ' LIKE '% withhold %')"

VERSION_V1 = """
VIEW version_v1 AS
SELECT v.number, v.version_id, v.story_id, v.relation, v.similarity,
       v.version_id = s.canonical_version_id AS is_canonical,
       v.headline, v.byline, v.dateline, v.body, v.word_count, v.language, v.origin, v.credit, v.slug,
       v.first_seen_at, v.published_at, v.updated_at, v.teaser,
       {notice} AS notice,
       (s.status = 'usable' OR (s.status = 'embargoed' AND coalesce(s.embargo_until <= {now}, {false})))
           AND NOT {notice} AS usable,
       v.slug_root, v.revision, v.update_number, v.reason, v.notes
  FROM version v
  JOIN story s ON s.story_id = v.story_id
"""

# A text is one of its agency's takes where the agency itself sent it, or it says so. Reprints are none.
LINEAGE_V1 = """
CREATE VIEW lineage_v1 AS
SELECT t.story_id, t.version_id, t.author, row_number() OVER takes AS position,
       CASE WHEN t.said LIKE '% correction %' THEN 'correction'
            WHEN t.said LIKE '% writethru %' THEN 'writethru'
            WHEN t.said LIKE '% update %' THEN 'update'
            WHEN t.said LIKE '% refile %' THEN 'refile'
            WHEN t.said LIKE '% repeat %' THEN 'repeat'
            WHEN t.said LIKE '% flash %' THEN 'flash'
            WHEN t.said LIKE '% urgent %' THEN 'urgent'
            ELSE 'take' END AS step,
       t.update_number, t.reason, t.sent_at, lag(t.version_id) OVER takes AS replaces,
       (SELECT e.rule FROM evidence e WHERE e.version_id = t.version_id ORDER BY e.number LIMIT 1) AS linked_by,
       (SELECT e.against FROM evidence e WHERE e.version_id = t.version_id ORDER BY e.number LIMIT 1) AS linked_to
  FROM (SELECT v.story_id, v.version_id, v.number, ' ' || v.signals || ' ' AS said, v.update_number, v.reason,
               (SELECT min(d.at) FROM delivery d WHERE d.version_id = v.version_id) AS sent_at,
               coalesce(v.origin, (SELECT d.source FROM delivery d WHERE d.version_id = v.version_id
                                    ORDER BY d.number LIMIT 1)) AS author
          FROM version v
         WHERE NOT v.teaser AND NOT {notice}
           AND (v.origin IS NULL OR v.update_number IS NOT NULL OR v.revision IS NOT NULL
                OR {marks}
                OR EXISTS (SELECT 1 FROM delivery d WHERE d.version_id = v.version_id AND d.source = v.origin))) t
WINDOW takes AS (PARTITION BY t.story_id, t.author ORDER BY t.sent_at, coalesce(t.update_number, 0), t.number)
"""


def upgrade() -> None:
    """What was received before says it after a replay."""
    op.add_column("version", sa.Column("slug_root", sa.Text))
    op.add_column("version", sa.Column("revision", sa.Text))
    op.add_column("version", sa.Column("update_number", sa.Integer))
    op.add_column("version", sa.Column("reason", sa.Text))
    op.add_column("version", sa.Column("notes", sa.Text))
    for name, columns in (("version_slug", ["slug_root", "at"]), ("version_revision", ["revision"])):
        given = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "version", columns, sqlite_where=given, postgresql_where=given)
    postgresql = op.get_bind().dialect.name == "postgresql"
    signals = ("correction", "writethru", "update", "refile", "repeat", "flash", "urgent")
    words = {
        "now": "now()" if postgresql else "(strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')",
        "false": "false" if postgresql else "0",
        "notice": NOTICE,
        "marks": " OR ".join(f"' ' || v.signals || ' ' LIKE '% {each} %'" for each in signals),
    }
    made = VERSION_V1.format(**words)
    if postgresql:
        op.execute(f"CREATE OR REPLACE {made}")  # keeps what operators have granted on it
    else:
        op.execute("DROP VIEW version_v1")
        op.execute(f"CREATE {made}")
    op.execute(LINEAGE_V1.format(**words))
