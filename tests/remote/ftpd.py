"""A real FTP server (pyftpdlib) on loopback, in a process of its own, with or without TLS.

Run by the tests as `python -m tests.remote.ftpd FOLDER PERMISSIONS [--tls CERTIFICATE] [--plain]`; prints its port.
"""

import argparse
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD = "feeds", "an ordinary secret"
ALL = "elradfmwMT"
READ = "elr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ftpd:
    """A server that lets one user in."""

    port: int
    process: "subprocess.Popen[str]"


@contextmanager
def ftpd(folder: Path, *options: str, permissions: str = ALL, tls: Path | None = None) -> Iterator[Ftpd]:
    """Run a server that gives out a folder as its root."""
    command = [sys.executable, "-m", "tests.remote.ftpd", str(folder), permissions, *options]
    command += ["--tls", str(tls)] if tls else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Ftpd(port=int(process.stdout.readline()), process=process)
        finally:
            process.kill()


def main() -> None:
    """Serve until killed."""
    import warnings  # noqa: PLC0415 - before what warns

    warnings.simplefilter("ignore")
    from pyftpdlib.authorizers import DummyAuthorizer  # noqa: PLC0415
    from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler  # noqa: PLC0415
    from pyftpdlib.servers import FTPServer  # noqa: PLC0415

    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("permissions")
    parser.add_argument("--tls")
    parser.add_argument("--old", action="store_true", help="without MLSD and MLST, as vsftpd is")
    parser.add_argument("--hang", action="store_true", help="fall silent in the middle of every file")
    parser.add_argument("--cut", action="store_true", help="break off in the middle of every file")
    given = parser.parse_args()
    logging.basicConfig(level=logging.CRITICAL)

    class Handler(TLS_FTPHandler if given.tls else FTPHandler):  # type: ignore[misc]  # one of two
        pass

    if given.tls:
        Handler.certfile = given.tls
        Handler.tls_control_required = Handler.tls_data_required = True
    if given.old:
        Handler.proto_cmds = {k: v for k, v in Handler.proto_cmds.items() if k not in {"MLSD", "MLST"}}
    Handler.authorizer = DummyAuthorizer()
    Handler.authorizer.add_user(USER, PASSWORD, given.folder, perm=given.permissions)
    Handler.auth_failed_timeout = 0
    Handler.use_sendfile = False
    if given.hang or given.cut:

        class Slow(Handler.dtp_handler):  # type: ignore[name-defined]  # as above
            def send(self, data: bytes) -> int:
                if self.file_obj and self.tot_bytes_sent:
                    if given.cut:
                        self.close()
                        self.cmd_channel.close()
                    time.sleep(0 if given.cut else 60)
                    return 0
                return int(super().send(data[:10] if self.file_obj else data))

        Handler.dtp_handler = Slow
    server = FTPServer(("127.0.0.1", 0), Handler)
    print(server.socket.getsockname()[1], flush=True)  # noqa: T201 - for who started it
    server.serve_forever(handle_exit=False)


if __name__ == "__main__":
    main()
