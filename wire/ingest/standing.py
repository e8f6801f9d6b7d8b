"""Which version stands for a story, and what every other one is to it, written down.

Law: asks `cluster`; looks no further than it must, for a story may have thousands of versions.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from wire import cluster
from wire.ingest.memory import Texts
from wire.model import Standing
from wire.policy import CanonicalPolicy
from wire.store import Write


def settle(
    write: Write, policy: CanonicalPolicy, texts: Texts, grown: Mapping[str, Collection[str]], *, now: datetime
) -> None:
    """Choose the version that stands for each story, and say what every other one is to it.

    `grown`: by story the versions of which that was not said before; none where a delivery alone may have raised a
    rank. While the same version stands, only they are looked at: a story may have thousands.
    """
    members = write.members(grown)
    canonicals = write.canonicals(members)
    several = {
        story_id: each
        for story_id, each in members.items()
        if len(each) > 1 or canonicals[story_id] != each[0].version_id
    }
    pins = write.pins() if several else []
    for story_id, versions in several.items():
        _settle(write, policy, texts, story_id, versions, canonicals[story_id], pins, new=grown[story_id], now=now)


def _settle(
    write: Write,
    policy: CanonicalPolicy,
    texts: Texts,
    story_id: str,
    members: Sequence[Standing],
    before: str,
    pins: Sequence[str],
    *,
    new: Collection[str],
    now: datetime,
) -> None:
    chosen = cluster.choose(members, policy, pins)
    names = [each.version_id for each in members] if chosen != before else new
    variants = [each for each in names if each != chosen]
    if not variants and chosen == before:
        return
    of = texts.of(write, [chosen, *variants])
    relations = {each: cluster.relate(of[each].profile, of[chosen].profile) for each in variants}
    write.set_canonical(story_id, chosen, relations)
    if chosen != before:
        origins = {each.version_id: each.origin for each in members if each.origin}
        origin = origins.get(chosen) or next(iter(origins.values()), None)
        write.touch(story_id, updated_at=now, origin=origin)
        write.change("canonical", at=now, story_id=story_id, version_id=chosen, detail={"before": before})
