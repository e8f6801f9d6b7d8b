"""Does a text join a story that stands, or found one?

Law: a pure function of the text, the candidates and the weights; the order of the candidates changes nothing. Every
answer names the rule that gave it, with the figures and thresholds that it looked at.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final

from wire.cluster.match import Weigh, overlap
from wire.cluster.profile import Profile
from wire.cluster.rules import Pair, judge
from wire.model import Decision, Evidence, Founds, Joins, Signal
from wire.policy import ClusterPolicy

_CORRECTS: Final = frozenset({Signal.CORRECTION, Signal.UPDATE, Signal.WRITETHRU, Signal.REFILE})
_LINKED: Final = 0.1
"""Containment from which an entry edited in place is the same copy; below, a guid was used again for other copy."""


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
    pair: Pair
    rule: str | None

    @property
    def strength(self) -> tuple[bool, float, float, str]:
        figures = self.pair.overlap
        linked = self.candidate.link is not None
        return linked, figures.containment + figures.jaccard, -self.candidate.at.timestamp(), self.candidate.version_id


def decide(item: Item, candidates: Sequence[Candidate], weigh: Weigh, policy: ClusterPolicy) -> Decision:
    """Join the story of the single best match, or found one."""
    held = [_hold(item, candidate, weigh, policy) for candidate in candidates]
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
    held = _hold(a, Candidate(version_id="", story_id="", at=b.at, profile=b.profile), weigh, policy)
    return _evidence(held, held.rule or "no match", policy)


def _hold(item: Item, candidate: Candidate, weigh: Weigh, policy: ClusterPolicy) -> _Held:
    a, b = item.profile, candidate.profile
    pair = Pair(
        overlap=overlap(a, b, weigh),
        apart=abs((item.at - candidate.at).total_seconds()),
        corrects=not _CORRECTS.isdisjoint(a.signals + b.signals),
    )
    if a.language and b.language and a.language != b.language:
        return _Held(candidate, pair, None)
    if candidate.link and pair.overlap.containment >= _LINKED:
        return _Held(candidate, pair, candidate.link)
    return _Held(candidate, pair, judge(pair, policy))


def _anchored(match: _Held, held: Sequence[_Held], policy: ClusterPolicy) -> bool:
    """Is the text near the version that founded the story, too? Else a chain of edits would carry the story away."""
    founders = [h for h in held if h.candidate.founder and h.candidate.story_id == match.candidate.story_id]
    return all(h.rule or h.pair.overlap.containment >= policy.anchor for h in founders)


def _evidence(held: _Held, rule: str, policy: ClusterPolicy) -> Evidence:
    figures: dict[str, float] = asdict(held.pair.overlap)
    return Evidence(
        rule=rule,
        against=held.candidate.version_id or None,
        scores={name: round(value, 4) for name, value in figures.items()} | {"apart": held.pair.apart},
        thresholds={f.name: getattr(policy, f.name) for f in fields(policy)},
    )
