"""CPU µs of each pure stage on one invented text of 140 words."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.bench.pipeline import invented
from wire import cluster, normalize, parse, prepare
from wire.config import load
from wire.policy import ClusterPolicy

ROUNDS = 5


def run() -> dict[str, float]:
    """Median CPU µs a text of each stage."""
    lines = [line.encode() for line in invented(400)]
    agencies = normalize.Agencies(load(None, environ={}).agencies)
    entries = [parse.parse_line(line) for line in lines]
    copies = [
        normalize.normalize(entry, source="Bench", agency=None, language="en", agencies=agencies) for entry in entries
    ]
    profiles = cluster.profiles(copies)
    sketches = cluster.sketches(profiles)
    at = datetime(2026, 1, 1, tzinfo=UTC)

    def index() -> None:
        built = cluster.Index(ClusterPolicy())
        built.hold(at)
        for number, sketch in enumerate(sketches):
            built.candidates(sketch=sketch, at=at)
            built.add(number=number, version_id=f"v{number}", story_id=f"s{number}", at=at, sketch=sketch)

    return {
        "parse a line": _median(lambda: [parse.parse_line(line) for line in lines], len(lines)),
        "key and hash": _median(lambda: [prepare.name(entry) for entry in entries], len(lines)),
        "normalize": _median(
            lambda: [
                normalize.normalize(entry, source="Bench", agency=None, language="en", agencies=agencies)
                for entry in entries
            ],
            len(lines),
        ),
        "profile": _median(lambda: cluster.profiles(copies), len(lines)),
        "sketch": _median(lambda: cluster.sketches(profiles), len(lines)),
        "candidates and add": _median(index, len(lines)),
    }


def _median(function: Callable[[], object], count: int) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        function()
        times.append((time.process_time() - began) / count * 1e6)
    return sorted(times)[ROUNDS // 2]
