"""Bytes to entries: one module a format, `detect` chooses.

Law: pure functions of bytes. Whatever the bytes, the outcome is a `Document` or a `ParseError` that says what is wrong.
"""

from dataclasses import replace

from wire.errors import NotAFeed
from wire.model import Document, Entry
from wire.parse import detect as formats
from wire.parse import feed, jsonfeed, jsonlines, sitemap
from wire.parse.cut import cut, cut_entry
from wire.parse.detect import describe, detect
from wire.parse.fingerprint import fingerprint
from wire.parse.packed import unpacked
from wire.parse.text import decode

__all__ = ["describe", "detect", "fingerprint", "parse", "parse_line"]


def parse(body: bytes, *, url: str, content_type: str | None = None) -> Document:
    """The entries of a body fetched from `url` (which relative links are resolved against); it may be a gzip file.

    Raises `NotAFeed` with what it is instead, and `BrokenDocument` where the format is known and nothing can be read.
    """
    body = unpacked(body)
    decoded = decode(body, content_type)
    match formats.detect_text(decoded.text):
        case formats.FEED:
            document = feed.read(decoded.text, url=url)
        case formats.JSON_FEED:
            document = jsonfeed.read(decoded.text, url=url)
        case formats.JSON_LINES:
            document = jsonlines.read(decoded.text)
        case formats.SITEMAP:
            document = sitemap.read(decoded.text, url=url)
        case _:
            raise NotAFeed(f"not a feed but {describe(body, content_type)}")
    entries, cuts = cut(document.entries)
    return replace(document, entries=entries, problems=(*decoded.problems, *document.problems, *cuts))


def parse_line(line: bytes) -> Entry:
    """The entry in one line of JSON Lines. Raises `BrokenDocument` with the reason and the place of the fault."""
    return cut_entry(jsonlines.parse_line(line))
