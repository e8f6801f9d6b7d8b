"""OPML 1.0 and 2.0 (https://opml.org/spec2.opml): a list of feeds, in folders or not.

Law: as `wire.parse` on the whole: pure, through the same guard, and what breaks off is read as far as it goes. Titles
are often escaped twice, attributes written in any case, folders nested in folders.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from wire.errors import BrokenDocument, NotAFeed
from wire.parse.detect import describe
from wire.parse.guard import find_root, guard
from wire.parse.packed import unpacked
from wire.parse.text import clean, decode

NAMESPACE = "https://presswire.invalid/opml/1"
"""Of what this package adds to a feed it lists, with the prefix `wire`."""
OWN = "wire:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One feed of a list."""

    url: str
    """As it stands there."""
    title: str
    """In one line; may be empty."""
    folders: tuple[str, ...] = ()
    """From the outermost in."""
    language: str | None = None
    own: Mapping[str, str] = field(default_factory=dict)
    """What a list of this package's own says besides: `key`, `source` …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """What one OPML file holds."""

    feeds: tuple[Listed, ...]
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Outlines:
    feeds: list[Listed] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    """One for each outline that stands open; empty for a feed."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.lower() != "outline":
            return
        said = {key.lower(): value for key, value in attributes.items()}
        title = _line(said.get("title") or said.get("text") or "") or _line(said.get("text") or "")
        url = said.get("xmlurl", "").strip()
        if url:
            self.feeds.append(
                Listed(
                    url=clean(url),
                    title=title,
                    folders=tuple(folder for folder in self.folders if folder),
                    language=_line(said.get("language", "")) or None,
                    own={key.removeprefix(OWN): clean(value) for key, value in said.items() if key.startswith(OWN)},
                )
            )
        self.folders.append("" if url else title)

    def end(self, name: str) -> None:
        if name.lower() == "outline" and self.folders:
            self.folders.pop()


def read_opml(body: bytes) -> FeedList:
    """The feeds of an OPML file. Raises `NotAFeed` for other things, `BrokenDocument` where nothing can be read."""
    body = unpacked(body)
    decoded = decode(body)
    root = find_root(decoded.text) if "<" in decoded.text else None
    if root is None or root.name.lower() != "opml":
        raise NotAFeed(f"no OPML but {describe(body)}")
    guarded = guard(decoded.text, root)
    outlines, problems = _Outlines(), [*decoded.problems, *guarded.problems]
    parser = ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = outlines.start, outlines.end
    try:
        parser.Parse(guarded.xml.encode(), True)
    except ExpatError as error:
        if not outlines.feeds:
            raise BrokenDocument(f"no feed can be read: {error}") from error
        problems.append(f"not well-formed, and read only so far: {error}")
    return FeedList(feeds=tuple(outlines.feeds), problems=tuple(problems))


def _line(text: str) -> str:
    """A title in one line, without the second escape that many lists have."""
    return " ".join(clean(html.unescape(text)).replace("\x7f", "").split())
