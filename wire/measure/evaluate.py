"""How good the clustering is on labelled copy, taken through the real pipeline into a scratch database.

Law: the road is `archive`'s; nothing here clusters, and no label is looked at before everything is taken.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path

from wire.archive import Archive, take
from wire.config import Settings
from wire.errors import InputError
from wire.measure.explain import held
from wire.measure.figures import Judged, Score, adjusted_rand, bcubed, of_pairs, pairwise
from wire.measure.labels import Pair, clusters, read_documents, read_pairs
from wire.measure.scratch import scratch
from wire.model import Copy, Evidence
from wire.policy import ClusterPolicy
from wire.store import Read, Received

OPENING = 30
"""Words of a text that stand for it in a list of errors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two documents."""

    id: str
    version_id: str
    story_id: str
    headline: str
    opening: str
    """The first words of its body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Two documents in one story that should be in two, or the other way round."""

    joined: bool
    """A false merge; else a miss."""
    weight: float
    """How many pairs it stands for."""
    a: Side
    b: Side
    now: Evidence
    """The two held against each other when all was taken."""
    decided: Evidence | None
    """What was decided when one of them came and was held against the other; None: it was held against others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far stories agree with labels."""

    pairwise: Score
    bcubed: Score | None = None
    """None, as below: only pairs were judged."""
    adjusted_rand: float | None = None
    expected: int | None = None
    """Clusters."""
    pairs: int | None = None
    """Judged pairs; None: clusters were given."""
    false_merges: int
    """Pairs, each counted once whatever it weighs."""
    misses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A mistake before it is looked at: each document of `a` with each of `b`."""

    joined: bool
    weight: float
    a: tuple[str, ...]
    b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came out."""

    documents: int
    stories: int
    """Found."""
    seconds: float
    """To take everything in."""
    agreement: Agreement
    worst: tuple[Mistake, ...]
    """The heaviest first."""


def evaluate(
    documents: Path,
    pairs: Path | None,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worst: int = 10,
    begin: Callable[[int], None] = lambda _: None,
    advance: Callable[[int], None] = lambda _: None,
) -> Evaluation:
    """Take `documents` in, and hold the stories against their clusters, or against `pairs` where they are given.

    `begin` hears how many entries there are, `advance` of each batch. Raises InputError.
    """
    labelled = read_documents(documents)
    ids = [each.id for each in labelled]
    judged = read_pairs(pairs, dict.fromkeys(ids)) if pairs else []
    expected = {} if judged else clusters(documents, labelled)
    with scratch() as store, Archive([documents], settings.worker) as archive:
        archive.scan()
        begin(archive.entries)
        began = time.monotonic()
        take(archive, settings=settings, store=store, clock=clock, advance=advance)
        seconds = time.monotonic() - began
        with store.reading() as read:
            taken = {each.guid: each for each in read.received() if each.guid}
            if lost := [each for each in ids if each not in taken]:
                raise InputError(f"{documents}: {len(lost)} documents could not be taken, {lost[0]!r} first")
            stories = {each: taken[each].story_id for each in ids}
            agreement, wrong = on_pairs(stories, judged) if judged else on_clusters(stories, expected)
            heaviest = sorted(wrong, key=lambda each: (-each.weight, each.a, each.b))[:worst]
            return Evaluation(
                documents=len(ids),
                stories=len(set(stories.values())),
                seconds=seconds,
                agreement=agreement,
                worst=tuple(_looked_at(read, each, taken, settings.cluster) for each in heaviest),
            )


def on_pairs(stories: Mapping[str, str], pairs: Sequence[Pair]) -> tuple[Agreement, list[Wrong]]:
    """Hold stories against judged pairs."""
    judged = [(each, stories[each.a] == stories[each.b]) for each in pairs]
    wrong = [
        Wrong(joined=found, weight=each.weight, a=(each.a,), b=(each.b,))
        for each, found in judged
        if found != each.same
    ]
    agreement = Agreement(
        pairwise=of_pairs(Judged(found=found, same=each.same, weight=each.weight) for each, found in judged),
        pairs=len(pairs),
        false_merges=sum(each.joined for each in wrong),
        misses=sum(not each.joined for each in wrong),
    )
    return agreement, wrong


def on_clusters(stories: Mapping[str, str], expected: Mapping[str, str]) -> tuple[Agreement, list[Wrong]]:
    """Hold stories against clusters of the same documents."""
    found, right = [stories[each] for each in expected], list(expected.values())
    merges, misses = list(_mixed(found, right, expected)), list(_mixed(right, found, expected))
    wrong = [
        Wrong(joined=joined, weight=float(len(a) * len(b)), a=a, b=b)
        for joined, mixed in ((True, merges), (False, misses))
        for a, b in mixed
    ]
    agreement = Agreement(
        pairwise=pairwise(found, right),
        bcubed=bcubed(found, right),
        adjusted_rand=adjusted_rand(found, right),
        expected=len(set(right)),
        false_merges=sum(len(a) * len(b) for a, b in merges),
        misses=sum(len(a) * len(b) for a, b in misses),
    )
    return agreement, wrong


def _mixed(
    outer: Iterable[str], inner: Iterable[str], ids: Iterable[str]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Documents that are together in `outer` and apart in `inner`, two groups at a time."""
    groups: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one, other, each in zip(outer, inner, ids, strict=True):
        groups[one][other].append(each)
    for parts in groups.values():
        yield from combinations(map(tuple, parts.values()), 2)


def _looked_at(read: Read, wrong: Wrong, taken: Mapping[str, Received], policy: ClusterPolicy) -> Mistake:
    """Show a mistake on the two documents by which it came about, where the evidence names them; else on the first."""
    ids = {taken[each].version_id: each for each in (*wrong.b, *wrong.a)}
    sides = {taken[each].version_id: side for side in (wrong.a, wrong.b) for each in side}
    stories = {taken[side[0]].story_id for side in (wrong.a, wrong.b)}
    stored = [each for story_id in stories for each in read.story(story_id).evidence if each.version_id in ids]
    a, b, decided = wrong.a[0], wrong.b[0], None
    for each in stored:
        against = each.evidence.against
        if against in ids and sides[against] != sides[each.version_id]:
            a, b, decided = ids[against], ids[each.version_id], each.evidence
            break
    one, other = taken[a].version_id, taken[b].version_id
    texts = read.texts([one, other])
    return Mistake(
        joined=wrong.joined,
        weight=wrong.weight,
        a=_side(a, taken[a], texts[one].copy),
        b=_side(b, taken[b], texts[other].copy),
        now=held(read, one, other, policy),
        decided=decided,
    )


def _side(name: str, received: Received, copy: Copy) -> Side:
    words = copy.body.split()
    return Side(
        id=name,
        version_id=received.version_id,
        story_id=received.story_id,
        headline=received.headline,
        opening=" ".join(words[:OPENING]) + (" …" if len(words) > OPENING else ""),
    )
