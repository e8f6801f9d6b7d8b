"""The keys by which SSH servers are known: read from a file of the operator's, in OpenSSH's form (sshd(8)).

Law: a key that is not in the file is never taken, at the first sight as little as later; what is shown instead is what
an operator needs to compare it and to write it down.
"""

import base64
import hashlib
from collections.abc import Collection
from pathlib import Path

from paramiko import MissingHostKeyPolicy, PKey, SSHClient
from paramiko.hostkeys import HostKeyEntry, HostKeys, InvalidHostKey
from paramiko.ssh_exception import SSHException

from wire.errors import SpoolError
from wire.fetch.place import Denied

ALGORITHMS = {
    "ssh-ed25519": "ssh-ed25519",
    "ecdsa-sha2-nistp256": "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384": "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521": "ecdsa-sha2-nistp521",
    "rsa-sha2-512": "ssh-rsa",
    "rsa-sha2-256": "ssh-rsa",
    "ssh-rsa": "ssh-rsa",
}
"""By which servers sign, with the kind of key that each needs (RFC 8332)."""


class KnownHosts(MissingHostKeyPolicy):
    """What a file says of one server. Raises SpoolError where it can't be read."""

    def __init__(self, path: Path | None, host: str, port: int) -> None:
        self._path = path
        self._name = host if port == 22 else f"[{host}]:{port}"
        self._known = _keys(path, self._name) if path else []

    @property
    def unfit(self) -> Collection[str]:
        """Algorithms that need another key than those that are known: the server is to show one of these."""
        kinds = {key.get_name() for key in self._known}
        return [name for name, kind in ALGORITHMS.items() if kind not in kinds] if kinds else []

    def missing_host_key(self, _client: SSHClient, _name: str, key: PKey) -> None:
        """Judge the key that a server shows, before anything is told to it. Raises Denied."""
        if any(key == known for known in self._known):
            return
        shows = f"{self._name} shows the {_kind(key)} key {fingerprint(key)}"
        if self._known:
            known = ", ".join(f"{_kind(each)} {fingerprint(each)}" for each in self._known)
            raise Denied(
                f"{shows}, and {self._path} knows {known}: the server was set up anew, or somebody stands in between; "
                "ask its owner, then replace the line; nothing was sent"
            )
        file = f"add to {self._path}" if self._path else 'write into a file that known_hosts = "…" names'
        line = f"{self._name} {key.get_name()} {key.get_base64()}"
        raise Denied(f"{shows}, which nobody has vouched for: if its owner confirms it, {file} the line `{line}`")


def fingerprint(key: PKey) -> str:
    """As ssh-keygen -l shows it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def _kind(key: PKey) -> str:
    return str(key.get_name()).removeprefix("ssh-").split("-")[0].upper()


def _keys(path: Path, name: str) -> list[PKey]:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise SpoolError(f"{path} can't be read: {error.strerror}") from error
    found = []
    for line in lines:
        if line.startswith(("#", "@")) or not line.strip():
            continue
        try:
            entry = HostKeyEntry.from_line(line)
        except (InvalidHostKey, SSHException, ValueError, IndexError):
            continue  # a line for somebody else's program
        if entry and entry.key and any(_is(each, name) for each in entry.hostnames or ()):
            found.append(entry.key)
    return found


def _is(written: str, name: str) -> bool:
    if written.startswith("|1|"):
        try:
            return bool(HostKeys.hash_host(name, written) == written)
        except (ValueError, AssertionError):
            return False
    return written == name
