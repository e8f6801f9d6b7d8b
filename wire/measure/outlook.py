"""What would become of the stories that stand, if what was received were decided as the scratch database has it.

Law: reads two databases and changes neither. What operators decided, the walk has done once more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from wire.ingest.regroup import vacant
from wire.measure.partition import Placed, Succession, succession
from wire.measure.walk import Walk
from wire.model import Copy, Evidence
from wire.store import Place, Read

PIECE = 500
"""Texts that are compared at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A story as it would be told."""

    story_id: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Deliveries that would go from one story to another."""

    story: Side
    """The one that they are in."""
    into: Side
    deliveries: int
    versions: tuple[str, ...]
    """As they are read now."""
    new: bool
    """Is `into` a story that would be new?"""
    evidence: Evidence | None
    """What was decided on the first of them that was held against the other story; else on the first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recast:
    """A story for which another version would stand."""

    story_id: str
    before: str
    after: str
    headline_before: str
    headline_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """All that would change."""

    deliveries: int
    """Taken once more."""
    stories_before: int
    """Among those taken once more and those that might have joined them."""
    stories_after: int
    merged: tuple[Moved, ...]
    """Stories that would be part of another one; the largest first, as below."""
    split: tuple[Moved, ...]
    """Parts of stories that would go elsewhere."""
    canonical: tuple[Recast, ...]
    reread: tuple[int, ...]
    """Numbers of deliveries that would be read as another text than they were."""
    refreshed: tuple[str, ...]
    """Versions of which another origin, headline, signal, … would be read, or another relation or sketch noted."""

    @property
    def nothing(self) -> bool:
        """Would everything stay as it is?"""
        return not (self.merged or self.split or self.canonical or self.reread or self.refreshed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An outlook, and what is needed to make it true."""

    outlook: Outlook
    ids: Mapping[str, str]
    """Story there → the id that it is to have here."""
    revived: frozenset[str]
    """Those of the new ids that were merged into others, and are to stand again."""
    succession: Succession
    here: Mapping[str, Place]
    """Versions as they stand."""
    there: Mapping[str, Place]
    """Versions as they would."""
    changed: frozenset[str]
    """Stories there whose versions, canonical or relations are others than here."""
    left: Mapping[str, str]
    """Versions that no delivery would be read as any more → story there to which their deliveries go."""
    texts: Mapping[str, Copy]
    """Known texts of which something else is read now."""
    unsketched: frozenset[str]
    """Known texts whose sketch is of another scheme."""


def plan(read: Read, trial: Read, walk: Walk) -> Plan:
    """Hold what stands in `read` against what came out in `trial`."""
    there = trial.places({row.version_id for row in trial.received()})
    here = read.places(there.keys() | {each.before for each in walk.taken})
    before = {each.delivery_id: here[each.before].story_id for each in walk.taken}
    after = {each.delivery_id: there[each.after].story_id for each in walk.taken}
    rows = trial.story_rows(set(walk.standing.values()))
    now = {name: row.merged_into or name for name, row in rows.items()}
    placed = [Placed(before=walk.aliases[name], after=now[name]) for name in walk.standing.values()]
    placed += [Placed(before=before[each], after=after[each]) for each in before]
    found = succession(placed)
    ids, revived = _names(read, found)
    touched = _touched(found, after.values())
    changed = _changed(touched, ids, here, there)
    again = {each.after for each in walk.taken} & here.keys()
    texts = dict(_read_otherwise(read, trial, again))
    schemes, wanted = read.schemes(again), trial.schemes(again)
    unsketched = frozenset(each for each in again if schemes[each] != wanted[each])
    left = {each.before: after[each.delivery_id] for each in reversed(walk.taken) if each.before not in there}
    moves = _Moves(read, trial, walk, found, ids, here, there)
    recast = moves.recast(touched)
    return Plan(
        outlook=Outlook(
            deliveries=len(walk.taken),
            stories_before=len({each.before for each in placed}),
            stories_after=len({each.after for each in placed}),
            merged=moves.merged,
            split=moves.split,
            canonical=recast,
            reread=tuple(sorted(each.number for each in walk.taken if each.before != each.after)),
            refreshed=tuple(sorted(texts.keys() | unsketched | _related(moves, recast, changed))),
        ),
        ids=ids,
        revived=revived,
        succession=found,
        here=here,
        there=there,
        changed=changed,
        left=left,
        texts=texts,
        unsketched=unsketched,
    )


def _related(moves: "_Moves", recast: Sequence[Recast], changed: Collection[str]) -> set[str]:
    """Known versions that would be something else to their canonical one, in stories that stay otherwise."""
    told = {side.story_id for each in (*moves.merged, *moves.split) for side in (each.story, each.into)}
    told |= {each.story_id for each in recast}
    return {
        each.version_id
        for each in moves.there.values()
        if each.story_id in changed and moves.ids[each.story_id] not in told and each.version_id in moves.here
    }


