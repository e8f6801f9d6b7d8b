"""`wire feeds`, `wire feeds import`, `wire feeds export`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from wire import config
from wire.cli import feed_table
from wire.cli.app import AsJson, ConfigDir, Database, clock, err, load, opened, out, plain, print_json
from wire.config import additions
from wire.errors import InputError
from wire.publish.report import ATTENTION, FeedReport, State, reports

feeds = typer.Typer(help="Health of all feeds; their list in and out as OPML.", invoke_without_command=True)


@feeds.callback()
def _feeds(
    context: typer.Context,
    failing: Annotated[bool, typer.Option("--failing", help="Those that fail, are gone or in quarantine.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Those whose pause is odd for their hours.")] = False,
    gapping: Annotated[bool, typer.Option("--gapping", help="Those that lose entries between two polls.")] = False,
    moved: Annotated[bool, typer.Option("--moved", help="Those that their publisher has moved for good.")] = False,
    attention: Annotated[bool, typer.Option("--attention", help="All of those.")] = False,
    source: Annotated[str | None, typer.Option(metavar="TEXT", help="Those whose source or key holds this.")] = None,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Health of all feeds, what needs attention first; `import` and `export` take their list in and out, as OPML."""
    if context.invoked_subcommand:
        if config_dir or database or as_json:
            raise InputError(f"write options behind it: wire feeds {context.invoked_subcommand} …")
        return
    with opened(config_dir, database) as (_, store), store.reading() as read:
        found = reports(read.feeds(), read.health(), read.alerts(only_open=True), clock())
    wanted = _wanted(failing=failing, silent=silent, gapping=gapping, moved=moved, attention=attention)
    if wanted:
        found = [each for each in found if wanted & {problem.state for problem in each.problems}]
    if source:
        asked = source.casefold()
        found = [each for each in found if asked in f"{each.feed.source}\n{each.feed.feed}".casefold()]
    if as_json:
        print_json([{**plain(each.feed), **_more(each)} for each in found])
    elif found:
        feed_table.show(found, clock())
    elif wanted or source:
        out.print("no such feed")
    else:
        out.print("no feeds yet: name some in feeds.toml, then `wire poll`")


def _wanted(*, failing: bool, silent: bool, gapping: bool, moved: bool, attention: bool) -> set[State]:
    """The states that are asked for; none: all."""
    wanted = set(ATTENTION) if attention else set()
    wanted |= {State.FAILING, State.GONE, State.QUARANTINED} if failing else set()
    single = {State.SILENT: silent, State.GAPPING: gapping, State.MOVED: moved}
    return wanted | {state for state, asked in single.items() if asked}


def _more(each: FeedReport) -> dict[str, object]:
    """What JSON says of a feed besides `feed_v1`."""
    return {"state": each.state, "problems": plain(each.problems), "figures": plain(each.health)}


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
    from wire.parse.opml import read_opml  # noqa: PLC0415 - brings the parsers, which the list of feeds needs not

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
    from wire.publish import opml  # noqa: PLC0415 - brings the HTTP client, which the list of feeds needs not

    made = opml.export(load(config_dir, None).feeds)
    print(made.text, end="")  # noqa: T201 - not wrapped, not coloured
    for key in made.left_out:
        why = "its address is a folder, or carries what looks like a secret"
        err.print(f"left out {key}: {why}", soft_wrap=True, markup=False)
