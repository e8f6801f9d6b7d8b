"""A watched folder full of files, one entry each: how fast they are taken, in how much memory."""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.pipeline import invented_texts
from tests.spools.box import LONG_AGO, Box, rss

FILES, WORDS = 10_000, 140


def run() -> dict[str, float]:
    """`wire poll` on a folder of 10,000 files; `python -m tests.spools.kills` does it under ten kills."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        box = Box(home / "incoming")
        for number, text in enumerate(invented_texts(FILES, WORDS)):
            box.put(f"{number:06}.xml", rss((str(number), text)), at=LONG_AGO + number)
        config = home / "config"
        config.mkdir()
        (config / "feeds.toml").write_text(f'[feeds.box]\nsource = "Box"\nurl = "{box.path.as_uri()}/*.xml"\n')
        options = ["--config", str(config), "--database", f"sqlite:///{home}/wire.db"]
        wire = [sys.executable, "-m", "wire"]
        subprocess.run([*wire, "migrate", *options], check=True, capture_output=True)
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*wire, "poll", "box", *options], check=True, capture_output=True)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        left = len(box.names())
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "files": FILES - left,
        "files/s": FILES / wall,
        "CPU ms a file": cpu / FILES * 1e3,
        "peak MB of the largest process": after.ru_maxrss / 1024,
    }
