"""Full-text search: new texts into the index, and what people type into the language that both databases read alike.

Law: whatever is typed is a sound query of `search_v1`, or refused in words. What is not an operator is quoted, so that
signs in it mean nothing. What becomes of a text later, triggers of the database follow.

::

    mole "port lannic" -ferry     all of these words, this phrase, and not that one (also: NOT ferry)
    rebuil*                       words that begin so
    mole OR quay                  one or the other; binds less than what stands beside one another
"""

import re

from sqlalchemy import Connection, TextualSelect, column, text

from wire.errors import InputError

_TOKEN = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_WORD = re.compile(r"[^\W_]+")


MOST = 100_000
"""Characters of a body that can be found, as in the migration that made the index."""
_NEW = " FROM version WHERE number BETWEEN :first AND :last"
_ADD = {
    "sqlite": text(
        "INSERT INTO search_v1(rowid, headline, body) SELECT number, headline, substr(body, 1, :most)" + _NEW
    ),
    "postgresql": text("INSERT INTO search(number, words) SELECT number, search_words(headline, body)" + _NEW),
}


def add(connection: Connection, first: int, last: int) -> None:
    """Index the versions of these numbers, which are new."""
    connection.execute(_ADD[connection.dialect.name], {"first": first, "last": last, "most": MOST})


def matching(typed: str) -> TextualSelect:
    """The stories, by `story_id`, of which a version matches what was typed. Raises InputError."""
    found = text("SELECT story_id FROM search_v1(:wire_match)").bindparams(wire_match=query_of(typed))
    return found.columns(column("story_id"))


def query_of(typed: str) -> str:
    """What was typed, as a query of `search_v1`. Raises InputError."""
    groups: list[tuple[list[str], list[str]]] = [([], [])]
    negated = False
    for minus, phrase, word in _TOKEN.findall(typed):
        if word == "OR":
            groups.append(([], []))
            continue
        if word == "NOT":
            negated = True
            continue
        bare = word.removeprefix("-")
        terms = _prefix(bare[:-1]) if bare.endswith("*") else _quoted(bare or phrase)
        groups[-1][negated or bool(minus) or bare != word].extend(terms)
        negated = False
    wanted = [group for group in groups if group[0] or group[1]]
    if not wanted:
        raise InputError(f"there is no word to search for in {typed!r}")
    if not all(positive for positive, _ in wanted):
        raise InputError("a search that only excludes finds all: name a word that is to be there")
    return " OR ".join(" NOT ".join([" ".join(positive), *negative]) for positive, negative in wanted)


def _quoted(words: str) -> list[str]:
    """A phrase; small, for capitals are operators."""
    return [f'"{" ".join(found).lower()}"'] if (found := _WORD.findall(words)) else []


def _prefix(words: str) -> list[str]:
    """The beginning of a word, after the words that signs part it from."""
    *before, last = _WORD.findall(words) or [""]
    return _quoted(" ".join(before)) + ([f"{last.lower()}*"] if last else [])
