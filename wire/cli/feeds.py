"""`wire feeds`."""

from typing import Any

from rich.text import Text

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json
from wire.store import FeedRow

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
    table = show.table("feed", "health", "last ok", "next poll", "failed", "entries", "gaps")
    for row in rows:
        if row.enabled or row.last_polled_at:
            table.add_row(*_feed_cells(row))
            if row.last_error:
                table.add_row(Text(f"  {row.last_error}", style="red"))
    if table.row_count:
        out.print(table)
    by_hand = [row for row in rows if not row.enabled and not row.last_polled_at]
    if by_hand:
        out.print(Text("taken in from files, or not polled yet", style="dim"))
        for row in by_hand:
            out.print(f"{row.feed}  {row.source}, {row.entries_seen} entries", no_wrap=True, overflow="ellipsis")


def _feed_cells(row: FeedRow) -> tuple[Any, ...]:
    return (
        row.feed,
        Text(row.health, style=_HEALTH.get(row.health, "red")),
        show.moment(row.last_ok_at),
        show.moment(row.next_poll_at) if row.enabled else "",
        str(row.failures or ""),
        str(row.entries_seen),
        str(row.gaps or ""),
    )
