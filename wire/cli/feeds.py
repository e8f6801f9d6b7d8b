"""`wire feeds`."""

from collections.abc import Iterator

from rich.text import Text

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json
from wire.store import FeedRow

_COLUMNS = ("feed", "health", "last ok", "next poll", "failed", "entries", "gaps")
_HEALTH = {"ok": "green", "new": "cyan", "disabled": "dim"}


def feeds(config_dir: ConfigDir = None, database: Database = None, as_json: AsJson = False) -> None:
    """Health of all feeds."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        rows = read.feeds()
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("no feeds yet: name some in feeds.toml, then `wire poll`")
        return
    _print([row for row in rows if row.enabled or row.last_polled_at])
    by_hand = [row for row in rows if not row.enabled and not row.last_polled_at]
    if by_hand:
        out.print(Text("taken in from files, or not polled yet", style="dim"))
        for row in by_hand:
            out.print(f"{row.feed}  {row.source}, {row.entries_seen} entries", no_wrap=True, overflow="ellipsis")


def _print(rows: list[FeedRow]) -> None:
    """A table with remarks of any length between its lines, which take no part in the widths of its columns."""
    lines = [tuple(Text(name, style="bold") for name in _COLUMNS), *map(_feed_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for number, cells in enumerate(lines if rows else ()):
        for cell, width in zip(cells, widths, strict=True):
            cell.pad_right(width - len(cell))
        out.print(Text("  ").join(cells), soft_wrap=True)
        for text, style in _remarks(rows[number - 1]) if number else ():
            out.print(Text(f"  {text}", style=style), soft_wrap=True)


def _remarks(row: FeedRow) -> Iterator[tuple[str, str]]:
    """What stands below a feed: its trouble, where it has moved to, and why it is polled next when it is."""
    if row.last_error:
        yield row.last_error, "red"
    if row.moved_to:
        yield f"polled at {row.moved_to}, where its publisher has moved it: take that into feeds.toml", "yellow"
    if row.enabled and row.next_poll_reason:
        yield row.next_poll_reason, "dim"


def _feed_cells(row: FeedRow) -> tuple[Text, ...]:
    return (
        Text(row.feed),
        Text(row.health, style=_HEALTH.get(row.health, "red")),
        Text(show.moment(row.last_ok_at)),
        Text(show.moment(row.next_poll_at) if row.enabled else ""),
        Text(str(row.failures or "")),
        Text(str(row.entries_seen)),
        Text(str(row.gaps or "")),
    )
