"""How commands show things: tables, times, ages, differences, progress.

Law: knows no command.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from wire.cli.app import clock, err, out
from wire.config.values import quantity
from wire.errors import InputError
from wire.model import Evidence
from wire.publish.diff import Piece

_WRAPPED = {"headline", "last error", "message", "scores", "because"}
_TEXT = 40
"""Cells that a long text wants beside other columns."""
_STYLES = {"same": "", "removed": "red strike", "added": "green"}


def table(*columns: str) -> Table:
    """A plain table; only long texts are wrapped."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, no_wrap=column not in _WRAPPED, overflow="fold")
    return made


def titled(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    """A table whose last column holds long texts: where the terminal has no room for it, each stands below its row."""
    widths = [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]
    if sum(widths[:-1]) + len(widths) - 1 + min(widths[-1], _TEXT) <= out.width:
        made = table(*columns)
        for row in rows:
            made.add_row(*map(Text, row))
        return made
    lines = [
        " ".join(set_cell_size(cell, width) for cell, width in zip(row, widths[:-1], strict=False)).rstrip()
        for row in (columns, *rows)
    ]
    parts: list[RenderableType] = [Text(lines[0], "bold")]
    for line, row in zip(lines[1:], rows, strict=True):
        parts.append(Text(line))
        if row[-1]:
            parts.append(Padding(Text(row[-1]), (0, 0, 0, 2)))
    return Group(*parts)


def progress(what: str) -> Progress:
    """A progress bar on stderr that leaves nothing behind; none where nobody looks."""
    columns = (SpinnerColumn(), TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(
        *columns, TextColumn("{task.description}"), console=err, transient=True, disable=not err.is_terminal
    )


def moment(at: datetime | None) -> str:
    """A time to the minute."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def age(seconds: float) -> str:
    """A duration in the largest unit that says enough."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def since(text: str | None) -> datetime | None:
    """A time (2026-01-21, 2026-01-21T09:30Z) or an age (90min, 3d)."""
    if text is None:
        return None
    if (ago := quantity(text, "s")) is not None:
        return clock() - timedelta(seconds=ago)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--since wants a time (2026-01-21T09:30) or an age (90min, 3d), not {text!r}") from None
    return at.replace(tzinfo=at.tzinfo or UTC)


def diff(pieces: Iterable[Piece]) -> Text:
    """A word diff in colours."""
    return Text.assemble(*((piece.text, _STYLES[piece.kind]) for piece in pieces))


def own(pieces: Iterable[Piece], style: str) -> Text:
    """The text after a change, with what the one before lacks in a colour."""
    return Text.assemble(
        *((piece.text, style * (piece.kind == "added")) for piece in pieces if piece.kind != "removed")
    )


def scores(evidence: Evidence) -> str:
    """What was measured of two texts."""
    return "  ".join(f"{name} {value:.4g}" for name, value in evidence.scores.items())
