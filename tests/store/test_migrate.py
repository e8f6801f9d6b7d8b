"""The schema: made, upgraded, compared, refused."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import inspect

from tests.postgres import Postgres
from tests.store.database import connected, execute, rows
from tests.store.samples import FEED
from wire.errors import ConfigError, SchemaTooNew, SchemaTooOld, StoreError
from wire.model import Health, PollState, Validators
from wire.policy import StorePolicy
from wire.store import Store
from wire.store.columns import metadata
from wire.store.contract import VIEWS
from wire.store.migration import migrate
from wire.store.tables import REVISION

ROOT = Path(__file__).parents[2]
CONTRACT = {
    "story_v1": "story_id status headline canonical_version_id origin language first_seen_at published_at updated_at "
    "embargo_until versions deliveries sources merged_into",
    "version_v1": "version_id story_id relation headline byline dateline body word_count language origin first_seen_at "
    "similarity is_canonical",
    "delivery_v1": "delivery_id version_id story_id feed source guid url headline signal published_at seen_at",
    "feed_v1": "feed url source enabled health last_polled_at last_ok_at next_poll_at failures last_error entries_seen "
    "gaps next_poll_reason poll_interval overlap moved_to hub subscription subscribed_until last_push_at pushes "
    "hub_error",
    "article_v1": "feed url state reason tries refetches queued_at next_try_at tried_at story_id teaser_version_id "
    "full_version_id",
    "change_v1": "seq kind story_id version_id at detail",
    "health_v1": "feed alerts polls failed not_modified unchanged lag_p50 lag_p95 lag_entries last_new_at "
    "usual_interval failing_since last_failed_at last_failure last_status last_gap_at recent",
    "spool_file_v1": "feed file outcome reason taken_at size entries new put_away stored_as",
    "alert_v1": "alert_id condition severity feed source began_at ended_at summary advice how_ended told_at "
    "end_told_at untold",
}


def test_views_have_the_columns_that_readers_were_promised(database_url: str) -> None:
    with connected(database_url) as connection:
        for view, promised in CONTRACT.items():
            columns = {column["name"] for column in inspect(connection).get_columns(view)}
            assert set(promised.split()) <= columns, view


def test_every_column_is_documented() -> None:
    page = (ROOT / "docs" / "database.md").read_text("utf-8")
    for view in VIEWS:
        section = page.partition(f"\n### `{view.name}`\n")[2].partition("\n##")[0]
        documented = re.findall(r"^\| `(\w+)`", section, flags=re.MULTILINE)
        assert documented == [column.name for column in view.columns], view.name


def _not_of_search(name: str | None, kind: str, _parents: object) -> bool:
    """Full-text search is the one thing that each database does in its own way; see test_search."""
    return kind != "table" or not str(name).startswith("search")


def test_tables_are_what_the_migrations_make(database_url: str) -> None:
    with connected(database_url) as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": _not_of_search}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        for view in VIEWS:
            made = [column["name"] for column in inspect(connection).get_columns(view.name)]
            assert sorted(made) == sorted(view.columns.keys()), view.name


def test_this_release_knows_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_migrations_are_frozen_and_import_nothing_of_the_package() -> None:
    for script in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) wire\b", script.read_text("utf-8"), flags=re.MULTILINE), script.name


def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    policy = StorePolicy(url=empty_database_url)
    assert migrate(policy).revision == REVISION
    with Store.open(policy) as store, store.writing() as write:
        write.add_feeds([FEED])
    assert migrate(policy).revision == REVISION
    assert rows(empty_database_url, "SELECT feed FROM feed_v1") == [{"feed": FEED.key}]


def test_migrating_makes_the_folder_of_the_file(tmp_path: Path) -> None:
    policy = StorePolicy(url=f"sqlite:///{tmp_path}/new/folder/wire.db")
    migrate(policy)
    Store.open(policy).close()


def test_a_migration_that_fails_half_way_has_never_begun(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = StorePolicy(url=empty_database_url)
    migrate(policy)
    scripts = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", scripts)
    (scripts / "versions" / "v9000_bad.py").write_text(
        "from alembic import op\n"
        f"revision, down_revision = '9000', '{REVISION}'\n"
        "def upgrade():\n"
        "    op.execute('CREATE TABLE half (a INTEGER)')\n"
        "    op.execute('CREATE TABLE half (a INTEGER)')\n",
        "utf-8",
    )
    with monkeypatch.context() as patched:
        patched.setattr("wire.store.migration.scripts", lambda: scripts)
        with pytest.raises(StoreError, match="half"):
            migrate(policy)
    with connected(empty_database_url) as connection:
        assert not inspect(connection).has_table("half")
    Store.open(policy).close()


def test_a_database_of_the_first_release_keeps_its_feeds(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = StorePolicy(url=empty_database_url)
    first = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", first)
    for later in sorted((first / "versions").glob("*.py"))[1:]:
        later.unlink()
    with monkeypatch.context() as patched:
        patched.setattr("wire.store.migration.scripts", lambda: first)
        migrate(policy)
    with pytest.raises(SchemaTooOld, match="0001"):
        Store.open(policy)
    execute(
        empty_database_url,
        "INSERT INTO feed (key, url, source, enabled, rank, state_url, etag, health, next_poll_at, failures)"
        " VALUES ('a', 'http://a.example/', 'A', true, 50, 'http://a.example/', 'W/1', 'failing',"
        " '2031-03-03T12:00:00.000000Z', 2)",
    )
    migrate(policy)
    (row,) = rows(empty_database_url, "SELECT feed, failures, next_poll_reason, overlap, moved_to FROM feed_v1")
    assert row == {"feed": "a", "failures": 2, "next_poll_reason": None, "overlap": None, "moved_to": None}
    with Store.open(policy) as store, store.reading() as read:
        state = read.poll_states()["a"]
    assert state == PollState(
        feed="a",
        url="http://a.example/",
        validators=Validators(etag="W/1"),
        health=Health.FAILING,
        next_poll_at=datetime(2031, 3, 3, 12, tzinfo=UTC),
        failures=2,
    )


def test_an_installed_wheel_brings_its_migrations(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "site", "zip")
    script = (
        "import sys; from wire import policy; from wire.store import migration;"
        "print(migration.__file__, migration.migrate(policy.StorePolicy(url=sys.argv[1])).revision)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, f"sqlite:///{tmp_path}/wire.db"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [str(tmp_path / "site" / "wire" / "store" / "migration.py"), REVISION]


def test_an_empty_database_is_too_old(empty_database_url: str) -> None:
    with pytest.raises(SchemaTooOld, match="wire migrate"):
        Store.open(StorePolicy(url=empty_database_url))


def test_opening_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaTooOld, match="wire migrate"):
        Store.open(StorePolicy(url=f"sqlite:///{tmp_path}/none.db"))
    assert not list(tmp_path.iterdir())


def test_an_older_schema_is_refused(empty_database_url: str) -> None:
    policy = StorePolicy(url=empty_database_url)
    migrate(policy)
    execute(empty_database_url, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(SchemaTooOld, match=f"0000.*{REVISION}.*wire migrate"):
        Store.open(policy)


def test_a_newer_schema_is_refused_with_both_revisions(empty_database_url: str) -> None:
    policy = StorePolicy(url=empty_database_url)
    migrate(policy)
    execute(empty_database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match=f"9999.*{REVISION}"):
        Store.open(policy)
    with pytest.raises(SchemaTooNew, match=f"9999.*{REVISION}"):
        migrate(policy)


@pytest.mark.parametrize("action", [Store.open, migrate])
def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path: Path, action: object) -> None:
    path = tmp_path / "wire.db"
    path.write_bytes(b"Dear reader, this is a letter. " * 500)
    with pytest.raises(StoreError, match=r"not a database.*restore a backup"):
        action(StorePolicy(url=f"sqlite:///{path}"))  # type: ignore[operator]  # two functions of one shape
    assert path.read_bytes().startswith(b"Dear reader")


def test_a_server_that_is_not_there_is_named_without_the_password(tmp_path: Path) -> None:
    policy = StorePolicy(url=f"postgresql://ada:hidden@/wire?host={tmp_path}")
    with pytest.raises(StoreError, match="check the database URL") as caught:
        Store.open(policy)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://localhost/wire",
        "wire.db",
        "postgresql://ada:hidden@h:port/wire",
        "",
    ],
)
def test_a_url_of_no_use_is_a_mistake_of_the_config(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Store.open(StorePolicy(url=url))
    assert "hidden" not in str(caught.value)


# --- the role that readers use ------------------------------------------------------------------------------------


def test_readers_role_sees_the_views_and_no_table(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET ROLE wire_reader")
        query = sql.SQL("SELECT * FROM {}")
        for view in VIEWS:
            connection.execute(query.format(sql.Identifier(view.name)))
        for table in metadata.tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query.format(sql.Identifier(table)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM change_v1")


def test_without_the_right_to_make_roles_the_operator_is_told(postgres_server: Postgres) -> None:
    with postgres_server.database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE wire_test_owner NOCREATEROLE LOGIN")
        connection.execute("GRANT ALL ON SCHEMA public TO wire_test_owner")
        connection.execute("ALTER ROLE wire_reader RENAME TO wire_reader_away")
        try:
            done = migrate(StorePolicy(url=url.replace("//wire@", "//wire_test_owner@")))
        finally:
            connection.execute("ALTER ROLE wire_reader_away RENAME TO wire_reader")
            connection.execute("DROP OWNED BY wire_test_owner CASCADE")
            connection.execute("DROP ROLE wire_test_owner")
    assert "CREATE ROLE wire_reader" in " ".join(done.notes)
