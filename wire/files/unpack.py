"""One file, unpacked into a temporary one where it is compressed; its lines, or the whole of it.

Law: seekable, and bounded by the size of what was packed.
"""

import bz2
import gzip
import lzma
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from wire.errors import BrokenDocument, ParseError
from wire.files import parquet

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_LINE: Final = 20_000_000
"""Bytes of one line: as much as a whole document of a feed may have."""
MAX_DOCUMENT: Final = 50_000_000
"""Bytes of a file that is one document."""
MAX_RATIO, ALLOWED = 100, 50_000_000
"""What a packed file may grow to: so many times its size, or so many bytes. News in JSON shrinks to a third, one line
over and over to a hundredth, a bomb to a thousandth."""
UNREADABLE: Final = (ParseError, OSError, EOFError, zlib.error, lzma.LZMAError, zstd.ZstdError)
"""What reading a file may raise."""
_PIECE: Final = 1 << 20
_PACKERS: Final[Mapping[bytes, tuple[str, Callable[[BinaryIO], IO[bytes]]]]] = {
    b"\x1f\x8b": ("gzip", lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream))),
    b"\x28\xb5\x2f\xfd": ("zstd", lambda stream: cast("IO[bytes]", zstd.ZstdFile(stream))),
    b"BZh": ("bzip2", lambda stream: cast("IO[bytes]", bz2.BZ2File(stream))),
    b"\xfd7zXZ\x00": ("xz", lambda stream: cast("IO[bytes]", lzma.LZMAFile(stream))),  # noqa: SIM115 - as the others
}
"""By the first bytes of a file."""


def opened(path: Path) -> BinaryIO:
    """The file, unpacked. Raises `UNREADABLE`; `BrokenDocument`: a bomb."""
    return unpacked(path.open("rb"), path.stat().st_size)


def unpacked(stream: BinaryIO, size: int) -> BinaryIO:
    """What a stream of `size` bytes holds, unpacked and seekable; the stream itself where it is not packed.

    The stream is closed where that fails, and where it is not needed any more. Raises `UNREADABLE`.
    """
    with ExitStack() as closing:
        closing.enter_context(stream)
        name, reader = _packer(stream)
        if reader is not None:
            room = max(ALLOWED, MAX_RATIO * size)
            return copied(reader, room, f"unpacked it is more than {MAX_RATIO} times as large: a {name} bomb")
        closing.pop_all()
    return stream


def head(stream: BinaryIO, size: int) -> bytes:
    """The first bytes of a file, unpacked, without unpacking the rest; the stream is at its begin again.

    Raises `UNREADABLE`.
    """
    _, reader = _packer(stream)
    found = (reader or stream).read(size)
    stream.seek(0)
    return found


def _packer(stream: BinaryIO) -> tuple[str, IO[bytes] | None]:
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(parquet.MAGIC):
        return "Parquet", parquet.as_lines(stream)
    return next(
        ((name, make(stream)) for magic, (name, make) in _PACKERS.items() if start.startswith(magic)), ("", None)
    )


def copied(stream: IO[bytes], room: int, too_large: str) -> BinaryIO:
    """A temporary file of what a stream holds. Raises `BrokenDocument` where that is more than `room` bytes."""
    with ExitStack() as closing:
        copy = closing.enter_context(tempfile.TemporaryFile())
        while piece := stream.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise BrokenDocument(too_large)
            copy.write(piece)
        copy.seek(0)
        closing.pop_all()
    return cast("BinaryIO", copy)


def whole(stream: BinaryIO) -> bytes:
    """All that is left. Raises `BrokenDocument` where that is too much."""
    body = stream.read(MAX_DOCUMENT + 1)
    if len(body) > MAX_DOCUMENT:
        raise BrokenDocument(f"a document of more than {MAX_DOCUMENT / 1e6:,.0f} MB")
    return body


def lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Size and bytes of each line; None: it is too long to be held."""
    while line := stream.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE:
            yield len(line), line
            continue
        size = len(line)
        while not line.endswith(b"\n") and (line := stream.readline(_PIECE)):
            size += len(line)
        yield size, None
