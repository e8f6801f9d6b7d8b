"""A folder of this machine's as a spool: opened, listed, read.

Law: nothing in the folder is trusted. Names are bytes; links are never followed, out of the folder or within; what is
not a plain file is left alone. All goes through descriptors of folders, so that a folder that is replaced meanwhile
is another one. Every call may wait for a disk or for another machine: none belongs on the event loop.
"""

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from wire.errors import SpoolError
from wire.fetch import place
from wire.fetch.place import HIDDEN, Known, Left, Refused, Settling, SpoolBusy, Waiting, raw, text
from wire.model import Feed, SpoolFile, place_of
from wire.model.spool import takes

LOCK = b"lock"
"""In the folder that is ours."""
_OPEN = os.O_RDONLY | os.O_CLOEXEC
_FOLDER = _OPEN | os.O_DIRECTORY


class Folder:
    """A feed's folder, as far as files wait in it: see `Place`.

    Where files are moved, it is locked, for one process at a time; where they stay, the store alone says what was
    taken, and a folder that can't be written to will do.
    """

    remote = False
    at_once = 1

    def __init__(self, feed: Feed, max_bytes: int) -> None:
        self.feed, self._place = feed, place_of(feed.url)
        self.path = raw(self._place.folder)
        self._max_bytes = max_bytes
        self._open = ExitStack()
        self.here = self.hidden = -1
        """Descriptors of the folder, and of the one in it that is ours; -1: not open, or not needed."""

    @property
    def moves(self) -> bool:
        """Whether files leave the folder when they are taken."""
        return self.feed.afterwards != "keep"

    @property
    def where(self) -> str:
        """Its path."""
        return self._place.folder

    def open(self) -> None:
        """Hold the folder, and lock it where files are to leave it. Raises SpoolBusy while another process has it."""
        with ExitStack() as opening:
            self._open = opening
            try:
                self.here = self.descriptor(self.path, None, _FOLDER)
                if self.moves:
                    self._lock()
            except OSError as error:
                raise SpoolError(f"the folder {os.fsdecode(self.path)} {_cannot(error)}") from error
            self._open = opening.pop_all()

    def close(self) -> None:
        """Let go of the folder, and of all that was opened in it."""
        self._open.close()

    def descriptor(self, path: bytes, folder: int | None, flags: int) -> int:
        """Open a path, below a folder, for as long as this is open."""
        found = os.open(path, flags, 0o660, dir_fd=folder)
        self._open.callback(os.close, found)
        return found

    def _lock(self) -> None:
        with suppress(FileExistsError):
            os.mkdir(HIDDEN, 0o770, dir_fd=self.here)
        try:
            self.hidden = self.descriptor(HIDDEN, self.here, _FOLDER | os.O_NOFOLLOW)
        except NotADirectoryError:
            raise SpoolError(f"{os.fsdecode(HIDDEN)} in {os.fsdecode(self.path)} is a link, or no folder") from None
        lock = self.descriptor(LOCK, self.hidden, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SpoolBusy("another process is taking files from this folder") from None
        except OSError as error:
            if error.errno != errno.ENOLCK:
                raise
            advice = 'mount it with locks, or leave the files in it (taken = "keep")'
            raise SpoolError(f"the file system of {os.fsdecode(self.path)} keeps no locks: {advice}") from error

    # --- what waits -----------------------------------------------------------------------------------------------

    def waiting(self, known: Known, settling: Settling, limit: int) -> Waiting:
        """List the folder: of the files that are whole and not `known`, the first `limit` in order."""
        odd: list[str] = []
        try:
            wall, steady = time.time_ns(), time.monotonic()
            return place.sorted_out(
                self._files(odd), self.feed, known, settling, limit, wall=wall, steady=steady, odd=odd
            )
        except OSError as error:
            raise SpoolError(f"the folder {os.fsdecode(self.path)} {_cannot(error)}") from error

    def _files(self, odd: list[str]) -> Iterator[SpoolFile]:
        with os.scandir(self.here) as entries:
            for entry in entries:
                name = text(os.fsencode(entry.name))
                if not takes(self._place, name):
                    continue
                try:
                    if entry.is_file(follow_symlinks=False):
                        yield file_of(name, entry.stat(follow_symlinks=False))
                    elif not entry.is_dir(follow_symlinks=False) and len(odd) < place.PIECE:
                        odd.append(name)
                except FileNotFoundError:
                    continue  # gone since it was listed

    # --- one file -------------------------------------------------------------------------------------------------

    def read(self, file: SpoolFile) -> bytes | Refused | Left:
        """All of a file, as it was listed and as it still stands afterwards."""
        if refused := place.unreadable(file, self._max_bytes):
            return refused
        try:
            body = self._whole(file)
        except FileNotFoundError:
            body = None
        except OSError as error:
            return Left(problem=f"{file.shown} {_cannot(error)}")
        return Left(problem=None) if body is None else body

    def _whole(self, file: SpoolFile) -> bytes | None:
        """None: the file is not the one that was listed, or has changed since."""
        # Not blocking: what was a file may have become a pipe.
        opened = os.open(raw(file.name), _OPEN | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self.here)
        with os.fdopen(opened, "rb", buffering=0) as stream:
            if not _same(file, os.fstat(opened)):
                return None
            body = bytearray()
            while len(body) <= file.size and (piece := stream.read(file.size + 1 - len(body))):
                body += piece
            return bytes(body) if len(body) == file.size and _same(file, os.fstat(opened)) else None

    def alike(self, file: SpoolFile) -> SpoolFile | None:
        """The file that is there under the name, where its size and time are the same; what is in it may be other."""
        try:
            found = file_of(file.name, os.stat(raw(file.name), dir_fd=self.here, follow_symlinks=False))
        except OSError:
            return None
        return found if (found.size, found.modified) == (file.size, file.modified) else None

    def stands(self, file: SpoolFile, *, folder: int | None = None) -> bool:
        """Whether a file is in the folder as it was listed."""
        try:
            found = os.stat(raw(file.name), dir_fd=self.here if folder is None else folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return _same(file, found)


def file_of(name: str, status: os.stat_result) -> SpoolFile:
    """A file as it stands."""
    return SpoolFile(name=name, size=status.st_size, modified=status.st_mtime_ns, tag=str(status.st_ino))


def _same(file: SpoolFile, status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and file_of(file.name, status) == file


def _cannot(error: OSError) -> str:
    """What is wrong, behind the name of what it is wrong with."""
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, NotADirectoryError):
        return "is no folder"
    if error.errno == errno.ELOOP:
        return "can't be used: there is a link where a folder or a file of its own should be"
    return f"can't be used: {error.strerror}"
