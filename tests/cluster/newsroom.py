"""A small newsroom for tests: invented copy, and the online loop that holds each text against those before it."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from wire.cluster import Candidate, Index, Item, Profile, decide, profile, sketch
from wire.model import Copy, Dateline, Decision, Joins, Signal
from wire.policy import ClusterPolicy

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)

_ONSETS = (*"bcdfghjklmnprstvwz", "br", "ch", "cl", "dr", "fl", "gr", "pl", "pr", "sh", "sl", "st", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "ou")
_CODAS = ("", *"nrlstm", "nd", "rk", "sh")
_SMALL = ("the", "a", "of", "to", "in", "and", "on", "for", "with", "that", "by", "from", "at", "was", "would", "as")


class Writer:
    """Writes running text that shares no three words in a row with that of another seed, but for accident."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def _pick(self, among: Sequence[str]) -> str:
        return self._random.choice(among)

    def word(self) -> str:
        syllables = [self._pick(_ONSETS) + self._pick(_VOWELS) for _ in range(self._random.randint(1, 2))]
        return "".join(syllables) + self._pick(_CODAS)

    def name(self) -> str:
        return self.word().capitalize() + self._pick(["son", "berg", "ova", "ini", "ez", "ard"])

    def headline(self) -> str:
        return f"{self.name()} {self.word()}s {self.word()} {self._pick(_SMALL)} {self.name()} {self.word()}"

    def sentence(self, words: int = 22) -> str:
        drawn = [self._pick(_SMALL) if n % 3 == 2 else self.word() for n in range(words)]
        drawn[words // 2] = self.name()
        return " ".join(drawn).capitalize() + "."

    def paragraphs(self, count: int, words: int = 22) -> tuple[str, ...]:
        return tuple(self.sentence(words) for _ in range(count))

    def story(self, paragraphs: int = 8) -> Copy:
        return copy(self.headline(), *self.paragraphs(paragraphs))

    def edit(self, paragraph: str, share: float) -> str:
        """Replace some of the words."""
        return " ".join(self.word() if self._random.random() < share else word for word in paragraph.split())


_number = iter(range(10**9))


def copy(
    headline: str,
    *paragraphs: str,
    language: str | None = "en",
    signals: Sequence[Signal] = (),
    place: str | None = None,
) -> Copy:
    """Copy as the normalizer hands it over, under an id of its own."""
    return Copy(
        version_id=f"v{next(_number)}",
        headline=headline,
        paragraphs=paragraphs,
        language=language,
        signals=tuple(signals),
        dateline=Dateline(text=place, place=place) if place else None,
    )


@dataclass(slots=True)
class Desk:
    """Takes copy in, in order, as the daemon does."""

    policy: ClusterPolicy = field(default_factory=ClusterPolicy)
    story_of: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    texts: dict[str, tuple[Profile, datetime]] = field(default_factory=dict)
    index: Index = field(init=False)

    def __post_init__(self) -> None:
        self.index = Index(self.policy)

    def take(self, text: Copy, minutes: float = 0, *, linked_to: Copy | None = None) -> str:
        """Take one text in, some minutes after noon; returns the id of its story."""
        at = NOON + timedelta(minutes=minutes)
        features = profile(text)
        data = sketch(features)
        for start, _ in self.index.lacks(at):
            self.index.hold(start)
        found = list(self.index.candidates(sketch=data, at=at))
        if linked_to and linked_to.version_id not in found:
            found.append(linked_to.version_id)
        candidates = [
            Candidate(
                version_id=each,
                story_id=self.story_of[each],
                at=self.texts[each][1],
                profile=self.texts[each][0],
                anchor=self.index.anchor(self.story_of[each]) == each,
                link="guid" if linked_to and each == linked_to.version_id else None,
            )
            for each in found
        ]
        decision = decide(Item(profile=features, at=at), candidates, lambda s: self.index.weights(s, at), self.policy)
        story = decision.story_id if isinstance(decision, Joins) else f"s-{text.version_id}"
        self.story_of[text.version_id] = story
        self.decisions[text.version_id] = decision
        self.texts[text.version_id] = features, at
        number = len(self.story_of)
        self.index.add(number=number, version_id=text.version_id, story_id=story, at=at, sketch=data)
        return story

    def rule(self, text: Copy) -> str:
        """Name of the rule that decided on a text."""
        return self.decisions[text.version_id].evidence.rule

    def stories(self) -> dict[str, list[str]]:
        """Story ids with the versions of each."""
        stories: dict[str, list[str]] = defaultdict(list)
        for version, story in self.story_of.items():
            stories[story].append(version)
        return dict(stories)


def one_story(texts: Iterable[Copy], *, every: float = 10, policy: ClusterPolicy | None = None) -> bool:
    """Do the texts, some minutes apart, end in one story?"""
    desk = Desk(policy or ClusterPolicy())
    return len({desk.take(text, n * every) for n, text in enumerate(texts)}) == 1
