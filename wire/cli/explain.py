"""`wire explain`."""

from typing import Annotated

import typer
from rich.columns import Columns
from rich.panel import Panel
from rich.text import Text

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json
from wire.measure.explain import Differing, Explanation
from wire.measure.explain import explain as explain_pair
from wire.measure.flip import APART, Change
from wire.model import Evidence
from wire.publish.diff import word_diff

_TIMES = {"window", "day", "correction", APART}
"""Thresholds in seconds."""


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
    if found.suppressed:
        out.print("an order stands on the earlier one: whatever may bring it back is held, whenever it comes")
    if found.apart > found.window and not found.suppressed:
        out.print(f"but they never would be: the window is {show.age(found.window)}")
    elif not found.candidates:
        out.print("but they never would be: too few of their MinHash values are equal")
    out.print()
    for line in _flip_lines(found):
        out.print(Text(line))
    out.print()
    out.print(Text(show.scores(found.now), style="dim"))
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
