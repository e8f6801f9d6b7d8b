"""Objects in a bucket (S3, and stores that speak as it does), through fsspec's s3fs.

Law: see `Place`. There are no folders and no renaming: an object is copied and then removed, each on the condition that
it still is the one that was read (its ETag), so that a kill in between leaves one too many and never one too few. What
is listed is whole.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, Protocol

from wire.errors import SpoolError
from wire.fetch import place
from wire.fetch.place import REASON, Known, Left, Refused, Settling, Waiting, raw, text
from wire.fetch.remote.far import Answer
from wire.model import Feed, SpoolFile, place_of
from wire.model.spool import takes

GONE = frozenset({"NoSuchKey", "404", "NotFound", "PreconditionFailed", "412"})
"""What a store says of an object that is not there, or is another one by now."""


PAGE = 1_000
"""Objects that a store names at once, at most."""


class Objects(Protocol):
    """Requests to one bucket: see `objects`."""

    server: str

    def connect(self) -> None: ...

    def close(self) -> None: ...

    def ask(self, doing: str, method: str, **given: Any) -> dict[str, Any]: ...

    def read(self, key: str, tag: str, most: int) -> bytes: ...


class Bucket:
    """A feed's objects: see `Place`."""

    remote = True
    at_once = 8

    def __init__(self, feed: Feed, objects: Callable[[], Objects], max_bytes: int) -> None:
        self.feed, self._place, self._max_bytes = feed, place_of(feed.url), max_bytes
        self._objects_of = objects
        self._opened: Objects | None = None
        self._closed = False
        self._kept: dict[str, SpoolFile] | None = None
        """All objects, where they stay and were listed."""
        folder = self._place.folder.strip("/")
        self._prefix = f"{folder}/" if folder else ""

    @property
    def where(self) -> str:
        """Its URL; of another server's, with that."""
        return f"{self.feed.endpoint or ''} {self._place.where}".strip()

    @property
    def moves(self) -> bool:
        """Whether objects leave their prefix when they are taken."""
        return self.feed.afterwards != "keep"

    def open(self) -> None:
        """See whether it is let in. Raises SpoolError."""
        self._opened = objects = self._objects_of()
        if self._closed:
            objects.close()
        objects.connect()
        self._ask("list it", "list_objects_v2", Prefix=self._prefix, MaxKeys=1)

    def close(self) -> None:
        """Give up what is under way, and hang up."""
        self._closed = True
        if self._opened:
            self._opened.close()

    @property
    def _objects(self) -> Objects:
        if self._opened is None:
            raise SpoolError(f"{self.where} is not open")
        return self._opened

    def _ask(self, doing: str, method: str, **given: object) -> dict[str, Any]:
        return self._objects.ask(doing, method, **given)

    # --- what waits -----------------------------------------------------------------------------------------------

    def waiting(self, known: Known, settling: Settling, limit: int) -> Waiting:
        """List the objects right below the prefix; each is whole."""
        whole = replace(self.feed, settle=0.0)
        self._kept = None if self.moves else {}
        return place.sorted_out(self._listed(), whole, known, settling, limit, wall=None, steady=time.monotonic())

    def _listed(self) -> Iterator[SpoolFile]:
        more: dict[str, str] = {}
        while True:
            found = self._ask("list it", "list_objects_v2", Prefix=self._prefix, Delimiter="/", MaxKeys=PAGE, **more)
            for each in found.get("Contents", ()):
                name = str(each["Key"])[len(self._prefix) :]
                if name and takes(self._place, name):
                    file = _file(name, each["Size"], each["LastModified"], each["ETag"])
                    if self._kept is not None:
                        self._kept[name] = file
                    yield file
            if not found.get("IsTruncated"):
                return
            more = {"ContinuationToken": found["NextContinuationToken"]}

    def _status(self, key: str) -> SpoolFile | None:
        """An object as it stands; None: there is none."""
        try:
            found = self._ask("look at an object", "head_object", Key=key)
        except Answer as said:
            if said.code in GONE:
                return None
            raise SpoolError(f"{key} in {self._objects.server} can't be looked at: {said}") from said
        return _file(key.rpartition("/")[2], found["ContentLength"], found["LastModified"], found["ETag"])

    def read(self, file: SpoolFile) -> bytes | Refused | Left:
        """All of an object, if it still is the one that was listed."""
        if refused := place.unreadable(file, self._max_bytes):
            return refused
        try:
            body = self._objects.read(self._prefix + file.name, file.tag, file.size + 1)
        except Answer as said:
            return Left(problem=None if said.code in GONE else f"{file.shown} can't be read: {said}")
        return body if len(body) == file.size else Left(problem=None)

    def stands(self, file: SpoolFile) -> bool:
        """Whether an object is there as it was listed."""
        return _same(self._status(self._prefix + file.name), file)

    def alike(self, file: SpoolFile) -> SpoolFile | None:
        """The object that is there under the name, where it is the same."""
        found = self.stands(file) if self._kept is None else _same(self._kept.get(file.name), file)
        return file if found else None

    # --- put away -------------------------------------------------------------------------------------------------

    def leftovers(self) -> list[SpoolFile]:
        """None: an object is in its place, or in two."""
        return []

    def put_back(self, file: SpoolFile) -> None:
        """Nothing: see `leftovers`."""

    def expect(self, files: Sequence[tuple[SpoolFile, str | None]]) -> None:
        """They go side by side."""

    def put_away(self, file: SpoolFile, reason: str | None, now: datetime, *, leftover: bool = False) -> str | None:  # noqa: ARG002 - none
        """Copy an object that was taken, or for a `reason` was not, and remove it: see `Place`."""
        if not self.moves:
            return None
        try:
            if not self.stands(file):  # there are stores that don't read conditions
                return None
            stored = None
            if reason is not None or self.feed.afterwards == "move":
                stored = self._copied(file, reason, now)
            if self.stands(file):
                self._ask("remove an object", "delete_object", Key=self._prefix + file.name)
        except Answer as said:
            if said.code in GONE:
                return None  # another one, or gone
            where = "removed" if reason is None and self.feed.afterwards == "remove" else "moved"
            raise SpoolError(f"{file.shown} can't be {where}: {said}") from said
        return stored

    def _copied(self, file: SpoolFile, reason: str | None, now: datetime) -> str:
        """Copy an object to where it belongs; gives its name there."""
        target = self._target(failed=reason is not None)
        for number in count(1):
            name = text(place.numbered(raw(file.name), number))
            there = self._status(target + name)
            if there and not _same(there, file):
                continue
            if not there:  # else it was copied already, before a kill
                self._ask(
                    "copy an object",
                    "copy_object",
                    Key=target + name,
                    CopySource={"Bucket": self._place.host, "Key": self._prefix + file.name},
                    CopySourceIfMatch=f'"{file.tag}"',
                )
            if reason is not None:
                body = place.said(reason, now)
                self._ask("take an object", "put_object", Key=f"{target}{name}{text(REASON)}", Body=body)
            return name
        raise AssertionError("numbers have an end")

    def _target(self, *, failed: bool) -> str:
        """What the keys of objects that are put away begin with."""
        folder = self.feed.failed if failed else self.feed.done
        steps = [] if folder.startswith("/") else self._prefix.split("/")
        for step in folder.split("/"):
            if step == "..":
                steps = [each for each in steps if each][:-1]
            else:
                steps.append(step)
        return "/".join(each for each in steps if each) + "/"

    def found(self, file: SpoolFile, *, failed: bool) -> str | None:
        """The name under which an object was put away just before a process ended; None: it was not."""
        if not self.moves:
            return None
        return file.name if _same(self._status(self._target(failed=failed) + file.name), file) else None

    def remove(self, stored: str, file: SpoolFile, *, failed: bool) -> None:
        """Remove an object that was put away long ago, if it still is that one, and what stands beside it."""
        key = self._target(failed=failed) + stored
        if not _same(self._status(key), file):
            return
        try:
            self._ask("remove an object", "delete_object", Key=key)
            if failed:
                self._ask("remove an object", "delete_object", Key=key + text(REASON))
        except Answer as said:
            raise SpoolError(f"{file.shown} can't be removed: {said}") from said


def _file(name: str, size: int, modified: datetime, etag: str) -> SpoolFile:
    seconds = int(modified.astimezone(UTC).timestamp())
    return SpoolFile(name=name, size=size, modified=seconds * 10**9, tag=etag.strip('"'))


def _same(found: SpoolFile | None, file: SpoolFile) -> bool:
    """Whether two are of the same bytes: by the ETag, which a copy of what was sent in parts has another one of."""
    return found is not None and found.size == file.size and ("-" in file.tag or found.tag == file.tag)
