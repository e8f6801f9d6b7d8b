"""A daemon that is killed (SIGKILL) in the middle of a full mailbox, again and again, and what came of the messages.

Run by hand for the full figure: `python -m tests.mail.kills` (10,000 messages, ten kills).
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

from tests.mail import dovecot
from tests.mail.box import Post, message
from tests.mail.dovecot import PASSWORD
from wire.policy import StorePolicy
from wire.store.migration import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands after the last kill and one run to the end."""

    kills: int
    """That met a daemon in the middle of the messages."""
    deliveries: int
    headlines: int
    """Of them, different ones."""
    done: int
    """Messages that were moved."""
    left: int
    in_order: bool
    seconds: float
    """For all of it."""


def kill_and_count(home: Path, template: Path, post: Post, *, messages: int, kills: int, batch: int) -> Found:
    """Fill a mailbox, kill a daemon at `kills` places in it, each at a random moment, and let another one finish."""
    chance = random.Random(7)
    post.fill(message(f"Item {number:06}") for number in range(messages))
    config = home / "config"
    config.mkdir()
    (config / "password").write_text(PASSWORD)
    (config / "feeds.toml").write_text(
        f'[feeds.box]\nsource = "Box"\nurl = "{post.url()}"\npassword = {{ file = "password" }}\ninterval = "1min"\n'
        f'allow_private = true\nca_file = "{post.server.ca}"\ntaken = "move"\n'
    )
    (config / "wire.toml").write_text(f"[spool]\nbatch = {batch}\n")
    shutil.copy(template, home / "wire.db")
    command = [sys.executable, "-m", "wire", "run", "--config", str(config)]
    command += ["--database", f"sqlite:///{home / 'wire.db'}"]
    began, met = time.monotonic(), 0
    with (home / "daemon.log").open("a") as log:
        for kill in range(1, kills + 1):
            mark = messages * kill // (kills + 1)
            with subprocess.Popen(command, stdout=log, stderr=log) as daemon:
                _wait(home, mark, daemon)
                time.sleep(chance.uniform(0, 0.05))
                daemon.send_signal(signal.SIGKILL)
            met += bool(post.count("INBOX"))
        with subprocess.Popen(command, stdout=log, stderr=log) as daemon:
            _wait(home, messages, daemon)
            while post.count("INBOX"):
                time.sleep(0.05)
            daemon.send_signal(signal.SIGTERM)
    with closing(sqlite3.connect(home / "wire.db")) as database:
        names = [row[0] for row in database.execute("SELECT headline FROM delivery_v1 ORDER BY number")]
    return Found(
        kills=met,
        deliveries=len(names),
        headlines=len(set(names)),
        done=post.count("INBOX/done"),
        left=post.count("INBOX"),
        in_order=names == sorted(names),
        seconds=time.monotonic() - began,
    )


def _wait(home: Path, mark: int, daemon: "subprocess.Popen[bytes]") -> None:
    """Until so many messages were taken."""
    end = time.monotonic() + 1_800
    with closing(sqlite3.connect(home / "wire.db", timeout=30)) as database:
        while database.execute("SELECT count(*) FROM spool_file_v1").fetchone()[0] < mark:
            if daemon.poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    "the daemon does not take the messages: " + (home / "daemon.log").read_text()[-2_000:]
                )
            time.sleep(0.02)


def main() -> None:
    """The full figure."""
    with tempfile.TemporaryDirectory() as folder, dovecot.running() as server:
        home = Path(folder)
        template = home / "template.db"
        migrate(StorePolicy(url=f"sqlite:///{template}"))
        post = Post(server=server, user="user0")
        print(kill_and_count(home, template, post, messages=10_000, kills=10, batch=100))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
