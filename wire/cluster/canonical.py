"""Which version stands for a story, and what each other one is to it.

Law: pure, and independent of the order in which the versions are given.
"""

from collections.abc import Sequence
from typing import Final

from wire.cluster.match import overlap
from wire.cluster.profile import Profile
from wire.model import Relation, Signal, Standing
from wire.policy import ClusterPolicy

_SUPERSEDES: Final = frozenset({Signal.CORRECTION, Signal.UPDATE, Signal.WRITETHRU, Signal.REFILE})
_NOTICE: Final = frozenset({Signal.KILL, Signal.WITHHOLD, Signal.ADVISORY})


def choose(members: Sequence[Standing], policy: ClusterPolicy, pins: Sequence[str] = ()) -> str:
    """Id of the version that stands for the story. Raises ValueError for a story without versions.

    `pins`: versions that an operator chose, the last one counts; a notice never stands beside copy, pinned or not.

    In this order: copy before notices about copy; full text before the teasers that announce it; the source that the
    operator ranks higher; the agency's own text before one of unknown origin; whole texts (`policy.whole` of the
    longest) and versions of a wire item before fragments; the newest of those, updates, corrections and writethrus; the
    longest; the first seen.
    """
    copy = {member.version_id for member in members if _NOTICE.isdisjoint(member.signals)}
    if pinned := [each for each in pins if each in copy]:
        return pinned[-1]
    longest = max(member.words for member in members)

    def standing(member: Standing) -> tuple[object, ...]:
        supersedes = member.take or not _SUPERSEDES.isdisjoint(member.signals)
        at = member.sent_at or member.first_seen_at
        return (
            _NOTICE.isdisjoint(member.signals),
            not member.teaser,
            member.rank,
            member.origin is not None,
            member.take or member.words >= policy.whole * longest,
            supersedes and at.timestamp(),
            member.words,
            -member.first_seen_at.timestamp(),
            member.version_id,
        )

    return max(members, key=standing).version_id


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
