"""Where files of a spool wait: what every such place does, whatever it is, and what is known of what waits there.

Law: says no word of disks or servers. A place is used by one look, from one thread at a time but where it says more.
What can't be done raises SpoolError, whose words tell an operator what to do; what a kill leaves half done is found by
`leftovers`, `stands` and `found` of the next look.

::

    open ─▶ leftovers, stands, alike, found ─▶ waiting ─▶ read … put_away ─▶ remove ─▶ close
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Protocol, TypeAlias

from wire.errors import SpoolError
from wire.model import Failure, Feed, SpoolFile

PIECE = 500
"""Names that are asked about at once."""
HIDDEN = b".presswire"
"""Folder in the spool that is ours: holds each file for the moment in which it is put away."""
REASON = b".reason"
"""Ending of the file beside a failed one that says why it failed."""
LONGEST = 255
"""Bytes of a file's name, on all file systems that matter."""

Known: TypeAlias = Callable[[Sequence[SpoolFile]], Collection[str]]
"""Names of those files that are not to be taken: they were."""


class SpoolBusy(SpoolError):
    """Another process is taking files from the folder."""


class Denied(SpoolError):
    """Nobody but an operator can mend it: a password, a key, an address."""

    def __init__(self, message: str, failure: Failure = Failure.ACCESS) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that can't be taken, whatever is done with it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A file that could not be read now and stays where it is."""

    problem: str | None
    """What is wrong, in words; None: nothing, it has changed or gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in a folder."""

    files: tuple[SpoolFile, ...]
    """To be taken, in order."""
    more: int
    """That are whole as well, and for which there was no room."""
    settling: int
    """That may still be written."""
    settled_in: float | None
    """Seconds until the first of those may be whole; None: there are none."""
    odd: tuple[str, ...]
    """Names of what is passed over: links, pipes, devices."""


@dataclass(slots=True)
class Settling:
    """Files that may still be written, from one look to the next: since when each stands as it does."""

    since: dict[str, tuple[SpoolFile, float]] = field(default_factory=dict)
    memory: object = None
    """What else a place wants to know at the next look; a place does without."""

    def left(self, file: SpoolFile, settle: float, wall: int | None, steady: float) -> float:
        """Seconds until a file is held to be whole, 0 where it is. `wall`: nanoseconds since 1970.

        By the age of its last change, which is known at first sight; or, as clocks of other machines may be ahead, by
        having been seen the same for so long. Without `wall` by that alone.
        """
        age = 0.0 if wall is None else (wall - file.modified) / 1e9
        if age >= settle:
            return 0.0
        first, since = self.since.get(file.name, (file, steady))
        if first != file:
            since = steady
        self.since[file.name] = file, since
        return max(0.0, min(settle - age, settle - (steady - since)))

    def keep(self, names: Collection[str]) -> None:
        """Forget all others."""
        self.since = {name: kept for name, kept in self.since.items() if name in names}


class Place(Protocol):
    """Where files wait, and from where they are put away. Every method but `close` raises SpoolError, and may wait.

    `feed`: whose place it is. `remote`: whether it is waited for others: then its calls are given up when they have to
    be, by `close`. `at_once`: calls of `read` and `put_away` that may be under way side by side.
    """

    feed: Feed
    remote: bool
    at_once: int

    @property
    def where(self) -> str:
        """What two feeds on one place have in common."""
        ...

    @property
    def moves(self) -> bool:
        """Whether files leave the place when they are taken."""
        ...

    def open(self) -> None:
        """Make it ready. Raises SpoolBusy while another process has it."""
        ...

    def close(self) -> None:
        """Let go of it, at any time and from any thread: whatever waits for it ends with an error. Never waits."""
        ...

    def waiting(self, known: Known, settling: Settling, limit: int) -> Waiting:
        """Of the files that are whole and not `known`, the first `limit` in order."""
        ...

    def read(self, file: SpoolFile) -> bytes | Refused | Left:
        """All of a file, as it was listed and as it still stands afterwards."""
        ...

    def stands(self, file: SpoolFile) -> bool:
        """Whether a file waits there as it was listed."""
        ...

    def alike(self, file: SpoolFile) -> SpoolFile | None:
        """The file that is there under the name, where its size and time are the same; what is in it may be other."""
        ...

    def leftovers(self) -> list[SpoolFile]:
        """Files that a process was putting away when it ended, and has neither put away nor left waiting."""
        ...

    def expect(self, files: Sequence[tuple[SpoolFile, str | None]]) -> None:
        """Say which files `put_away` is asked for next, each with its reason: some places do it together."""
        ...

    def put_away(self, file: SpoolFile, reason: str | None, now: datetime, *, leftover: bool = False) -> str | None:
        """Put a file away that was taken, or for a `reason` was not; gives its name in the folder where it is now.

        None: it is in no such folder, for it is removed, or stays, or has gone or changed since it was read.
        """
        ...

    def put_back(self, file: SpoolFile) -> None:
        """Let a file wait again that is one of the `leftovers`."""
        ...

    def found(self, file: SpoolFile, *, failed: bool) -> str | None:
        """The name under which a file was put away just before a process ended; None: it is in no such folder."""
        ...

    def remove(self, stored: str, file: SpoolFile, *, failed: bool) -> None:
        """Remove a file that was put away long ago, if it still is that file, and what stands beside it."""
        ...