def _names(read: Read, found: Succession) -> tuple[dict[str, str], frozenset[str]]:
    """The id of every story: the one that it inherits; else the one that the road gave it, where that is free."""
    names = dict(found.heirs) | {story: vacant(read, story) for story in sorted(found.new)}
    taken = read.story_rows({names[story] for story in found.new})
    return names, frozenset(taken)


def _touched(found: Succession, taken: Iterable[str]) -> frozenset[str]:
    """Stories there that hold something taken once more, or that gain or lose something."""
    moved = [*found.parted, *found.merged.items()]
    losing = {before for before, _ in moved}
    heirs = {after for after, before in found.heirs.items() if before in losing}
    return frozenset({*taken, *heirs, *(after for _, after in moved)})


def _changed(
    touched: Collection[str], ids: Mapping[str, str], here: Mapping[str, Place], there: Mapping[str, Place]
) -> frozenset[str]:
    changed = set()
    for place in there.values():
        stands = here.get(place.version_id)
        if place.story_id in touched and (stands is None or stands != replace(place, story_id=ids[place.story_id])):
            changed.add(place.story_id)
    gone = {each.story_id for version_id, each in here.items() if version_id not in there}
    heirs = {before: after for after, before in ids.items()}
    losing = {
        heirs[stands.story_id]
        for version_id, place in there.items()
        if (stands := here.get(version_id)) and stands.story_id != ids[place.story_id] and stands.story_id in heirs
    }
    return frozenset(changed | losing | {heirs[each] for each in gone & heirs.keys()})


def _read_otherwise(read: Read, trial: Read, versions: Collection[str]) -> Iterator[tuple[str, Copy]]:
    """Known texts of which the scratch database says something else."""
    rest = iter(sorted(versions))
    while some := list(islice(rest, PIECE)):
        stands = read.texts(some)
        for version_id, text in trial.texts(some).items():
            if text.copy != stands[version_id].copy:
                yield version_id, text.copy


class _Moves:
    """Tells what moves in words and examples."""

    def __init__(
        self,
        read: Read,
        trial: Read,
        walk: Walk,
        found: Succession,
        ids: Mapping[str, str],
        here: Mapping[str, Place],
        there: Mapping[str, Place],
    ) -> None:
        self._read, self._trial, self._found, self.ids = read, trial, found, ids
        self.here, self.there = here, there
        self._versions: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for each in walk.taken:
            pair = here[each.before].story_id, there[each.after].story_id
            self._versions[pair][each.after] = None
        self._canonicals = {place.story_id: place.version_id for place in there.values() if place.canonical}
        self._rows = read.story_rows({before for before, _ in self._versions})
        pairs = sorted(found.merged.items(), key=self._size)
        self.merged = tuple(self._moved(pair) for pair in pairs)
        self.split = tuple(self._moved(pair) for pair in sorted(found.parted, key=self._size))

    def _size(self, pair: tuple[str, str]) -> tuple[int, str, str]:
        return -self._found.shared[pair], *pair

    def _moved(self, pair: tuple[str, str]) -> Moved:
        before, after = pair
        versions = tuple(self._versions[pair])
        return Moved(
            story=Side(story_id=before, headline=self._rows[before].headline or ""),
            into=Side(story_id=self.ids[after], headline=self._name(after)),
            deliveries=self._found.shared[pair],
            versions=versions,
            new=after in self._found.new,
            evidence=self._evidence(after, versions),
        )

    def _name(self, after: str) -> str:
        """The headline of a story as it stands, or as it would."""
        heir = self._rows.get(self._found.heirs.get(after, ""))
        return (heir and heir.headline) or self._headline(self._trial, self._canonicals[after])

    def _evidence(self, after: str, versions: Sequence[str]) -> Evidence | None:
        """What joined these versions with others of their story; else what was decided on the first of them."""
        stored = self._trial.story(after).evidence
        inside = frozenset(versions)
        across = (each for each in stored if (each.version_id in inside) != (each.evidence.against in inside))
        joined = next((each for each in across if each.evidence.against in self.there), None)
        own = next((each for each in stored if each.version_id in inside), None)
        chosen = joined or own
        return chosen.evidence if chosen else None

    def recast(self, touched: Collection[str]) -> tuple[Recast, ...]:
        """Stories that keep their id, and for which another version would stand."""
        heirs = {after: before for after, before in self._found.heirs.items() if after in touched}
        missing = set(heirs.values()) - self._rows.keys()
        rows = self._rows | self._read.story_rows(missing)
        changes = [
            (before, rows[before], self._canonicals[after])
            for after, before in heirs.items()
            if rows[before].canonical_version_id != self._canonicals[after]
        ]
        return tuple(
            Recast(
                story_id=before,
                before=row.canonical_version_id or "",
                after=canonical,
                headline_before=row.headline or "",
                headline_after=self._headline(self._trial, canonical),
            )
            for before, row, canonical in sorted(changes, key=lambda change: change[0])
        )

    @staticmethod
    def _headline(read: Read, version_id: str) -> str:
        return read.texts([version_id])[version_id].copy.headline
