"""`wire tail`."""

import json
import signal
import sys
from typing import Annotated

import typer

from wire.cli.app import ConfigDir, Database, opened, plain
from wire.publish.follow import follow


def tail(
    after: Annotated[int | None, typer.Option(min=0, metavar="SEQ", help="From the change behind this one on.")] = None,
    last: Annotated[int, typer.Option(min=0, help="Without --after: so many of the last changes first.")] = 10,
    forever: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for what comes.")] = True,
    config_dir: ConfigDir = None,
    database: Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines are all it prints.")] = True,  # noqa: ARG001 - as all that print
) -> None:
    """Follow the change log as JSON lines, until Ctrl-C. Exit 3: what you ask for is no longer kept."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a reader has nothing to tidy, and drivers stumble over interrupts
    with opened(config_dir, database) as (_, store):
        if after is None:
            with store.reading() as read:
                log = read.change_log()
            after = max(log.last_seq - last, log.first_seq - 1)
        for piece in follow(store, after, forever=forever):
            sys.stdout.write("".join(json.dumps(plain(each), ensure_ascii=False) + "\n" for each in piece))
            sys.stdout.flush()
