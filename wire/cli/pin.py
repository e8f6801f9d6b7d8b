"""`wire pin`."""

from typing import Annotated

import typer

from wire.cli.deciding import Make, deciding
from wire.ingest import decisions


@deciding
def pin(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="Of a version or a delivery; with --undo of its story, too.")
    ],
) -> Make:
    """Let a version stand for its story until that is taken back."""
    return lambda store, operator, taker: decisions.pin(store, identifier, operator, taker)
