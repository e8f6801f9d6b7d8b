"""Readers that are held open while 200 new texts come in a second: what becomes of ingest, and of the WAL.

`WIRE_BENCH_MINUTES=10` holds those of snapshots for ten minutes instead of a quarter of one, the others for one.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.store.samples import FEED, at, found, text
from wire.policy import StorePolicy
from wire.store import Snapshot, Store
from wire.store.migration import migrate

MINUTES = float(os.environ.get("WIRE_BENCH_MINUTES", "0.25"))
READERS = 8
ITEMS = 20
"""New texts of one transaction."""
PACE = 0.1
"""Seconds between the begins of two transactions."""
EVERY = 60.0
"""Seconds between two snapshots."""
_READER = """
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, isolation_level=None)
db.execute("BEGIN")
count = lambda: db.execute("SELECT count(*), max(number) FROM version_v1").fetchone()
first = count()
print("reads", flush=True)
sys.stdin.readline()
print("consistent" if count() == first else "changed", flush=True)
"""


def run() -> dict[str, float]:
    """Items a second and the largest WAL: nobody reads, many hold snapshots, many hold the database itself."""
    figures: dict[str, float] = {}
    for name in ("no reader", "readers of snapshots", "readers of the database"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wire.db"
            policy = StorePolicy(url=f"sqlite:///{path}")
            migrate(policy)
            with Store.open(policy) as store, store.writing() as write:
                write.sync_feeds([FEED])
            with Store.open(policy) as store:
                figures |= {f"{name}: {figure}": value for figure, value in _hold(store, path, name).items()}
    return figures


def _hold(store: Store, path: Path, name: str) -> dict[str, float]:
    target, wal = path.with_name("read.db"), path.with_name("wire.db-wal")
    minutes = MINUTES if name == "readers of snapshots" else min(MINUTES, 1.0)
    made: list[Future[Snapshot]] = []
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnoprstuvw", k=draw.randint(2, 10))) for _ in range(5000)]
    items, largest, longest, steady = 0, 0, 0.0, 0
    with ThreadPoolExecutor(1) as thread, ExitStack() as readers:
        held: list[subprocess.Popen[str]] = []
        if name == "readers of the database":
            held = [readers.enter_context(_reading(path)) for _ in range(READERS)]
        began, due = time.monotonic(), 0.0
        while (now := time.monotonic() - began) < minutes * 60:
            if name == "readers of snapshots" and now >= due:
                due = now + EVERY
                made.append(thread.submit(store.snapshot, target))  # beside ingest, as in the daemon
            done = sum(each.done() for each in made)
            while len(held) < READERS and len(held) < 4 * done:
                held.append(readers.enter_context(_reading(target)))
            turn = time.monotonic()
            with store.writing() as write:
                for _ in range(ITEMS):
                    body = tuple(" ".join(draw.choices(words, k=50)) for _ in range(5))
                    found(write, text(str(items), paragraphs=body), f"s{items}", minutes=items / 1000)
                    items += 1
            took = time.monotonic() - turn
            longest, largest = max(longest, took), max(largest, wal.stat().st_size)
            time.sleep(max(0.0, PACE - took))
        spent = time.monotonic() - began
        for each in held:
            answer, _ = each.communicate("\n")
            steady += "consistent" in answer
    with store.writing() as write:
        write.change("last", at=at(0))
    with store.writing() as write:
        write.change("last", at=at(0))
    copies = [each.result() for each in made]
    return {
        "minutes": minutes,
        "items a second": items / spent,
        "WAL at its largest, MB": largest / 1e6,
        "WAL afterwards, MB": wal.stat().st_size / 1e6,
        "longest transaction, ms": longest * 1000,
        "readers that saw one moment": float(steady),
        "database, MB": path.stat().st_size / 1e6,
        "snapshots": len(copies),
        "longest snapshot, ms": max((each.seconds for each in copies), default=0.0) * 1000,
    }


@contextmanager
def _reading(path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _READER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().strip() == "reads"
            yield process
        finally:
            process.kill()
