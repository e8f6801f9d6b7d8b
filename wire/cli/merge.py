"""`wire merge`."""

from typing import Annotated

import typer

from wire.cli.deciding import Make, deciding
from wire.errors import InputError
from wire.ingest import decisions


@deciding
def merge(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The story that is to be part of another one.")],
    into: Annotated[str | None, typer.Argument(metavar="INTO", help="The other one; left out with --undo.")] = None,
    *,
    undo: bool,
) -> Make:
    """Make a story part of another one: both are one piece of copy, whatever comes."""
    if undo is (into is not None):
        raise InputError("name two stories, ID and INTO; with --undo ID alone")
    return lambda store, operator, taker: decisions.merge(store, identifier, into or "", operator, taker)
