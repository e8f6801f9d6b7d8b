"""The whole road, as a process: JSON Lines in, rows out, on one processor."""

import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
SETS = {"agency": SAMPLES / "stream" / "agency-stream.jsonl", "modern": SAMPLES / "modern" / "articles.jsonl.gz"}
INVENTED = 3000


def run() -> dict[str, float]:
    """Speed and peak memory of `wire ingest`: on invented copy, and on real samples where they are at hand."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "invented.jsonl"
        archive.write_text("\n".join(invented(INVENTED)))
        sets = {"invented": archive} | {name: path for name, path in SETS.items() if path.exists()}
        for name, path in sets.items():
            figures |= {f"{name}, {figure}": value for figure, value in _ingest(path, Path(folder) / name).items()}
    return figures


def _ingest(path: Path, folder: Path) -> dict[str, float]:
    folder.mkdir()
    (folder / "wire.toml").touch()
    options = ["--config", str(folder), "--database", f"sqlite:///{folder}/wire.db"]
    wire = [sys.executable, "-m", "wire"]
    subprocess.run([*wire, "migrate", *options], check=True, capture_output=True)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path) as lines:
        stories = sum(1 for _ in lines)
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [*wire, "ingest", str(path), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),  # noqa: PLW1509 - this process has one thread
    ) as process:
        process.wait()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"stories": stories, "stories/s": stories / wall, "CPU µs a story": cpu / stories * 1e6, "MB": _peak(after)}


def _peak(usage: resource.struct_rusage) -> float:
    """The largest child so far."""
    return usage.ru_maxrss / 1024


def invented_texts(count: int, words: int) -> list[str]:
    """Texts of invented words, no two alike."""
    draw = random.Random(2)
    known = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(5000)]
    return [" ".join(draw.choices(known, k=words)) for _ in range(count)]


def invented(count: int) -> list[str]:
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(5000)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        json.dumps(
            {
                "id": str(number),
                "source": "Bench",
                "headline": " ".join(draw.choices(words, k=8)),
                "body": " ".join(draw.choices(words, k=140)),
                "published": (start + timedelta(minutes=number)).isoformat(),
            }
        )
        for number in range(count)
    ]
