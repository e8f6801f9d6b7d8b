"""Where files of a spool stand, and what is known of one before it is opened.

Law: data only.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Literal, TypeAlias
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

FileOrder: TypeAlias = Literal["time", "name"]
"""In which files are taken: by the time of their last change and by name where that is the same, or by name alone."""
Afterwards: TypeAlias = Literal["move", "remove", "keep"]
"""What becomes of a file that was taken."""

FOLDERS = frozenset({"file"})
"""Schemes of folders on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolPlace:
    """A folder, and which of its files are taken."""

    folder: str
    """Path, absolute; bytes that are no UTF-8 as surrogates (`surrogateescape`)."""
    pattern: str = "*"
    """Of file names, as `fnmatch` reads it."""


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
    """The place that a feed's `file:` URL names. Raises ValueError with what is wrong, in words.

    The last step of the path is the pattern; where it is empty, all files are taken.
    """
    parts = urlsplit(url.replace("?", "%3F").replace("#", "%23"))  # both may stand in a file's name
    if parts.scheme not in FOLDERS or parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise ValueError('should be an absolute path on this machine, such as "file:///var/spool/wire/agency/*.xml"')
    raw = unquote_to_bytes(parts.path)
    folder, _, pattern = raw.rpartition(b"/")
    if b"\0" in raw:
        raise ValueError("has a NUL in its path")
    if any(each in {b".", b".."} for each in raw.split(b"/")):
        raise ValueError("has a step `.` or `..` in its path")
    if re.search(rb"[*?\[]", folder):
        raise ValueError("has a pattern in a folder's name: only the last step, the file's name, may hold one")
    return SpoolPlace(
        folder=(b"/" + folder.strip(b"/")).decode("utf-8", "surrogateescape"),
        pattern=(pattern or b"*").decode("utf-8", "surrogateescape"),
    )


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
