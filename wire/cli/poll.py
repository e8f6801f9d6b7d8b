"""`wire poll`."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

import anyio
import typer
from rich.table import Table
from rich.text import Text

from wire import log
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, clock, open_files, opened, out, print_json
from wire.config import Settings
from wire.errors import InputError
from wire.ingest import Tally
from wire.model import Feed
from wire.poll import Poller
from wire.poll.articles import ArticleSummary
from wire.poll.outcomes import PollSummary
from wire.store import Store


def poll(
    feeds: Annotated[list[str] | None, typer.Argument(metavar="[FEED]...", help="Keys of feeds to poll now.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All enabled feeds, due or not.")] = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """One pass over the feeds that are due, those named, or all; exit 1 when one of them failed."""
    log.configure(level="error")
    open_files()
    with opened(config_dir, database) as (settings, store):
        summaries, articles = anyio.run(_poll, settings, store, feeds or [], every)
    _print_polls(summaries, Counter(each.article.state.value for each in articles), as_json)
    if any(summary.failed for summary in summaries):
        raise typer.Exit(1)


async def _poll(
    settings: Settings, store: Store, keys: list[str], every: bool
) -> tuple[list[PollSummary], list[ArticleSummary]]:
    """The feeds, then the pages that are due of those that want full text."""
    async with Poller(settings=settings, store=store, clock=clock) as poller:
        wanted = _chosen(settings, keys) or ([f for f in settings.feeds if f.enabled] if every else poller.due())
        with show.progress("polling") as progress:
            task = progress.add_task("", total=len(wanted))
            summaries = await poller.poll(
                wanted, done=lambda summary: progress.update(task, advance=1, description=summary.feed.key)
            )
        full = {feed.key for feed in wanted if feed.full_text}
        if not full:
            return summaries, []
        with show.progress("fetching pages") as progress:
            task = progress.add_task("", total=None)
            articles = await poller.articles.run(
                full, done=lambda summary: progress.update(task, advance=1, description=summary.article.feed)
            )
        return summaries, articles


def _chosen(settings: Settings, keys: list[str]) -> list[Feed]:
    known = {feed.key: feed for feed in settings.feeds}
    if unknown := [key for key in keys if key not in known]:
        raise InputError(f"no feed is called {unknown[0]!r}; `wire feeds` lists them")
    return [known[key] for key in dict.fromkeys(keys)]


def _print_polls(summaries: list[PollSummary], articles: Mapping[str, int], as_json: bool) -> None:
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
                "why": each.state.next_poll_reason,
            }
            for each in summaries
        ]
        print_json({"feeds": rows, "total": total, "articles": articles})
        return
    if not summaries:
        out.print("nothing is due; `wire poll --all` polls every enabled feed")
        return
    table = Table("feed", "outcome", "entries", "new", "joined", "next poll", box=None, pad_edge=False)
    for each in summaries:
        next_poll_at, why = each.state.next_poll_at, each.state.next_poll_reason or ""
        when = f"{next_poll_at:%H:%M:%S} ({why})" if next_poll_at else why
        outcome = Text(each.message or each.outcome)  # which may name a file, in brackets
        table.add_row(
            each.feed.key, outcome, str(each.tally.entries), str(each.tally.new), str(each.tally.joined), when
        )
    out.print(table)
    out.print(str(total))
    if articles:
        out.print("full text: " + ", ".join(f"{count} {state}" for state, count in sorted(articles.items())))
