"""`wire prune`."""

from dataclasses import asdict
from typing import Annotated

import typer

from wire import retention
from wire.cli.app import AsJson, ConfigDir, Database, clock, opened, out, print_json

WORDS = {"raw": "entries as received", "entries": "names of entries"}
"""For people, where the key of the config says too little."""


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Remove what is older than the config keeps it, as the daemon does once an hour."""
    with opened(config_dir, database) as (settings, store):
        work = retention.outlook if dry_run else retention.prune
        done = work(store, settings.retention, clock(), window=settings.cluster.window)
    if as_json:
        print_json(done)
        return
    told = ", ".join(f"{count} {WORDS.get(name, name)}" for name, count in asdict(done).items() if count)
    verb = "would be removed" if dry_run else "removed"
    out.print(f"{told or 'nothing'} {verb}", soft_wrap=True)
