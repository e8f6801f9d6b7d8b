"""Full-text search: one language and one answer on both databases, kept right by whatever changes a text."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.database import connected, execute, rows
from tests.store.samples import FEED, found, join, text
from wire.errors import InputError
from wire.model import Relation, Status
from wire.policy import StorePolicy
from wire.store import Store
from wire.store.migration import migrate
from wire.store.search import query_of

COLUMNS = [
    "story_id",
    "version_id",
    "is_canonical",
    "usable",
    "status",
    "origin",
    "language",
    "first_seen_at",
    "headline",
    "body",
]
TEXTS = {
    "a": ("Mole at Port Lannic to be rebuilt", "The harbour's mole was breached in a gale. Work begins in May."),
    "b": ("Fährverkehr nach São Elsin ruht", "Kein Fährschiff läuft aus; DER MINISTER spricht von 3.500 Gästen."),
    "c": ("МОСТ закрыт на ремонт", "Мост через реку Ярну закрыт. Ремонт займёт год."),
    "d": ("COVID-19 ward closes", "The U.S. ward shut on Monday; don't come, writes ada@clinic.example."),
    "e": ("Port of Elsin", "Nothing of Lannic here, and a mole-hill. Elsin's port is well."),
}
CASES: dict[str, str | None] = {
    "mole": "ae",
    "MOLE": "ae",
    "mole gale": "a",
    "gale OR ward": "ad",
    "mole -gale": "e",
    "mole NOT gale": "e",
    '"port lannic"': "a",
    '"lannic port"': "",
    "port lannic": "ae",
    'mole -"port lannic"': "e",
    "rebui*": "a",
    "rebui": "",
    "fährschiff": "b",
    "FAHRSCHIFF": "b",
    "sao": "b",
    "минист*": "",
    "мост": "c",
    "МОСТ": "c",
    "займёт": "c",
    "займет": "",
    "3.500": "b",
    "covid-19": "d",
    "covid": "d",
    "u.s.": "d",
    "don't": "d",
    "ada@clinic.example": "d",
    "clinic": "d",
    "mole-hil*": "e",
    "gale OR ward -monday": "a",
    "gale work OR ward monday": "ad",
    "not": "",
    "or": "",
    '"': None,
    "-mole": None,
    "mole OR -gale": None,
    "?! * -": None,
    "": None,
}
"""What is typed, and the texts that are found; None: it is refused."""


@pytest.fixture
def texts(store: Store) -> Store:
    """A story for each of `TEXTS`."""
    with store.writing() as write:
        write.add_feeds([FEED])
        for name, (headline, body) in TEXTS.items():
            found(write, text(name, headline=headline, paragraphs=(body,)), f"s{name}")
    return store


def _found(url: str, query: str) -> list[str]:
    """As a newsroom's tool asks."""
    return [row["version_id"] for row in rows(url, "SELECT * FROM search_v1(:query) ORDER BY version_id", query=query)]


def test_what_is_typed_finds_the_same_on_both_databases(texts: Store) -> None:
    with texts.reading() as read:
        for typed, wanted in CASES.items():
            if wanted is None:
                with pytest.raises(InputError):
                    read.stories(match=typed)
            else:
                got = sorted(each.story_id for each in read.stories(match=typed))
                assert got == [f"s{name}" for name in wanted], typed
        assert read.stories(match="mole", text="gale")[0].story_id == "sa"


@given(st.text(alphabet=st.sampled_from("ab *\"-:()^+{}\\'OR NOTé.,中"), max_size=20))
def test_whatever_is_typed_is_a_sound_query_or_refused(typed: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE s USING fts5(headline, body)")
        try:
            query = query_of(typed)
        except InputError:
            return
        database.execute("SELECT * FROM s WHERE s MATCH ?", [query]).fetchall()


def test_columns_are_the_same_and_the_best_comes_first(texts: Store, database_url: str) -> None:
    with texts.writing() as write:
        found(write, text("f", headline="Mole", paragraphs=("A mole " + "of stones " * 30,)), "sf")
        found(write, text("g", headline="Stones", paragraphs=("Stones " * 60 + "and a mole.",)), "sg")
    query = "SELECT *, rank FROM search_v1('mole') ORDER BY rank, version_id"
    with connected(database_url) as connection:
        result = connection.exec_driver_sql("SELECT * FROM search_v1('mole')")
        names = list(result.keys())
    assert [name for name in names if name != "rank"] == COLUMNS
    answer = rows(database_url, query)
    assert {row["version_id"] for row in answer[:2]} == {"va", "vf"}, "in a headline before in a body"
    assert [row["version_id"] for row in answer[2:]] == ["ve", "vg"]
    assert answer == sorted(answer, key=lambda row: row["rank"])
    (exact,) = (row for row in answer if row["version_id"] == "vf")
    assert exact | {"rank": 0, "first_seen_at": 0} == {
        "story_id": "sf",
        "version_id": "vf",
        "is_canonical": True,
        "usable": True,
        "status": "usable",
        "origin": "Norda",
        "language": "en",
        "first_seen_at": 0,
        "headline": "Mole",
        "body": "A mole " + "of stones " * 30,
        "rank": 0,
    }


def test_merges_statuses_canonicals_and_new_readings_show_at_once(texts: Store, database_url: str) -> None:
    with texts.writing() as write:
        join(write, text("a2", headline="Mole, again", paragraphs=("The breached mole is to stand by autumn.",)), "sa")
        write.set_canonical("sa", "va2", {"va": (Relation.REWRITTEN, 0.5)})
        write.touch("se", status=Status.KILLED)
        write.merge("sb", into="sa")
        write.set_canonical("sa", "va2", {"va": (Relation.REWRITTEN, 0.5), "vb": (None, None)})
    query = "SELECT version_id, story_id, is_canonical, status FROM search_v1(:q) ORDER BY version_id"

    def answer(words: str) -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in rows(database_url, query, q=words)]

    assert answer("mole") == [("va", "sa", 0, "usable"), ("va2", "sa", 1, "usable"), ("ve", "se", 1, "killed")]
    assert answer("minister") == [("vb", "sa", 0, "usable")]
    with texts.writing() as write:
        write.read_again({"va": text("a", headline="Quay at Port Lannic to be rebuilt")})
    assert [row[0] for row in answer("quay")] == ["va"]
    assert answer("headline OR rebuilt OR gale") == [("va", "sa", 0, "usable")]
    with texts.writing() as write:
        write.read_again({"va": text("a", headline="Breakwater")})
    assert answer("quay") == []
    _sound(database_url)


