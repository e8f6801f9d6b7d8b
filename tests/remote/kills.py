"""A daemon that is killed in the middle of a full folder on a server of files: `python -m tests.remote.kills sftp`.

Run by hand for the full figure (10,000 files, ten kills), and once without kills for how fast such a folder is taken.
"""

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

import trustme

from tests.remote.ftpd import PASSWORD, USER, ftpd
from tests.remote.s3d import ID, SECRET, S3Box, s3d
from tests.remote.sshd import sshd
from tests.spools.box import Box
from tests.spools.kills import Found, kill_and_count
from wire.policy import StorePolicy
from wire.store.migration import migrate

SCHEMES = ("sftp", "ftp", "ftps", "s3")


def kill_and_count_there(scheme: str, home: Path, template: Path, *, files: int, kills: int, batch: int) -> Found:
    """As `kill_and_count`, of a folder that a server gives out."""
    box = Box(home / "incoming")
    with ExitStack() as stack:
        if scheme == "s3":
            store = stack.enter_context(s3d())
            box = S3Box(home, server=store)
            (home / "password").write_text(SECRET)
            feed = f"""url = "{box.url}/*.xml"
                user = "{ID}"
                password = {{ file = "{home / "password"}" }}
                endpoint = "{store.url}"
                region = "us-east-1"
                order = "name"
            """
        elif scheme == "sftp":
            server = stack.enter_context(sshd(home / "ssh"))
            feed = f"""url = "{server.url(box.path)}"
                private_key = {{ file = "{server.private_key}" }}
                known_hosts = "{server.known_hosts}"
            """
        else:
            authority = trustme.CA()
            authority.cert_pem.write_to_path(str(home / "ca.pem"))
            authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(home / "server.pem"))
            (home / "password").write_text(PASSWORD)
            tls = home / "server.pem" if scheme == "ftps" else None
            port = stack.enter_context(ftpd(home, tls=tls)).port
            feed = f"""url = "{scheme}://{USER}@127.0.0.1:{port}/incoming/*.xml"
                password = {{ file = "{home / "password"}" }}
            """
            feed += f'ca_file = "{home / "ca.pem"}"' if tls else ""
        feed += '\ninterval = "60s"\nallow_private = true' + ("" if scheme == "s3" else "\nsettle = 0")
        return kill_and_count(home, template, files=files, kills=kills, batch=batch, box=box, feed=feed)


def main() -> None:
    """The full figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scheme", choices=SCHEMES)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        template = home / "template.db"
        migrate(StorePolicy(url=f"sqlite:///{template}"))
        print(  # noqa: T201 - what it is for
            kill_and_count_there(given.scheme, home, template, files=given.files, kills=given.kills, batch=100)
        )


if __name__ == "__main__":
    main()
