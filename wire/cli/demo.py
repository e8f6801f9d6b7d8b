"""`wire demo`."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import anyio
import typer

from wire import log
from wire.cli.app import out
from wire.demo.run import play


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="One day as fast as it goes; exit 1 when it breaks a promise.")
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="DIR", help="Keep config and database of the day in this new folder."),
    ] = None,
) -> None:
    """A sample newswire day in invented text, polled over HTTP from a small server on loopback."""
    log.configure(level="error")
    code = anyio.run(partial(play, once=once, console=out, folder=keep, program=sys.argv[0]))
    raise typer.Exit(code)
