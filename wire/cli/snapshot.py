"""`wire snapshot`."""

from pathlib import Path
from typing import Annotated

import typer

from wire.cli.app import AsJson, ConfigDir, Database, opened, out, print_json


def snapshot(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; takes the place of an older one.")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Copy an SQLite database as it is now, for readers that take their time, or as a backup."""
    with opened(config_dir, database) as (_, store):
        made = store.snapshot(file)
    if as_json:
        print_json(made)
        return
    out.print(f"{made.path}: {made.bytes / 1e6:,.1f} MB, up to change {made.last_seq}", soft_wrap=True)
