"""`wire pin`."""

from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database
from wire.cli.deciding import By, Desk, Undo, Why, decide
from wire.ingest import decisions


def pin(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="Of a version or a delivery; with --undo of its story, too.")
    ],
    why: Why,
    by: By = None,
    undo: Undo = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Let a version stand for its story until that is taken back."""
    desk = Desk(by=by, why=why, undo=undo, config_dir=config_dir, database=database, as_json=as_json)
    decide("pin", identifier, desk, lambda store, operator, taker: decisions.pin(store, identifier, operator, taker))
