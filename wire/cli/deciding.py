"""What the commands of operators share: the options that all take, and the one body.

Law: knows no command.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from wire.cli.app import clock, opened, out, print_json
from wire.ingest import Ingest, decisions
from wire.ingest.decisions import Operator
from wire.store import DecisionRow, Store

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; kept with the decision.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; else $USER.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take the last such decision back.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all commands of operators take."""

    by: str | None
    why: str
    undo: bool
    config_dir: Path | None
    database: str | None
    as_json: bool


def decide(kind: str, identifier: str, desk: Desk, make: Callable[[Store, Operator, Ingest], DecisionRow]) -> None:
    """Make an operator's decision of that kind, or take the last one back, and print it. Raises InputError."""
    with opened(desk.config_dir, desk.database) as (settings, store):
        by = desk.by or os.environ.get("USER") or os.environ.get("LOGNAME") or ""
        operator = Operator(by=by, why=desk.why, now=clock(), tell=bool(settings.alerts.url))
        taker = Ingest(settings.cluster, settings.canonical)
        undone = desk.undo and decisions.undo(store, kind, identifier, operator, taker)
        made = undone or make(store, operator, taker)
    if desk.as_json:
        print_json(made)
        return
    of = f" of {made.undoes}" if made.undoes else ""
    other = f"  {made.other_story_id}" if made.other_story_id else ""
    out.print(f"{made.decision_id}  {made.kind}{of}  {made.story_id}{other}", soft_wrap=True, markup=False)
