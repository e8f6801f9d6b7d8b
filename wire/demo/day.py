"""The sample day as data: who publishes what, when, and which story each entry truly is.

Owns the reading of `day/*.toml` and the walk from a story's takes and copies to the entries of the feeds.
Law: deterministic and closed. No clock, no network, no chance: the same files always give the same day.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, with_config

from wire.demo import dress

MIDNIGHT = datetime(2031, 3, 14, tzinfo=UTC)
"""The virtual day; far enough ahead that nobody takes it for a real one."""
HOURLY = range(0, 24 * 60 + 1, 60)
"""Minutes at which an accelerated day is polled."""
HALF_HOURLY = range(0, 24 * 60 + 1, 30)
"""Minutes at which a time-lapse is polled."""

T = TypeVar("T")


def _minute(value: object) -> object:
    """`"09:12"` → 552; other values are left for validation to refuse."""
    if isinstance(value, str) and len(parts := value.split(":")) == 2:
        return int(parts[0]) * 60 + int(parts[1])
    return value


def _paragraphs(value: object) -> object:
    """One multi-line string → its paragraphs, parted by blank lines; a paragraph's own lines are joined."""
    if isinstance(value, str):
        return tuple(" ".join(block.split()) for block in value.split("\n\n") if block.strip())
    return value


Minute = Annotated[int, BeforeValidator(_minute)]
Paragraphs = Annotated[tuple[str, ...], BeforeValidator(_paragraphs)]
strict = with_config(ConfigDict(extra="forbid"))


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A feed of the day: how its publisher sends and dresses copy."""

    key: str
    title: str
    source: str
    """Whose it is: an agency or an outlet."""
    format: Literal["rss", "atom", "rdf", "json"] = "rss"
    language: str = "en"
    agency: str | None = None
    """Profile key of the agency that wrote everything in it; None: an outlet."""
    rank: int = 50
    serves: Literal["feed", "html", "broken", "error", "moved"] = "feed"
    validators: Literal["etag", "modified", "both"] = "both"
    guid: Literal["urn", "permalink", "flip", "same", "none"] = "permalink"
    """flip: http until noon, https from then on; same: one guid on every entry."""
    body: Literal["full", "teaser"] = "full"
    markup: Literal["p", "br", "figure"] = "p"
    """Paragraphs, line breaks only, or paragraphs under a picture with its caption."""
    length: int = 30
    """Entries that the feed shows, newest first."""
    zone: int = 0
    """Minutes east of UTC in which its dates are written."""
    house: dress.House = field(default_factory=dress.House)


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One hand-written text of a story, as its author sent it."""

    at: Minute
    headline: str
    text: Paragraphs
    note: str | None = None
    """The line for editors above the text: `(Adds …)`."""
    in_place: bool = False
    """Replaces the take before under the same guid and url, instead of standing beside it."""
    instruction: bool = False
    """A notice to editors (a kill), not copy: no clustering figure counts it."""


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """One publication's use of a take."""

    feed: str
    take: int = 1
    after: int = 20
    """Minutes after the take."""
    headline: str | None = None
    keep: int | None = None
    """Only so many paragraphs from the top."""
    text: Paragraphs | None = None
    """A rewrite by hand."""
    in_place: bool = False


