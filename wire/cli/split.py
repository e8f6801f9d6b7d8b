"""`wire split`."""

from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database
from wire.cli.deciding import By, Desk, Undo, Why, decide
from wire.errors import InputError
from wire.ingest import decisions


def split(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The story.")],
    versions: Annotated[
        list[str] | None, typer.Argument(metavar="VERSION…", help="Its versions that are another; none with --undo.")
    ] = None,
    *,
    why: Why,
    by: By = None,
    undo: Undo = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make versions of a story a story of their own, and keep the two apart."""
    desk = Desk(by=by, why=why, undo=undo, config_dir=config_dir, database=database, as_json=as_json)
    if undo is bool(versions):
        raise InputError("name a story and versions of it; with --undo the story alone")
    decide(
        "split",
        identifier,
        desk,
        lambda store, operator, taker: decisions.split(store, identifier, versions or [], operator, taker),
    )
