"""Commands that show what is stored: stories, story, feeds, feed."""

from typing import Annotated, Any

import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, app, opened, out, print_json
from wire.model import Evidence, Status
from wire.publish.diff import word_diff
from wire.store import DeliveryRow, FeedRow, StoryFile, VersionRow

_HEALTH = {"ok": "green", "new": "cyan", "disabled": "dim"}


@app.command()
def stories(
    since: Annotated[str | None, typer.Option(help="Updated since: a time, or an age such as 90min or 3d.")] = None,
    source: Annotated[str | None, typer.Option(help="Carried by this source.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only of this status.")] = None,
    text: Annotated[str | None, typer.Option(help="Held by the headline or body of any version.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List stories, the last updated first."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        rows = read.stories(since=show.since(since), source=source, status=status, text=text, limit=limit)
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print(
            "no stories"
            + (" match" if since or source or status or text else " yet: `wire poll` or `wire ingest PATH`")
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


@app.command()
def story(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a story, a version or a delivery.")],
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what each variant changes of the canonical version.")
    ] = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """One story with its versions, deliveries and evidence."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        found = read.story(identifier)
    if as_json:
        print_json(found)
        return
    _print_story(found)
    if diff:
        canonical, *variants = found.versions
        for each in variants:
            out.print(
                Panel(show.diff(word_diff(canonical.body, each.body)), title=f"{each.version_id} ({each.relation})")
            )


def _print_story(found: StoryFile) -> None:
    row, canonical = found.story, found.versions[0]
    out.print(Text(canonical.headline, style="bold"))
    origin = f", from {row.origin}" if row.origin else ""
    seen = f"first seen {show.moment(row.first_seen_at)}, updated {show.moment(row.updated_at)}"
    out.print(f"{row.story_id}  {row.status}{origin}, {seen}")
    for part in (canonical.byline, canonical.dateline):
        if part:
            out.print(Text(part, style="italic"))
    out.print()
    out.print(Text(canonical.body))
    out.print()
    out.print(_versions(found.versions))
    out.print()
    out.print(_deliveries(found.deliveries))
    if found.evidence:
        out.print()
        table = show.table("version", "rule", "against", "scores")
        for each in found.evidence:
            table.add_row(each.version_id, each.evidence.rule, each.evidence.against or "", _scores(each.evidence))
        out.print(table)


def _versions(versions: tuple[VersionRow, ...]) -> Table:
    table = show.table("version", "relation", "alike", "words", "first seen", "headline")
    for each in versions:
        alike = "" if each.similarity is None else f"{each.similarity:.2f}"
        relation = "canonical" if each.is_canonical else each.relation or ""
        table.add_row(
            each.version_id, relation, alike, str(each.word_count), show.moment(each.first_seen_at), Text(each.headline)
        )
    return table


def _deliveries(deliveries: tuple[DeliveryRow, ...]) -> Table:
    table = show.table("delivery", "version", "seen", "source", "signal", "headline")
    for each in deliveries:
        table.add_row(
            each.delivery_id,
            each.version_id,
            show.moment(each.seen_at),
            each.source,
            each.signal or "",
            Text(each.headline),
        )
    return table


def _scores(evidence: Evidence) -> str:
    return "  ".join(f"{name} {value:.2f}" for name, value in evidence.scores.items() if value)


@app.command()
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


@app.command()
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
