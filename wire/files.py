"""Files of an operator's, as bytes: opened, unpacked and read in pieces, each under a cap.

Law: a file from who knows where may be a bomb: neither memory nor disk grows with what it claims to hold.
"""

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from wire.errors import BrokenDocument

MAX_LINE = 20_000_000
"""Bytes of one line: as much as a whole document of a feed may have."""
MAX_DOCUMENT = 50_000_000
"""Bytes of a file that is one document."""
MAX_RATIO, ALLOWED = 100, 50_000_000
"""What a gzip file may grow to: so many times its size, or so many bytes. News in JSON shrinks to a third, one line
over and over to a hundredth, a bomb to a thousandth."""
_PIECE = 1 << 20


def opened(path: Path) -> BinaryIO:
    """The file, seekable; a gzip is unpacked into a temporary file first. Raises OSError, EOFError, zlib.error and
    `BrokenDocument`: a bomb."""
    stream = path.open("rb")
    if stream.read(2) != b"\x1f\x8b":
        stream.seek(0)
        return stream
    with stream, ExitStack() as closing:
        unpacked = closing.enter_context(tempfile.TemporaryFile())
        stream.seek(0)
        room = max(ALLOWED, MAX_RATIO * path.stat().st_size)
        packed = gzip.GzipFile(fileobj=stream)
        while piece := packed.read(_PIECE):
            room -= len(piece)
            if room < 0:
                raise BrokenDocument(f"unpacked it is more than {MAX_RATIO} times as large: a gzip bomb")
            unpacked.write(piece)
        unpacked.seek(0)
        closing.pop_all()
    return unpacked


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
