"""Why two versions are, or are not, one story: as it was decided then, as it would be now, and what would flip it.

Law: asks `cluster`, and reads what was stored; decides nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wire import cluster, ingest
from wire.ingest.suppressed import Suppressed
from wire.measure.flip import Flip, Trial, flips
from wire.model import Evidence
from wire.policy import ClusterPolicy
from wire.publish.diff import Piece, word_diff
from wire.store import Read, StoredEvidence, VersionRow

RUNS = 5
"""Longest shared passages that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A passage that stands in both texts."""

    words: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two bodies share, word for word and in order."""

    of_a: float
    """Share of the words of A, 0 to 1."""
    of_b: float
    runs: tuple[Run, ...]
    """The longest ones, the longest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """What only one of two texts holds, of what tells stories apart."""

    figures_a: tuple[str, ...]
    figures_b: tuple[str, ...]
    names_a: tuple[str, ...]
    names_b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Two versions held against each other."""

    same_story: bool
    """As it is stored."""
    a: VersionRow
    b: VersionRow
    apart: float
    """Seconds between the two, on their own times."""
    window: float
    candidates: bool
    """Does the index bring the two together at all?"""
    suppressed: bool
    """Does an order stand on the earlier one's copy, so that whatever may bring it back is held, whenever it comes?"""
    now: Evidence
    """The comparison with today's config and today's story counts."""
    same_now: bool
    """What it comes to."""
    decided: tuple[StoredEvidence, ...]
    """What was decided when each of them came."""
    shared: Shared
    differing: Differing
    flips: tuple[Flip, ...]
    """What would turn `same_now` round, the smallest change first."""
    diff: tuple[Piece, ...]
    """From the body of A to that of B; white space is that of B."""


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Two stored versions, the earlier first, with the index of their time."""

    trial: Trial
    profiles: Mapping[str, cluster.Profile]
    candidates: bool


def explain(read: Read, a: str, b: str, policy: ClusterPolicy) -> Explanation:
    """Explain two versions, given by the id of a version, a delivery or a story. Raises NotFound."""
    first, second = (_version(read, each) for each in (a, b))
    met = _meet(read, first.version_id, second.version_id, policy)
    same_now, now = met.trial.decide()
    ids = {first.version_id, second.version_id}
    stories = {first.story_id, second.story_id}
    decided = [each for story_id in stories for each in read.story(story_id).evidence if each.version_id in ids]
    diff = word_diff(first.body, second.body)
    return Explanation(
        same_story=first.story_id == second.story_id,
        a=first,
        b=second,
        apart=met.trial.apart,
        window=policy.window,
        candidates=met.candidates,
        suppressed=met.trial.earlier.suppressed,
        now=now,
        same_now=same_now,
        decided=tuple(sorted(decided, key=lambda each: (each.at, each.version_id))),
        shared=_shared(diff),
        differing=_differing(first, second, met.profiles),
        flips=tuple(flips(met.trial)),
        diff=tuple(diff),
    )


def held(read: Read, a: str, b: str, policy: ClusterPolicy) -> Evidence:
    """Hold two versions against each other, as config and story counts are now."""
    return _meet(read, a, b, policy).trial.decide()[1]


def _meet(read: Read, a: str, b: str, policy: ClusterPolicy) -> _Meeting:
    texts = read.texts([a, b])
    earlier, later = sorted((a, b), key=lambda each: texts[each].at)
    since, until = texts[earlier].at, texts[later].at
    index = cluster.Index(policy)
    ingest.hold(index, read, until, but=later)
    profiles = {each: cluster.profile(text.copy) for each, text in texts.items()}
    sketch = cluster.sketch(profiles[later])
    story_id = read.stories_of([earlier])[earlier]
    suppressed = Suppressed(policy)
    suppressed.catch_up(read)
    found = index.candidates(sketch=sketch, at=until) | suppressed.candidates(sketch, until)
    weights = {id(profile.shingles): index.weights(profile.shingles, until) for profile in profiles.values()}
    trial = Trial(
        earlier=cluster.Candidate(
            version_id=earlier,
            story_id=story_id,
            at=since,
            profile=profiles[earlier],
            anchor=True,
            suppressed=story_id in suppressed,
        ),
        later=cluster.Item(at=until, profile=profiles[later]),
        weigh=lambda shingles: (
            weights[id(shingles)] if id(shingles) in weights else index.weights(shingles, until)  # the same, many times
        ),
        policy=policy,
    )
    return _Meeting(trial, profiles, story_id in found.values() or a == b)


def _shared(diff: Collection[Piece]) -> Shared:
    words = {kind: sum(len(each.text.split()) for each in diff if each.kind == kind) for kind in _KINDS}
    runs = [Run(words=len(each.text.split()), text=each.text.strip()) for each in diff if each.kind == "same"]
    return Shared(
        of_a=words["same"] / ((words["same"] + words["removed"]) or 1),
        of_b=words["same"] / ((words["same"] + words["added"]) or 1),
        runs=tuple(sorted(runs, key=lambda run: -run.words)[:RUNS]),
    )


_KINDS = ("same", "removed", "added")


def _differing(a: VersionRow, b: VersionRow, profiles: Mapping[str, cluster.Profile]) -> Differing:
    one, other = profiles[a.version_id], profiles[b.version_id]
    return Differing(
        figures_a=tuple(sorted(one.numbers - other.words - other.numbers)),
        figures_b=tuple(sorted(other.numbers - one.words - one.numbers)),
        names_a=_as_written(one.names - other.words, a.body),
        names_b=_as_written(other.names - one.words, b.body),
    )


def _as_written(names: Collection[str], text: str) -> tuple[str, ...]:
    """Folded names as the text has them."""
    found = (re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in names)
    return tuple(sorted(match[0] if match else name for match, name in zip(found, names, strict=True)))


def _version(read: Read, identifier: str) -> VersionRow:
    file = read.story(identifier)
    wanted = read.named(identifier).version_id or file.story.canonical_version_id
    return next(each for each in file.versions if each.version_id == wanted)
