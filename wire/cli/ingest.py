"""`wire ingest`."""

from pathlib import Path
from typing import Annotated

import typer

from wire import archive, log
from wire.cli import show
from wire.cli.app import AsJson, ConfigDir, Database, clock, err, opened, out, print_json
from wire.words import count


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of files.")],
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Take in files, folders and archives, whatever format they have; exit 1 when something could not be taken."""
    log.configure(level="error")
    with opened(config_dir, database) as (settings, store), archive.Archive(paths, settings.worker) as files:
        with err.status("looking through the files") as status:
            files.scan(lambda path: status.update(f"looking through {path}"))
        with show.progress("taking in") as progress:
            task = progress.add_task("", total=files.entries)
            report = archive.take(
                files, settings=settings, store=store, clock=clock, advance=lambda n: progress.update(task, advance=n)
            )
    if as_json:
        print_json(report)
    else:
        for each in report.refused:
            err.print(f"not taken: {each}", soft_wrap=True)
        out.print(f"{count(report.files, 'file')}, {count(report.tally.entries, 'entry')}: {report.tally}")
    if report.interrupted:
        err.print("stopped; what was taken stays, and the same command takes the rest")
        raise typer.Exit(130)
    if report.refused:
        raise typer.Exit(1)
