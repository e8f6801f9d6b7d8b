"""`wire merge`."""

from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database
from wire.cli.deciding import By, Desk, Undo, Why, decide
from wire.errors import InputError
from wire.ingest import decisions


def merge(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The story that is to be part of another one.")],
    into: Annotated[str | None, typer.Argument(metavar="INTO", help="The other one; left out with --undo.")] = None,
    *,
    why: Why,
    by: By = None,
    undo: Undo = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a story part of another one: both are one piece of copy, whatever comes."""
    desk = Desk(by=by, why=why, undo=undo, config_dir=config_dir, database=database, as_json=as_json)
    if undo is (into is not None):
        raise InputError("name two stories, ID and INTO; with --undo ID alone")
    decide(
        "merge",
        identifier,
        desk,
        lambda store, operator, taker: decisions.merge(store, identifier, into or "", operator, taker),
    )
