"""Does a text join a story that stands, or found one?

Law: a pure function of the text, the candidates and the weights; the order of the candidates changes nothing. Every
answer names the rule that gave it, with the figures and thresholds that it looked at.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np

from wire.cluster.match import Meeting, Overlap, Weigh, Weights, among, meet, shared
from wire.cluster.pair import EVIDENCE, FLASH, Pair
from wire.cluster.profile import Profile
from wire.cluster.rules import LOOSE, judge, resurfaces
from wire.cluster.shingles import Hashes
from wire.model import Decision, Evidence, Founds, Joins, Signal
from wire.policy import ClusterPolicy

_CORRECTS: Final = frozenset({Signal.CORRECTION, Signal.UPDATE, Signal.WRITETHRU, Signal.REFILE})
_FLASH: Final = frozenset({Signal.FLASH, Signal.URGENT})
_LITTLE: Final = 0.1
"""Containment below which two texts are no piece of copy, unless one is a flash; a guid under both was used again."""
_OPENS: Final = 0.8
"""Share of a story's lead that stands in a round-up."""
_APART: Final = 0.7
"""Share of what a round-up holds of a story that it holds of no other."""
_SUBJECT: Final = 0.3
"""Share of the words of two headlines that they have in common where they speak of one thing."""
_ABOUT: Final = 5
"""Steps in which `near` is compared first: a round-up holds a brief as wholly as its own story does."""
_NOTED: Final = 12
"""Figures or names that one note lists at most."""
_PART: Final = 0.1
"""Share of a round-up that one of its stories takes at least."""
_NONE_APART: Final[Mapping[str, Collection[str]]] = MappingProxyType({})
_KNOWN: Final = ("agency", "place", "slug")
"""What can be said of a pair only where both texts tell."""
_FIGURES: Final = tuple(each.name for each in fields(Overlap))
_MEMORY: Final = frozenset({"stories", "members", "frequency_cells"})
"""Keys of the policy that decide of no pair."""
_THRESHOLDS: Final = tuple(each.name for each in fields(ClusterPolicy) if each.name not in _MEMORY)


Named: TypeAlias = Literal["guid", "item", "revision", "take", "continued"]
"""A name that tells what a text is another version of: of its entry, in its wire format, in its agency's manner. Or
what it is another part of: a take under one slug with others, one that names the take before."""
_PLAIN: Final[tuple[Named | None, ...]] = (None, "take", "revision", "item", "guid", "continued")
"""The plainest last."""
_PARTS: Final = frozenset({"take", "continued"})
"""Names of parts, which need share no phrase."""


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
    link: Named | None = None
    """How the sender says that the two are one; None: it does not."""
    anchor: bool = False
    """Is it a version that its story must stay near? One that an operator made of several has several."""
    suppressed: bool = False
    """May its copy not be used? Then every doubt speaks for it."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A candidate held against the text."""

    candidate: Candidate
    common: Hashes
    """Shared shingles, sorted."""
    containment: float
    met: Meeting | None = None
    """What the two share, where that is worth a look."""
    pair: Pair | None = None
    rule: str | None = None

    @property
    def near(self) -> float:
        """How much the two share, by either measure: 0 to 2."""
        return self.containment + (self.pair.overlap.jaccard if self.pair else 0.0)

    @property
    def scores(self) -> dict[str, float]:
        if self.pair is None:
            return {"containment": self.containment}
        known = {name: value for name in _KNOWN if (value := getattr(self.pair, name)) is not None}
        return {name: getattr(self.pair.overlap, name) for name in _FIGURES} | {"apart": self.pair.apart} | known


def decide(
    item: Item,
    candidates: Sequence[Candidate],
    weigh: Weigh,
    policy: ClusterPolicy,
    apart: Mapping[str, Collection[str]] = _NONE_APART,
) -> Decision:
    """Join the story of the single best match, or found one.

    `apart`: stories that an operator holds apart, each with the others; of such two only the nearer one is looked at.
    """
    if not candidates:
        return Founds(evidence=Evidence(rule="no candidate"))
    held = _held(item, candidates, weigh, policy)
    if apart:
        held = _nearer(held, apart)
    _rank(held)
    matches = [each for each in held if each.rule]
    if barred := _barred(matches):
        return Joins(story_id=barred.candidate.story_id, evidence=_evidence(barred, barred.rule or "", policy))
    linked = [each for each in matches if each.rule == each.candidate.link]
    if not linked and len(parts := _parts(item.profile, held)) > 1:
        return Founds(evidence=_evidence(held[0], "round-up", policy, notes=tuple(f"holds {each}" for each in parts)))
    for match in linked or matches:
        if linked or _anchored(match, held, policy):
            return Joins(story_id=match.candidate.story_id, evidence=_evidence(match, match.rule or "", policy))
    return Founds(evidence=_evidence(held[0], "drift" if matches else "no match", policy))


