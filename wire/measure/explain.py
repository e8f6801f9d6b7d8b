"""Why two versions are, or are not, one story: as it was decided then, and as it would be decided now.

Law: asks `cluster`, and reads what was stored; decides nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from wire import cluster
from wire.model import Evidence
from wire.policy import ClusterPolicy
from wire.store import Read, StoredEvidence, VersionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Two versions held against each other."""

    same_story: bool
    a: VersionRow
    b: VersionRow
    now: Evidence
    """The comparison with today's config and today's story counts."""
    decided: tuple[StoredEvidence, ...]
    """What was decided when each of them came."""


def explain(read: Read, a: str, b: str, policy: ClusterPolicy) -> Explanation:
    """Explain two versions, given by the id of a version, a delivery or a story. Raises NotFound."""
    first, second = (_version(read, each) for each in (a, b))
    texts = read.texts([first.version_id, second.version_id])
    one, other = texts[first.version_id], texts[second.version_id]
    reach = timedelta(seconds=min(policy.window, 30 * 86_400.0))
    index = cluster.Index(policy)
    for each in read.sketches(since=min(one.at, other.at) - reach):
        index.add(version_id=each.version_id, story_id=each.story_id, at=each.at, sketch=each.sketch)
    later = max(one.at, other.at)
    now = cluster.compare(
        cluster.Item(at=one.at, profile=cluster.profile(one.copy)),
        cluster.Item(at=other.at, profile=cluster.profile(other.copy)),
        lambda shingles: index.weights(shingles, later),
        policy,
    )
    ids = {first.version_id, second.version_id}
    stories = {first.story_id, second.story_id}
    decided = [each for story_id in stories for each in read.story(story_id).evidence if each.version_id in ids]
    return Explanation(
        same_story=first.story_id == second.story_id,
        a=first,
        b=second,
        now=now,
        decided=tuple(sorted(decided, key=lambda each: (each.at, each.version_id))),
    )


def _version(read: Read, identifier: str) -> VersionRow:
    file = read.story(identifier)
    wanted = read.named(identifier).version_id or file.story.canonical_version_id
    return next(each for each in file.versions if each.version_id == wanted)