def sorted_out(
    files: Iterable[SpoolFile],
    feed: Feed,
    known: Known,
    settling: Settling,
    limit: int,
    *,
    wall: int | None,
    steady: float,
    odd: Sequence[str] = (),
) -> Waiting:
    """What waits among the `files` that a place lists. `odd` is read after them; `wall`, `steady`: see `Settling`."""
    left: dict[str, float] = {}
    total = 0

    def ready() -> Iterator[SpoolFile]:
        nonlocal total
        for some in _pieces(files):
            passed = known(some)
            for file in some:
                if file.name in passed:
                    continue
                if wait := settling.left(file, feed.settle, wall, steady):
                    left[file.name] = wait
                else:
                    total += 1
                    yield file

    found = heapq.nsmallest(limit, ready(), key=_BY[feed.order])
    settling.keep(left)
    return Waiting(
        files=tuple(found),
        more=total - len(found),
        settling=len(left),
        settled_in=min(left.values(), default=None),
        odd=tuple(odd),
    )


def unreadable(file: SpoolFile, max_bytes: int) -> Refused | None:
    """Why a file is not even opened; None: nothing speaks against it."""
    if file.size > max_bytes:
        return Refused(reason=f"a file of {file.size:,} bytes, and [spool] max_bytes is {max_bytes:,}")
    return None if file.size else Refused(reason="the file is empty")


_BY: Mapping[str, Callable[[SpoolFile], tuple[int, bytes]]] = {
    "time": lambda file: (file.modified, raw(file.name)),
    "name": lambda file: (0, raw(file.name)),
}


# --- names ------------------------------------------------------------------------------------------------------------


def raw(name: str) -> bytes:
    """A name as the system has it."""
    return name.encode("utf-8", "surrogateescape")


def text(name: bytes) -> str:
    """A name as `SpoolFile` has it."""
    return name.decode("utf-8", "surrogateescape")


def free(name: bytes, taken: Callable[[bytes], bool], *, beside: bool = False) -> bytes:
    """The name, or one that begins alike, that is not `taken`. `beside`: there has to be room for a `REASON`."""
    room = LONGEST - len(REASON) if beside else LONGEST
    return next(each for number in count(1) if not taken(each := numbered(name, number, room)))


def numbered(name: bytes, number: int, room: int = LONGEST) -> bytes:
    """The name itself, or one that begins and ends alike: `a.xml`, `a-2.xml`, `a-3.xml` …"""
    stem, dot, ending = name.rpartition(b".") if b"." in name[1:] else (name, b"", b"")
    tail = (b"-%d" % number if number > 1 else b"") + dot + ending[:20]
    return stem[: room - len(tail)] + tail


def said(reason: str, now: datetime) -> bytes:
    """What stands in the file beside one that failed."""
    return f"{now:%Y-%m-%dT%H:%M:%SZ} {reason}\n".encode("utf-8", "replace")


def _pieces(files: Iterable[SpoolFile]) -> Iterator[list[SpoolFile]]:
    some: list[SpoolFile] = []
    for file in files:
        some.append(file)
        if len(some) == PIECE:
            yield some
            some = []
    if some:
        yield some