def _barred(matches: Sequence[_Held]) -> _Held | None:
    """What a text would bring back that may not be used; None where it is nearer to other copy, or under its link.

    Neither a story's anchor nor what else a text holds speaks against it.
    """
    found = max((each for each in matches if each.candidate.suppressed), key=lambda each: each.near, default=None)
    return found if found and all(found.near >= each.near for each in matches) else None


def compare(a: Item, b: Item, weigh: Weigh, policy: ClusterPolicy) -> Evidence:
    """Why the two are one piece of copy, or are not; symmetric."""
    other = Candidate(version_id="", story_id="", at=b.at, profile=b.profile)
    (held,) = _held(a, [other], weigh, policy)
    notes = _differences(held.met or meet(a.profile, b.profile))
    return _evidence(held, held.rule or "no match", policy, notes=notes)


def _held(item: Item, candidates: Sequence[Candidate], weigh: Weigh, policy: ClusterPolicy) -> list[_Held]:
    """Hold candidates against the text; weights are asked for in one question."""
    common = shared(item.profile, [each.profile for each in candidates])
    weighed = [number for number, each in enumerate(common) if len(each) >= EVIDENCE]
    weights: dict[int | None, Weights] = {}
    if weighed:
        texts = [item.profile, *(candidates[number].profile for number in weighed)]
        ends = accumulate(len(text.shingles) for text in texts)
        together = weigh(np.concatenate([text.shingles for text in texts]))
        spans = pairwise([0, *ends])
        weights = {number: together[start:end] for number, (start, end) in zip([None, *weighed], spans, strict=True)}
    return [
        _hold(item, each, common[number], (weights[None], weights[number]) if number in weights else None, policy)
        for number, each in enumerate(candidates)
    ]


def _hold(
    item: Item, candidate: Candidate, common: Hashes, weights: tuple[Weights, Weights] | None, policy: ClusterPolicy
) -> _Held:
    """Hold a candidate against the text: closely, where they share enough that it may matter.

    `weights`: of the shingles of the text and of the candidate; None: they are all alike.
    """
    a, b = item.profile, candidate.profile
    signals = (*a.signals, *b.signals)
    flash, bare = not _FLASH.isdisjoint(signals), a.bare or b.bare
    share = len(common) / (min(len(a.shingles), len(b.shingles)) or 1)
    heard = flash or bare or candidate.link in _PARTS
    foreign = a.language and b.language and a.language != b.language and not candidate.suppressed
    if foreign or (share < _LITTLE / 2 and not heard):
        return _Held(candidate, common, share)
    own, other = weights or (None, None)
    met = meet(a, b, own, other, common)
    if met.containment < _LITTLE and not heard:
        return _Held(candidate, common, met.containment)
    apart = abs((item.at - candidate.at).total_seconds())
    pair = Pair(
        overlap=met.overlap(),
        apart=apart,
        corrects=not _CORRECTS.isdisjoint(signals),
        flash=flash,
        bare=bare,
        unit=max(a.unit, b.unit),
        agency=a.agency == b.agency if a.agency and b.agency else None,
        place=not a.places.isdisjoint(b.places) if a.places and b.places else None,
        slug=a.slug == b.slug if a.slug and b.slug else None,
    )
    link = candidate.link if _is_linked(candidate.link, pair, met.containment) else None
    rule = link or judge(pair, policy) or (resurfaces(pair, policy) if candidate.suppressed else None)
    return _Held(candidate, common, met.containment, met, pair, rule)


def _is_linked(link: Named | None, pair: Pair, containment: float) -> bool:
    """Do the two texts bear out what a name says? An entry's guid may be used again; a first word and its story may
    have no phrase in common, but one subject; takes of one text have no more than their headline."""
    if link in _PARTS:
        return link == "continued" or pair.overlap.subject >= _SUBJECT
    one_subject = pair.overlap.subject >= _SUBJECT and not pair.overlap.clash
    return containment >= _LITTLE or (link in {"item", "revision"} and one_subject)


