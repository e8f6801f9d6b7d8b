"""`wire alerts`."""

from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database, clock, opened, out, print_json
from wire.health.words import moment
from wire.store import AlertRow
from wire.words import span

_STYLES = {"critical": "bold red", "warning": "red", "info": "yellow"}


def alerts(
    only_open: Annotated[bool, typer.Option("--open", help="Those that last.")] = False,
    feed: Annotated[str | None, typer.Option(metavar="KEY", help="Of one feed.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """What an operator was told of: what lasts first, then the last to begin."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        rows = read.alerts(only_open=only_open, feed_key=feed, limit=limit)
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print("no alerts")
    for row in rows:
        _print(row)


def _print(row: AlertRow) -> None:
    lasted = span(((row.ended_at or clock()) - row.began_at).total_seconds())
    when = f"{moment(row.began_at)}, for {lasted}" + ("" if row.ended_at is None else ", over")
    style = "dim" if row.ended_at else _STYLES.get(row.severity, "")
    out.print(f"{row.condition}  {row.feed or 'all feeds'}  {when}", style=style, soft_wrap=True, markup=False)
    out.print(f"  {row.summary}", soft_wrap=True, markup=False)
    out.print(f"  → {row.how_ended if row.ended_at else row.advice}", soft_wrap=True, markup=False)
    if row.untold:
        out.print(f"  not told outside: {row.untold}", style="yellow", soft_wrap=True, markup=False)
