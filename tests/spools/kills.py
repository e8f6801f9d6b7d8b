"""A daemon that is killed (SIGKILL) in the middle of a full folder, again and again, and what came of the files.

Run by hand for the full figure: `python -m tests.spools.kills` (10,000 files, ten kills), for a folder on a server of
files `python -m tests.remote.kills sftp` (ftp, ftps, s3).
"""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.spools.box import LONG_AGO, Box
from wire.policy import StorePolicy
from wire.store.migration import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands after the last kill and one run to the end."""

    kills: int
    """That met a daemon in the middle of the files."""
    deliveries: int
    headlines: int
    """Of them, different ones."""
    rows: int
    """Files that are remembered."""
    done: int
    left: int
    """Files in the folder itself, or on their way out of it."""
    in_order: bool
    seconds: float
    """For all of it."""


def kill_and_count(
    home: Path,
    template: Path,
    *,
    files: int,
    kills: int,
    batch: int,
    seed: int = 7,
    box: Box | None = None,
    feed: str = "",
) -> Found:
    """Fill a folder, kill a daemon at `kills` places in it, each at a random moment, and let another one finish.

    `feed`: what stands below the feed in feeds.toml, where `box` is no folder here.
    """
    chance = random.Random(seed)
    box = box or Box(home / "incoming")
    feed = feed or f'url = "{box.path.as_uri()}/*.xml"'
    for number in range(files):
        box.put(f"{number:06}.xml", at=LONG_AGO + number)
    config = home / "config"
    config.mkdir()
    (config / "feeds.toml").write_text(f'[feeds.box]\nsource = "Box"\n{feed}\n')
    (config / "wire.toml").write_text(f"[spool]\nbatch = {batch}\n")
    shutil.copy(template, home / "wire.db")
    command = [sys.executable, "-m", "wire", "run", "--config", str(config)]
    command += ["--database", f"sqlite:///{home / 'wire.db'}"]
    began, met = time.monotonic(), 0
    with (home / "daemon.log").open("a") as log:
        for kill in range(1, kills + 1):
            mark = files * kill // (kills + 1)
            with subprocess.Popen(command, stdout=log, stderr=log) as daemon:
                _wait(box, mark, daemon)
                time.sleep(chance.uniform(0, 0.05))
                daemon.send_signal(signal.SIGKILL)
            met += bool(box.names())
        with subprocess.Popen(command, stdout=log, stderr=log) as daemon:
            _wait(box, files, daemon)
            time.sleep(1)
            daemon.send_signal(signal.SIGTERM)
    with closing(sqlite3.connect(home / "wire.db")) as database:
        rows = database.execute("SELECT headline, seen_at FROM delivery_v1 ORDER BY number").fetchall()
        kept = database.execute("SELECT count(*) FROM spool_file_v1 WHERE put_away").fetchone()[0]
    names = [headline for headline, _ in rows]
    return Found(
        kills=met,
        deliveries=len(names),
        headlines=len(set(names)),
        rows=kept,
        done=len(box.names("done")),
        left=len(box.names()) + len(box.hidden()),
        in_order=names == sorted(names),
        seconds=time.monotonic() - began,
    )


def _wait(box: Box, mark: int, daemon: "subprocess.Popen[bytes]") -> None:
    """Until so many files are in done/."""
    end = time.monotonic() + 1_800
    while box.count("done") < mark:
        if daemon.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the daemon does not take the files")
        time.sleep(0.005 if type(box) is Box else 0.1)  # to ask a server costs it more


def main() -> None:
    """The full figure."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        template = home / "template.db"
        migrate(StorePolicy(url=f"sqlite:///{template}"))
        print(kill_and_count(home, template, files=10_000, kills=10, batch=100))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
