"""A real SSH server (OpenSSH's sshd) on loopback, which a test owns."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Sshd:
    """A server that lets in whoever runs the tests, by a key."""

    port: int
    home: Path
    """Where its keys are."""
    process: "subprocess.Popen[bytes]"

    @property
    def user(self) -> str:
        return getpass.getuser()

    @property
    def known_hosts(self) -> Path:
        """A file that vouches for it."""
        path = self.home / "known_hosts"
        kind, key, *_ = (self.home / "host.pub").read_text().split()
        path.write_text(f"# a comment\n[127.0.0.1]:{self.port} {kind} {key}\n")
        return path

    @property
    def private_key(self) -> Path:
        return self.home / "user"

    def url(self, folder: Path, pattern: str = "*.xml") -> str:
        return f"sftp://{self.user}@127.0.0.1:{self.port}{folder}/{pattern}"


def keygen(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A pair of keys."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", str(path)], check=True)
    return path


@contextmanager
def sshd(
    home: Path, *, port: int | None = None, command: str = "internal-sftp", hostkey: str = "ed25519"
) -> Iterator[Sshd]:
    """Run a server; `command`: what every login gets."""
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    if not Path(program).exists():
        if os.environ.get("CI"):
            pytest.fail("sshd is missing: .ci/run installs it")
        pytest.skip("sshd (openssh-server) is not installed")
    home.mkdir(exist_ok=True)
    if not (home / "host").exists():
        keygen(home / "host", hostkey)
        keygen(home / "user")
    shutil.copy(home / "user.pub", home / "authorized_keys")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = port or _free_port()
    lines = [
        f"ListenAddress 127.0.0.1:{port}",
        f"HostKey {home / 'host'}",
        f"AuthorizedKeysFile {home / 'authorized_keys'}",
        *("StrictModes no", "UsePAM no", "PidFile none", "PermitRootLogin yes", "MaxStartups 100", "UseDNS no"),
        *("PasswordAuthentication yes", "LogLevel ERROR"),
        f"Subsystem sftp {command}",
        f"ForceCommand {command}",
    ]
    (home / "sshd_config").write_text("\n".join(lines) + "\n")
    with subprocess.Popen([program, "-D", "-e", "-f", str(home / "sshd_config")], stderr=subprocess.PIPE) as process:
        try:
            _up(port, process)
            yield Sshd(port=port, home=home, process=process)
        finally:
            process.kill()


def _free_port() -> int:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _up(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 20
    while True:
        if process.poll() is not None:
            assert process.stderr
            raise RuntimeError(f"sshd did not start: {process.stderr.read().decode()}")
        with closing(socket.socket()) as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > end:
            raise RuntimeError("sshd does not listen")
        time.sleep(0.02)
