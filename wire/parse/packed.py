"""A document that is packed itself: a gzip file, as sitemaps often are; or in a gzip or ZIP file that a mail brings.

Law: bounded; no bomb unfolds. What is unpacked of one file is counted together, however deep it lies; what a packed
file says of sizes is not believed.
"""

import io
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from wire.errors import BrokenDocument

MAGIC = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
MAX_UNPACKED = 52_428_800
"""Bytes: what the protocol of sitemaps allows one of them."""
MAX_MEMBERS = 500
"""Files in one ZIP file that are looked at."""
DEPTH = 2
"""Of packed files inside packed ones that are opened; deeper ones stay packed."""
_END = b"PK\x05\x06"
"""Begins the record at the end of a ZIP file (APPNOTE 4.3.16), which says how much its directory holds."""
_ENTRY = 1_000
"""Bytes of that directory for each file, on average; names are seldom so long."""
_ENCRYPTED = 0x1
_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/")
"""In the first file's head: Office Open XML (ECMA-376), OpenDocument and EPUB."""


def unpacked(body: bytes, room: int = MAX_UNPACKED) -> bytes:
    """What is in a gzip file; any other body as it is. Raises `BrokenDocument`: damaged, cut short, too large."""
    if not body.startswith(MAGIC):
        return body
    whole = bytearray()
    while body.startswith(MAGIC):
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            whole += stream.decompress(body, room - len(whole) + 1)
        except zlib.error as error:
            raise BrokenDocument(f"the gzip file is damaged ({error})") from error
        if len(whole) > room:
            raise BrokenDocument(f"the gzip file holds more than {room:,} bytes")
        if not stream.eof:
            raise BrokenDocument("the gzip file breaks off")
        body = stream.unused_data
    return bytes(whole)


def is_packed(body: bytes) -> bool:
    """Whether it is a gzip or ZIP file; documents of office programs are ZIP files too, and are not."""
    return body.startswith(MAGIC) or (body.startswith(ZIP) and not any(sign in body[:2_000] for sign in _OFFICE))


def held(body: bytes, room: int = MAX_UNPACKED) -> Iterator[tuple[str, bytes]]:
    """The files in a gzip or ZIP file, each with its name, empty where it has none, and those packed inside them.

    Raises `BrokenDocument` where it gets to what is damaged, encrypted, or more than `room` bytes of all of them.
    """
    todo = [("", body, 0)]
    while todo:
        name, one, depth = todo.pop()
        if depth >= DEPTH or not is_packed(one):
            yield name, one
            continue
        for inner, found in _files(one, room):
            room -= len(found)
            todo.append((inner or name, found, depth + 1))
            if not is_packed(found):
                yield todo.pop()[:2]


def _files(body: bytes, room: int) -> Iterator[tuple[str, bytes]]:
    if body.startswith(MAGIC):
        yield "", unpacked(body, room)
        return
    try:
        with ZipFile(_listed(body)) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    found = _member(archive, member, room)
                    room -= len(found)
                    yield member.filename, found
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError) as error:
        raise BrokenDocument(f"the ZIP file is damaged ({error})"[:200]) from error


def _listed(body: bytes) -> io.BytesIO:
    """A ZIP file whose directory is small enough to be read."""
    at = body.rfind(_END, max(0, len(body) - 66_000))
    if at < 0 or len(body) < at + 22:
        raise BrokenDocument("the ZIP file breaks off")
    size = int.from_bytes(body[at + 12 : at + 16], "little")
    if int.from_bytes(body[at + 10 : at + 12], "little") > MAX_MEMBERS or size > MAX_MEMBERS * _ENTRY:
        raise BrokenDocument(f"the ZIP file holds more than {MAX_MEMBERS} files")
    return io.BytesIO(body)


def _member(archive: ZipFile, member: ZipInfo, room: int) -> bytes:
    if member.flag_bits & _ENCRYPTED:
        raise BrokenDocument("the ZIP file is encrypted")
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BrokenDocument(f"the ZIP file is packed in a way that is not read ({member.compress_type})")
    with archive.open(member) as stream:
        found = stream.read(room + 1)
    if len(found) > room:
        raise BrokenDocument(f"the packed files hold more than {MAX_UNPACKED:,} bytes")
    return found