@strict
@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One piece of copy: the truth that the clustering is held against."""

    key: str
    feed: str
    """Where its own takes appear."""
    place: str | None = None
    byline: str | None = None
    signoff: str | None = None
    embargo: Minute | None = None
    take: tuple[Take, ...]
    copies: tuple[Carried, ...] = ()

    @property
    def headline(self) -> str:
        """Of the first take: how people will know it."""
        return self.take[0].headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What an entry said from some minute on."""

    at: int
    take: int
    """Number of the take that it is, or comes from."""
    headline: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayEntry:
    """One element of one feed, with the story that it truly belongs to."""

    feed: str
    number: str
    """Opaque, unique in the day: nothing in it gives the story away."""
    story: str
    texts: tuple[Text, ...]
    """More than one where the publisher edited it in place."""
    instruction: bool = False

    @property
    def path(self) -> str:
        """Of its page on the server; with the feed the key of the truth."""
        return f"/{self.feed}/2031/03/14/{self.number}"

    def text_at(self, minute: int) -> Text | None:
        """What it says at that minute; None before it is published."""
        return next((text for text in reversed(self.texts) if text.at <= minute), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The whole day."""

    feeds: Mapping[str, Publication]
    stories: Mapping[str, Story]
    entries: Sequence[DayEntry]

    def visible(self, feed: str, minute: int) -> list[tuple[DayEntry, Text]]:
        """What the feed shows at that minute, newest first."""
        shown = [(e, text) for e in self.entries if e.feed == feed and (text := e.text_at(minute))]
        shown.sort(key=lambda pair: (-pair[0].texts[0].at, pair[0].number))
        return shown[: self.feeds[feed].length]


def moment(minute: int) -> datetime:
    """A minute of the virtual day in UTC."""
    return MIDNIGHT + timedelta(minutes=minute)


def agencies() -> str:
    """The day's agency profiles, as text of an `agencies.toml`."""
    return _folder().joinpath("agencies.toml").read_text("utf-8")


@cache
def load() -> Day:
    """The day that is shipped."""
    feeds = {f.key: f for f in _read(_folder().joinpath("feeds.toml"), "feed", Publication)}
    stories: dict[str, Story] = {}
    for path in sorted(_folder().joinpath("stories").iterdir(), key=lambda p: p.name):
        for story in _read(path, "story", Story):
            if story.key in stories:
                raise ValueError(f"{path.name}: story {story.key!r} is there twice")
            stories[story.key] = story
    return Day(feeds=feeds, stories=stories, entries=tuple(_entries(feeds, stories.values())))


def _folder() -> Traversable:
    return files("wire.demo").joinpath("day")


def check(value: object, kind: type[T]) -> T:
    """Data as read from TOML → a record; raises ValueError where it does not fit."""
    return TypeAdapter(kind).validate_python(value)


def _read(path: Traversable, table: str, kind: type[T]) -> list[T]:
    return [check(value, kind) for value in tomllib.loads(path.read_text("utf-8"))[table]]


def _entries(feeds: Mapping[str, Publication], stories: Iterable[Story]) -> Iterator[DayEntry]:
    for story in stories:
        sent: dict[str, list[list[Text]]] = defaultdict(list)  # feed → entries → texts
        notices: set[int] = set()
        for feed, text, in_place, instruction in _uses(feeds, story):
            if in_place:
                sent[feed][-1].append(text)
            else:
                sent[feed].append([text])
            if instruction:
                notices.add(id(sent[feed][-1]))
        for feed, entries in sent.items():
            for n, texts in enumerate(entries):
                number = blake2b(f"{feed}/{story.key}/{n}".encode(), digest_size=4).hexdigest()
                yield DayEntry(
                    feed=feed, number=number, story=story.key, texts=tuple(texts), instruction=id(texts) in notices
                )


def _uses(feeds: Mapping[str, Publication], story: Story) -> Iterator[tuple[str, Text, bool, bool]]:
    """Every text that was sent of a story: (feed, text, in place, instruction), in the order of sending."""
    author = feeds[story.feed]
    own: dict[int, tuple[str, ...]] = {}
    for number, take in enumerate(story.take, 1):
        own[number] = dress.own(
            take.text,
            house=author.house,
            place=None if take.instruction else story.place,
            byline=story.byline,
            note=take.note,
            signoff=None if take.instruction else story.signoff,
        )
        text = Text(at=take.at, take=number, headline=take.headline, paragraphs=own[number])
        yield story.feed, text, take.in_place, take.instruction
    for use in sorted(story.copies, key=lambda c: story.take[c.take - 1].at + c.after):
        take, carrier = story.take[use.take - 1], feeds[use.feed]
        if carrier.source == author.source:  # another service of the same house sends the very same text
            headline, whole = take.headline, own[use.take]
        else:
            taken = use.text or take.text[: 1 if carrier.body == "teaser" else use.keep]
            whole = dress.carried(taken, house=carrier.house, place=story.place, agency=author.source)
            headline = dress.styled(use.headline or take.headline, carrier.house)
        yield (
            use.feed,
            Text(at=take.at + use.after, take=use.take, headline=headline, paragraphs=whole),
            use.in_place,
            False,
        )
