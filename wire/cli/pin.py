"""`wire pin`."""

from typing import Annotated

import typer

from wire import decisions
from wire.cli.app import AsJson, By, ConfigDir, Database, Undo, Why, decided, opened, operator


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
    with opened(config_dir, database) as (settings, store):
        who = operator(by, why, settings)
        made = (
            decisions.undo(store, "pin", identifier, who, settings.cluster)
            if undo
            else decisions.pin(store, identifier, who, settings.cluster)
        )
    decided(made, as_json=as_json)
