"""Commands that ask how good the clustering is, and why it decided as it did: evaluate, explain, replay."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.columns import Columns
from rich.panel import Panel
from rich.text import Text

from wire import log
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, app, clock, load, opened, out, plain, print_json
from wire.config.values import quantity
from wire.errors import InputError
from wire.measure.evaluate import Evaluation, Mistake
from wire.measure.evaluate import evaluate as evaluate_documents
from wire.measure.explain import Differing, Explanation
from wire.measure.explain import explain as explain_pair
from wire.measure.figures import Score
from wire.measure.flip import APART, Change
from wire.measure.outlook import Moved, Outlook
from wire.measure.replay import replay as replay_received
from wire.model import Evidence
from wire.publish.diff import word_diff

_TIMES = {"window", "day", "correction", APART}
"""Thresholds in seconds."""


@app.command()
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
    out.print(Text(f"  {_scores(mistake.now)}"))
    if mistake.decided:
        out.print(Text(f"  decided by: {mistake.decided.rule}: {_scores(mistake.decided)}"))


def _scores(evidence: Evidence) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in evidence.scores.items())


# --- replay -----------------------------------------------------------------------------------------------------


@app.command()
def replay(
    since: Annotated[str | None, typer.Option(help="Received since: a time, or an age such as 90min or 3d.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change the stories, in one transaction.")] = False,
    examples: Annotated[int, typer.Option(min=0, help="Show so many of each kind, the largest first.")] = 5,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """What another config would have made of what was received; changes nothing unless --apply."""
    log.configure(level="error")
    with opened(config_dir, database) as (settings, store), show.progress("replaying") as progress:
        task = progress.add_task("", total=None)
        found = replay_received(
            store,
            settings=settings,
            clock=clock,
            since=show.since(since),
            apply=apply,
            begin=lambda total: progress.update(task, total=total),
            advance=lambda n: progress.update(task, advance=n),
        )
    if as_json:
        print_json({"applied": apply, **plain(found)})
    else:
        _print_outlook(found, applied=apply, examples=examples)


def _print_outlook(found: Outlook, *, applied: bool, examples: int) -> None:
    stories = f"{found.stories_before} stories before, {found.stories_after} after"
    out.print(f"{_count(found.deliveries, 'delivery')} taken once more: {stories}")
    if found.nothing:
        out.print("nothing would change" if not applied else "nothing to change")
        return
    for what, moves in (("merged into another", found.merged), ("split off", found.split)):
        if moves:
            out.print(f"\n[bold]{len(moves)} {what}[/]")
        for each in moves[:examples]:
            _print_move(each)
    if found.canonical:
        out.print(f"\n[bold]{len(found.canonical)} told by another version[/]")
    for change in found.canonical[:examples]:
        out.print(Text.assemble((change.story_id, "cyan"), "  ", (change.headline_before, "bold")), soft_wrap=True)
        out.print(Text(f"  {change.before} → {change.after}  {change.headline_after}"), soft_wrap=True)
    out.print()
    if found.reread:
        out.print(f"{_count(len(found.reread), 'delivery')} read as another text")
    if found.refreshed:
        out.print(
            f"{_count(len(found.refreshed), 'version')} with another origin, headline, signal, relation or sketch"
        )
    out.print("done" if applied else "nothing was changed; --apply does it")


def _count(number: int, what: str) -> str:
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"


def _print_move(moved: Moved) -> None:
    into = "a new story" if moved.new else "story"
    out.print(Text.assemble((moved.story.story_id, "cyan"), "  ", (moved.story.headline, "bold")), soft_wrap=True)
    out.print(
        Text(f"  {_count(moved.deliveries, 'delivery')} to {into} {moved.into.story_id}  {moved.into.headline}"),
        soft_wrap=True,
    )
    if moved.evidence:
        against = f" against {moved.evidence.against}" if moved.evidence.against else ""
        out.print(Text(f"  {moved.evidence.rule}{against}: {_scores(moved.evidence)}", style="dim"))


# --- explain ----------------------------------------------------------------------------------------------------


@app.command()
def explain(
    a: Annotated[str, typer.Argument(metavar="A", help="A version or a delivery; a story stands for its canonical.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Why two texts are, or are not, one story; what they share, and what would have to change to flip it."""
    with opened(config_dir, database) as (settings, store), store.reading() as read:
        found = explain_pair(read, a, b, settings.cluster)
    if as_json:
        print_json(found)
    else:
        _print_explanation(found)


