"""`wire evaluate`."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from wire import log
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, clock, load, out, print_json
from wire.config.values import quantity
from wire.errors import InputError
from wire.measure.evaluate import Evaluation, Mistake
from wire.measure.evaluate import evaluate as evaluate_documents
from wire.measure.figures import Score


def evaluate(
    documents: Annotated[
        Path, typer.Argument(metavar="DOCS", help="Labelled copy in time order: JSON Lines, plain or gzipped.")
    ],
    pairs: Annotated[
        Path | None,
        typer.Option(metavar="PAIRS", help='Judged pairs, [{"a","b","same","weight"?}…]; else `cluster` of each line.'),
    ] = None,
    window: Annotated[
        str | None, typer.Option(help="Clustering window instead of the configured one: 72h, 30d, none.")
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="Show so many of the worst errors.")] = 10,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Quality on labelled copy, taken through the real pipeline into a scratch database of its own."""
    log.configure(level="error")
    settings = load(config_dir, database)
    if window is not None:
        settings = replace(settings, cluster=replace(settings.cluster, window=_window(window)))
    with show.progress("taking in") as progress:
        task = progress.add_task("", total=None)
        found = evaluate_documents(
            documents,
            pairs,
            settings=settings,
            clock=clock,
            worst=worst,
            begin=lambda total: progress.update(task, total=total),
            advance=lambda n: progress.update(task, advance=n),
        )
    if as_json:
        print_json(found)
    else:
        _print_evaluation(found)


def _window(text: str) -> float:
    if text == "none":
        return math.inf
    if (seconds := quantity(text, "s")) is None or seconds <= 0:
        raise InputError(f"--window wants a duration (72h, 30d) or none, not {text!r}")
    return seconds


def _print_evaluation(found: Evaluation) -> None:
    agreement = found.agreement
    rate = found.documents / found.seconds if found.seconds else 0.0
    expected = "" if agreement.expected is None else f", {agreement.expected} expected"
    out.print(f"{found.documents} entries in {found.seconds:.1f} s ({rate:.0f} a second)")
    out.print(f"{found.stories} stories found{expected}")
    table = show.table("", "precision", "recall", "F1")
    kind = "pairs" if agreement.pairs is None else f"{agreement.pairs} judged pairs, weighted"
    _add_score(table.add_row, kind, agreement.pairwise)
    if agreement.bcubed:
        _add_score(table.add_row, "B-cubed", agreement.bcubed)
    out.print(table)
    if agreement.adjusted_rand is not None:
        out.print(f"adjusted Rand index {agreement.adjusted_rand:.3f}")
    out.print(f"{agreement.false_merges} pairs joined that should not be, {agreement.misses} missed")
    for each in found.worst:
        _print_mistake(each)


def _add_score(add: Callable[..., None], name: str, score: Score) -> None:
    add(name, f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}")


def _print_mistake(mistake: Mistake) -> None:
    out.print()
    what = "[red]false merge[/]" if mistake.joined else "[yellow]miss[/]"
    out.print(f"{what}, weight {mistake.weight:g}; held against each other now: [bold]{mistake.now.rule}[/]")
    for side in (mistake.a, mistake.b):
        out.print(Text.assemble("  ", (side.id, "cyan"), "  ", (side.headline, "bold")), soft_wrap=True)
        out.print(Text(f"    {side.opening}", style="dim"))
    out.print(Text(f"  {show.scores(mistake.now)}"))
    if mistake.decided:
        out.print(Text(f"  decided by: {mistake.decided.rule}: {show.scores(mistake.decided)}"))
