"""What it costs us to take files from a server: `python -m tests.remote.bench`, CPU ms a file in our process.

Listing, reading and putting away alone, of a folder of small files; what is made of them costs as much as anywhere.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import trustme

from tests.remote.conftest import ftp_box, ssh_box
from tests.remote.far import FarBox
from tests.remote.ftpd import ftpd
from tests.remote.s3d import S3Box, s3d
from tests.remote.sshd import sshd
from tests.spools.box import LONG_AGO, NOW, Box, opened
from wire.fetch.place import Place, Settling

FILES = 1_000


def measure(name: str, place: Place) -> None:
    """Print what one place costs."""
    began, cpu = time.perf_counter(), time.process_time()
    files = place.waiting(lambda _: (), Settling(), FILES).files
    listed = time.process_time()
    with ThreadPoolExecutor(place.at_once) as threads:
        bodies = list(threads.map(place.read, files))
        read = time.process_time()
        stored = list(threads.map(lambda file: place.put_away(file, None, NOW), files))
    away, seconds = time.process_time(), time.perf_counter() - began
    assert (len(files), all(isinstance(body, bytes) for body in bodies), all(stored)) == (FILES, True, True)
    costs = [f"{1_000 * spent / FILES:8.2f}" for spent in (listed - cpu, read - listed, away - read)]
    print(f"{name:6}", *costs, f"{FILES / seconds:10.0f} files/s by the clock")  # noqa: T201 - what it is for


def main() -> None:
    """All kinds of places, one after the other."""
    print("CPU ms", "   list", "    read", "    away")  # noqa: T201 - as above
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(home / "ca.pem"))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(home / "server.pem"))
        here = _filled(Box(home / "here"))
        with opened(here.feed()) as place:
            measure("file", place)
        servers: dict[str, FarBox] = {
            "sftp": ssh_box(stack.enter_context(sshd(home / "ssh")), home / "sftp"),
            "ftp": ftp_box(stack.enter_context(ftpd(home)).port, home / "ftp", home),
            "ftps": ftp_box(stack.enter_context(ftpd(home, tls=home / "server.pem")).port, home / "ftps", home, "ftps"),
            "s3": S3Box(home, server=stack.enter_context(s3d())),
        }
        for name, box in servers.items():
            _filled(box)
            with box.opened(timeout=60.0) as place:
                measure(name, place)


def _filled(box: Box) -> Box:
    for number in range(FILES):
        box.put(f"{number:04}.xml", at=LONG_AGO + number)
    return box


if __name__ == "__main__":
    main()
