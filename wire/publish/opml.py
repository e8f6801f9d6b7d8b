"""Feeds as an OPML 2.0 list, a folder for each source.

Law: no credential leaves: neither a feed's own (they stand in files of their own) nor one that its address carries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from wire.fetch.failures import telling
from wire.model import Feed
from wire.parse.opml import NAMESPACE

SETTINGS = ("enabled", "rank", "language", "agency", "interval", "adaptive", "max_interval")
"""What goes along of a feed's settings, where it is not the default: nothing that opens a door, nothing secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A list, and what is not in it."""

    text: str
    left_out: tuple[str, ...]
    """Keys of feeds whose addresses carry what looks like a secret, or are folders of this machine."""


def export(feeds: Sequence[Feed]) -> Exported:
    """Write the list of `feeds`; `wire feeds import` makes the same feeds of it."""
    left_out = tuple(feed.key for feed in feeds if telling(feed.url) or feed.spooled)
    folders: dict[str, list[Feed]] = {}
    for feed in feeds:
        if feed.key not in left_out:
            folders.setdefault(feed.source, []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:wire="{NAMESPACE}">',
        "  <head><title>Feeds of presswire</title></head>",
        "  <body>",
    ]
    for source, members in folders.items():
        lines += [f"    <outline text={quoteattr(source)}>", *map(_outline, members), "    </outline>"]
    return Exported(text="\n".join([*lines, "  </body>", "</opml>", ""]), left_out=left_out)


def _outline(feed: Feed) -> str:
    bare = Feed(key=feed.key, url=feed.url, source=feed.source)
    said = {
        "type": "rss",
        "text": f"{feed.source}: {feed.key}",
        "xmlUrl": feed.url,
        "wire:key": feed.key,
        "wire:source": feed.source,
    }
    said |= {
        f"wire:{name}": _text(getattr(feed, name)) for name in SETTINGS if getattr(feed, name) != getattr(bare, name)
    }
    return f"      <outline {_attributes(said.items())}/>"


def _attributes(said: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in said)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
