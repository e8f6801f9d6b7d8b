"""`wire feed`."""

from typing import Annotated

import typer

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json


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
    state = f"{found.feed.health}, next poll {show.moment(found.feed.next_poll_at) or 'not set'}"
    out.print(state + (f", {found.feed.last_error}" if found.feed.last_error else ""), soft_wrap=True)
    table = show.table("at", "outcome", "status", "entries", "new", "bytes", "seconds")
    for each in found.polls:
        status = str(each.http_status or "")
        figures = (str(each.entries), str(each.new), str(each.bytes), f"{each.elapsed:.2f}")
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", each.outcome, status, *figures)
    out.print(table)