def test_what_is_undone_is_not_found(texts: Store, database_url: str) -> None:
    def regret() -> None:
        with texts.writing() as write:
            found(write, text("z", headline="Zebra"), "sz")
            write.flush()
            raise KeyError

    with pytest.raises(KeyError):
        regret()
    assert _found(database_url, "zebra") == []
    _sound(database_url)


def _sound(url: str) -> None:
    """Ask SQLite to hold the index against the texts."""
    if url.startswith("sqlite"):
        execute(url, "INSERT INTO search_v1(search_v1, rank) VALUES ('integrity-check', 1)")
    else:
        wrong = "SELECT number FROM search JOIN version USING (number) WHERE words <> search_words(headline, body)"
        assert rows(url, wrong) == []


def test_a_text_of_any_length_and_kind_is_taken(store: Store, database_url: str) -> None:
    odd = ["".join(chr(0x20000 + n % 42_000 + part) for part in range(2)) for n in range(33_000)]
    long = "word " * 30_000 + "zenith"
    with store.writing() as write:
        write.add_feeds([FEED])
        found(write, text("a", headline="Odd", paragraphs=(" ".join(odd),)), "sa")
        found(write, text("b", headline="Long", paragraphs=(long, "x" * 900_000)), "sb")
        found(write, text("c", headline="", paragraphs=()), "sc")
        found(write, text("d", headline="Ends \ud800 NUL\x00", paragraphs=("'; DROP TABLE x; -- %s %(a)s",)), "sd")
    assert _found(database_url, odd[5]) == ["va"]
    assert _found(database_url, "long word") == ["vb"]
    assert _found(database_url, "zenith") == [], "behind the first 100,000 characters nothing is found"
    assert _found(database_url, "drop") == ["vd"]


def test_old_databases_are_indexed_by_their_migration(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = StorePolicy(url=empty_database_url)
    before = tmp_path / "migrations"
    shutil.copytree(Path(__file__).parents[2] / "migrations", before)
    for script in (before / "versions").glob("*.py"):
        if script.name >= "v0011":
            script.unlink()
    with monkeypatch.context() as patched:
        patched.setattr("wire.store.migration.scripts", lambda: before)
        migrate(policy)
    inserts = (
        (
            "INSERT INTO story (story_id, status, canonical_version_id, first_seen_at, updated_at)"
            " VALUES ('s1', 'usable', 'v1', '2026-01-21T12:00:00.000000Z', '2026-01-21T12:00:00.000000Z')"
        ),
        (
            "INSERT INTO version (number, version_id, story_id, at, first_seen_at, word_count, signals, headline, body)"
            " VALUES (1, 'v1', 's1', '2026-01-21T12:00:00Z', '2026-01-21T12:00:00Z', 2, '', 'Old mole', 'Hm')"
        ),
    )
    with connected(empty_database_url) as connection:
        for each in inserts:
            connection.exec_driver_sql(each)
    migrate(policy)
    assert _found(empty_database_url, "mole") == ["v1"]
    with Store.open(policy) as store, store.reading() as read:
        assert [each.story_id for each in read.stories(match="old")] == ["s1"]
    _sound(empty_database_url)


def test_who_may_only_read_may_search(postgres_url: str) -> None:
    with Store.open(StorePolicy(url=postgres_url)) as store, store.writing() as write:
        write.add_feeds([FEED])
        found(write, text("a", headline="Mole"), "sa")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET ROLE wire_reader")
        assert connection.execute("SELECT story_id FROM search_v1('mole')").fetchall() == [("sa",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM search")