def _rank(held: list[_Held]) -> None:
    """The best match first: linked, near, of the story of which most versions match, nearest, earliest."""
    if len(held) < 2:
        return
    matching = Counter(each.candidate.story_id for each in held if each.rule)

    def strength(each: _Held) -> tuple[object, ...]:
        candidate = each.candidate
        roughly = int(_ABOUT * each.near)
        return (
            _PLAIN.index(candidate.link),
            roughly,
            matching[candidate.story_id],
            each.near,
            -candidate.at.timestamp(),
            candidate.version_id,
        )

    held.sort(key=strength, reverse=True)


def _nearer(held: list[_Held], apart: Mapping[str, Collection[str]]) -> list[_Held]:
    """Without what is held against a story that an operator holds apart from one that the text is nearer to."""
    best: dict[str, tuple[int, float, float, str]] = {}
    for each in held:
        candidate = each.candidate
        near = _PLAIN.index(candidate.link), each.near, -candidate.at.timestamp(), candidate.version_id
        best[candidate.story_id] = max(near, best.get(candidate.story_id, near))
    farther = {
        story_id
        for story_id in best
        if any(best[other] > best[story_id] for other in apart.get(story_id, ()) if other in best)
    }
    return [each for each in held if each.candidate.story_id not in farther]


def _anchored(match: _Held, held: Sequence[_Held], policy: ClusterPolicy) -> bool:
    """Is the text near an anchor of the story, too? Else a chain of edits would carry the story away.

    A flash is too short to be drifted away from; what matches the anchor itself, or has its slug, is no chain.
    """
    anchors = [each for each in held if each.candidate.anchor and each.candidate.story_id == match.candidate.story_id]
    enough = policy.anchor * (2 if match.rule in LOOSE else 1)
    return not anchors or any(
        each is match
        or bool(each.pair and each.pair.slug and each.pair.agency)
        or each.containment >= enough
        or each.candidate.profile.length <= FLASH * each.candidate.profile.unit
        for each in anchors
    )


def _parts(text: Profile, held: Sequence[_Held]) -> list[str]:
    """Stories that stand side by side in a text, each from its opening on: more than one make it a round-up."""
    taken = np.zeros(len(text.grams), np.bool_)
    parts: dict[str, Profile] = {}
    for each in held:
        lead = each.candidate.profile.lead
        opens = len(each.common) >= _OPENS * len(lead) <= np.count_nonzero(among(lead, text.shingles))
        if not opens or each.candidate.story_id in parts:
            continue
        if any(_same_subject(each.candidate.profile, part) for part in parts.values()):
            continue
        covered = among(text.grams, each.common)
        if (covered & ~taken).sum() >= max(_APART * covered.sum(), _PART * len(covered)):
            parts[each.candidate.story_id] = each.candidate.profile
            taken |= covered
    return list(parts)


def _same_subject(one: Profile, other: Profile) -> bool:
    """Does a few lines' headline speak of what another's speaks of? Two takes of one story may have become two."""
    both = len(one.headline & other.headline)
    few = one.length <= FLASH * one.unit or other.length <= FLASH * other.unit
    return few and both >= _SUBJECT * len(one.headline | other.headline) > 0


def _differences(met: Meeting) -> tuple[str, ...]:
    """Figures and names that one of the two texts has and the other has not, in words."""
    notes: list[str] = []
    for which, one, other in (("shorter", met.short, met.long), ("longer", met.long, met.short)):
        for kind, only in (("figures", one.numbers - other.numbers), ("names", one.names - other.words)):
            if only:
                notes.append(f"{kind} only in the {which} text: {', '.join(sorted(only)[:_NOTED])}")
    return tuple(notes)


def _evidence(held: _Held, rule: str, policy: ClusterPolicy, notes: tuple[str, ...] = ()) -> Evidence:
    return Evidence(
        rule=rule,
        against=held.candidate.version_id or None,
        scores={name: round(value, 4) for name, value in held.scores.items()},
        thresholds={name: getattr(policy, name) for name in _THRESHOLDS} if held.pair else {},
        notes=notes or (_differences(held.met) if held.met else ()),
    )
