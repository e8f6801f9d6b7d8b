"""Files of a spool that were dealt with, put away: into done/, into failed/ with the reason beside, or removed.

Law: nothing is put away but what was read. A producer may have replaced a file under its name meanwhile: so it is first
renamed into a folder that no producer writes to, looked at there, and only then goes on, or goes back. Killed anywhere,
it stands in one of these places, whole; `leftovers` finds those in between. Nothing in done/ or failed/ is overwritten.
"""

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count

from wire.errors import SpoolError
from wire.fetch import place
from wire.fetch.place import HIDDEN, LONGEST, REASON, raw, text
from wire.fetch.spool import LOCK, Folder, file_of
from wire.model import Feed, SpoolFile

_DRAFT = HIDDEN + b"-"
"""Beginning of the name of a file that is being written."""
_FOLDER = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY


class LocalSpool(Folder):
    """A folder on this machine, whole: files wait in it, and are put away. Raises SpoolError, as `Place` has it."""

    def __init__(self, feed: Feed, max_bytes: int) -> None:
        super().__init__(feed, max_bytes)
        self._targets: dict[str, int] = {}

    def leftovers(self) -> list[SpoolFile]:
        """Files that a process was putting away when it ended."""
        if not self.moves:
            return []
        with os.scandir(self.hidden) as entries:
            return [
                file_of(text(os.fsencode(each.name)), each.stat(follow_symlinks=False))
                for each in entries
                if os.fsencode(each.name) != LOCK and each.is_file(follow_symlinks=False)
            ]

    def expect(self, files: Sequence[tuple[SpoolFile, str | None]]) -> None:
        """They go one by one."""

    def put_away(self, file: SpoolFile, reason: str | None, now: datetime, *, leftover: bool = False) -> str | None:
        """Put a file away that was taken, or for a `reason` was not; gives its name in the folder where it is now.

        None: it is in no such folder, for it is removed, or stays, or has gone or changed since it was read.
        """
        if not self.moves:
            return None
        name, here, hidden = raw(file.name), self.here, self.hidden
        try:
            if not leftover:
                if _there(name, hidden):
                    raise SpoolError(f"{file.shown} can't be put away: another file of this name could not be")
                os.rename(name, name, src_dir_fd=here, dst_dir_fd=hidden)
            if not self.stands(file, folder=hidden):
                self.put_back(file)
                return None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SpoolError(f"{file.shown} can't be put away: {error.strerror}") from error
        try:
            return self._on(name, reason, now)
        except OSError as error:
            self.put_back(file)
            where = self.feed.done if reason is None else self.feed.failed
            raise SpoolError(f"{file.shown} can't be moved to {where}: {error.strerror}") from error

    def found(self, file: SpoolFile, *, failed: bool) -> str | None:
        """The name under which a file was put away just before a process ended; None: it is in no such folder."""
        try:
            target = self._target(self.feed.failed if failed else self.feed.done)
            status = os.stat(raw(file.name), dir_fd=target, follow_symlinks=False)
        except OSError:
            return None
        return file.name if (status.st_size, status.st_mtime_ns) == (file.size, file.modified) else None

    def put_back(self, file: SpoolFile) -> None:
        """Let a file wait again that stands where files are put away.

        Where another one has come under its name, it waits under a name of its own that begins alike.
        """
        name = raw(file.name)
        for number in count(1):
            free = place.numbered(name, number)
            try:
                os.link(name, free, src_dir_fd=self.hidden, dst_dir_fd=self.here, follow_symlinks=False)
            except FileExistsError:
                if not self._linked(name, free):
                    continue
            except OSError as error:
                if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}:
                    raise SpoolError(f"{file.shown} can't be put back: {error.strerror}") from error
                if _there(free, self.here):
                    continue
                os.rename(name, free, src_dir_fd=self.hidden, dst_dir_fd=self.here)
                return
            os.unlink(name, dir_fd=self.hidden)
            return

    def remove(self, stored: str, file: SpoolFile, *, failed: bool) -> None:
        """Remove a file that was put away long ago, if it still is that file, and what stands beside it."""
        name = raw(stored)
        try:
            target = self._target(self.feed.failed if failed else self.feed.done)
            found = os.stat(name, dir_fd=target, follow_symlinks=False)
            if (found.st_size, found.st_mtime_ns) == (file.size, file.modified):
                os.unlink(name, dir_fd=target)
                if failed:
                    os.unlink(_beside(name), dir_fd=target)
        except FileNotFoundError:
            return
        except OSError as error:
            raise SpoolError(f"{file.shown} can't be removed: {error.strerror}") from error

    def _linked(self, name: bytes, free: bytes) -> bool:
        """Whether the name in our folder and that one are of one file: a process ended while it put it back."""
        try:
            ours = os.stat(name, dir_fd=self.hidden, follow_symlinks=False)
            theirs = os.stat(free, dir_fd=self.here, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino)

    # --- steps ----------------------------------------------------------------------------------------------------

    def _on(self, name: bytes, reason: str | None, now: datetime) -> str | None:
        """From our folder to where it belongs."""
        if reason is None and self.feed.afterwards == "remove":
            os.unlink(name, dir_fd=self.hidden)
            return None
        target = self._target(self.feed.done if reason is None else self.feed.failed)
        free = place.free(name, lambda each: _there(each, target), beside=reason is not None)
        if reason is not None:
            self._write(target, _beside(free), place.said(reason, now))
        try:
            os.rename(name, free, src_dir_fd=self.hidden, dst_dir_fd=target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._carry(name, free, target)
        return text(free)

    def _target(self, folder: str) -> int:
        """The folder of that name, made where it is missing; a relative one must not be a link."""
        if folder not in self._targets:
            path, link = raw(folder), 0 if folder.startswith("/") else os.O_NOFOLLOW
            with suppress(FileExistsError):
                os.mkdir(path, 0o770, dir_fd=self.here)
            self._targets[folder] = self.descriptor(path, self.here, _FOLDER | link)
        return self._targets[folder]

    def _write(self, folder: int, name: bytes, body: bytes) -> None:
        """A small file, whole or not at all."""
        draft = (_DRAFT + name)[:LONGEST]
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(draft, flags, 0o660, dir_fd=folder), "wb") as stream:
                stream.write(body)
            os.rename(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            with suppress(OSError):
                os.unlink(draft, dir_fd=folder)
            raise

    def _carry(self, name: bytes, free: bytes, target: int) -> None:
        """To another file system: the copy is safe on its disk before the file goes."""
        draft = (_DRAFT + free)[:LONGEST]
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.hidden)
        try:
            with os.fdopen(source, "rb") as old, os.fdopen(os.open(draft, flags, 0o660, dir_fd=target), "wb") as new:
                shutil.copyfileobj(old, new)
                new.flush()
                status = os.fstat(source)
                os.utime(new.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))
                os.fsync(new.fileno())
            os.rename(draft, free, src_dir_fd=target, dst_dir_fd=target)
        except OSError:
            with suppress(OSError):
                os.unlink(draft, dir_fd=target)
            raise
        os.unlink(name, dir_fd=self.hidden)


def _beside(name: bytes) -> bytes:
    return name + REASON


def _there(name: bytes, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
