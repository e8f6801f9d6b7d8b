"""The process: `wire`, or `python -m wire`.

Law: nothing is imported before it is said how Python looks for garbage: modules are none, and to look through them
again and again takes a tenth of the start.
"""

import gc
from typing import Final

YOUNG: Final = 50_000
"""Objects made before Python looks for cycles among them; its default of 700 looks through each batch many times."""


def main() -> None:
    """Entry point of `wire`."""
    gc.set_threshold(YOUNG)
    from wire.cli import main as command  # noqa: PLC0415 - see the head of this file

    command()


if __name__ == "__main__":
    main()
