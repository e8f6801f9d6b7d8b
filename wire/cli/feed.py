"""`wire feed`."""

from collections.abc import Iterator
from typing import Annotated

import typer

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json
from wire.store import FeedRow


def _state(row: FeedRow) -> Iterator[str]:
    """How the feed is doing, line by line."""
    yield row.health + (f": {row.last_error}" if row.last_error else "")
    why = f" ({row.next_poll_reason})" if row.next_poll_reason else ""
    yield f"next poll {show.moment(row.next_poll_at) or 'not set'}{why}"
    if row.poll_interval:
        overlap = "" if row.overlap is None else f", {row.overlap:.0%} of the last document stood in the one before"
        yield f"usually every {show.age(row.poll_interval)}{overlap}"
    if row.moved_to:
        yield f"polled at {row.moved_to}, where its publisher has moved it: take that into feeds.toml"


def feed(
    key: Annotated[str, typer.Argument(metavar="KEY")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Health of one feed, with its last polls."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        found = read.feed(key)
    if as_json:
        print_json(found)
        return
    out.print(f"[bold]{found.feed.feed}[/]  {found.feed.source}  {found.feed.url}", soft_wrap=True)
    for line in _state(found.feed):
        out.print(line, soft_wrap=True, markup=False)
    table = show.table("at", "outcome", "status", "entries", "new", "bytes", "seconds")
    for each in found.polls:
        status = str(each.http_status or "")
        figures = (str(each.entries), str(each.new), str(each.bytes), f"{each.elapsed:.2f}")
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", each.outcome, status, *figures)
    out.print(table)
