"""Files that hold files: what is in a zip or tar archive, each by its name.

Law: nothing is written under a name that an archive gives; an archive in an archive is not opened.
"""

import tarfile
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from wire.errors import BrokenDocument
from wire.files import unpack
from wire.files.unpack import ALLOWED, MAX_RATIO, opened, unpacked

OPEN: Final = 16
"""Archives that are held open at once."""
_TAR: Final = slice(257, 262)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file, or one in an archive."""

    path: Path
    member: str | None = None

    def __str__(self) -> str:
        """For people."""
        return str(self.path) if self.member is None else f"{self.path}: {self.member}"

    @property
    def name(self) -> str:
        """Without the folders that lead to it."""
        return Path(self.member or self.path).name

    @property
    def uri(self) -> str:
        """Of the file; what is in an archive has its name behind `#`."""
        uri = self.path.absolute().as_uri()
        return uri if self.member is None else f"{uri}#{self.member}"


class Shelf:
    """Archives that are read from, the one used last held longest."""

    def __init__(self) -> None:
        self._held: OrderedDict[Path, _Zip | _Tar] = OrderedDict()

    def close(self) -> None:
        """Close them."""
        while self._held:
            self._held.popitem()[1].close()

    def inside(self, path: Path) -> list[Place] | None:
        """What is in an archive, in its order; None: it is none. Raises `UNREADABLE`."""
        archive = self._archive(path)
        return None if archive is None else [Place(path=path, member=name) for name in archive.names() if _shown(name)]

    def open(self, place: Place) -> BinaryIO:
        """The file, unpacked and seekable, to be closed by who asked. Raises `UNREADABLE`."""
        if place.member is None:
            return opened(place.path)
        archive = self._archive(place.path)
        if archive is None:
            raise BrokenDocument("it is no archive any more")
        stream, size = archive.read(place.member)
        return unpacked(stream, size)

    def _archive(self, path: Path) -> "_Zip | _Tar | None":
        if path in self._held:
            self._held.move_to_end(path)
            return self._held[path]
        archive = _archive(path)
        if archive is not None:
            self._held[path] = archive
            if len(self._held) > OPEN:
                self._held.popitem(last=False)[1].close()
        return archive


def _archive(path: Path) -> "_Zip | _Tar | None":
    with path.open("rb") as stream:
        start = unpack.head(stream, _TAR.stop)
    if start[:4] in _ZIP:
        return _Zip(path)
    return _Tar(opened(path)) if start[_TAR] == b"ustar" else None


def _shown(name: str) -> bool:
    return not any(each.startswith(".") or each == "__MACOSX" for each in name.split("/"))


class _Zip:
    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise BrokenDocument(f"a damaged zip archive: {error}") from error

    def names(self) -> Iterator[str]:
        return (each.filename for each in self._zip.infolist() if not each.is_dir())

    def read(self, name: str) -> tuple[BinaryIO, int]:
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & _ENCRYPTED:
                raise BrokenDocument("it is encrypted")
            room = max(ALLOWED, MAX_RATIO * info.compress_size)
            with self._zip.open(info) as stream:
                copy = unpack.copied(stream, room, f"unpacked it is more than {MAX_RATIO} times as large: a zip bomb")
        except (zipfile.BadZipFile, KeyError, NotImplementedError) as error:
            raise BrokenDocument(f"a damaged zip archive: {error}") from error
        return copy, info.file_size

    def close(self) -> None:
        self._zip.close()


class _Tar:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        try:
            self._tar = tarfile.TarFile(fileobj=stream)
            self._files = {each.name: each for each in self._tar if each.isreg()}
        except (tarfile.TarError, OSError) as error:
            stream.close()
            raise BrokenDocument(f"a damaged tar archive: {error}") from error

    def names(self) -> Iterator[str]:
        return iter(self._files)

    def read(self, name: str) -> tuple[BinaryIO, int]:
        info = self._files.get(name)
        stream = info and self._tar.extractfile(info)
        if info is None or stream is None:
            raise BrokenDocument("it is not in the archive any more")
        return cast("BinaryIO", stream), info.size

    def close(self) -> None:
        self._tar.close()
        self._stream.close()
