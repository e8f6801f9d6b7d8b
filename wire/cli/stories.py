"""`wire stories`."""

from typing import Annotated

import typer
from rich.text import Text

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json
from wire.model import Status


def stories(
    since: Annotated[str | None, typer.Option(help="Updated since: a time, or an age such as 90min or 3d.")] = None,
    source: Annotated[str | None, typer.Option(help="Carried by this source.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only of this status.")] = None,
    text: Annotated[str | None, typer.Option(help="Held by the headline or body of any version.")] = None,
    match: Annotated[
        str | None, typer.Option(help='Full text of any version: words, "a phrase", word*, -not, one OR the other.')
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List stories, the last updated first."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        rows = read.stories(since=show.since(since), source=source, status=status, text=text, match=match, limit=limit)
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print(
            "no stories"
            + (" match" if since or source or status or text or match else " yet: `wire poll` or `wire ingest PATH`")
        )
        return
    for row in rows:
        out.print(Text(row.headline or "", style="bold"), no_wrap=True, overflow="ellipsis")
        counts = f"{row.versions} versions, {row.deliveries} deliveries, {row.sources} sources"
        facts = [
            row.story_id,
            show.moment(row.updated_at),
            row.origin,
            counts,
            row.status if row.status != "usable" else None,
        ]
        out.print(
            Text("  " + "  ".join(fact for fact in facts if fact), style="dim"), no_wrap=True, overflow="ellipsis"
        )
