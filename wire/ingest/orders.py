"""The writer's half of orders to editors: a kill finds its story or waits for it, copy that is meant finds its order.

Law: asks `editorial` and writes down what it answered, in the transaction of the document that brought it. An order and
the copy that it means are one story; one that waits is a story that holds no copy.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from wire import editorial, health
from wire.editorial import By, Key, Open, Party
from wire.health.words import KILLED, moment
from wire.model import Decision, Evidence, Feed, Founds, Joins
from wire.prepare import Item
from wire.store import Call, Lineage, Notice, Write

LONGEST = 30 * 86_400.0
"""Seconds between an order and copy that it names by slug or headline, at most, whatever the clustering window."""
TEXT = "text"
"""How an order names its copy that holds its words."""
OWN = "own"
"""How an embargo names its copy: it stands above it."""
ITEM = "item"
"""The rule by which a new version of an item stays in its story, whatever its words are now."""
_CARRIERS = 5
"""Carriers that one alert names; `carried_v1` has them all."""


@dataclass(slots=True, kw_only=True)
class Bound:
    """What orders say of an item before its story is decided."""

    party: Party
    keys: frozenset[Key]
    """Names of the item; of an order, of the copy that it means."""
    settled: Joins | None = None
    """The story that it belongs to, whatever its words are."""
    by: str | None = None
    """How an order names its copy."""
    waiting: list[tuple[Open, By]] = field(default_factory=list)
    """Orders that wait for this copy."""
    waits: bool = False
    """Is it an order, and nothing has come that it means?"""
    theirs: frozenset[str] = frozenset()
    """Stories that the party may order something of."""

    def settle(self, decision: Decision) -> Decision:
        """The decision on the item's words, in the light of its names."""
        if self.waits:
            if isinstance(decision, Joins) and decision.story_id in self.theirs:
                self.by, self.waits = TEXT, False
                return decision
            return Founds(evidence=replace(decision.evidence, rule="an order that waits"))
        if self.waiting and isinstance(decision, Founds):
            opened, by = self.waiting[0]
            return Joins(story_id=opened.story_id, evidence=_evidence(by, opened.number))
        return decision


def names_of(items: Sequence[Item]) -> set[Key]:
    """The names under which orders may stand that items are under."""
    return {key for item in items for key in editorial.names(item.copy)}


class Desk:
    """Handles the orders of one document, and the orders that its copy is under."""

    def __init__(
        self, write: Write, feed: Feed, items: Sequence[Item], *, window: timedelta, now: datetime, tell: bool
    ) -> None:
        self._write, self._feed, self._window, self._now, self._tell = write, feed, window, now, tell
        self._shared = _shared(items)
        self._names = {item.key: self._own(item) for item in items}
        self._opened = write.opened({key for keys in self._names.values() for key in keys}) if items else []
        self.told: list[Call] = []

    def bound(self, item: Item, at: datetime, story_id: str | None, before: Lineage | None) -> Bound:
        """What orders say of an item; `story_id`: of its text, if it is known; `before`: what its entry brought."""
        party = Party(source=item.entry.source or self._feed.source, origin=item.copy.origin)
        if item.order and not item.order.own:
            return self._order(item, party, at, story_id, before)
        keys = self._names[item.key]
        stated = item.copy.updated_at or item.copy.published_at
        found = editorial.meant(keys, party, at, stated, self._opened, self._window)
        bound = Bound(party=party, keys=keys, waiting=[each for each in found if each[0].waits])
        if before and story_id is None and item.entry.label and item.entry.label.item:
            bound.settled = Joins(story_id=before.story_id, evidence=Evidence(rule=ITEM, against=before.version_id))
        known = next((each for each in found if not each[0].waits), None)
        if known and story_id is None:
            opened, by = known
            bound.settled = Joins(story_id=opened.story_id, evidence=_evidence(by, opened.number))
        return bound

    def _order(self, item: Item, party: Party, at: datetime, story_id: str | None, before: Lineage | None) -> Bound:
        """The story that a kill means: what its entry brought before, what it names; else what holds its words."""
        order = item.order
        keys = frozenset(each for each in order.keys if each.value not in self._shared) if order else frozenset[Key]()
        bound = Bound(party=party, keys=keys)
        if before:
            bound.settled = Joins(story_id=before.story_id, evidence=_evidence(By.GUID, None))
            bound.by = By.GUID
            return bound
        carried = self._write.carried(keys, party, at - self._window, self._now)
        bound.theirs = frozenset(each.story_id for each in carried if party.may_order(each.party))
        keys = bound.keys = keys - _ambiguous(keys, carried)
        found = order and editorial.target(replace(order, keys=keys), party, at, carried, self._window)
        if found:
            bound.settled = Joins(story_id=found[0], evidence=_evidence(found[1], None))
            bound.by = found[1]
        elif story_id:
            bound.by = TEXT
        else:
            bound.waits = True
        return bound

    def obey(self, item: Item, at: datetime, bound: Bound, story_id: str, delivery_id: str) -> list[str]:
        """Write down what an item orders, and that what orders waited for has come; gives the stories of orders that
        became part of `story_id`."""
        gone = []
        for opened, by in bound.waiting:
            if opened.story_id != story_id and opened.story_id not in gone:
                self._write.merge(opened.story_id, story_id)
                self._write.change(
                    "merged", at=self._now, story_id=opened.story_id, detail={"into": story_id, "by": "order"}
                )
                gone.append(opened.story_id)
            self._write.match_notice(opened.number, by)
        aim = story_id
        if item.order:  # a text that many orders share stands elsewhere than what this one means
            aim = bound.settled.story_id if bound.settled else story_id
            self._given(item, at, bound, aim, delivery_id)
        if bound.waiting or item.order:
            restate(self._write, aim, self._now)
            self.told += announce(self._write, aim, now=self._now, tell=self._tell, feed=self._feed)
            self._opened = self._write.opened({key for keys in self._names.values() for key in keys})
        return gone

    def _given(self, item: Item, at: datetime, bound: Bound, story_id: str, delivery_id: str) -> None:
        order = item.order
        if order is None:
            return
        notice = Notice(
            kind=order.kind.value,
            story_id=story_id,
            at=at,
            seen_at=self._now,
            source=bound.party.source,
            origin=bound.party.origin,
            headline=item.copy.headline,
            until=order.ends(at),
            matched_by=OWN if order.own else None if bound.waits else bound.by,
            delivery_id=delivery_id,
        )
        self._write.add_notice(notice, () if order.own else bound.keys)

    def _own(self, item: Item) -> frozenset[Key]:
        return frozenset(each for each in editorial.names(item.copy) if each.value not in self._shared)


