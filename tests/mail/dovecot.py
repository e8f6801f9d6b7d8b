"""A real IMAP server for tests: Dovecot, run from the machine's binaries with a config of its own, on loopback."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWORD = "s3cret words & signs"
MISSING = "no dovecot on this machine (Debian: apt install dovecot-imapd)"

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
auth_failure_delay = 0
default_internal_user = {service}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:~/mail
mailbox_list_index = no
mail_max_userip_connections = 100
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
imap_idle_notify_interval = 29 mins
namespace inbox {{
  inbox = yes
  separator = {separator}
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A server that runs."""

    home: Path
    plain: int
    tls: int
    ca: Path
    """Who vouches for its certificate, as a file."""

    def url(self, user: str, mailbox: str = "INBOX", *, scheme: str = "imaps") -> str:
        """Of a user's mailbox."""
        port = self.tls if scheme == "imaps" else self.plain
        return f"{scheme}://{user}@127.0.0.1:{port}/{mailbox}"

    @contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Another client, of the same user."""
        with closing_client(imaplib.IMAP4("127.0.0.1", self.plain)) as client:
            client.login(user, f'"{PASSWORD}"' if " " not in PASSWORD else PASSWORD)
            yield client


@contextmanager
def closing_client(client: imaplib.IMAP4) -> Iterator[imaplib.IMAP4]:
    """A client that is logged out in the end."""
    try:
        yield client
    finally:
        client.logout()


@contextmanager
def running(*, separator: str = "/", mechanisms: str = "plain login") -> Iterator[Dovecot]:
    """Start a server; stop it in the end."""
    assert BINARY
    home = Path(tempfile.mkdtemp(prefix="wire-imap-", dir="/tmp"))
    try:
        server = _made(home, separator, mechanisms)
        with (home / "out").open("w") as out:
            process = subprocess.Popen(
                [BINARY, "-F", "-c", str(home / "conf")], stdout=out, stderr=out, start_new_session=True
            )
        try:
            _wait(server, process)
            yield server
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # it would wait for clients
            process.wait(10)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _made(home: Path, separator: str, mechanisms: str) -> Dovecot:
    home.chmod(0o755)
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(home / "ca.pem")
    certificate.cert_chain_pems[0].write_to_path(home / "cert.pem")
    certificate.private_key_pem.write_to_path(home / "key.pem")
    (home / "users").write_text("".join(f"user{number}:{{PLAIN}}{PASSWORD}\n" for number in range(100)))
    me, group = pwd.getpwuid(os.getuid()), grp.getgrgid(os.getgid()).gr_name
    root = me.pw_uid == 0
    owner = pwd.getpwnam("nobody") if root else me
    (home / "mail").mkdir()
    os.chown(home / "mail", owner.pw_uid, owner.pw_gid)
    server = Dovecot(home=home, plain=_port(), tls=_port(), ca=home / "ca.pem")
    (home / "conf").write_text(
        _CONFIG.format(
            home=home,
            separator=separator,
            mechanisms=mechanisms,
            plain=server.plain,
            tls=server.tls,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            service="dovecot" if root else me.pw_name,
            group="dovecot" if root else group,
            login="dovenull" if root else me.pw_name,
        )
    )
    return server


def _port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(server: Dovecot, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with closing(socket.create_connection(("127.0.0.1", server.tls), 1)):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((server.home / "out").read_text() + _log(server)) from None
            time.sleep(0.02)


def _log(server: Dovecot) -> str:
    log = server.home / "log"
    return log.read_text() if log.exists() else ""
