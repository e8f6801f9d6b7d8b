"""`wire prune`."""

from typing import Annotated

import typer

from wire import retention
from wire.cli.app import AsJson, ConfigDir, Database, clock, opened, out, print_json


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Remove what [retention] keeps no longer, as the daemon does once an hour."""
    with opened(config_dir, database) as (settings, store):
        done = (retention.outlook if dry_run else retention.prune)(store, settings.retention, clock())
    if as_json:
        print_json(done)
        return
    verb = "would be" if dry_run else "were"
    out.print(f"{done.raw} entries as received and {done.changes} changes {verb} removed", soft_wrap=True)
