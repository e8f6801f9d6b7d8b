"""Full-text search: `search_v1(query)`, an FTS5 table on SQLite, a function over tsvectors on PostgreSQL.

New texts are added by who adds them, many in one statement: a trigger a row takes three times as long on SQLite. What
becomes of them afterwards, triggers follow.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

MOST = 100_000
"""Characters of a body that can be found: tsvectors hold a megabyte at most, and nobody searches farther in."""
SIGNS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~“”„‟‘’‚‛′″–—―‐‑…«»‹›·•¡¿。、「」『』・！？，：；（）\u00a0\u3000'
"""What stands between words, besides blanks and the apostrophe."""

SQLITE = f"""
CREATE VIEW search_text AS
SELECT v.number, v.story_id, v.version_id, v.is_canonical, v.usable, s.status, v.origin, v.language, v.first_seen_at,
       v.headline, substr(v.body, 1, {MOST}) AS body
  FROM version_v1 v JOIN story_v1 s ON s.story_id = v.story_id;

CREATE VIRTUAL TABLE search_v1 USING fts5(
    story_id UNINDEXED, version_id UNINDEXED, is_canonical UNINDEXED, usable UNINDEXED, status UNINDEXED,
    origin UNINDEXED, language UNINDEXED, first_seen_at UNINDEXED, headline, body,
    content='search_text', content_rowid='number', tokenize='unicode61 remove_diacritics 2');

INSERT INTO search_v1(search_v1, rank) VALUES ('rank', 'bm25(0, 0, 0, 0, 0, 0, 0, 0, 8, 1)');

CREATE TRIGGER search_removed AFTER DELETE ON version BEGIN
    INSERT INTO search_v1(search_v1, rowid, headline, body)
    VALUES ('delete', old.number, old.headline, substr(old.body, 1, {MOST}));
END;

CREATE TRIGGER search_changed AFTER UPDATE OF headline, body ON version
WHEN old.headline <> new.headline OR old.body <> new.body BEGIN
    INSERT INTO search_v1(search_v1, rowid, headline, body)
    VALUES ('delete', old.number, old.headline, substr(old.body, 1, {MOST}));
    INSERT INTO search_v1(rowid, headline, body) VALUES (new.number, new.headline, substr(new.body, 1, {MOST}));
END;

INSERT INTO search_v1(rowid, headline, body) SELECT number, headline, substr(body, 1, {MOST}) FROM version;
"""  # noqa: S608 - a number of our own

POSTGRESQL = """
CREATE FUNCTION search_fold(sent text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(
    lower(CASE
        WHEN octet_length(sent) = length(sent) THEN sent
        ELSE normalize(regexp_replace(normalize(sent, NFD), '([A-Za-z])[\\u0300-\\u036F]+', '\\1', 'g'), NFC)
    END {collate}),
    '''', ' ');

CREATE FUNCTION search_words(headline text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('simple'::regconfig, translate(search_fold(headline), {signs}, {blanks})), 'A')
    || setweight(to_tsvector('simple'::regconfig, translate(search_fold(left(body, {most})), {signs}, {blanks})), 'D');

CREATE FUNCTION search_query(sent text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(
    websearch_to_tsquery('simple'::regconfig,
        translate(
            regexp_replace(
                regexp_replace(
                    search_fold(regexp_replace(sent, '\\mNOT\\s+', '-', 'g')),
                    '([^\\s"*]+)\\*', '\\1zqprefixqz', 'g'),
                '(\\S)-', '\\1 ', 'g'),
            {signs_of_query}, {blanks})
    )::text, 'zqprefixqz''', ''':*', 'g')::tsquery;

CREATE TABLE search (
    number bigint CONSTRAINT search_pk PRIMARY KEY
        CONSTRAINT search_number_fk REFERENCES version (number) ON DELETE CASCADE,
    words tsvector NOT NULL);

INSERT INTO search SELECT number, search_words(headline, body) FROM version;

CREATE INDEX search_words ON search USING gin (words);

CREATE FUNCTION search_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search SET words = search_words(NEW.headline, NEW.body) WHERE number = NEW.number;
    RETURN NULL;
END $$;

CREATE TRIGGER search_changed AFTER UPDATE OF headline, body ON version FOR EACH ROW
WHEN (OLD.headline <> NEW.headline OR OLD.body <> NEW.body) EXECUTE FUNCTION search_note();

CREATE VIEW search_text AS
SELECT v.number, v.story_id, v.version_id, v.is_canonical, v.usable, s.status, v.origin, v.language, v.first_seen_at,
       v.headline, left(v.body, {most}) AS body, w.words
  FROM search w JOIN version_v1 v ON v.number = w.number JOIN story_v1 s ON s.story_id = v.story_id;

CREATE FUNCTION search_v1(query text) RETURNS TABLE (
    story_id text, version_id text, is_canonical boolean, usable boolean, status text, origin text, language text,
    first_seen_at timestamptz, headline text, body text, rank double precision)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT t.story_id, t.version_id, t.is_canonical, t.usable, t.status, t.origin, t.language, t.first_seen_at,
           t.headline, t.body, -ts_rank(t.words, q)::double precision
      FROM search_query(query) AS q, search_text t
     WHERE t.words @@ q;
END;
"""


def upgrade() -> None:
    """Index what is there, and keep it indexed."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        in_query = SIGNS.translate(str.maketrans("", "", '"-')) + " " * 2
        script = POSTGRESQL.format(
            signs=_quoted(SIGNS),
            signs_of_query=_quoted(in_query),
            blanks=_quoted(" " * len(SIGNS)),
            most=MOST,
            collate=_collation(),
        )
    else:
        script = SQLITE
    for statement in _statements(script):
        connection.exec_driver_sql(statement)


def _collation() -> str:
    """What makes small letters of all scripts, where the database's own locale may be C."""
    known = "SELECT collname FROM pg_collation WHERE collname IN ('und-x-icu', 'pg_c_utf8', 'C.utf8') ORDER BY 1 DESC"
    found = op.get_bind().exec_driver_sql(known).scalar()
    return f'COLLATE "{found}"' if found else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _statements(script: str) -> list[str]:
    """Statements that are parted by an empty line."""
    return [each.strip() for each in script.split("\n\n") if each.strip()]
