"""The command line: parses arguments, calls one function, prints.

Law: no logic. Exit 0: done; 1: the work failed in part or whole; 2: the input or the config is wrong.
"""

import sys

from wire.cli import measuring, operating, reading, taking  # noqa: F401 - each registers its commands
from wire.cli.app import app
from wire.errors import InputError, WireError


def main() -> None:
    """Entry point of `wire`."""
    try:
        app(prog_name="wire")
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has seen enough
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    except WireError as error:
        sys.stderr.write(f"wire: {error}\n")
        sys.exit(2 if isinstance(error, InputError) else 1)
