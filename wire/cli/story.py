"""`wire story`."""

from typing import Annotated

import typer
from rich.console import RenderableType
from rich.panel import Panel
from rich.text import Text

from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, opened, out, plain, print_json
from wire.model import Evidence
from wire.publish.takes import changed
from wire.store import DeliveryRow, StoryFile, VersionRow


def story(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a story, a version or a delivery.")],
    diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Show what each take changes of the one before, other variants of the canonical one."
        ),
    ] = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """One story with its versions, deliveries and evidence."""
    with opened(config_dir, database) as (_, store), store.reading() as read:
        found = read.story(identifier)
    changes = list(changed(found)) if diff else []
    if as_json:
        print_json({**plain(found), "changes": changes} if diff else found)
        return
    _print_story(found)
    for each in changes:
        out.print(Panel(show.diff(each.words), title=Text(f"{each.version_id} ({each.step}, of {each.before})")))


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
    if len(found.lineage) > 1:
        out.print()
        out.print(_takes(found))
    out.print()
    out.print(_deliveries(found.deliveries))
    if found.notices:
        _print_orders(found)
    if found.decisions:
        out.print()
        for made in found.decisions:
            undone = (
                f" (taken back by {made.undone_by})" if made.undone_by else f" {made.undoes}" if made.undoes else ""
            )
            line = f"{made.decision_id}  {made.kind}{undone}  {show.moment(made.at)}  {made.decided_by}: {made.why}"
            out.print(Text(line), soft_wrap=True)
    if found.evidence:
        out.print()
        rows = [
            (each.version_id, each.evidence.rule, each.evidence.against or "", _scores(each.evidence))
            for each in found.evidence
        ]
        out.print(show.titled(("version", "rule", "against", "scores"), rows))


def _print_orders(found: StoryFile) -> None:
    """What was ordered of the story, and who carried it all the same."""
    out.print()
    table = show.table("order", "kind", "by", "named by", "seen", "until", "lifted")
    for each in found.notices:
        until = show.moment(each.embargo_until) if each.embargo_until else ""
        lifted = show.moment(each.lifted_at) if each.lifted_at else ""
        named = each.matched_by or "waits"
        table.add_row(each.notice_id, each.kind, Text(each.source), named, show.moment(each.seen_at), until, lifted)
    out.print(table)
    if found.carried:
        out.print()
        sources = len({each.source for each in found.carried})
        out.print(f"carried by {sources} {'source' if sources == 1 else 'sources'}:")
    for carried in found.carried:
        late = "  after the order" if carried.late else ""
        line = f"  {show.moment(carried.seen_at)}  {carried.source}  {carried.url or carried.headline}{late}"
        out.print(Text(line), soft_wrap=True)


def _versions(versions: tuple[VersionRow, ...]) -> RenderableType:
    rows = []
    for each in versions:
        alike = "" if each.similarity is None else f"{each.similarity:.2f}"
        relation = "canonical" if each.is_canonical else each.relation or ""
        first_seen = show.moment(each.first_seen_at)
        rows.append((each.version_id, relation, alike, str(each.word_count), first_seen, each.headline))
    return show.titled(("version", "relation", "alike", "words", "first seen", "headline"), rows)


def _takes(found: StoryFile) -> RenderableType:
    rows = []
    for each in found.lineage:
        step = f"{each.step} {each.update_number}" if each.update_number else each.step
        told = (each.version_id, each.replaces or "", each.linked_by, each.reason or "")
        rows.append((step, show.moment(each.sent_at), each.author, *told))
    return show.titled(("take", "sent", "by", "version", "replaces", "linked by", "because"), rows)


def _deliveries(deliveries: tuple[DeliveryRow, ...]) -> RenderableType:
    rows = [
        (each.delivery_id, each.version_id, show.moment(each.seen_at), each.source, each.signal or "", each.headline)
        for each in deliveries
    ]
    return show.titled(("delivery", "version", "seen", "source", "signal", "headline"), rows)


def _scores(evidence: Evidence) -> str:
    return "  ".join(f"{name} {value:.2f}" for name, value in evidence.scores.items() if value)
