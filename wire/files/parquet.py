"""Parquet files of news, as JSON Lines: a row a line.

Law: a column is taken under its own name, or under one that data sets use for it; what else a file holds is left.
"""

import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, Any, BinaryIO, Final, cast

from wire.errors import BrokenDocument

MAGIC: Final = b"PAR1"
ROWS: Final = 500
"""That are held at once."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "guid", "uuid", "uri"),
    "source": ("source", "publisher", "publication", "outlet", "domain"),
    "url": ("url", "link", "source_url"),
    "headline": ("headline", "title"),
    "body": ("body", "text", "content", "maintext", "article", "plain_text"),
    "published": ("published", "published_at", "published_date", "publish_date", "date_publish", "pub_date", "date"),
    "updated": ("updated", "updated_at", "modified", "date_modify"),
    "language": ("language", "lang"),
}
"""Names under which data sets keep what a line of JSON Lines holds, the plainest first; case is not looked at."""


def as_lines(stream: BinaryIO) -> IO[bytes]:
    """The rows of a Parquet file, each a line of JSON. Raises `BrokenDocument`: damaged, or no news in it."""
    try:
        import pyarrow.parquet  # noqa: PLC0415 - 55 MB, which few want: an extra
    except ImportError:
        raise BrokenDocument("a Parquet file: to read those, install `presswire[parquet]`") from None
    try:
        file = pyarrow.parquet.ParquetFile(stream)
    except (pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError, OSError) as error:
        raise BrokenDocument(f"a damaged Parquet file: {_first_line(error)}") from error
    present = {name.lower(): name for name in file.schema_arrow.names}
    columns = {key: present[each] for key, names in COLUMNS.items() if (each := next(filter(present.get, names), None))}
    if not {"headline", "body"} & columns.keys():
        raise BrokenDocument(f"a Parquet file without headline or body; its columns are {', '.join(present.values())}")
    return cast("IO[bytes]", io.BufferedReader(_Pieces(_rows(file, columns)), 1 << 20))


def _rows(file: Any, columns: Mapping[str, str]) -> Iterator[bytes]:
    import pyarrow  # noqa: PLC0415 - see above

    try:
        for batch in file.iter_batches(batch_size=ROWS, columns=list(dict.fromkeys(columns.values()))):
            for row in batch.to_pylist():
                line = {key: _plain(row[name]) for key, name in columns.items() if row[name] is not None}
                yield json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise BrokenDocument(f"a damaged Parquet file: {_first_line(error)}") from error


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


class _Pieces(io.RawIOBase):
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._left or next(self._pieces, b"")
        size = min(len(piece), len(buffer))
        buffer[:size], self._left = piece[:size], piece[size:]
        return size
