"""What is told of an item by itself: when it was sent, how long it is, what a story of its own is called.

Law: asks nobody.
"""

from dataclasses import replace
from datetime import UTC, datetime

from wire.model import Copy
from wire.prepare import Item

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Dates before this come from clocks that were never set."""


def item_time(copy: Copy, now: datetime) -> datetime:
    """The time on which the clustering window runs: when the copy was sent, as far as that can be believed."""
    stated = copy.updated_at or copy.published_at
    return stated if stated and EARLIEST <= stated <= now else now


def bounded(item: Item, now: datetime) -> Item:
    """The item, published and updated when it was received at the latest: nobody sends copy from the future."""
    copy = item.copy
    if any(stated and stated > now for stated in (copy.published_at, copy.updated_at)):
        published_at, updated_at = (stated and min(stated, now) for stated in (copy.published_at, copy.updated_at))
        return replace(item, copy=replace(copy, published_at=published_at, updated_at=updated_at))
    return item


def is_item(item: Item) -> bool:
    """Is it a version of an item that has an id in its wire format?"""
    return item.entry.label is not None and item.entry.label.item is not None


def is_later_take(item: Item) -> bool:
    """Is it a later take of copy that is sent in parts? It stands for no story that has others."""
    return item.entry.label is not None and (item.entry.label.take or 1) > 1


def word_count(copy: Copy) -> int:
    """Words of a text, which is single-spaced; a bare headline is a text, too."""
    return sum(paragraph.count(" ") + 1 for paragraph in copy.paragraphs) or len(copy.headline.split())


def story_founded_by(version_id: str) -> str:
    """A story is named after the version that founded it: the same deliveries in the same order give the same ids."""
    return "s" + version_id.removeprefix("v")
