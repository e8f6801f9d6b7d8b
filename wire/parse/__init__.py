"""Bytes to entries: one module a format, `detect` chooses.

Law: pure functions of bytes. Whatever the bytes, the outcome is a `Document` or a `ParseError` that says what is wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from wire.errors import NotAFeed
from wire.model import Document, Entry
from wire.parse import (
    anpa,
    apjson,
    dpajson,
    feed,
    iptc7901,
    jsonfeed,
    jsonlines,
    mail,
    newsml1,
    newsmlg2,
    ninjs,
    nitf,
    release,
    sitemap,
)
from wire.parse import detect as formats
from wire.parse.cut import cut, cut_entry
from wire.parse.detect import describe, detect
from wire.parse.fingerprint import fingerprint
from wire.parse.packed import unpacked
from wire.parse.text import decode

__all__ = ["describe", "detect", "fingerprint", "parse", "parse_line"]


def _attached(body: bytes, content_type: str | None) -> Document | None:
    """What a document holds that is attached to a mail; a mail inside a mail is read as one of its parts."""
    name = formats.detect(body, content_type)
    if name is None or name in {formats.MAIL, formats.HTML}:
        return None
    return parse(body, url="", content_type=content_type)


BYTES: Mapping[str, Callable[..., Document]] = {
    formats.ANPA: anpa.read,
    formats.IPTC7901: iptc7901.read,
    formats.MAIL: partial(mail.read, inside=_attached),
}
"""Readers of formats that their bytes tell, control characters among them: each decodes by itself."""
TEXT: Mapping[str, Callable[..., Document]] = {
    formats.FEED: feed.read,
    formats.JSON_FEED: jsonfeed.read,
    formats.JSON_LINES: jsonlines.read,
    formats.SITEMAP: sitemap.read,
    formats.RELEASE: release.read,
    formats.NITF: nitf.read,
    formats.NEWSML_1: newsml1.read,
    formats.NEWSML_G2: newsmlg2.read,
    formats.NINJS: ninjs.read,
    formats.AP_JSON: apjson.read,
    formats.DPA_JSON: dpajson.read,
}
"""Readers of formats of text, by the name that `detect` gives; each takes the text and the `url` that it came from."""


def parse(body: bytes, *, url: str, content_type: str | None = None) -> Document:
    """The entries of a body fetched from `url` (which relative links are resolved against); it may be a gzip file.

    A page of text is a press release where it is a file, and no feed where it came over HTTP.
    Raises `NotAFeed` with what it is instead, and `BrokenDocument` where the format is known and nothing can be read.
    """
    body = unpacked(body)
    problems: tuple[str, ...] = ()
    if reader := BYTES.get(formats.detect_bytes(body) or ""):
        document = reader(body, url=url)
    else:
        decoded = decode(body, content_type)
        reader, problems = TEXT.get(formats.detect_text(decoded.text) or ""), decoded.problems
        if reader is None or (reader is release.read and url.startswith(("http://", "https://"))):
            raise NotAFeed(f"not a feed but {describe(body, content_type)}")
        document = reader(decoded.text, url=url)
    entries, cuts = cut(document.entries)
    return replace(document, entries=entries, problems=(*problems, *document.problems, *cuts))


def parse_line(line: bytes) -> Entry:
    """The entry in one line of JSON Lines. Raises `BrokenDocument` with the reason and the place of the fault."""
    return cut_entry(jsonlines.parse_line(line))