def _shared(items: Sequence[Item]) -> frozenset[str]:
    """Guids and addresses that several entries of a document bear: they tell nothing."""
    counts = Counter(name for item in items for name in (item.copy.guid, item.copy.url) if name)
    return frozenset(name for name, count in counts.items() if count > 1)


def _ambiguous(keys: Collection[Key], carried: Sequence[editorial.Carried]) -> frozenset[Key]:
    """Guids and addresses under which several stories came: a feed that calls everything so."""
    plain = [each for each in keys if each.by in {By.GUID, By.LINK, By.ITEM}]
    return frozenset(each for each in plain if len({one.story_id for one in carried if each in one.keys}) > 1)


def _evidence(by: By, number: int | None) -> Evidence:
    notes = (f"under order n{number}",) if number else ()
    return Evidence(rule=f"order: {by}", notes=notes)


# --- how a story stands -------------------------------------------------------------------------------------------


def restate(write: Write, story_id: str, now: datetime) -> None:
    """Say how a story stands under its orders, and tell readers where that changes."""
    before, hour = write.status(story_id)
    status, until = editorial.stands(write.held(story_id), now)
    if (status, until) == (before, hour):
        return
    write.touch(story_id, status=status, embargo_until=until, updated_at=now)
    if status is not before:
        detail = {"status": status.value, "before": before.value}
        write.change("status", at=now, story_id=story_id, detail=detail)


def follow(write: Write, before: str, story_id: str, now: datetime, *, decision: int | None = None) -> None:
    """An order follows its copy: what goes from a story under orders to another one is under the same.

    `decision`: the operator's that took it there.
    """
    given = write.notices([before])
    held = {each.follows or each.number for each in write.notices([story_id], lifted=True)}
    for each in given:
        if before != story_id and (each.follows or each.number) not in held:
            by = decision or each.decision
            root = each.follows or each.number
            write.add_notice(replace(each, story_id=story_id, follows=root, alert_id=None, decision=by))
    if given:
        restate(write, before, now)
        restate(write, story_id, now)


def release(write: Write, now: datetime) -> int:
    """Let go of copy whose embargo has ended; gives the number of stories. Its hour stays to be read."""
    due = write.due(now)
    for story_id in due:
        restate(write, story_id, now)
    return len(due)


def announce(write: Write, story_id: str, *, now: datetime, tell: bool, feed: Feed | None = None) -> list[Call]:
    """Raise one alert for each kill or withhold that has found copy, with those who carried it."""
    fresh = [each for each in write.notices([story_id]) if each.kind != "embargo" and each.matched_by]
    fresh = [each for each in fresh if each.alert_id is None and each.follows is None]
    if not fresh:
        return []
    carriers = write.carriers_of(story_id)
    calls: list[Call] = []
    for each in fresh:
        first = carriers[0].headline if carriers else each.headline
        began = health.killed(
            f"{each.number} {each.seen_at.isoformat()} {story_id}",
            f"{each.kind}: “{first}” ({story_id}), by {each.source}; carried by "
            + (
                _list([f"{one.source} at {moment(one.seen_at)} {one.url or ''}".strip() for one in carriers])
                or "nobody"
            ),
            KILLED.format(story=story_id),
            feed=feed.key if feed else None,
            source=each.source,
            now=now,
        )
        calls += write.note([began], tell=tell)
        write.note_alert(each.number, began.alert.alert_id)
    return calls


def _list(carriers: Sequence[str]) -> str:
    more = f" and {len(carriers) - _CARRIERS} more" if len(carriers) > _CARRIERS else ""
    return "; ".join(carriers[:_CARRIERS]) + more
