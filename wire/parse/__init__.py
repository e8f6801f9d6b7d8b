"""Bytes to entries: one module a format, `detect` chooses.

Law: pure functions of bytes. Whatever the bytes, the outcome is a `Document` or a `ParseError` that says what is wrong.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from importlib import import_module

from wire.errors import NotAFeed
from wire.model import Document, Entry
from wire.parse import detect as formats
from wire.parse import jsonlines
from wire.parse.cut import cut, cut_entry
from wire.parse.detect import describe, detect
from wire.parse.fingerprint import fingerprint
from wire.parse.packed import unpacked
from wire.parse.text import decode

__all__ = ["BYTES", "TEXT", "describe", "detect", "fingerprint", "parse", "parse_line", "reader"]


def _attached(body: bytes, content_type: str | None) -> Document | None:
    """What a document holds that is attached to a mail; a mail inside a mail is read as one of its parts."""
    name = formats.detect(body, content_type)
    if name is None or name in {formats.MAIL, formats.HTML}:
        return None
    return parse(body, url="", content_type=content_type)


BYTES: Mapping[str, str] = {formats.ANPA: "anpa", formats.IPTC7901: "iptc7901", formats.MAIL: "mail"}
"""Modules of formats that their bytes tell, control characters among them: each decodes by itself."""
TEXT: Mapping[str, str] = {
    formats.FEED: "feed",
    formats.JSON_FEED: "jsonfeed",
    formats.JSON_LINES: "jsonlines",
    formats.SITEMAP: "sitemap",
    formats.RELEASE: "release",
    formats.NITF: "nitf",
    formats.NEWSML_1: "newsml1",
    formats.NEWSML_G2: "newsmlg2",
    formats.NINJS: "ninjs",
    formats.AP_JSON: "apjson",
    formats.DPA_JSON: "dpajson",
}
"""Modules of formats of text, by the name that `detect` gives; each `read` takes the text and the `url` that it came
from. One is imported when it is first needed: most of them, and feedparser, few ever are."""


@cache
def reader(module: str) -> Callable[..., Document]:
    """What reads a format."""
    read: Callable[..., Document] = import_module(f"wire.parse.{module}").read
    return partial(read, inside=_attached) if module == BYTES[formats.MAIL] else read


def parse(body: bytes, *, url: str, content_type: str | None = None) -> Document:
    """The entries of a body fetched from `url` (which relative links are resolved against); it may be a gzip file.

    A page of text is a press release where it is a file, and no feed where it came over HTTP.
    Raises `NotAFeed` with what it is instead, and `BrokenDocument` where the format is known and nothing can be read.
    """
    body = unpacked(body)
    problems: tuple[str, ...] = ()
    if module := BYTES.get(formats.detect_bytes(body) or ""):
        document = reader(module)(body, url=url)
    else:
        decoded = decode(body, content_type)
        found, problems = formats.detect_text(decoded.text) or "", decoded.problems
        if found not in TEXT or (found == formats.RELEASE and url.startswith(("http://", "https://"))):
            raise NotAFeed(f"not a feed but {describe(body, content_type)}")
        document = reader(TEXT[found])(decoded.text, url=url)
    entries, cuts = cut(document.entries)
    return replace(document, entries=entries, problems=(*problems, *document.problems, *cuts))


def parse_line(line: bytes) -> Entry:
    """The entry in one line of JSON Lines. Raises `BrokenDocument` with the reason and the place of the fault."""
    return cut_entry(jsonlines.parse_line(line))
