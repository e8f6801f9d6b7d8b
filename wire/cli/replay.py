"""`wire replay`."""

from typing import Annotated

import typer
from rich.text import Text

from wire import log
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, clock, opened, out, plain, print_json
from wire.measure.outlook import Moved, Outlook
from wire.measure.replay import replay as replay_received
from wire.words import count


def replay(
    since: Annotated[str | None, typer.Option(help="Received since: a time, or an age such as 90min or 3d.")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Change the stories, in one transaction.")] = False,
    examples: Annotated[int, typer.Option(min=0, help="Show so many of each kind, the largest first.")] = 5,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """What another config would have made of what was received; changes nothing unless --apply."""
    log.configure(level="error")
    with opened(config_dir, database) as (settings, store), show.progress("replaying") as progress:
        task = progress.add_task("", total=None)
        found = replay_received(
            store,
            settings=settings,
            clock=clock,
            since=show.since(since),
            apply=apply,
            begin=lambda total: progress.update(task, total=total),
            advance=lambda n: progress.update(task, advance=n),
        )
    if as_json:
        print_json({"applied": apply, **plain(found)})
    else:
        _print_outlook(found, applied=apply, examples=examples)


def _print_outlook(found: Outlook, *, applied: bool, examples: int) -> None:
    stories = f"{found.stories_before} stories before, {found.stories_after} after"
    out.print(f"{count(found.deliveries, 'delivery')} taken once more: {stories}")
    if found.nothing:
        out.print("nothing would change" if not applied else "nothing to change")
        return
    for what, moves in (("merged into another", found.merged), ("split off", found.split)):
        if moves:
            out.print(f"\n[bold]{len(moves)} {what}[/]")
        for each in moves[:examples]:
            _print_move(each)
    if found.canonical:
        out.print(f"\n[bold]{len(found.canonical)} told by another version[/]")
    for change in found.canonical[:examples]:
        out.print(Text.assemble((change.story_id, "cyan"), "  ", (change.headline_before, "bold")), soft_wrap=True)
        out.print(Text(f"  {change.before} → {change.after}  {change.headline_after}"), soft_wrap=True)
    out.print()
    if found.reread:
        out.print(f"{count(len(found.reread), 'delivery')} read as another text")
    if found.refreshed:
        out.print(f"{count(len(found.refreshed), 'version')} with another origin, headline, signal, relation or sketch")
    out.print("done" if applied else "nothing was changed; --apply does it")


def _print_move(moved: Moved) -> None:
    into = "a new story" if moved.new else "story"
    out.print(Text.assemble((moved.story.story_id, "cyan"), "  ", (moved.story.headline, "bold")), soft_wrap=True)
    out.print(
        Text(f"  {count(moved.deliveries, 'delivery')} to {into} {moved.into.story_id}  {moved.into.headline}"),
        soft_wrap=True,
    )
    if moved.evidence:
        against = f" against {moved.evidence.against}" if moved.evidence.against else ""
        out.print(Text(f"  {moved.evidence.rule}{against}: {show.scores(moved.evidence)}", style="dim"))
