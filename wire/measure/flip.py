"""What would have to be otherwise for two texts to be decided otherwise: found by trying, not by knowing the rules.

Law: asks `cluster.decide` with other thresholds and other times, so that it is right whatever the rules are. Looks for
one change that suffices; where none does, for the fewest that do together.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any, get_args, get_type_hints

from annotated_types import Ge, Gt, Le, Lt

from wire import cluster
from wire.model import Evidence, Joins
from wire.policy import ClusterPolicy

APART = "apart"
"""The seconds between the two texts, which no operator turns, but which often decide."""
_FAR = 1e9
"""For a threshold without upper bound: more seconds, words or passages than any two texts have."""
_STEPS = 40
_ROUGHLY = 0.02
"""Share of a change by which it may be larger than needed, for the sake of a rounder number."""
_EXACT = 0.005
"""Difference, in parts, up to which a score is taken for the one that met the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A threshold at another value; or the time between the texts (`apart`)."""

    name: str
    value: float
    """As it is."""
    needs: float
    """The nearest value that flips the decision."""
    score: str | None = None
    """Name of the score that meets the threshold there, where one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Changes that flip the decision, all of them together."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Two texts, and all that their decision hangs on."""

    earlier: cluster.Candidate
    later: cluster.Item
    weigh: Callable[..., Any]
    policy: ClusterPolicy

    @property
    def apart(self) -> float:
        """Seconds between the two."""
        return (self.later.at - self.earlier.at).total_seconds()

    def decide(self, values: Mapping[str, float] | None = None) -> tuple[bool, Evidence]:
        """Would the later text join the earlier one? `values`: thresholds that are otherwise."""
        changed: dict[str, Any] = dict(values or {})
        at = self.earlier.at + timedelta(seconds=changed.pop(APART, self.apart))
        item = replace(self.later, at=at)
        decision = cluster.decide(item, [self.earlier], self.weigh, replace(self.policy, **changed))
        return isinstance(decision, Joins), decision.evidence


def flips(trial: Trial) -> list[Flip]:
    """Every single change that flips the decision, the smallest first; else one set of changes, as small as can be."""
    was, evidence = trial.decide()
    ranges = _ranges(trial)
    single = [change for name in ranges for change in _alone(trial, name, ranges[name], was, evidence)]
    if single:
        single.sort(key=lambda each: abs(each.needs - each.value) / (abs(each.value) or 1))
        return [Flip(changes=(each,)) for each in single]
    return [Flip(changes=changes)] if (changes := _together(trial, ranges, was, evidence)) else []


def _alone(trial: Trial, name: str, ends: tuple[float, float], was: bool, evidence: Evidence) -> Iterator[Change]:
    value = _value(trial, name)
    for end in ends:
        if end != value and trial.decide({name: end})[0] != was:
            yield _change(trial, name, end, {}, was, evidence)


def _together(
    trial: Trial, ranges: Mapping[str, tuple[float, float]], was: bool, evidence: Evidence
) -> tuple[Change, ...]:
    """From everything at one end, take back what is not needed, then come as near to what is as can be."""
    for end in (0, 1):
        values = {name: ends[end] if name not in _UPWARDS else ends[1 - end] for name, ends in ranges.items()}
        if trial.decide(values)[0] == was:
            continue
        for name in ranges:
            rest = {each: value for each, value in values.items() if each != name}
            if trial.decide(rest)[0] != was:
                values = rest
        changes = []
        for name, limit in list(values.items()):
            change = _change(trial, name, limit, {k: v for k, v in values.items() if k != name}, was, evidence)
            values[name] = change.needs
            changes.append(change)
        return tuple(changes)
    return ()


_UPWARDS = frozenset({"window", "day", "correction", "short", APART})
"""What joins more texts when it is turned up; all other thresholds join more when they are turned down."""


def _change(trial: Trial, name: str, end: float, others: Mapping[str, float], was: bool, evidence: Evidence) -> Change:
    """Bisect between the value that is and one that flips."""
    value = stays = _value(trial, name)
    whole = isinstance(value, int)
    needs = end
    for _ in range(_STEPS):
        middle = (stays + needs) // 2 if whole else (stays + needs) / 2
        if middle in {stays, needs}:
            break
        if trial.decide({**others, name: middle})[0] == was:
            stays = middle
        else:
            needs = middle
    for digits in range(5):
        short = round(needs, digits)
        close = abs(short - needs) <= _ROUGHLY * abs(needs - value)
        if close and short != value and trial.decide({**others, name: short})[0] != was:
            needs = short
            break
    return Change(name=name, value=value, needs=needs, score=_score_at(needs, evidence) if name != APART else None)


def _score_at(value: float, evidence: Evidence) -> str | None:
    near = {name: abs(score - value) / max(abs(value), 1) for name, score in evidence.scores.items()}
    best = min(near, key=lambda name: near[name], default=None)
    return best if best and near[best] <= _EXACT else None


def _value(trial: Trial, name: str) -> float:
    return trial.apart if name == APART else getattr(trial.policy, name)


def _ranges(trial: Trial) -> dict[str, tuple[float, float]]:
    """The least and the greatest value of each threshold that is a number."""
    hints = get_type_hints(ClusterPolicy, include_extras=True)
    ranges = {each.name: _range(hints[each.name]) for each in fields(ClusterPolicy)}
    return {**ranges, APART: (0.0, min(trial.policy.window, _FAR))}


def _range(hint: object) -> tuple[float, float]:
    low, high = 0.0, _FAR
    for bound in get_args(hint)[1:]:
        match bound:
            case Ge(ge=int() | float() as value) | Gt(gt=int() | float() as value):
                low = value
            case Le(le=int() | float() as value) | Lt(lt=int() | float() as value):
                high = value
            case _:
                pass
    return low, high