def _print_explanation(found: Explanation) -> None:
    verdict = "one story" if found.same_story else "two stories"
    out.print(f"[bold]{verdict}[/]: {found.a.version_id} and {found.b.version_id}, {show.age(found.apart)} apart")
    for each in found.decided:
        against = f", held against {each.evidence.against}" if each.evidence.against else ""
        out.print(f"decided on {each.version_id} ({show.moment(each.at)}): [bold]{each.evidence.rule}[/]{against}")
    joins = "they are one story" if found.same_now else "they are two stories"
    out.print(f"held against each other now, {joins}: [bold]{found.now.rule}[/]")
    if found.apart > found.window:
        out.print(f"but they never would be: the window is {show.age(found.window)}")
    elif not found.candidates:
        out.print("but they never would be: too few of their MinHash values are equal")
    out.print()
    for line in _flip_lines(found):
        out.print(Text(line))
    out.print()
    out.print(Text(_scores(found.now), style="dim"))
    _print_differing(found.differing)
    shared = found.shared
    out.print(f"shared word for word: {shared.of_a:.0%} of A, {shared.of_b:.0%} of B")
    for run in shared.runs:
        out.print(Text(f"  {run.words} words: {_short(run.text)}"))
    out.print(_side_by_side(found))


def _flip_lines(found: Explanation) -> list[str]:
    """What would have to change, in words."""
    other = "two stories" if found.same_now else "one story"
    if not found.flips:
        return [f"no threshold would make them {other}"]
    return [
        f"they would be {other} with " + ", and ".join(_change(each, found.now) for each in flip.changes)
        for flip in found.flips
    ]


def _change(change: Change, evidence: Evidence) -> str:
    value, needs = (_quantity(change.name, each) for each in (change.value, change.needs))
    if change.name == APART:
        return f"{needs} between them instead of {value}"
    if change.score:
        return (
            f"[cluster] {change.name} = {needs}: {change.score} is {evidence.scores[change.score]:.4g}, needs {value}"
        )
    return f"[cluster] {change.name} = {needs} instead of {value}"


def _quantity(name: str, value: float) -> str:
    return show.age(value) if name in _TIMES else f"{value:.4g}"


def _print_differing(differing: Differing) -> None:
    for what, mine, other in (
        ("figures", differing.figures_a, differing.figures_b),
        ("names", differing.names_a, differing.names_b),
    ):
        for side, held in (("A", mine), ("B", other)):
            if held:
                out.print(Text(f"{what} only in {side}: {', '.join(held)}"))


def _short(text: str, words: int = 24) -> str:
    """The beginning and the end of a passage."""
    split = text.split()
    return " ".join(split) if len(split) <= words else f"{' '.join(split[: words - 8])} … {' '.join(split[-8:])}"


def _side_by_side(found: Explanation) -> Columns:
    """The two texts; what the other one lacks is marked in each."""
    width = max(30, out.width // 2 - 2)
    sides = (("A", found.a, "red", found.b), ("B", found.b, "green", found.a))
    texts = [
        Text.assemble((mine.headline, "bold"), "\n\n", show.own(word_diff(other.body, mine.body), style))
        for _, mine, style, other in sides
    ]
    return Columns([Panel(text, title=side[0], width=width) for side, text in zip(sides, texts, strict=True)])
