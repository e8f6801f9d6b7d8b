"""Commands that bring copy in: run, poll, ingest, demo."""

from functools import partial
from pathlib import Path
from typing import Annotated

import anyio
import typer
from rich.table import Table

from wire import archive, daemon, log
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, app, clock, err, load, opened, out, print_json
from wire.config import Settings
from wire.demo.run import play
from wire.errors import InputError
from wire.ingest import Tally
from wire.model import Feed
from wire.poll import Poller, PollSummary
from wire.store import Store


@app.command()
def run(config_dir: ConfigDir = None, database: Database = None) -> None:
    """The daemon: polls what is due until SIGTERM or Ctrl-C; SIGHUP reads the config again."""
    settings = load(config_dir, database)
    log.configure(level=settings.daemon.log_level, style=settings.daemon.log_format)
    anyio.run(lambda: daemon.serve(settings, reload=lambda: load(config_dir, database), clock=clock))


@app.command()
def poll(
    feeds: Annotated[list[str] | None, typer.Argument(metavar="[FEED]...", help="Keys of feeds to poll now.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All enabled feeds, due or not.")] = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """One pass over the feeds that are due, those named, or all; exit 1 when one of them failed."""
    log.configure(level="error")
    with opened(config_dir, database) as (settings, store):
        summaries = anyio.run(_poll, settings, store, feeds or [], every)
    _print_polls(summaries, as_json)
    if any(summary.failed for summary in summaries):
        raise typer.Exit(1)


async def _poll(settings: Settings, store: Store, keys: list[str], every: bool) -> list[PollSummary]:
    async with Poller(settings=settings, store=store, clock=clock) as poller:
        wanted = _chosen(settings, keys) or ([f for f in settings.feeds if f.enabled] if every else poller.due())
        with show.progress("polling") as progress:
            task = progress.add_task("", total=len(wanted))
            return await poller.poll(
                wanted, done=lambda summary: progress.update(task, advance=1, description=summary.feed.key)
            )


def _chosen(settings: Settings, keys: list[str]) -> list[Feed]:
    known = {feed.key: feed for feed in settings.feeds}
    if unknown := [key for key in keys if key not in known]:
        raise InputError(f"no feed is called {unknown[0]!r}; `wire feeds` lists them")
    return [known[key] for key in dict.fromkeys(keys)]


def _print_polls(summaries: list[PollSummary], as_json: bool) -> None:
    total = Tally()
    for summary in summaries:
        total.add(summary.tally)
    if as_json:
        rows = [
            {
                "feed": each.feed.key,
                "outcome": each.outcome,
                "message": each.message,
                "tally": each.tally,
                "next_poll_at": each.state.next_poll_at,
                "why": each.why,
            }
            for each in summaries
        ]
        print_json({"feeds": rows, "total": total})
        return
    if not summaries:
        out.print("nothing is due; `wire poll --all` polls every enabled feed")
        return
    table = Table("feed", "outcome", "entries", "new", "joined", "next poll", box=None, pad_edge=False)
    for each in summaries:
        when = f"{each.state.next_poll_at:%H:%M:%S} ({each.why})" if each.state.next_poll_at else ""
        outcome = each.message or each.outcome
        table.add_row(
            each.feed.key, outcome, str(each.tally.entries), str(each.tally.new), str(each.tally.joined), when
        )
    out.print(table)
    out.print(_sentence(total))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of files.")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Take in files or folders: feeds and JSON Lines, plain or gzipped; exit 1 when one could not be taken."""
    log.configure(level="error")
    with opened(config_dir, database) as (settings, store), archive.Archive(paths) as files:
        with err.status("looking through the files") as status:
            files.scan(lambda path: status.update(f"looking through {path}"))
        with show.progress("taking in") as progress:
            task = progress.add_task("", total=files.entries)
            report = archive.take(
                files, settings=settings, store=store, clock=clock, advance=lambda n: progress.update(task, advance=n)
            )
    if as_json:
        print_json(report)
    else:
        for each in report.refused:
            place = f"{each.path}:{each.line}" if each.line else str(each.path)
            err.print(f"not taken: {place}: {each.reason}", soft_wrap=True)
        out.print(f"{report.files} files, {report.tally.entries} entries: {_sentence(report.tally)}")
    if report.interrupted:
        err.print("stopped; what was taken stays, and the same command takes the rest")
        raise typer.Exit(130)
    if report.refused:
        raise typer.Exit(1)


def _sentence(tally: Tally) -> str:
    return (
        f"{tally.new} new or changed, {tally.versions} new versions, "
        f"{tally.stories} new stories, {tally.joined} joined to a story that stood"
    )


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="One day as fast as it goes; exit 1 when it breaks a promise.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Keep config and database of the day in this new folder."),
    ] = None,
) -> None:
    """A sample newswire day in invented text, polled over HTTP from a small server on loopback."""
    log.configure(level="error")
    code = anyio.run(partial(play, once=once, console=out, folder=keep))
    raise typer.Exit(code)
