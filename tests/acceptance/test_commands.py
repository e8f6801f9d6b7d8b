"""The commands as processes: what they print, and their exit codes."""

import gzip
import json
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.site import Installation, Site, eventually, publisher, ready
from tests.acceptance.test_daemon import HARBOUR, LIBRARY, ORCHARD


@pytest.fixture
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


@pytest.fixture
def wire(tmp_path: Path, sqlite_template: Path) -> Installation:
    return ready(tmp_path, sqlite_template)


def _lines(*records: tuple[str, str, str, str]) -> str:
    return "\n".join(
        json.dumps(
            {"id": id_, "source": source, "headline": headline, "body": body, "published": "2024-05-01T10:00:00Z"}
        )
        for id_, source, headline, body in records
    )


def test_ingest_then_look(wire: Installation, tmp_path: Path) -> None:
    day = tmp_path / "day.jsonl"
    trimmed = HARBOUR[: HARBOUR.rindex(" Ferries")]
    day.write_text(
        _lines(
            ("1", "Courier", "Port Lannic to rebuild its mole", HARBOUR),
            ("2", "Echo", "Mole to be rebuilt", trimmed),
            ("3", "Echo", "Frost", ORCHARD),
        )
    )
    report = wire.json("ingest", str(day))
    assert sum(report["tally"].pop("rules").values()) == 1
    assert report["tally"] == {
        "entries": 3,
        "new": 3,
        "versions": 3,
        "stories": 2,
        "joined": 1,
        "gaps": 0,
        "skipped": {},
    }
    assert wire.json("ingest", str(day))["tally"]["new"] == 0, "the second time adds nothing"

    stories = wire.json("stories")
    assert [row["versions"] for row in sorted(stories, key=lambda row: -row["versions"])] == [2, 1]
    found = wire.json("story", next(row["story_id"] for row in stories if row["versions"] == 2))
    assert {each["source"] for each in found["deliveries"]} == {"Courier", "Echo"}
    variant = next(each for each in found["versions"] if not each["is_canonical"])
    assert variant["relation"] == "trimmed"

    assert "Port Lannic to rebuild" in wire.run("story", found["story"]["story_id"], "--diff")
    lines = wire.run("story", found["story"]["story_id"]).splitlines()  # 80 columns, where nobody says how many
    for each in (*found["versions"], *found["deliveries"]):
        assert f"  {each['headline']}" in map(str.rstrip, lines), "a headline that is cut into letters is none"
    assert all(any(each["evidence"]["rule"] in line for line in lines) for each in found["evidence"])
    assert len(wire.json("stories", "--text", "apple crop")) == 1
    assert wire.json("stories", "--source", "Nobody") == []
    explained = wire.json("explain", found["versions"][0]["version_id"], found["versions"][1]["version_id"])
    assert explained["same_story"]
    assert explained["now"]["scores"]
    apart = wire.json("explain", *(row["story_id"] for row in stories))
    assert not apart["same_story"]


def test_a_snapshot_is_a_whole_database_of_its_own(wire: Installation, tmp_path: Path) -> None:
    day = tmp_path / "day.jsonl"
    day.write_text(_lines(("1", "Courier", "Port Lannic to rebuild its mole", HARBOUR)))
    wire.run("ingest", str(day))
    made = wire.json("snapshot", str(tmp_path / "read.db"))
    assert made["bytes"] == (tmp_path / "read.db").stat().st_size
    (tmp_path / "read.db").chmod(0o444)
    with closing(sqlite3.connect(f"file:{tmp_path / 'read.db'}?mode=ro", uri=True)) as copy:
        assert copy.execute("SELECT headline FROM search_v1('mole')").fetchall() == [
            ("Port Lannic to rebuild its mole",)
        ]
        assert copy.execute("SELECT last_seq FROM change_log_v1").fetchone() == (made["last_seq"],)
    assert "is the database itself" in wire.run("snapshot", str(tmp_path / "wire.db"), code=1)


def test_gzip_is_taken_and_an_unknown_file_is_named(wire: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(_lines(("1", "Courier", "A book", LIBRARY)).encode()))
    (folder / "note.txt").write_text("Dear all,\n\nplease find the numbers attached.\n")
    (folder / "bad.jsonl").write_text(_lines(("2", "Echo", "Frost", ORCHARD)) + '\n{"headline": "cut off')
    printed = wire.run("ingest", str(folder), code=1)
    assert "note.txt" in printed
    assert "bad.jsonl:2" in printed
    assert wire.query("SELECT count(*) FROM delivery_v1") == [(2,)]
    assert "missing.xml" in wire.run("ingest", str(tmp_path / "missing.xml"), code=1)


