"""Quality on real samples where they are at hand: `wire evaluate` on each set."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.pipeline import SAMPLES

SETS: dict[str, list[str]] = {
    "agency": ["stream/agency-stream.jsonl", "--pairs", "stream/pairs.json"],
    "modern": ["modern/articles.jsonl.gz", "--pairs", "modern/pairs.json"],
    "revisions": ["versions/wikipedia-revisions.jsonl", "--window", "none"],
}


def run() -> dict[str, float]:
    """Pairwise precision, recall and F1 in percent."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "wire.toml").touch()
        for name, arguments in SETS.items():
            paths = [str(SAMPLES / each) if "/" in each else each for each in arguments]
            if not Path(paths[0]).exists():
                continue
            command = [sys.executable, "-m", "wire", "evaluate", *paths, "--config", folder, "--json"]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            score = json.loads(done.stdout)["agreement"]["pairwise"]
            precision, recall = score["precision"], score["recall"]
            f1 = 2 * precision * recall / (precision + recall or 1)
            figures |= {f"{name}, precision": 100 * precision, f"{name}, recall": 100 * recall, f"{name}, F1": 100 * f1}
    return figures
