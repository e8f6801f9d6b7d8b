"""The full figure: `python -m tests.kills folder` (sftp, ftp, ftps, s3, mail): 10,000 items, ten kills.

`--kills 0` shows how fast such a place is taken.
"""

import argparse
import tempfile
from pathlib import Path

from tests.kills.loop import kill_and_count
from tests.kills.places import KINDS, place
from wire.policy import StorePolicy
from wire.store.migration import migrate


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        template = home / "template.db"
        migrate(StorePolicy(url=f"sqlite:///{template}"))
        with place(given.kind, home) as there:
            print(kill_and_count(home, template, there, items=given.items, kills=given.kills, batch=100))  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
