"""`wire split`."""

from typing import Annotated

import typer

from wire.cli.deciding import Make, deciding
from wire.errors import InputError
from wire.ingest import decisions


@deciding
def split(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The story.")],
    versions: Annotated[
        list[str] | None, typer.Argument(metavar="VERSION…", help="Its versions that are another; none with --undo.")
    ] = None,
    *,
    undo: bool,
) -> Make:
    """Make versions of a story a story of their own, and keep the two apart."""
    if undo is bool(versions):
        raise InputError("name a story and versions of it; with --undo the story alone")
    return lambda store, operator, taker: decisions.split(store, identifier, versions or [], operator, taker)