def test_an_unknown_key_names_file_line_and_nearest_key(wire: Installation) -> None:
    (wire.folder / "wire.toml").write_text("[schedule]\nmin_intervall = 5\n")
    for command in ("check", "poll", "stories"):
        printed = wire.run(command, code=2)
        assert "wire.toml:2" in printed
        assert "min_interval" in printed


def test_a_feed_that_is_html_is_not_a_feed_and_the_others_are_taken(wire: Installation, site: Site) -> None:
    site.pages["/portal"] = ("application/rss+xml", b"<!DOCTYPE html><html><body><h1>Please log in</h1></body></html>")
    site.pages["/broken"] = ("application/rss+xml", b"<rss version='2.0'><channel><item><title>Half a")
    site.rss("/good", [("g1", "A book comes home", LIBRARY)])
    wire.configure({name: f"{site.base}/{name}" for name in ("portal", "broken", "good", "gone")})
    wire.run("poll", "--all", code=1)
    health = {row["feed"]: row["health"] for row in wire.json("feeds")}
    assert health["portal"] == "not a feed"
    assert health["gone"] == "failing"
    assert health["good"] == "ok"
    assert wire.query("SELECT guid FROM delivery_v1 WHERE feed = 'good'") == [("g1",)]
    assert wire.json("feed", "gone")["polls"][0]["http_status"] == 404
    assert "not a feed" in wire.run("feeds")


def test_gaps_and_what_was_put_right_are_shown(wire: Installation, site: Site) -> None:
    wire.configure({"good": f"{site.base}/good"})
    for entries in (
        [("http://g/1", "A book", LIBRARY)],
        [("https://g/1", "A book", LIBRARY)],
        [("g2", "Mole", HARBOUR)],
    ):
        site.rss("/good", entries)
        wire.run("poll", "--all")
    found = wire.json("feed", "good")
    (gap,), (note,) = found["gaps"], found["notes"]
    assert (gap["entries"], found["feed"]["gaps"], note["kind"]) == (1, 1, "guid respelled")
    printed = wire.run("feed", "good")
    assert "gaps: 1" in printed
    assert "guid respelled: 1 entries once; last now https://g/1" in printed
    assert wire.query("SELECT feed, entries FROM feed_gap_v1") == [("good", 1)]


def test_a_database_from_a_newer_release_is_refused(wire: Installation) -> None:
    with closing(sqlite3.connect(wire.url.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    printed = wire.run("stories", code=1)
    assert "newer" in printed
    assert "9999" in printed


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'none.db'}")
    installation.configure({})
    assert "wire migrate" in installation.run("stories", code=1)


def test_ctrl_c_ends_ingest_with_what_was_taken(wire: Installation, tmp_path: Path) -> None:
    day = tmp_path / "day.jsonl"
    day.write_text(_lines(*((str(n), "Courier", f"Item {n}", f"{HARBOUR} Number {n}.") for n in range(40_000))))
    with subprocess.Popen(wire.command("ingest", str(day)), stderr=subprocess.PIPE, text=True) as process:
        eventually("some are in", lambda: wire.query("SELECT count(*) > 0 FROM delivery_v1") == [(1,)])
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "what was taken stays" in said
    (taken,) = wire.query("SELECT count(*) FROM delivery_v1")[0]
    assert 0 < taken < 40_000


def test_a_busy_database_is_said_in_a_sentence(wire: Installation, site: Site) -> None:
    site.rss("/good", [("g1", "A book comes home", LIBRARY)])
    wire.configure({"good": f"{site.base}/good"})
    with (wire.folder / "wire.toml").open("a") as settings:
        settings.write("\n[store]\nbusy_timeout = 0.3\n")
    with closing(sqlite3.connect(wire.url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        printed = wire.run("poll", "--all", code=1)
        assert "busy_timeout" in printed
        assert "Traceback" not in printed


def test_an_unknown_id_or_feed_is_named(wire: Installation) -> None:
    assert "s123" in wire.run("story", "s123", code=2)
    assert "nowhere" in wire.run("poll", "nowhere", code=2)
