"""A labelled newswire day on invented text.

Law: the same seed and size give the same day, to the letter.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle

from tests.corpus.story import Draft, Story, tell
from tests.corpus.traps import LOOSE, SCENARIOS
from tests.corpus.variants import transformations
from tests.corpus.world import ENGLISH, LANGUAGES, World

DAY = datetime(2031, 5, 6, tzinfo=UTC)
ORIGINAL = "original"
_LENGTHS = (70, 120, 180, 180, 260, 260, 350, 600, 900)
"""Words of a story: agency copy is short, magazine copy long."""
_VARIANTS = (0, 0, 3, 4, 5, 6, 7)
"""Transformations of one story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One item of the day, and the truth about it."""

    id: str
    source: str
    headline: str
    body: str
    published: datetime
    cluster: str
    transformation: str
    """How it came to be: `original`, a transformation, or a scenario."""
    root: str
    """Id of the original that it was made of; its own where it is nobody's copy."""
    language: str

    @property
    def trap(self) -> bool:
        """Is it of a scenario in which nothing may join?"""
        return self.transformation in SCENARIOS

    @property
    def loose(self) -> bool:
        """Does its own cluster count neither way?"""
        return self.transformation in LOOSE


def generate(seed: int, stories: int = 120) -> list[Labelled]:
    """One day of `stories` pieces of copy with what becomes of them and what looks like them, in order of time."""
    world, rng = World(seed), random.Random(f"day {seed}")
    told = list(_tell(world, rng, stories))
    items = [*_copies(world, told, rng), *_traps(world, told)]
    return sorted(items, key=lambda item: (item.published, item.id))


def _tell(world: World, rng: random.Random, count: int) -> Iterator[Story]:
    """Two thirds in English."""
    tongues = cycle([ENGLISH] * 8 + list(LANGUAGES))
    for number in range(count):
        at, words = rng.randint(60, 1200), rng.choice(_LENGTHS)
        yield tell(world, f"{world.seed}-{number}", next(tongues), rng, at=at, words=words)


def _copies(world: World, stories: Sequence[Story], rng: random.Random) -> Iterator[Labelled]:
    """Every original, and transformations dealt out in turn, so that each comes as often as the others."""
    decks: dict[str, Iterator[str]] = {}
    for story in stories:
        makers = transformations(story.language)
        deck = decks.setdefault(story.language, cycle(rng.sample(sorted(makers), len(makers))))
        root = f"{story.key}-original"
        yield _item(world, root, story.draft(), story.at, story.key, ORIGINAL, root, story.language, rng)
        for name in {next(deck): None for _ in range(rng.choice(_VARIANTS))}:
            for number, (after, draft) in enumerate(makers[name](story, world, rng)):
                key, at = f"{story.key}-{name.replace(' ', '-')}-{number}", story.at + after
                yield _item(world, key, draft, at, story.key, name, root, story.language, rng)


def _traps(world: World, stories: Sequence[Story]) -> Iterator[Labelled]:
    for name, scenario in SCENARIOS.items():
        rng = random.Random(f"{name} {world.seed}")
        for number, (label, at, language, draft) in enumerate(scenario(world, stories, rng)):
            key = f"{world.seed}-{name.replace(' ', '-')}-{number}"
            cluster = f"{world.seed}-{name} {label}" if name in LOOSE else key
            yield _item(world, key, draft, at, cluster, name, key, language, rng)


def _item(
    world: World,
    key: str,
    draft: Draft,
    at: int,
    cluster: str,
    transformation: str,
    root: str,
    language: str,
    rng: random.Random,
) -> Labelled:
    return Labelled(
        id=key,
        source=rng.choice(world.outlets),
        headline=draft.headline,
        body=draft.body,
        published=DAY + timedelta(minutes=at, seconds=rng.randint(0, 59)),
        cluster=cluster,
        transformation=transformation,
        root=root,
        language=language,
    )
