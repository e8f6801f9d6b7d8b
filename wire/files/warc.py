"""Pages of the web in WARC files (ISO 28500), as crawlers keep them: CC-NEWS, the Internet Archive.

Law: what is no page that was answered with 200 is passed over; a record is read by its offset, whatever is before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

from wire.errors import BrokenDocument
from wire.files.unpack import head

MAX_PAGE: Final = 5_000_000
"""Bytes of one page: what a browser would hardly show is no article."""
_HTML: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page as it was answered."""

    record: str
    """Its id, which no other record has."""
    url: str
    at: datetime | None
    """When it was fetched."""
    content_type: str | None
    body: bytes = field(repr=False)

    @property
    def host(self) -> str:
        """Whose page it is, without `www.`."""
        return (urlsplit(self.url).hostname or "unknown").removeprefix("www.")


def holds_pages(path: Path) -> bool:
    """Is it a WARC file, gzipped or plain? Raises `UNREADABLE`."""
    with path.open("rb") as stream:
        return head(stream, 5).startswith(b"WARC/")


def pages(stream: BinaryIO) -> Iterator[tuple[int, datetime | None]]:
    """Offset of each page and when it was fetched. Raises `BrokenDocument` where the file is damaged."""
    with _records(stream) as records:
        for record in records:
            if _is_page(record):
                yield records.get_record_offset(), _moment(record)


def read(stream: BinaryIO, offset: int) -> Capture:
    """The page at an offset. Raises `BrokenDocument`."""
    stream.seek(offset)
    with _records(stream) as records:
        record = next(iter(records), None)
        if record is None or not _is_page(record):
            raise BrokenDocument("no page stands there any more")
        body = record.content_stream().read(MAX_PAGE + 1)
    if len(body) > MAX_PAGE:
        raise BrokenDocument(f"a page of more than {MAX_PAGE / 1e6:,.0f} MB")
    header = record.rec_headers.get_header
    return Capture(
        record=header("WARC-Record-ID") or f"{header('WARC-Target-URI')} {header('WARC-Date')}",
        url=header("WARC-Target-URI") or "",
        at=_moment(record),
        content_type=record.http_headers.get_header("Content-Type"),
        body=body,
    )


@contextmanager
def _records(stream: BinaryIO) -> Iterator[Any]:
    """The records from where the stream stands. Raises `BrokenDocument`."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - 50 ms, and few files are WARC
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 - see above

    try:
        yield ArchiveIterator(stream)
    except (ArchiveLoadFailed, ValueError) as error:
        raise BrokenDocument(f"a damaged WARC file: {error}") from error


def _is_page(record: Any) -> bool:
    http = record.http_headers
    if record.rec_type != "response" or http is None or http.get_statuscode() != "200":
        return False
    return (http.get_header("Content-Type") or "").split(";")[0].strip().lower() in _HTML


def _moment(record: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date") or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
