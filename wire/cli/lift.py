"""`wire lift`."""

from typing import Annotated

import typer

from wire.cli.deciding import Make, deciding
from wire.ingest import decisions


@deciding
def lift(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a story, a version or a delivery.")],
) -> Make:
    """Lift the orders on a story: kills, withholds, embargoes."""
    return lambda store, operator, _: decisions.lift(store, identifier, operator)
