"""Where files of a spool stand, and what is known of one before it is opened.

Law: data only.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, quote_from_bytes, unquote, unquote_to_bytes, urlsplit

FileOrder: TypeAlias = Literal["time", "name"]
"""In which files are taken: by the time of their last change and by name where that is the same, or by name alone."""
Afterwards: TypeAlias = Literal["move", "remove", "keep"]
"""What becomes of a file that was taken."""

FOLDERS = frozenset({"file"})
"""Schemes of folders on this machine."""
PORTS = {"sftp": 22, "ftp": 21, "ftps": 21}
"""Of servers of files; `ftps` is FTP that turns to TLS before it logs in (RFC 4217)."""
REMOTE = frozenset({*PORTS, "s3"})
"""Schemes of folders on other machines."""
SPOOLS = FOLDERS | REMOTE

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolPlace:
    """A folder, and which of its files are taken."""

    folder: str
    """Path, absolute; bytes that are no UTF-8 as surrogates (`surrogateescape`)."""
    pattern: str = "*"
    """Of file names, as `fnmatch` reads it."""
    scheme: str = "file"
    host: str = ""
    """Name or address of the server, the bucket of an object store; empty: this machine."""
    port: int = 0
    user: str = ""
    """As the URL has it; empty: it has none."""

    @property
    def where(self) -> str:
        """The same text for every way to write one folder."""
        if not self.host:
            return f"{self.scheme}://{self.folder}"
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"{self.scheme}://{user}{self.host}{port}{self.folder}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolFile:
    """A file that waits, as its folder lists it."""

    name: str
    """Bytes that are no UTF-8 as surrogates (`surrogateescape`)."""
    size: int
    modified: int
    """Nanoseconds since 1970."""
    tag: str = ""
    """What else tells it from another file under its name: the number of its inode."""

    @property
    def shown(self) -> str:
        """Its name in printable text; another name for every other name."""
        return shown(self.name)


@lru_cache(maxsize=256)
def place_of(url: str) -> SpoolPlace:
    """The place that the URL of a spool names. Raises ValueError with what is wrong, in words.

    The last step of the path is the pattern; where it is empty, all files are taken. A path that begins with `/~/`
    counts from the folder in which a login begins.
    """
    parts = urlsplit(url.replace("?", "%3F").replace("#", "%23"))  # both may stand in a file's name
    if parts.scheme in REMOTE:
        host, port, user = _server(parts)
    elif parts.scheme not in FOLDERS or parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise ValueError('should be an absolute path on this machine, such as "file:///var/spool/wire/agency/*.xml"')
    else:
        host, port, user = "", 0, ""
    raw = unquote_to_bytes(parts.path)
    folder, _, pattern = raw.rpartition(b"/")
    if b"\0" in raw:
        raise ValueError("has a NUL in its path")
    if parts.scheme in PORTS and re.search(rb"[\r\n]", raw):
        raise ValueError("has a line break in its path")
    if any(each in {b".", b".."} for each in raw.split(b"/")):
        raise ValueError("has a step `.` or `..` in its path")
    if re.search(rb"[*?\[]", folder):
        raise ValueError("has a pattern in a folder's name: only the last step, the file's name, may hold one")
    return SpoolPlace(
        folder=(b"/" + folder.strip(b"/")).decode("utf-8", "surrogateescape"),
        pattern=(pattern or b"*").decode("utf-8", "surrogateescape"),
        scheme=parts.scheme,
        host=host,
        port=port,
        user=user,
    )


def _server(parts: SplitResult) -> tuple[str, int, str]:
    """Host, port and user of a folder on another machine."""
    if parts.scheme == "s3":
        if not _BUCKET.fullmatch(parts.netloc):
            raise ValueError('should name a bucket and what its objects begin with, such as "s3://bucket/agency/*.xml"')
        return parts.netloc, 0, ""
    user, at, server = parts.netloc.rpartition("@")
    if ":" in user:
        raise ValueError("carries a password, which would be stored and shown: point to it with password")
    if not _HOST.fullmatch(re.sub(r":[0-9]*$", "", server)) or not parts.path.startswith("/") or bool(user) != bool(at):
        example = f"{parts.scheme}://files.example.com/out/agency/*.xml"
        raise ValueError(f'should name a server and a folder there, such as "{example}"')
    port = parts.port  # raises where it is no port
    return (parts.hostname or "").rstrip("."), port or PORTS[parts.scheme], unquote(user)


def takes(place: SpoolPlace, name: str) -> bool:
    """Whether a file of that name is one of them; what begins with a dot is hidden, or not whole yet."""
    return not name.startswith(".") and fnmatchcase(name, place.pattern)


def named(shown: str) -> str:
    """The name that `shown` has written."""
    return unquote_to_bytes(shown).decode("utf-8", "surrogateescape")


def shown(name: str) -> str:
    """A file's name in printable text, percent-encoded where it holds anything else, or a percent sign."""
    try:
        if name.isprintable() and "%" not in name:
            name.encode()
            return name
    except UnicodeEncodeError:
        pass
    raw = name.encode("utf-8", "surrogateescape")
    return quote_from_bytes(raw, safe=" !\"#$&'()*+,/:;<=>?@[\\]^`{|}")
