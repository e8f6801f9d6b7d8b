"""A watched folder and a daemon: what comes is seen at once, and a stop in the middle loses nothing."""

import shutil
import signal
import time
from pathlib import Path

from tests.acceptance.site import PATIENCE, Installation, eventually
from tests.spools.box import Box, rss


def installed(tmp_path: Path, template: Path, feed: str) -> Installation:
    """An installation with one feed."""
    shutil.copy(template, tmp_path / "wire.db")
    wire = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'wire.db'}")
    wire.folder.mkdir()
    (wire.folder / "feeds.toml").write_text(f'[feeds.box]\nsource = "Box"\n{feed}')
    (wire.folder / "wire.toml").write_text('[daemon]\nlog_level = "info"\n')
    return wire


def test_a_file_that_comes_is_seen_at_once_and_the_folder_may_come_later(tmp_path: Path, sqlite_template: Path) -> None:
    incoming = tmp_path / "incoming"
    wire = installed(tmp_path, sqlite_template, f'url = "{incoming.as_uri()}/*.xml"\nsettle = 0.2\n')
    (wire.folder / "wire.toml").write_text('[schedule]\nscan = "1h"\n')

    def taken() -> int:
        return int(wire.query("SELECT count(*) FROM spool_file_v1 WHERE put_away")[0][0])

    with wire.daemon():
        eventually("it fails", lambda: "is not there" in wire.log())
        box = Box(incoming)
        box.put("1.xml")
        eventually("it is watched", lambda: taken() == 1)
        for number in (2, 3):
            box.put(f".{number}.xml", rss((str(number), f"Item {number}"))).rename(incoming / f"{number}.xml")
            eventually("what is renamed in is seen", lambda: taken() == number)  # noqa: B023 - called in its round
        box.put("4.xml", at=time.time())
        eventually("what is written there is seen, once it is whole", lambda: taken() == 4)
    assert "spool.unwatched" not in wire.log()


def test_a_stop_in_the_middle_waits_or_drops_and_nothing_is_lost(tmp_path: Path, sqlite_template: Path) -> None:
    box = Box(tmp_path / "incoming")
    wire = installed(tmp_path, sqlite_template, f'url = "{box.path.as_uri()}/*.xml"\n')
    (wire.folder / "wire.toml").write_text("[daemon]\ndrain = 0.1\n[spool]\nbatch = 5\n")
    for number in range(150):
        box.put(f"{number:03}.xml")
    with wire.daemon() as daemon:
        eventually("it begins", lambda: len(box.names("done")) > 5)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(PATIENCE) == 0
    wire.run("poll", "box")
    assert wire.query("SELECT count(*), count(DISTINCT headline) FROM delivery_v1") == [(150, 150)]
    assert len(box.names("done")) == 150
