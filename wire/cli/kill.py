"""`wire kill`."""

from typing import Annotated

import typer

from wire import decisions
from wire.cli.app import AsJson, By, ConfigDir, Database, Undo, Why, decided, opened, operator


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
    with opened(config_dir, database) as (settings, store):
        who = operator(by, why, settings)
        made = (
            decisions.undo(store, "kill", identifier, who, settings.cluster)
            if undo
            else decisions.kill(store, identifier, who)
        )
    decided(made, as_json=as_json)
