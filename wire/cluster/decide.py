"""Does a text join a story that stands, or found one?

Law: a pure function of the text, the candidates and the weights; the order of the candidates changes nothing. Every
answer names the rule that gave it, with the figures and thresholds that it looked at.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final

from wire.cluster.match import Weigh, Weights, meet
from wire.cluster.profile import Profile
from wire.cluster.rules import Pair, judge
from wire.model import Decision, Evidence, Founds, Joins, Signal
from wire.policy import ClusterPolicy

_CORRECTS: Final = frozenset({Signal.CORRECTION, Signal.UPDATE, Signal.WRITETHRU, Signal.REFILE})
_LITTLE: Final = 0.1
"""Containment below which no two texts are one piece of copy, not even under one guid, which was used again then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A text and its time."""

    profile: Profile
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A version that might be of the same copy."""

    version_id: str
    story_id: str
    at: datetime
    profile: Profile
    link: str | None = None
    """How the sender says that the two are one: `guid`, `revision`, `item link`; None: it does not."""
    founder: bool = False
    """Is it the version that founded its story?"""


@dataclass(frozen=True, slots=True)
class _Held:
    """A candidate held against the text."""

    candidate: Candidate
    scores: dict[str, float]
    rule: str | None = None

    @property
    def strength(self) -> tuple[bool, float, float, str]:
        near = self.scores["containment"] + self.scores["jaccard"]
        return self.candidate.link is not None, near, -self.candidate.at.timestamp(), self.candidate.version_id


def decide(item: Item, candidates: Sequence[Candidate], weigh: Weigh, policy: ClusterPolicy) -> Decision:
    """Join the story of the single best match, or found one."""
    weights = weigh(item.profile.shingles)
    held = [_hold(item, weights, each, weigh, policy) for each in candidates]
    matches = sorted((each for each in held if each.rule), key=lambda each: each.strength, reverse=True)
    for match in matches:
        if match.candidate.link or _anchored(match, held, policy):
            return Joins(story_id=match.candidate.story_id, evidence=_evidence(match, match.rule or "", policy))
    if not held:
        return Founds(evidence=Evidence(rule="no candidate"))
    nearest = max(held, key=lambda each: each.strength)
    return Founds(evidence=_evidence(nearest, "drift" if matches else "no match", policy))


def compare(a: Item, b: Item, weigh: Weigh, policy: ClusterPolicy) -> Evidence:
    """Why the two are one piece of copy, or are not; symmetric."""
    other = Candidate(version_id="", story_id="", at=b.at, profile=b.profile)
    held = _hold(a, weigh(a.profile.shingles), other, weigh, policy)
    return _evidence(held, held.rule or "no match", policy)


def _hold(item: Item, weights: Weights, candidate: Candidate, weigh: Weigh, policy: ClusterPolicy) -> _Held:
    a, b = item.profile, candidate.profile
    met = meet(a, b, weights, weigh(b.shingles))
    if (a.language and b.language and a.language != b.language) or met.containment < _LITTLE:
        return _Held(candidate, {"containment": met.containment, "jaccard": 0.0})
    pair = Pair(
        overlap=met.overlap(),
        apart=abs((item.at - candidate.at).total_seconds()),
        corrects=not _CORRECTS.isdisjoint(a.signals + b.signals),
    )
    scores = asdict(pair.overlap) | {"apart": pair.apart}
    return _Held(candidate, scores, candidate.link or judge(pair, policy))


def _anchored(match: _Held, held: Sequence[_Held], policy: ClusterPolicy) -> bool:
    """Is the text near the version that founded the story, too? Else a chain of edits would carry the story away."""
    founders = [h for h in held if h.candidate.founder and h.candidate.story_id == match.candidate.story_id]
    return all(each.rule or each.scores["containment"] >= policy.anchor for each in founders)


def _evidence(held: _Held, rule: str, policy: ClusterPolicy) -> Evidence:
    return Evidence(
        rule=rule,
        against=held.candidate.version_id or None,
        scores={name: round(value, 4) for name, value in held.scores.items()},
        thresholds={each.name: getattr(policy, each.name) for each in fields(policy)},
    )
