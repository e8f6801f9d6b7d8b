"""Copy that is made to mislead, by kind; `python -m tests.quality.hostile [KIND …]` prints what is falsely joined.

Law: a kind is a function of its seed. Two versions of one story are there *falsely* where they come of different
sources, or share less than `SLIGHT` of their words' triples: no reader would say that they are one piece of copy.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import Final

from tests.corpus import Labelled
from tests.corpus.rewrite import shingles
from tests.corpus.story import Draft, Story, tell, with_paragraphs
from tests.corpus.traps import paste
from tests.corpus.world import ENGLISH, World
from tests.quality.deliver import deliver, lines, on_time, standing
from wire.model import Evidence
from wire.policy import StorePolicy
from wire.store.migration import migrate

SEED: Final = 104
START: Final = datetime(2031, 5, 6, 6, tzinfo=UTC)
SLIGHT: Final = 0.1
"""Share of the triples of the text with fewer: what unrelated stories of this corpus share at most, but for a few."""
EDITS: Final = 30
CHAINS: Final = 2
WORDS: Final = 330
FLOOD: Final = 200
PASTES: Final = 500
POLL: Final = timedelta(minutes=15)
"""What comes within is taken at once."""

Drafts = Iterable[tuple[str, timedelta, Draft]]
"""Source, time after `START`, text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A version that stands falsely in a story."""

    id: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a kind."""

    items: int
    longest: int
    """Versions of the largest story."""
    false: tuple[tuple[Stranger, ...], ...]
    """Of each false story the versions that are in a false pair, the most first."""

    @property
    def worst(self) -> int:
        """Versions that are falsely together in one story."""
        return max(map(len, self.false), default=0)


# --- pasted together ----------------------------------------------------------------------------------------------


def pasted(known: int = 120, *, first: bool = True, halves: bool = True) -> Drafts:
    """500 texts pasted together of two to four out of `known` stories, no one's parts all in another.

    `first`: the stories came before, each by itself; `halves`: long ones are cut, as a page does.
    """
    rng, told = _told(known, 160)
    parts: dict[frozenset[str], list[Story]] = {}
    while len(parts) < PASTES:
        chosen = rng.sample(told, rng.randint(2, 4))
        keys = frozenset(each.key for each in chosen)
        if not any(keys <= other or other <= keys for other in parts):
            parts[keys] = chosen
    alone = [(each.key, each.draft()) for each in told] if first else []
    for number, (source, draft) in enumerate([*alone, *_pasted(parts.values(), rng, halves=halves)]):
        yield source, timedelta(minutes=number), draft


def _pasted(parts: Iterable[list[Story]], rng: random.Random, *, halves: bool) -> Iterator[tuple[str, Draft]]:
    for chosen in parts:
        whole = Draft(
            headline=chosen[0].headline, paragraphs=tuple(p for each in chosen for p in each.draft().paragraphs)
        )
        yield " + ".join(each.key for each in chosen), paste(chosen, rng) if halves else whole


# --- boilerplate --------------------------------------------------------------------------------------------------


