"""`wire lift`."""

from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database
from wire.cli.deciding import By, Desk, Undo, Why, decide
from wire.ingest import decisions


def lift(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a story, a version or a delivery.")],
    why: Why,
    by: By = None,
    undo: Undo = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Lift the orders on a story: kills, withholds, embargoes."""
    desk = Desk(by=by, why=why, undo=undo, config_dir=config_dir, database=database, as_json=as_json)
    decide("lift", identifier, desk, lambda store, operator, _: decisions.lift(store, identifier, operator))
