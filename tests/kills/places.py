"""Places in which a daemon is killed: a folder of this machine, one that a server gives out, a bucket, a mailbox."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.kills.loop import Place
from tests.mail import dovecot
from tests.mail.box import Post, message
from tests.remote import ftpd, s3d
from tests.remote.sshd import sshd
from tests.spools.box import LONG_AGO, Box

KINDS = ("folder", "sftp", "ftp", "ftps", "s3", "mail")


@dataclass
class Folder:
    """Files in a folder, wherever it is given out."""

    box: Box
    feed: str
    pause: float = 0.005

    def fill(self, items: int) -> None:
        for number in range(items):
            self.box.put(f"{number:06}.xml", at=LONG_AGO + number)

    def taken(self) -> int:
        return self.box.count("done")

    def done(self) -> int:
        return self.box.count("done")

    def left(self) -> int:
        return len(self.box.names()) + len(self.box.hidden())


@dataclass
class Mailbox:
    """Messages in a mailbox, whose database says how far a daemon is: to ask the server costs it more."""

    post: Post
    feed: str
    database: Path
    pause: float = 0.02

    def fill(self, items: int) -> None:
        self.post.fill(message(f"Item {number:06}") for number in range(items))

    def taken(self) -> int:
        with closing(sqlite3.connect(self.database, timeout=30)) as asked:
            return int(asked.execute("SELECT count(*) FROM spool_file_v1").fetchone()[0])

    def done(self) -> int:
        return self.post.count("INBOX/done")

    def left(self) -> int:
        return self.post.count("INBOX")


@contextmanager
def place(kind: str, home: Path) -> Iterator[Place]:
    """A place of that kind, on a server of its own where it needs one."""
    match kind:
        case "folder":
            box = Box(home / "incoming")
            yield Folder(box, f'url = "{box.path.as_uri()}/*.xml"')
        case "sftp":
            with _sftp(home) as folder:
                yield folder
        case "s3":
            with s3d.s3d() as server:
                yield bucket(s3d.S3Box(home, server=server), home)
        case "mail":
            with dovecot.running() as mails:
                yield mailbox(Post(server=mails, user="user0"), home)
        case _:
            with _ftp(kind, home) as folder:
                yield folder


def mailbox(post: Post, home: Path) -> Mailbox:
    """The mailbox of a user."""
    feed = f"""url = "{post.url()}"
        password = {{ file = "{_secret(home, dovecot.PASSWORD)}" }}
        interval = "1min"
        allow_private = true
        ca_file = "{post.server.ca}"
        taken = "move"
    """
    return Mailbox(post, feed, home / "wire.db")


def bucket(box: s3d.S3Box, home: Path) -> Folder:
    """A prefix in a bucket."""
    assert box.server
    feed = f"""url = "{box.url}/*.xml"
        user = "{s3d.ID}"
        password = {{ file = "{_secret(home, s3d.SECRET)}" }}
        endpoint = "{box.server.url}"
        region = "us-east-1"
        order = "name"
        interval = "60s"
        allow_private = true
    """
    return Folder(box, feed, pause=0.1)  # to ask a server costs it more


@contextmanager
def _sftp(home: Path) -> Iterator[Folder]:
    box = Box(home / "incoming")
    with sshd(home / "ssh") as server:
        feed = f"""url = "{server.url(box.path)}"
            private_key = {{ file = "{server.private_key}" }}
            known_hosts = "{server.known_hosts}"
            interval = "60s"
            allow_private = true
            settle = 0
        """
        yield Folder(box, feed)


@contextmanager
def _ftp(scheme: str, home: Path) -> Iterator[Folder]:
    box = Box(home / "incoming")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(home / "server.pem"))
    tls = home / "server.pem" if scheme == "ftps" else None
    with ftpd.ftpd(home, tls=tls) as server:
        feed = f"""url = "{scheme}://{ftpd.USER}@127.0.0.1:{server.port}/incoming/*.xml"
            password = {{ file = "{_secret(home, ftpd.PASSWORD)}" }}
            interval = "60s"
            allow_private = true
            settle = 0
        """
        yield Folder(box, feed + (f'ca_file = "{home / "ca.pem"}"' if tls else ""))


def _secret(home: Path, text: str) -> Path:
    path = home / "password"
    path.write_text(text)
    return path