def flood(own: int, *, where: str = "below", headline: str | None = None, share: float = 1.0) -> Drafts:
    """Two outlets' boilerplate, 200 texts each, around `own` words or so of news; `share`: of the paragraphs."""
    world, rng = World(SEED), random.Random(SEED)
    number = 0
    for outlet in world.outlets[:2]:
        around = world.boiler(outlet)
        around = rng.sample(around, round(share * len(around)))
        for _ in range(FLOOD):
            text = tell(world, "", ENGLISH, rng, at=0, words=own).draft()
            short = _first(text.paragraphs, own)
            above, below = (around, []) if where == "above" else ([], around)
            if where == "around":
                above, below = around[: len(around) // 2], around[len(around) // 2 :]
            draft = replace(with_paragraphs(text, *above, *short, *below), dateline="" if above else text.dateline)
            number += 1
            yield f"{outlet} {number}", timedelta(minutes=number), replace(draft, headline=headline or text.headline)


def _first(paragraphs: Sequence[str], words: int) -> list[str]:
    return [" ".join(" ".join(paragraphs).split()[:words]) + "."]


# --- chains of edits ----------------------------------------------------------------------------------------------


def chain(share: float, where: str, *, one_headline: bool = True, hours: float = 0.25) -> Drafts:
    """Thirty edits in a row that replace `share` of the words each: new on top and old off the end, or the other way
    round, or `anywhere`. Neighbours are near, and the ends share little or nothing."""
    world, rng = World(SEED), random.Random(f"{SEED} {share} {where}")
    chains = [_edits(world, str(number), share, where, one_headline, rng) for number in range(CHAINS)]
    for step, drafts in enumerate(zip(*chains, strict=True)):
        for number, draft in enumerate(drafts):
            yield str(number), timedelta(hours=hours * step, minutes=number), draft


def _edits(world: World, key: str, share: float, where: str, one_headline: bool, rng: random.Random) -> Iterator[Draft]:
    story = tell(world, key, ENGLISH, rng, at=0, words=WORDS)
    text = story.draft()
    words = " ".join(text.paragraphs).split()
    size = max(1, round(share * len(words)))
    headlines = [text.headline] if one_headline else [text.headline, *story.headlines(rng, 5)]
    turns: list[int] = []
    for step in range(EDITS):
        yield replace(text, headline=headlines[step % len(headlines)], paragraphs=tuple(_paragraphs(words)))
        new = _news(story, size, rng)
        if where == "top":
            words = [*new, *words[:-size]]
        elif where == "bottom":
            words = [*words[size:], *new]
        else:
            turns = turns or rng.sample(range(0, len(words), size), len(range(0, len(words), size)))
            at = turns.pop()
            words[at : at + size] = new[: len(words) - at]


def _news(story: Story, size: int, rng: random.Random) -> list[str]:
    words: list[str] = []
    while len(words) < size:
        words += " ".join(story.render(((story.sentence("clause", rng),),))).split()
    return words[:size]


def _paragraphs(words: Sequence[str], size: int = 45) -> Iterator[str]:
    for start in range(0, len(words), size):
        yield " ".join(words[start : start + size])


def _told(count: int, words: int) -> tuple[random.Random, list[Story]]:
    world, rng = World(SEED), random.Random(SEED)
    return rng, [tell(world, str(number), ENGLISH, rng, at=0, words=words) for number in range(count)]


# --- all of them --------------------------------------------------------------------------------------------------

PASTED: Final[dict[str, Callable[[], Drafts]]] = {
    "pasted": pasted,
    "pasted, whole": partial(pasted, halves=False),
    "pasted of forty": partial(pasted, 40),
    "pasted, parts unknown": partial(pasted, first=False),
}
FLOODS: Final[dict[str, Callable[[], Drafts]]] = {
    "flood, 25 words, half of it": partial(flood, 25, share=0.5),
    **{f"flood, {own} words, one headline": partial(flood, own, headline="News of the hour") for own in (50, 25, 12)},
    **{
        f"flood, {own} words {where}": partial(flood, own, where=where)
        for own, where in product((50, 25, 12), ("above", "around", "below"))
    },
}
SHARES: Final = (0.03, 0.05, 0.1, 0.2)
PLACES: Final = ("top", "bottom", "anywhere")
HOURS: Final = {"": 0.25, ", slow": 12.0}
"""Between two edits: one day's, and those of two weeks."""
CHAINED: Final[dict[str, Callable[[], Drafts]]] = {
    f"chain, {share:.0%} {where}, {'one headline' if one else 'headlines'}{speed}": partial(
        chain, share, where, one_headline=one, hours=hours
    )
    for (speed, hours), share, where, one in product(HOURS.items(), SHARES, PLACES, (True, False))
}
KINDS: Final = PASTED | FLOODS | CHAINED


def items(drafts: Drafts) -> list[Labelled]:
    """As a day holds them."""
    return [
        Labelled(
            id=f"{source}/{number}",
            source="Courier",
            headline=draft.headline,
            body=draft.body,
            published=START + after,
            cluster=source,
            transformation="hostile",
            root=f"{source}/{number}",
            language=ENGLISH,
        )
        for number, (source, after, draft) in enumerate(drafts)
    ]


def outcome(day: Sequence[Labelled], database: Path) -> Outcome:
    """Take a kind into an empty database as a daemon does that runs all the time, and look at what was joined."""
    deliver(on_time(lines(day)), database, poll=POLL)
    known = {each.id: each for each in day}
    grams = {each.id: shingles(each.body) for each in day}
    false = []
    stories = standing(database, versions=2)
    for story in stories.values():
        versions = {each.version_id: str(each.guid) for each in story.deliveries}
        strangers = _strangers([known[each] for each in versions.values()], grams)
        why = {versions[each.version_id]: each.evidence for each in story.evidence}
        if strangers:
            false.append(tuple(Stranger(id=each, evidence=why[each]) for each in sorted(strangers, key=_number)))
    return Outcome(
        items=len(day),
        longest=max((each.story.versions for each in stories.values()), default=1),
        false=tuple(sorted(false, key=len, reverse=True)),
    )


def _strangers(held: Sequence[Labelled], grams: Mapping[str, frozenset[tuple[str, ...]]]) -> set[str]:
    """Versions of a story that are in a false pair."""
    strangers: set[str] = set()
    for a, b in combinations(held, 2):
        x, y = grams[a.id], grams[b.id]
        if a.cluster != b.cluster or len(x & y) < SLIGHT * min(len(x), len(y)):
            strangers |= {a.id, b.id}
    return strangers


def _number(identifier: str) -> int:
    return int(identifier.rpartition("/")[2])


def main() -> None:
    """Print a table, and the joins of the worst false story of each kind."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.hostile", description=__doc__)
    parser.add_argument("kinds", nargs="*", help="how their names begin; all of them where none is given")
    parser.add_argument("--why", action="store_true", help="the evidence in the worst false story of each kind")
    asked = parser.parse_args()
    print("| kind | items | largest story | false stories | falsely together at most |\n|---|--:|--:|--:|--:|")  # noqa: T201 - what the command is for
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, kind in enumerate(each for each in KINDS if each.startswith(tuple(asked.kinds) or "")):
            database = folder / f"{number}.db"
            migrate(StorePolicy(url=f"sqlite:///{database}"))
            found = outcome(items(KINDS[kind]()), database)
            figures = (found.items, found.longest, len(found.false), found.worst)
            print(f"| {kind} | {' | '.join(map(str, figures))} |")  # noqa: T201 - the same
            for each in found.false[0] if asked.why and found.false else ():
                print(f"    {each.id} {each.evidence.rule} {each.evidence.scores}")  # noqa: T201 - the same


if __name__ == "__main__":
    main()
