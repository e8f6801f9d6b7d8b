"""What the commands of operators share: the options that all take, and the one body.

Law: knows no command.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from wire.cli.app import AsJson, ConfigDir, Database, clock, opened, out, print_json
from wire.ingest import Ingest, decisions
from wire.ingest.decisions import Operator
from wire.store import DecisionRow, Store

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; kept with the decision.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides; else $USER.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take the last such decision back.")]


Make = Callable[[Store, Operator, Ingest], DecisionRow]
"""Makes the decision, in the store, as the operator; the taker is at hand. Raises InputError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all commands of operators take."""

    by: str | None
    why: str
    undo: bool
    config_dir: Path | None
    database: str | None
    as_json: bool


def deciding(command: Callable[..., Make]) -> Callable[..., None]:
    """A command of operators: adds the options that all take to a function that says how its decision is made.

    It is called as the decision is, and its first argument, `identifier`, names what is decided of. Where it takes
    `undo`, it is told whether the last decision is to be taken back instead.
    """
    own = signature(command, eval_str=True).parameters
    options = signature(_options, eval_str=True).parameters

    def decided(**given: Any) -> None:
        desk = Desk(**{name: given[name] for name in options})
        _decide(command.__name__, given["identifier"], desk, command(**{name: given[name] for name in own}))

    parameters = [each for name, each in own.items() if name not in options]
    decided.__name__, decided.__doc__ = command.__name__, command.__doc__
    decided.__signature__ = Signature([*parameters, *options.values()])  # type: ignore[attr-defined]  # as typer reads it
    return decided


def _options(
    *,
    why: Why,
    by: By = None,
    undo: Undo = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """What they take."""


def _decide(kind: str, identifier: str, desk: Desk, make: Make) -> None:
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
