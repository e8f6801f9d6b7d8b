"""`wire lift`."""

from typing import Annotated

import typer

from wire import decisions
from wire.cli.app import AsJson, By, ConfigDir, Database, Undo, Why, decided, opened, operator


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
    with opened(config_dir, database) as (settings, store):
        who = operator(by, why, settings)
        made = (
            decisions.undo(store, "lift", identifier, who, settings.cluster)
            if undo
            else decisions.lift(store, identifier, who)
        )
    decided(made, as_json=as_json)
