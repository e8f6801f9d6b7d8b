"""A daemon that is killed (SIGKILL) in the middle of a full place, again and again, and what came of what stood there.

The one loop for places of every kind: what it has to know of one is a `Place`.
"""

import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests import warm

PATIENCE = 1_800.0
"""Seconds for a daemon to come as far as it is to be killed."""
REST = 30.0
"""Seconds for the last one to put away what it took."""


class Place(Protocol):
    """Where items stand, and stand no more once they were taken."""

    pause: float
    """Seconds between two askings of how far a daemon is."""

    @property
    def feed(self) -> str:
        """What stands below the feed in feeds.toml."""

    def fill(self, items: int) -> None:
        """Put so many items there, each of one entry, whose headlines are sorted as the items are."""

    def taken(self) -> int:
        """Items that a daemon is done with, as far as that can be asked cheaply."""

    def done(self) -> int:
        """Items that were put away."""

    def left(self) -> int:
        """Items that still wait, or are on their way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands after the last kill and one run to the end."""

    kills: int
    """That met a daemon in the middle of the items."""
    deliveries: int
    headlines: int
    """Of them, different ones."""
    rows: int
    """Items that are remembered as put away."""
    done: int
    left: int
    in_order: bool
    seconds: float
    """For all of it."""


def kill_and_count(
    home: Path, template: Path, place: Place, *, items: int, kills: int, batch: int, seed: int = 7
) -> Found:
    """Fill a place, kill a daemon at `kills` points of it, each at a random moment, and let another one finish."""
    chance = random.Random(seed)
    place.fill(items)
    config, database = home / "config", home / "wire.db"
    config.mkdir()
    (config / "feeds.toml").write_text(f'[feeds.box]\nsource = "Box"\n{place.feed}\n')
    (config / "wire.toml").write_text(f"[spool]\nbatch = {batch}\n")
    shutil.copy(template, database)
    began, met = time.monotonic(), 0
    for kill in range(1, kills + 1):
        mark = items * kill // (kills + 1)
        with _daemon(home) as daemon:
            _as_far_as(mark, place, daemon, home)
            time.sleep(chance.uniform(0, 0.05))
            daemon.send_signal(signal.SIGKILL)
        met += bool(place.left())
    with _daemon(home) as daemon:
        _as_far_as(items, place, daemon, home)
        _until(lambda: not place.left() and put_away(database) >= items, daemon, REST, 0.1)  # what is not shows below
        daemon.send_signal(signal.SIGTERM)
    with closing(sqlite3.connect(database)) as asked:
        names = [row[0] for row in asked.execute("SELECT headline FROM delivery_v1 ORDER BY number")]
    return Found(
        kills=met,
        deliveries=len(names),
        headlines=len(set(names)),
        rows=put_away(database),
        done=place.done(),
        left=place.left(),
        in_order=names == sorted(names),
        seconds=time.monotonic() - began,
    )


def put_away(database: Path) -> int:
    """Items that are remembered as put away."""
    with closing(sqlite3.connect(database, timeout=30)) as asked:
        return int(asked.execute("SELECT count(*) FROM spool_file_v1 WHERE put_away").fetchone()[0])


@contextmanager
def _daemon(home: Path) -> Iterator[warm.Process]:
    """`wire run`; at the end it has ended, by whatever was sent to it."""
    arguments = ["run", "--config", str(home / "config"), "--database", f"sqlite:///{home / 'wire.db'}"]
    with (home / "daemon.log").open("a") as log:
        number = log.fileno()
        with warm.Process("wire", *arguments, stdout=number, stderr=number) as daemon:
            try:
                yield daemon
            except BaseException:
                daemon.kill()
                raise


def _as_far_as(mark: int, place: Place, daemon: warm.Process, home: Path) -> None:
    """Until so many items were taken."""
    if not _until(lambda: place.taken() >= mark, daemon, PATIENCE, place.pause):
        log = (home / "daemon.log").read_text()[-2_000:]
        raise RuntimeError(f"the daemon does not take what waits ({place.taken()} of {mark}): {log}")


def _until(condition: Callable[[], bool], daemon: warm.Process, patience: float, pause: float) -> bool:
    """Whether it came true, of a daemon that runs."""
    end = time.monotonic() + patience
    while not condition():
        if daemon.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(pause)
    return True
