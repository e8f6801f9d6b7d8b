"""A folder on another machine as operators see it: `wire check`, `wire poll`, `wire feed`; no secret is ever shown."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.site import Installation
from tests.remote.ftpd import PASSWORD, USER, Ftpd
from tests.spools.box import LONG_AGO, Box

WRONG = "correct-horse-battery"


@pytest.fixture
def box(root: Path, tmp_path: Path) -> Box:
    return Box(root / tmp_path.name)


@pytest.fixture
def wire(tmp_path: Path, sqlite_template: Path, box: Box, ftp: Ftpd, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("COLUMNS", "300")
    shutil.copy(sqlite_template, tmp_path / "wire.db")
    made = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'wire.db'}")
    made.folder.mkdir()
    (made.folder / "password").write_text(WRONG)
    url = f"ftp://127.0.0.1:{ftp.port}/{box.path.name}/*.xml"
    (made.folder / "feeds.toml").write_text(
        f'[feeds.box]\nsource = "Box"\nurl = "{url}"\nuser = "{USER}"\npassword = {{ file = "password" }}\n'
        "allow_private = true\nsettle = 0\n"
    )
    return made


def test_what_came_and_what_keeps_us_out(wire: Installation, box: Box) -> None:
    box.put("1.xml", at=LONG_AGO + 1)
    box.put("2.xml", "broken", at=LONG_AGO + 2)
    assert "feeds.box: its password and its files travel in the clear (ftp://)" in wire.run("check")
    said = wire.run("poll", "--all", code=1)
    assert "does not let feeds in: 530" in " ".join(said.split())
    shown = wire.run("feed", "box")
    assert "docs/spools.md" in shown
    everything = said + shown + wire.run("feeds") + wire.run("feed", "box", "--json") + wire.run("check", "--json")
    assert WRONG not in everything
    (wire.folder / "password").write_text(PASSWORD)
    (polled,) = wire.json("poll", "box")["feeds"]
    assert polled["outcome"] == "ok"
    assert "2.xml: not a feed" in polled["message"]
    shown = wire.run("feed", "box")
    assert "every 5 min" in shown
    assert "files remembered: 1 failed, 1 taken" in shown
    assert "on another machine" in shown
    for word in ("gaps", "304", "overlap", PASSWORD):
        assert word not in shown
    assert box.names("failed") == ["2.xml", "2.xml.reason"]


def test_a_library_that_is_missing_is_named_before_the_daemon_runs(wire: Installation) -> None:
    (wire.folder / "absent").mkdir()
    (wire.folder / "absent" / "fsspec.py").write_text("raise ModuleNotFoundError(name='fsspec')")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPATH", str(wire.folder / "absent"))
        said = subprocess.run(wire.command("check"), capture_output=True, text=True, check=True).stdout
    assert "feeds.box: ftp:// needs fsspec, which is not installed: pip install 'presswire[ftp]'" in said
    assert "not installed" not in wire.run("check")
