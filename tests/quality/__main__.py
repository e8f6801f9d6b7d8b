"""`python -m tests.quality [--seeds 101 102 …] [--stories N]`: the table of docs/quality.md."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.corpus import Labelled, generate
from tests.corpus.traps import SCENARIOS
from tests.quality import gates
from tests.quality.road import Found, Judgement, judge, take
from wire.measure.figures import Score


def main() -> None:
    """Generate, take in, judge, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=gates.SEEDS)
    parser.add_argument("--stories", type=int, default=gates.STORIES, help="pieces of copy a day")
    parser.add_argument("--errors", action="store_true", help="list the items that went wrong")
    asked = parser.parse_args()
    days = [_day(seed, asked.stories) for seed in asked.seeds]
    print(table(judge(days)))  # noqa: T201 - what the command is for
    if asked.errors:
        for day, found in days:
            print(errors(day, found))  # noqa: T201 - the same


def table(result: Judgement) -> str:
    """The figures in Markdown."""
    lines = [
        f"{result.items} items, {result.clusters} clusters, {result.stories} stories found",
        *(f"{name}: {_score(score)}" for name, score in (("pairs", result.pairs), ("B³", result.bcubed))),
        "",
        "| transformation | items | recall | in a wrong story |",
        "|---|--:|--:|--:|",
    ]
    copies = {name: row for name, row in result.rows.items() if name not in SCENARIOS}
    lines += [f"| {name} | {row.items} | {row.recall:.3f} | {row.wrong} |" for name, row in copies.items()]
    lines += ["", "| scenario | items | in a wrong story |", "|---|--:|--:|"]
    lines += [f"| {name} | {row.items} | {row.wrong} |" for name, row in result.rows.items() if name in SCENARIOS]
    return "\n".join(lines)


def _score(score: Score) -> str:
    return f"precision {score.precision:.4f}, recall {score.recall:.4f}, F1 {score.f1:.4f}"


def errors(day: Sequence[Labelled], found: Found) -> str:
    """Every item that is not where its original is, or that stands with others."""
    by_story: dict[str, list[Labelled]] = {}
    for item in day:
        by_story.setdefault(found[item.id], []).append(item)
    lines = []
    for item in day:
        others = sorted({each.id for each in by_story[found[item.id]] if each.cluster != item.cluster})
        if others:
            lines.append(f"WRONG {item.transformation}: {item.id} with {', '.join(others)}")
        if found[item.id] != found[item.root]:
            lines.append(f"LOST {item.transformation}: {item.id} ({item.language}, {len(item.body.split())} words)")
    return "\n".join(lines)


def _day(seed: int, stories: int) -> tuple[list[Labelled], Found]:
    day = generate(seed, stories)
    with tempfile.TemporaryDirectory() as folder:
        return day, take(day, Path(folder))


if __name__ == "__main__":
    main()
