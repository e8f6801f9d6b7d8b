"""What an item's sender says that it belongs to: the versions under the ids, revision keys and slugs that it names.

Law: names are only heard of who wrote or carried the copy that they name. What they are worth, `cluster` decides: an id
or key links, unless the two texts have nothing in common; a slug only says where to look.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from wire.cluster import Named
from wire.editorial import Party
from wire.model import Copy, Feed, Label
from wire.prepare import Item
from wire.store import Linked, Write

TOGETHER = timedelta(hours=6)
"""Between two takes of one text, at most."""
NEAREST = 6
"""Versions under its slug that a text is held against, the nearest in time."""


class Names(NamedTuple):
    """What items call copy that they belong to."""

    guids: set[str]
    revisions: set[str]
    slugs: set[str]
    targets: set[str]
    """Their own guids, under which others may have named them before they came."""


def names_of(items: Sequence[Item]) -> Names:
    """The names that items have for others."""
    return Names(
        guids={
            name for item in items if (label := item.entry.label) for name in (*_ids(label), label.continues) if name
        },
        revisions={item.copy.revision for item in items if item.copy.revision},
        slugs={item.copy.slug_root for item in items if item.copy.slug_root and item.copy.origin},
        targets={item.copy.guid for item in items if item.copy.guid},
    )


class Links:
    """Names of one document's items. Asks once, and only where an item has names."""

    def __init__(
        self, write: Write, feed: Feed, items: Sequence[Item], times: Sequence[datetime], *, span: timedelta
    ) -> None:
        """`times`: the items' own; `span`: between two texts under one slug, at most."""
        self._feed, self._span = feed, span
        self._items: defaultdict[str, list[Linked]] = defaultdict(list)
        self._revisions: defaultdict[str, list[Linked]] = defaultdict(list)
        self._slugs: defaultdict[str, list[Linked]] = defaultdict(list)
        self._naming: defaultdict[str, list[Linked]] = defaultdict(list)
        """Versions that have named what had not come, by that."""
        names = names_of(items)
        if names.targets:
            _file(self._naming, write.naming(names.targets))
        if names.guids:
            _file(self._items, write.under_guids(names.guids))
        if names.revisions:
            _file(self._revisions, write.under_revisions(names.revisions))
        if names.slugs:
            _file(self._slugs, write.under_slugs(names.slugs, min(times) - span, max(times) + span))

    def wait(self, write: Write, item: Item, at: datetime) -> None:
        """Note what an item names that has not come, or not from anybody whom its sender may speak for."""
        label, copy = item.entry.label, item.copy
        if label is None or (item.order is not None and not item.order.own):
            return
        source = item.entry.source or self._feed.source
        for name, derived in {**dict.fromkeys(label.derived, True), **dict.fromkeys(label.evolved, False)}.items():
            if name != label.item and not self._theirs(copy, item, self._items[name]):
                write.await_item(name, copy.version_id, source=source, derived=derived)
                named = Linked(
                    version_id=copy.version_id, at=at, origin=copy.origin, source=source, name=name, derived=derived
                )
                self._naming[name].append(named)

    def successors(self, item: Item, *, derived: bool = False) -> list[str]:
        """Versions that came before an item, and say that they took its place, or (`derived`) are made of it; in order
        of arrival."""
        party = self._party(item.copy, item)
        return [
            each.version_id
            for each in self._naming[item.copy.guid or ""]
            if each.derived is derived and Party(source=each.source or "", origin=each.origin).may_order(party)
        ]

    def add(self, item: Item, version_id: str, at: datetime) -> None:
        """An item of the document is a version now."""
        copy, source = item.copy, item.entry.source or self._feed.source
        if copy.guid and item.entry.label:
            named = Linked(version_id=version_id, at=at, origin=copy.origin, source=source, name=copy.guid)
            self._items[copy.guid].append(named)
        for table, name in ((self._revisions, copy.revision), (self._slugs, copy.slug_root)):
            if name:
                table[name].append(Linked(version_id=version_id, at=at, origin=copy.origin, source=None, name=name))

    def of(self, item: Item, at: datetime) -> dict[str, Named | None]:
        """Versions that an item is to be held against, and how it names them; None: they have its slug."""
        found: dict[str, Named | None] = {}
        copy, label = item.copy, item.entry.label
        if copy.slug_root and copy.origin:
            near = [each for each in self._slugs[copy.slug_root] if each.origin == copy.origin]
            near = [each for each in near if abs(each.at - at) <= self._span]
            near.sort(key=lambda each: (abs(each.at - at), each.version_id))
            part = label.take if label else None
            for each in near[:NEAREST]:
                found[each.version_id] = "take" if part and abs(each.at - at) <= TOGETHER else None
        if copy.revision:
            ours = [each for each in self._revisions[copy.revision] if each.origin == copy.origin]
            found |= dict.fromkeys((each.version_id for each in ours[-NEAREST:]), "revision")
        if label:
            theirs = self._theirs(copy, item, (each for name in _ids(label) for each in self._items[name]))
            found |= dict.fromkeys((each.version_id for each in theirs[-NEAREST:]), "item")
            found |= dict.fromkeys(self.successors(item, derived=True)[:NEAREST], "item")
            before = self._theirs(copy, item, self._items[label.continues]) if label.continues else []
            found |= dict.fromkeys((each.version_id for each in before[-1:]), "continued")
        return found

    def same(self, item: Item) -> list[str]:
        """Versions of the very item, or of one that it takes the place of; in order of arrival.

        An item's own id outranks what its texts have in common, which `derived` does not: a round-up is made of others.
        """
        label = item.entry.label
        if label is None or (item.order is not None and not item.order.own):
            return []
        named = (each for name in (label.item, *label.evolved) if name for each in self._items[name])
        return [each.version_id for each in self._theirs(item.copy, item, named)]

    def _theirs(self, copy: Copy, item: Item, named: Iterable[Linked]) -> list[Linked]:
        """Those that the sender has a say in."""
        party = self._party(copy, item)
        return [each for each in named if party.may_order(Party(source=each.source or "", origin=each.origin))]

    def _party(self, copy: Copy, item: Item) -> Party:
        return Party(source=item.entry.source or self._feed.source, origin=copy.origin)


def _file(table: defaultdict[str, list[Linked]], found: Iterable[Linked]) -> None:
    for each in found:
        table[each.name].append(each)


def _ids(label: Label) -> list[str]:
    """Ids of the items that an item says it is another version of."""
    own = [label.item] if label.item else []
    return [*own, *label.evolved, *label.derived]
