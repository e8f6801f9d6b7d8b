"""Which version stands for a story, and what each other one is to it.

Law: pure, and independent of the order in which the versions are given.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from wire.cluster.match import overlap
from wire.cluster.profile import Profile
from wire.model import Relation, Signal, Standing
from wire.policy import CanonicalPolicy, Criterion

_SUPERSEDES: Final = frozenset({Signal.CORRECTION, Signal.UPDATE, Signal.WRITETHRU, Signal.REFILE})
_NOTICE: Final = frozenset({Signal.KILL, Signal.WITHHOLD, Signal.ADVISORY})


def choose(members: Sequence[Standing], policy: CanonicalPolicy, pins: Sequence[str] = ()) -> str:
    """Id of the version that stands for the story. Raises ValueError for a story without versions.

    `pins`: versions that an operator chose, the last one counts; a notice never stands beside copy, pinned or not.

    In this order: copy before notices about copy; full text before the teasers that announce it; what the policy says,
    in its order; the first that was sent.
    """
    copy = {member.version_id for member in members if _NOTICE.isdisjoint(member.signals)}
    if pinned := [each for each in pins if each in copy]:
        return pinned[-1]
    longest = max(member.words for member in members)
    criteria: Mapping[Criterion, Callable[[Standing], object]] = {
        "rank": lambda member: member.rank,
        "agency": lambda member: member.origin is not None,
        "whole": lambda member: member.item or member.words >= policy.whole * longest,
        "update": lambda member: (_take(member), *((member.at, member.last) if _take(member) else ())),
        "original": lambda member: member.own,
        "length": lambda member: member.words,
    }

    def standing(member: Standing) -> tuple[object, ...]:
        return (
            member.version_id in copy,
            not member.teaser,
            *(criteria[each](member) for each in policy.order),
            -member.sent_at.timestamp(),
            member.version_id,
        )

    return max(members, key=standing).version_id


def _take(member: Standing) -> int:
    """See `Standing.take`; the versions of an item are its sender's own updates, unless they say that they are none."""
    again = member.take == 1 or Signal.REPEAT in member.signals
    return 3 if member.item and not again else member.take


def relate(version: Profile, canonical: Profile) -> tuple[Relation, float]:
    """What a version is to the canonical one, and how much of the shorter of the two the other holds (0 to 1)."""
    shared = overlap(version, canonical).containment
    if Signal.CORRECTION in version.signals:
        return Relation.CORRECTION, shared
    if not _SUPERSEDES.isdisjoint(version.signals):
        return Relation.UPDATE, shared
    if shared < 0.7:
        return Relation.REWRITTEN, shared
    ratio = version.length / (canonical.length or 1)
    if ratio < 0.9:
        return Relation.TRIMMED, shared
    return (Relation.EXTENDED if ratio > 1 / 0.9 else Relation.REPRINT), shared
