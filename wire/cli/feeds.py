"""`wire feeds`, `wire feeds import`, `wire feeds export`."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from wire import config
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, err, load, opened, out, print_json
from wire.config import additions
from wire.errors import InputError
from wire.parse.opml import read_opml
from wire.publish import opml
from wire.store import FeedRow

feeds = typer.Typer(help="Health of all feeds; their list in and out as OPML.", invoke_without_command=True)

_COLUMNS = ("feed", "health", "last ok", "next poll", "failed", "entries", "gaps")
_HEALTH = {"ok": "green", "new": "cyan", "disabled": "dim"}


@feeds.callback()
def _feeds(
    context: typer.Context, config_dir: ConfigDir = None, database: Database = None, as_json: AsJson = False
) -> None:
    """Health of all feeds; `import` and `export` take their list in and out, as OPML."""
    if context.invoked_subcommand:
        if config_dir or database or as_json:
            raise InputError(f"write options behind it: wire feeds {context.invoked_subcommand} …")
        return
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


@feeds.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML list of feeds.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = False,
    folders_are_sources: Annotated[
        bool, typer.Option("--folders-are-sources", help="Folders say whom feeds belong to, not what they are about.")
    ] = False,
    config_dir: ConfigDir = None,
    as_json: AsJson = False,
) -> None:
    """Add the feeds of an OPML list to feeds.toml; those that are there already stay as they are."""
    try:
        body = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}") from error
    listed = read_opml(body)
    folder = config.find(config_dir, os.environ)
    agencies = {agency.key for agency in load(config_dir, None).agencies}
    plan = additions.plan(folder, listed.feeds, agencies, folders_are_sources=folders_are_sources)
    written = bool(plan.added) and not dry_run
    if written:
        additions.write(plan)
    if as_json:
        print_json(
            {
                "file": plan.path,
                "written": written,
                "added": plan.added,
                "passed_over": plan.passed_over,
                "problems": listed.problems,
            }
        )
        return
    if dry_run:
        out.print(plan.text.strip("\n"), soft_wrap=True, markup=False)
    for problem in listed.problems:
        err.print(f"{file}: {problem}", style="yellow", soft_wrap=True, markup=False)
    for each in plan.passed_over:
        err.print(f"passed over {each.title or each.url}: {each.reason}", soft_wrap=True, markup=False)
    done = "added to" if written else "to be added to"
    err.print(f"{len(plan.added)} feeds {done} {plan.path}", soft_wrap=True, markup=False)


@feeds.command()
def export(config_dir: ConfigDir = None) -> None:
    """Print the feeds of feeds.toml as an OPML list."""
    made = opml.export(load(config_dir, None).feeds)
    print(made.text, end="")  # noqa: T201 - not wrapped, not coloured
    for key in made.left_out:
        err.print(f"left out {key}: its address carries what looks like a secret", soft_wrap=True, markup=False)
