"""`wire kill`."""

from typing import Annotated

import typer

from wire.cli.deciding import Make, deciding
from wire.ingest import decisions


@deciding
def kill(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Of a story, a version or a delivery.")],
) -> Make:
    """Kill a story: it and every copy of it, in any feed, stay out of use until it is lifted."""
    return lambda store, operator, _: decisions.kill(store, identifier, operator)
