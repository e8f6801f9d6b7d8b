"""The table of `wire feeds`, as wide as the terminal: few columns on 80, all that is known on 200.

Law: knows no command. What is wrong stands below its feed and takes no part in the widths of the columns.
"""

import os
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from rich.style import Style

from wire.cli.app import out
from wire.publish.report import FeedReport, State
from wire.words import span

_STYLES = {
    State.OK: "green",
    State.NEW: "cyan",
    State.DISABLED: "dim",
    State.MOVED: "yellow",
    State.GAPPING: "yellow",
    State.REFUSED: "yellow",
    State.SILENT: "yellow",
}
_KEY = 28
"""Characters of a key on a narrow terminal."""
_NO_TERMINAL = 200
_Column = tuple[str, int, Callable[[FeedReport, datetime], str]]


def show(reports: Sequence[FeedReport], now: datetime) -> None:
    """Print feeds, their problems below them; feeds that were never polled, at the end."""
    wide = out.is_terminal or "COLUMNS" in os.environ
    width = out.width if wide else _NO_TERMINAL
    polled = [each for each in reports if each.feed.enabled or each.feed.last_polled_at]
    lines = list(_table(polled, now, width, wrap=wide)) if polled else []
    if by_hand := [each for each in reports if not each.feed.enabled and not each.feed.last_polled_at]:
        lines.append(_styled("taken in from files, or not polled yet", "dim"))
        lines += [f"{each.feed.feed}  {each.feed.source}, {each.feed.entries_seen} entries" for each in by_hand]
    sys.stdout.write("\n".join(lines) + "\n")  # not by rich: it takes a second for 2,000 feeds


def _table(reports: Sequence[FeedReport], now: datetime, width: int, *, wrap: bool) -> Iterator[str]:
    columns = [(name, cells) for name, least, cells in _COLUMNS if width >= least]
    rows = [[cells(each, now) for _, cells in columns] for each in reports]
    if width < 100:
        rows = [[_cut(row[0], _KEY), *row[1:]] for row in rows]
    titles = [name for name, _ in columns]
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    yield _styled(_line(titles, widths), "bold")
    for each, row in zip(reports, rows, strict=True):
        cells = [cell.ljust(size) for cell, size in zip(row, widths, strict=True)]
        cells[1] = _styled(cells[1], _STYLES.get(each.state, "red"))
        yield "  ".join(cells).rstrip()
        yield from _below(each, width, wrap=wrap)


def _below(each: FeedReport, width: int, *, wrap: bool) -> Iterator[str]:
    """What is wrong with a feed, what to do about it, and when it is polled next."""
    texts = [(text, style) for problem in each.problems for text, style in ((problem.what, "red"), (problem.do, ""))]
    if each.problems and each.feed.next_poll_reason:
        texts.append((f"next poll: {each.feed.next_poll_reason}", "dim"))
    for text, style in texts:
        mark = "  → " if not style else "  "
        lines = textwrap.wrap(text, width - 1, initial_indent=mark, subsequent_indent="    ") if wrap else [mark + text]
        yield from (_styled(line, style) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True)).rstrip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _styled(text: str, style: str) -> str:
    """Text in a style where somebody looks; as it is in a pipe."""
    if not style or not out.is_terminal or out.no_color:
        return text
    return Style.parse(style).render(text)


# --- cells ------------------------------------------------------------------------------------------------------------


def _ago(each: FeedReport, _: datetime) -> str:
    return span(max(each.quiet, 0.0)) if each.quiet is not None else ""


def _next(each: FeedReport, now: datetime) -> str:
    at = each.feed.next_poll_at
    if at is None or not each.feed.enabled:
        return ""
    return f"in {span((at - now).total_seconds())}" if at > now else "now"


def _lag(each: FeedReport, _: datetime) -> str:
    known = each.health
    if known is None or known.lag_p50 is None or known.lag_p95 is None:
        return ""
    return f"{span(known.lag_p50)} / {span(known.lag_p95)}"


def _usual(each: FeedReport, _: datetime) -> str:
    return span(each.health.usual_interval) if each.health and each.health.usual_interval else ""


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


_COLUMNS: tuple[_Column, ...] = (
    ("feed", 0, lambda each, _: each.feed.feed),
    ("state", 0, lambda each, _: each.state.value),
    ("last new", 0, _ago),
    ("next poll", 0, _next),
    ("lag p50 / p95", 0, _lag),
    ("gaps", 0, lambda each, _: str(each.feed.gaps or "")),
    ("304", 100, lambda each, _: _share(each.health.not_modified if each.health else None)),
    ("overlap", 100, lambda each, _: _share(each.feed.overlap)),
    ("polled every", 120, lambda each, _: span(each.feed.poll_interval) if each.feed.poll_interval else ""),
    ("new every", 120, _usual),
    ("entries", 140, lambda each, _: str(each.feed.entries_seen)),
    ("source", 160, lambda each, _: _cut(each.feed.source, 28)),
    ("last polls", 180, lambda each, _: each.health.recent[-20:] if each.health else ""),
)
"""Name, from which width on, and cell."""
