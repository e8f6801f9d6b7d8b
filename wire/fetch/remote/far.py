"""What a server of files can do that a spool needs.

Law: an error is an OSError where it is of one file, with `strerror` in words: FileNotFoundError, FileExistsError,
PermissionError where it is one of those. What is of the whole connection is a SpoolError, `Denied` where waiting does
not mend it, and then the connection is over. Paths are bytes, as the server has them.
"""

import errno
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from wire.model import SpoolFile


class Far(Protocol):
    """A server of files: connected to once, used by one thread, closed by any."""

    server: str
    """In words."""

    def connect(self) -> None:
        """Log in."""
        ...

    def close(self) -> None:
        """Let go, at any time and from any thread; whatever waits ends with a SpoolError. Never waits."""
        ...

    def files(self, folder: bytes, wanted: Callable[[str], bool], odd: list[str]) -> Iterator[SpoolFile]:
        """The plain files in a folder whose names are `wanted`; what is neither file nor folder is named in `odd`."""
        ...

    def status(self, folder: bytes, name: bytes) -> SpoolFile | None:
        """A plain file as it stands; None: there is nothing under the name that is one."""
        ...

    def read(self, path: bytes, size: int) -> bytes:
        """The bytes of a file, which should be so many; of a longer one so many, or one more."""
        ...

    def write(self, path: bytes, body: bytes) -> None:
        """A small file, in the place of what stands there."""
        ...

    def rename(self, old: bytes, new: bytes) -> None:
        """Move a file. What stands under the new name stays, as far as the server knows how."""
        ...

    def remove(self, path: bytes) -> None:
        """Remove a file."""
        ...

    def make_folder(self, path: bytes) -> None:
        """Make a folder, unless there is one."""
        ...


class Answer(OSError):
    """A refusal of an object store's that is of one object. `code`: as the store names it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(errno.EIO, message)
        self.code = code

    def __str__(self) -> str:
        return str(self.strerror)


def joined(*steps: bytes) -> bytes:
    """A path of steps; one that begins with a slash stands for itself."""
    path = b""
    for step in steps:
        path = step if step.startswith(b"/") or not path else path.rstrip(b"/") + b"/" + step
    return path


def words(error: OSError, plain: Sequence[str] = ("Failure", "")) -> str:
    """What is wrong, behind the name of what it is wrong with."""
    said = error.strerror or str(error)
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    if isinstance(error, PermissionError):
        return f"the server does not let this user: {said}"
    return "the server refuses, and does not say why (a full disk or quota, rights)" if said in plain else said
