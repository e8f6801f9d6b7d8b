"""The command line: parses arguments, calls one function, prints.

Law: no logic. Exit 0: done; 1: the work failed in part or whole; 2: the input or the config is wrong; 3: `tail` comes
too late. A command is the
function in the module of its name; only the one that is asked for is imported, for each needs little of what others do.
"""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

from typer import Typer

from wire.cli.app import app
from wire.errors import ChangesGone, InputError, WireError

COMMANDS = (
    *("run", "poll", "ingest", "demo"),
    *("stories", "story", "tail", "feeds", "feed", "alerts"),
    *("merge", "split", "pin", "kill", "lift"),
    *("explain", "evaluate", "replay"),
    *("check", "migrate", "prune", "snapshot"),
)
"""In the order of `wire --help`."""


def main() -> None:
    """Run the command that is asked for."""
    try:
        _add_commands(sys.argv[1:])
        gc.freeze()
        app(prog_name="wire")
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has seen enough
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except WireError as error:
        sys.stderr.write(f"wire: {error}\n")
        sys.exit(3 if isinstance(error, ChangesGone) else 2 if isinstance(error, InputError) else 1)


def _add_commands(arguments: Sequence[str]) -> None:
    """Add the command that is asked for; all of them where it is help that is wanted, or something that is unknown."""
    if arguments[:1] == ["--version"]:
        return
    asked = [name for name in COMMANDS if name in arguments[:1]]
    for name in asked or COMMANDS:
        command = getattr(import_module(f"wire.cli.{name}"), name)
        if isinstance(command, Typer):
            app.add_typer(command, name=name)
        else:
            app.command()(command)
