"""A folder on another machine whose files are moved by renaming them.

Law: as of a folder here (`putaway`): nothing is put away but what was read, and what a kill leaves stands, whole, where
`leftovers` finds it. There are no locks, and no inodes: two processes that share a folder may both read a file, and one
of them puts it away. So each takes hold of it under a name that no other one has.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count

from wire.errors import SpoolError
from wire.fetch import place
from wire.fetch.place import HIDDEN, LONGEST, REASON, Known, Left, Refused, Settling, Waiting, raw, text
from wire.fetch.remote.far import Far, joined, words
from wire.model import Feed, SpoolFile, place_of
from wire.model.spool import takes

_HELD = re.compile(rb"[0-9a-f]{8}\.(?=.)", re.DOTALL)
"""Before a file's own name while it is held."""


class RenamingSpool:
    """A feed's folder on a server of files: see `Place`."""

    remote = True

    def __init__(self, feed: Feed, far: Callable[[], Far], max_bytes: int, *, at_once: int = 1) -> None:
        self.at_once = at_once
        self.feed, self._place, self._far_of = feed, place_of(feed.url), far
        self._opened: Far | None = None
        self._closed = False
        folder = raw(self._place.folder)
        self._here = folder[3:] or b"." if (folder + b"/").startswith(b"/~/") else folder
        self._hidden = joined(self._here, HIDDEN)
        self._max_bytes = max_bytes
        self._mark = f"{secrets.token_hex(4)}.".encode()
        self._held: dict[SpoolFile, bytes] = {}
        """Leftovers, with their names in our folder."""
        self._made: set[bytes] = set()
        self._making = threading.Lock()
        self._listed: dict[str, SpoolFile] | None = None
        """All files, where they stay and were listed."""

    @property
    def where(self) -> str:
        """Its URL."""
        return self._place.where

    @property
    def moves(self) -> bool:
        """Whether files leave the folder when they are taken."""
        return self.feed.afterwards != "keep"

    def open(self) -> None:
        """Log in, and make our folder where files are to leave theirs. Raises SpoolError."""
        self._opened = far = self._far_of()
        if self._closed:
            far.close()
        far.connect()
        if not self.moves:
            return
        try:
            self._far.make_folder(self._hidden)
        except FileNotFoundError:
            raise SpoolError(self._missing()) from None
        except OSError as error:
            advice = 'let this user write there, or leave the files in it (taken = "keep")'
            raise SpoolError(f"{text(HIDDEN)} can't be made in {self._shown()}: {words(error)}; {advice}") from error

    def close(self) -> None:
        """Hang up."""
        self._closed = True
        if self._opened:
            self._opened.close()

    @property
    def _far(self) -> Far:
        if self._opened is None:
            raise SpoolError(f"{self.where} is not open")
        return self._opened

    def _shown(self) -> str:
        return f"{self._place.folder} on {self._far.server}"

    def _missing(self) -> str:
        return f"there is no folder {self._shown()}, or this user does not see it"

    # --- what waits -----------------------------------------------------------------------------------------------

    def waiting(self, known: Known, settling: Settling, limit: int) -> Waiting:
        """List the folder. The server's clock is not ours: whole is what was seen the same for `settle`."""
        odd: list[str] = []
        try:
            listed = list(self._far.files(self._here, self._takes, odd))
        except FileNotFoundError:
            raise SpoolError(self._missing()) from None
        except OSError as error:
            raise SpoolError(f"the folder {self._shown()} can't be listed: {words(error)}") from error
        if not self.moves:
            self._listed = {file.name: file for file in listed}
        steady = time.monotonic()
        return place.sorted_out(listed, self.feed, known, settling, limit, wall=None, steady=steady, odd=odd)

    def _takes(self, name: str) -> bool:
        return takes(self._place, name) and "/" not in name  # which no honest server lists

    def read(self, file: SpoolFile) -> bytes | Refused | Left:
        """All of a file, as it was listed and as it still stands afterwards."""
        if refused := place.unreadable(file, self._max_bytes):
            return refused
        try:
            body = self._far.read(joined(self._here, raw(file.name)), file.size)
            same = len(body) == file.size and self.stands(file)
        except FileNotFoundError:
            return Left(problem=None)
        except OSError as error:
            return Left(problem=f"{file.shown} can't be read: {words(error)}")
        return body if same else Left(problem=None)

    def stands(self, file: SpoolFile) -> bool:
        """Whether a file is in the folder as it was listed."""
        return self.alike(file) is not None

    def alike(self, file: SpoolFile) -> SpoolFile | None:
        """The file that is there under the name, where its size and time are the same."""
        listed = self._listed
        found = self._status(self._here, raw(file.name)) if listed is None else listed.get(file.name)
        return found if found == file else None

    def _status(self, folder: bytes, name: bytes) -> SpoolFile | None:
        try:
            return self._far.status(folder, name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SpoolError(f"{text(name)} on {self._far.server} can't be looked at: {words(error)}") from error

    # --- put away -------------------------------------------------------------------------------------------------

    def leftovers(self) -> list[SpoolFile]:
        """Files that a process was putting away when it ended, or is putting away."""
        if not self.moves:
            return []
        try:
            for each in self._far.files(self._hidden, lambda _: True, []):
                held = raw(each.name)
                name = text(_HELD.sub(b"", held, count=1))
                self._held[SpoolFile(name=name, size=each.size, modified=each.modified)] = held
        except OSError as error:
            raise SpoolError(f"{text(HIDDEN)} in {self._shown()} can't be listed: {words(error)}") from error
        return list(self._held)

    def expect(self, files: Sequence[tuple[SpoolFile, str | None]]) -> None:
        """They go one by one, or side by side."""

    def put_away(self, file: SpoolFile, reason: str | None, now: datetime, *, leftover: bool = False) -> str | None:
        """Put a file away that was taken, or for a `reason` was not: see `Place`."""
        if not self.moves:
            return None
        name = raw(file.name)
        held = self._held[file] if leftover else self._mark + name if len(name) <= LONGEST - 9 else name
        try:
            if not leftover:
                self._far.rename(joined(self._here, name), joined(self._hidden, held))
            found = self._far.status(self._hidden, held)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SpoolError(f"{file.shown} can't be put away: {words(error)}") from error
        if found is None:
            return None
        if (found.size, found.modified) != (file.size, file.modified):
            self._back(file, held)
            return None
        try:
            return self._on(name, held, reason, now)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and self._status(self._hidden, held) is None:
                return None  # another process has put it away
            self._back(file, held)
            where = self.feed.done if reason is None else self.feed.failed
            raise SpoolError(f"{file.shown} can't be moved to {where}: {words(error)}") from error

    def _on(self, name: bytes, held: bytes, reason: str | None, now: datetime) -> str | None:
        """From our folder to where it belongs."""
        path = joined(self._hidden, held)
        if reason is None and self.feed.afterwards == "remove":
            self._far.remove(path)
            return None
        target = self._target(failed=reason is not None, make=True)
        room = LONGEST - len(REASON) if reason is not None else LONGEST
        for number in count(1):
            free = place.numbered(name, number, room)
            if self._far.status(target, free):
                continue
            if reason is not None:
                self._far.write(joined(target, free + REASON), place.said(reason, now))
            try:
                self._far.rename(path, joined(target, free))
            except FileExistsError:
                continue
            return text(free)
        raise AssertionError("numbers have an end")

    def _target(self, *, failed: bool, make: bool = False) -> bytes:
        target = joined(self._here, raw(self.feed.failed if failed else self.feed.done))
        with self._making:
            if make and target not in self._made:
                self._far.make_folder(target)
                self._made.add(target)
        return target

    def put_back(self, file: SpoolFile) -> None:
        """Let a leftover wait again; where another one has come under its name, under a name that begins alike."""
        self._back(file, self._held[file])

    def _back(self, file: SpoolFile, held: bytes) -> None:
        try:
            for number in count(1):
                free = place.numbered(raw(file.name), number)
                if self._far.status(self._here, free):
                    continue
                try:
                    self._far.rename(joined(self._hidden, held), joined(self._here, free))
                except FileExistsError:
                    continue
                return
        except FileNotFoundError:
            return  # another process was faster
        except OSError as error:
            raise SpoolError(f"{file.shown} can't be put back: {words(error)}") from error

    def found(self, file: SpoolFile, *, failed: bool) -> str | None:
        """The name under which a file was put away just before a process ended; None: it is in no such folder."""
        if not self.moves:
            return None
        found = self._status(self._target(failed=failed), raw(file.name))
        return file.name if found and (found.size, found.modified) == (file.size, file.modified) else None

    def remove(self, stored: str, file: SpoolFile, *, failed: bool) -> None:
        """Remove a file that was put away long ago, if it still is that file, and what stands beside it."""
        target, name = self._target(failed=failed), raw(stored)
        found = self._status(target, name)
        if found is None or (found.size, found.modified) != (file.size, file.modified):
            return
        try:
            self._far.remove(joined(target, name))
            if failed:
                self._far.remove(joined(target, name + REASON))
        except FileNotFoundError:
            return
        except OSError as error:
            raise SpoolError(f"{file.shown} can't be removed: {words(error)}") from error
