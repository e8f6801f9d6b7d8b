"""Commands that show what is stored: stories, story, explain, feeds, feed."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.columns import Columns
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from wire.cli.app import AsJson, ConfigDir, Database, app, clock, opened, out, print_json
from wire.config.values import quantity
from wire.errors import InputError
from wire.measure.explain import Explanation
from wire.measure.explain import explain as explain_pair
from wire.model import Evidence, Status
from wire.publish.diff import Piece, word_diff
from wire.store import DeliveryRow, FeedRow, StoryFile, VersionRow

_HEALTH = {"ok": "green", "new": "cyan", "disabled": "dim"}


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column not in {"headline", "last error", "message"}, overflow="fold")
    return table


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _since(text: str | None) -> datetime | None:
    """A time (2026-01-21, 2026-01-21T09:30Z) or an age (90min, 3d)."""
    if text is None:
        return None
    if (age := quantity(text, "s")) is not None:
        return clock() - timedelta(seconds=age)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"--since wants a time (2026-01-21T09:30) or an age (90min, 3d), not {text!r}") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


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
        rows = read.stories(since=_since(since), source=source, status=status, text=text, limit=limit)
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
            _time(row.updated_at),
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
                Panel(_diff_text(word_diff(canonical.body, each.body)), title=f"{each.version_id} ({each.relation})")
            )


def _print_story(found: StoryFile) -> None:
    row, canonical = found.story, found.versions[0]
    out.print(Text(canonical.headline, style="bold"))
    origin = f", from {row.origin}" if row.origin else ""
    out.print(
        f"{row.story_id}  {row.status}{origin}, first seen {_time(row.first_seen_at)}, updated {_time(row.updated_at)}"
    )
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
        table = _table("version", "rule", "against", "scores")
        for each in found.evidence:
            table.add_row(each.version_id, each.evidence.rule, each.evidence.against or "", _scores(each.evidence))
        out.print(table)


def _versions(versions: tuple[VersionRow, ...]) -> Table:
    table = _table("version", "relation", "alike", "words", "first seen", "headline")
    for each in versions:
        alike = "" if each.similarity is None else f"{each.similarity:.2f}"
        relation = "canonical" if each.is_canonical else each.relation or ""
        table.add_row(
            each.version_id, relation, alike, str(each.word_count), _time(each.first_seen_at), Text(each.headline)
        )
    return table


def _deliveries(deliveries: tuple[DeliveryRow, ...]) -> Table:
    table = _table("delivery", "version", "seen", "source", "signal", "headline")
    for each in deliveries:
        table.add_row(
            each.delivery_id, each.version_id, _time(each.seen_at), each.source, each.signal or "", Text(each.headline)
        )
    return table


def _scores(evidence: Evidence) -> str:
    return "  ".join(f"{name} {value:.2f}" for name, value in evidence.scores.items() if value)


@app.command()
def explain(
    a: Annotated[str, typer.Argument(metavar="A", help="A version or a delivery; a story stands for its canonical.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Why two texts are, or are not, one story: scores, rule, thresholds, what is shared and what differs."""
    with opened(config_dir, database) as (settings, store), store.reading() as read:
        found = explain_pair(read, a, b, settings.cluster)
    if as_json:
        print_json(found)
    else:
        _print_explanation(found)


def _print_explanation(found: Explanation) -> None:
    verdict = "one story" if found.same_story else "two stories"
    out.print(f"[bold]{verdict}[/]: {found.a.version_id} and {found.b.version_id}")
    out.print(f"held against each other now: [bold]{found.now.rule}[/]")
    table = _table("score", "value", "threshold")
    for name, value in found.now.scores.items():
        limit = found.now.thresholds.get(name)
        table.add_row(name, f"{value:.3f}", "" if limit is None else f"{limit:.3f}")
    out.print(table)
    for note in found.now.notes:
        out.print(f"- {note}")
    for each in found.decided:
        against = f" against {each.evidence.against}" if each.evidence.against else ""
        out.print(f"when {each.version_id} came ({_time(each.at)}): [bold]{each.evidence.rule}[/]{against}")
    out.print(
        Columns(
            [
                Panel(_diff_text(word_diff(mine.body, other.body)), title=mine.headline, width=out.width // 2 - 2)
                for mine, other in ((found.b, found.a), (found.a, found.b))
            ]
        )
    )


def _diff_text(pieces: list[Piece]) -> Text:
    styles: dict[str, str] = {"same": "", "removed": "red strike", "added": "green"}
    return Text.assemble(*((piece.text, styles[piece.kind]) for piece in pieces))


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
    for group, title in ((True, "polled"), (False, "taken in by hand, or no longer configured")):
        members = [row for row in rows if row.enabled is group]
        if not members:
            continue
        table = _table("feed", "health", "last ok", "next poll", "failed", "entries", "gaps")
        for row in members:
            table.add_row(*_feed_cells(row))
            if row.last_error:
                table.add_row(Text(f"  {row.last_error}", style="red"), end_section=True)
        out.print(f"[dim]{title}[/]")
        out.print(table)


def _feed_cells(row: FeedRow) -> tuple[Any, ...]:
    return (
        row.feed,
        Text(row.health, style=_HEALTH.get(row.health, "red")),
        _time(row.last_ok_at),
        _time(row.next_poll_at) if row.enabled else "",
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
    state = f"{found.feed.health}, next poll {_time(found.feed.next_poll_at) or 'not set'}"
    out.print(state + (f", {found.feed.last_error}" if found.feed.last_error else ""), soft_wrap=True)
    table = _table("at", "outcome", "status", "entries", "new", "bytes", "seconds")
    for each in found.polls:
        status = str(each.http_status or "")
        figures = (str(each.entries), str(each.new), str(each.bytes), f"{each.elapsed:.2f}")
        table.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", each.outcome, status, *figures)
    out.print(table)
