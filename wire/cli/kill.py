"""`wire kill`."""

from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database
from wire.cli.deciding import By, Desk, Undo, Why, decide
from wire.ingest import decisions


def kill(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a story, a version or a delivery.")],
    why: Why,
    by: By = None,
    undo: Undo = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Kill a story: it and every copy of it, in any feed, stay out of use until it is lifted."""
    desk = Desk(by=by, why=why, undo=undo, config_dir=config_dir, database=database, as_json=as_json)
    decide("kill", identifier, desk, lambda store, operator, _: decisions.kill(store, identifier, operator))
