"""A watched folder as operators see it: `wire check`, `wire poll`, `wire feed`, `wire feeds`."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.site import Installation
from tests.spools.box import LONG_AGO, Box


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path / "incoming")


@pytest.fixture
def wire(tmp_path: Path, sqlite_template: Path, box: Box, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("COLUMNS", "300")
    shutil.copy(sqlite_template, tmp_path / "wire.db")
    made = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'wire.db'}")
    made.folder.mkdir()
    (made.folder / "feeds.toml").write_text(f'[feeds.box]\nsource = "Box"\nurl = "{box.path.as_uri()}/*.xml"\n')
    return made


def test_what_came_and_what_failed(wire: Installation, box: Box) -> None:
    box.put("1.xml", at=LONG_AGO + 1)
    box.put("2 [red].xml", "broken", at=LONG_AGO + 2)
    said = " ".join(wire.run("poll", "--all").split())
    assert "1 file failed: 2 [red].xml: not a feed but plain text" in said
    (polled,) = wire.json("poll", "box")["feeds"]
    assert (polled["outcome"], polled["message"]) == ("unchanged", None)
    shown = wire.run("feed", "box")
    assert "files remembered: 1 failed, 1 taken" in shown
    assert "failed: 2 [red].xml: not a feed but plain text" in shown
    assert "every 30 s" in shown
    for word in ("gaps", "304", "overlap", "publisher"):
        assert word not in shown, "nothing of servers"
    found = wire.json("feed", "box")
    assert (found["state"], found["files"], len(found["refused"])) == ("refused", {"failed": 1, "taken": 1}, 1)
    assert wire.query("SELECT file, outcome, put_away, stored_as FROM spool_file_v1 ORDER BY taken_at, file") == [
        ("1.xml", "taken", 1, "1.xml"),
        ("2 [red].xml", "failed", 1, "2 [red].xml"),
    ]


def test_a_folder_that_is_not_there_is_remarked_upon_and_fails(wire: Installation, box: Box) -> None:
    assert "box" not in wire.run("check").partition("agencies")[2]
    box.path.rmdir()
    assert "feeds.box: its folder is not there" in wire.run("check")
    said = " ".join(wire.run("poll", "--all", code=1).split())
    assert "incoming is not there" in said
    (row,) = wire.json("feeds", "--failing")
    assert "docs/spools.md" in json.dumps(row)


def test_a_folder_that_cannot_be_written_to_is_remarked_upon(wire: Installation, box: Box) -> None:
    box.path.chmod(0o555)
    try:
        command = wire.command("check")
        if Path("/proc/self").stat().st_uid == 0:
            command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", *command]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        box.path.chmod(0o755)
    assert "feeds.box: its folder can't be written to" in done.stdout
