"""A document that is a gzip file itself, as sitemaps often are: not a way of sending it, but what it is.

Law: bounded; no bomb unfolds.
"""

import zlib

from wire.errors import BrokenDocument

MAGIC = b"\x1f\x8b"
MAX_UNPACKED = 52_428_800
"""Bytes: what the protocol of sitemaps allows one of them."""


def unpacked(body: bytes) -> bytes:
    """What is in a gzip file; any other body as it is. Raises `BrokenDocument`: damaged, cut short, too large."""
    if not body.startswith(MAGIC):
        return body
    whole = bytearray()
    while body.startswith(MAGIC):
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            whole += stream.decompress(body, MAX_UNPACKED - len(whole) + 1)
        except zlib.error as error:
            raise BrokenDocument(f"the gzip file is damaged ({error})") from error
        if len(whole) > MAX_UNPACKED:
            raise BrokenDocument(f"the gzip file holds more than {MAX_UNPACKED:,} bytes")
        if not stream.eof:
            raise BrokenDocument("the gzip file breaks off")
        body = stream.unused_data
    return bytes(whole)
