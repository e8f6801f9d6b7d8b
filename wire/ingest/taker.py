"""One document end to end: the writer's half of the walk, stage by stage.

::

    prepare (in a child)                  Ingest.take (one transaction)
    parse ─▶ normalize ─▶ sketch  ───▶    known? ─▶ candidates ─▶ match, decide ─▶ store ─▶ canonical ─▶ change log

Law: decides nothing itself; asks `cluster`, and writes down what it answered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from wire.ingest import arrivals, links, orders, standing
from wire.ingest.arrivals import Arrival, Recognised, Taken
from wire.ingest.buried import Buried
from wire.ingest.links import Links
from wire.ingest.orders import Bound
from wire.ingest.tally import Tally
from wire.ingest.traits import bounded, is_item, is_later_take, item_time, story_founded_by, word_count
from wire.ingest.united import unite
from wire.ingest.window import Window
from wire.model import Decision, Evidence, Feed, Founds, Joins
from wire.normalize import By, Match
from wire.policy import CanonicalPolicy, ClusterPolicy
from wire.prepare import Item, Seen
from wire.store import Call, EntryRow, Lineage, Moves, Store, StoredSketch, Write


class Ingest:
    """Takes items into the database, and into the window beside it."""

    def __init__(self, policy: ClusterPolicy, canonical: CanonicalPolicy | None = None) -> None:
        self.canonical = canonical or CanonicalPolicy()
        self.tell = False
        """Whether what is raised is to be told outside."""
        self.told: list[Call] = []
        """What the last document raised."""
        self.arrived: list[tuple[str, Item]] = []
        """What the last document brought that is a delivery, with the keys of its entries."""
        self.window = Window(policy)
        self._buried = Buried()
        self._links: Links | None = None
        """Names of the items of the document at hand."""

    @contextmanager
    def writing(self, store: Store) -> Iterator[Moves]:
        """The write transaction in which to `take`; where it fails, the index is read again."""
        try:
            with store.writing() as write:
                yield write
        except BaseException:
            self.window.void()
            raise

    def take(
        self,
        write: Write,
        feed: Feed,
        seen: Sequence[Seen],
        items: Sequence[Item],
        *,
        now: datetime,
        whole: bool = True,
    ) -> Tally:
        """Take one document of `feed` into the transaction `write`: note all that it holds, and take what is fresh.

        `whole`: the document is all that the feed holds now; else it is a piece, and what came before still stands.
        Items are taken in the order of their own times; of equal times, as a feed lists them, the last one first.
        """
        self.told, self.arrived = [], []
        orders.release(write, now)
        if not seen:
            return Tally()  # most polls: nothing has changed
        found = arrivals.recognised(write, feed, seen, whole=whole)
        left = [item for item in items if found.of(item).changed][:: -1 if whole else 1]
        tally = Tally(entries=len(seen))
        taken = self._take_items(write, feed, left, found, now, tally)
        tally.gaps += arrivals.remember(write, feed, seen, found, taken, now=now, whole=whole)
        return tally

    def expect(self, write: Write, documents: Iterable[tuple[Feed, Sequence[Seen], Sequence[Item]]]) -> None:
        """Several documents are to be taken in this transaction: ask at once what each of them would ask by itself.

        Decides nothing, and changes nothing: what was asked once, a transaction remembers.
        """
        keys: defaultdict[str, set[str]] = defaultdict(set)
        expected: list[Item] = []
        for feed, seen, items in documents:
            keys[feed.key].update(each.key for each in seen)
            expected += items
        for feed_key, names in keys.items():
            write.contents(feed_key, names)
        version_ids = {item.copy.version_id for item in expected}
        known = write.stories_of(version_ids)
        if write.removals():
            write.tombstones(version_ids - known.keys())
        write.opened(orders.names_of(expected))
        write.hear(**links.names_of(expected)._asdict())

    # --- one item -----------------------------------------------------------------------------------------------

    def _take_items(
        self, write: Write, feed: Feed, items: Sequence[Item], found: Recognised, now: datetime, tally: Tally
    ) -> dict[tuple[str, str], Taken | str]:
        """Take items that are fresh; gives what became of each, or the face of one that shows a reader nothing new."""
        taken: dict[tuple[str, str], Taken | str] = {}
        if not items:
            return taken
        ordered = sorted((bounded(item, now) for item in items), key=lambda item: item_time(item.copy, now))
        self.window.catch_up(write)
        known = write.stories_of([item.copy.version_id for item in ordered])
        self._buried.dig(write, [item.copy.version_id for item in ordered if item.copy.version_id not in known])
        lineage = write.lineage(feed.key, arrivals.lineages(found, ordered))
        brought = write.brought(feed.key, known) if lineage and known else set()
        touched: dict[str, list[str]] = {}
        desk = orders.Desk(write, feed, ordered, window=timedelta(seconds=self._window()), now=now, tell=self.tell)
        self._links = self._links_of(write, feed, ordered, now)
        for item in ordered:
            version_id, at, match = item.copy.version_id, item_time(item.copy, now), found.of(item)
            before = lineage.get(match.key)
            if match.known and match.known.face == item.face:
                taken[item.key, item.hash] = item.face
                continue
            tied = match.firm and match.by is not None
            story_id = known.get(version_id)
            bound = desk.bound(item, at, story_id, before if match.by else None)
            if story_id is None:
                story_id = self._place(write, item, before if tied else None, at, now, tally, bound)
                known[version_id] = story_id
                self._links.add(item, version_id, at)
                touched.setdefault(story_id, []).append(version_id)
            here = arrivals.arrived(item, match, before, story_id, restored=(match.key, version_id) in brought)
            taken[item.key, item.hash] = here
            delivery_id = self._deliver(write, feed, item, match, here, story_id, now)
            self.arrived.append((here.key, item))
            touched.setdefault(story_id, [])
            for gone in desk.obey(item, at, bound, story_id, delivery_id):
                touched[story_id] += self._absorb(write, known, gone, story_id, touched.pop(gone, []))
            self._follow(write, item, story_id, known, touched, now)
            if item.order or bound.waiting:
                self.window.suppressed.catch_up(write)
            tally.new += 1
        self.told += desk.told
        alone = {story_id for story_id, new in touched.items() if [story_id] == list(map(story_founded_by, new))}
        self.settle(write, {each: new for each, new in touched.items() if each not in alone}, now=now)
        self.window.known(write)
        return taken

    def _deliver(
        self, write: Write, feed: Feed, item: Item, match: Match[EntryRow], here: Taken, story_id: str, now: datetime
    ) -> str:
        version_id = item.copy.version_id
        delivery_id = write.add_delivery(
            item.copy,
            feed=feed.key,
            source=item.entry.source or feed.source,
            entry_key=here.key,
            story_id=story_id,
            at=item_time(item.copy, now),
            seen_at=now,
            published=item.entry.published,
            edit=match.firm,
            arrival=here.arrival,
            recognised_by=_found_by(item, match) if here.key == match.key else None,
            replaces=here.replaces,
            late=here.arrival is Arrival.LATE,
            raw=item.raw,
        )
        detail = {"delivery_id": delivery_id, "feed": feed.key}
        if here.replaces:
            detail |= {"arrival": here.arrival, "replaces": here.replaces}
        write.change("delivery", at=now, story_id=story_id, version_id=version_id, detail=detail)
        return delivery_id

    def _follow(
        self,
        write: Write,
        item: Item,
        story_id: str,
        known: dict[str, str],
        touched: dict[str, list[str]],
        now: datetime,
    ) -> None:
        """What an item names is waited for; what came before it and took its place is of its story."""
        if self._links is None:
            return
        version_id = item.copy.version_id
        self._links.wait(write, item, item_time(item.copy, now))
        for each in self._links.successors(item):
            gone = write.stories_of([each]).get(each)
            if gone is None or gone == story_id or gone in self.window.apart(story_id):
                continue
            why = Evidence(rule=orders.ITEM, against=version_id, notes=("says that it took the place of this item",))
            moved = unite(write, gone, story_id, why, now)
            self.window.moved(write, moved, story_id)
            known |= dict.fromkeys(moved, story_id)
            touched.pop(gone, None)
            touched[story_id] += moved
            self.window.suppressed.catch_up(write)

    def _absorb(self, write: Write, known: dict[str, str], gone: str, into: str, new: Collection[str]) -> list[str]:
        """The story of an order became part of the one that it means; gives the versions that come with it."""
        moved = [
            each
            for each, story_id in write.stories_of([*new, *self.window.index.members(gone)]).items()
            if story_id == into
        ]
        self.window.moved(write, moved, into)
        known |= dict.fromkeys(moved, into)
        return moved

    def _place(
        self,
        write: Write,
        item: Item,
        before: Lineage | None,
        at: datetime,
        now: datetime,
        tally: Tally,
        bound: Bound,
    ) -> str:
        """Find the story of a text that is new, or found one; returns the story's id."""
        self.window.hold(write, at)
        settled = bound.settled or self._said(write, item)
        if settled and before and settled.story_id in self.window.apart(before.story_id):
            settled = None  # the name is of copy that an operator holds apart from this one
        decision = settled or bound.settle(self._judged(write, item, before, at))
        return self._write_down(write, item, decision, at, now, tally)

    def _judged(self, write: Write, item: Item, before: Lineage | None, at: datetime) -> Decision:
        candidates = self.window.candidates(write, item, before, self._links, at)
        return self.window.decide(item, candidates, at)

    def _said(self, write: Write, item: Item) -> Joins | None:
        """The story of which a wire's item says that it is, where its names lead to one alone; or of what came before
        it and says that it took its place."""
        if self._links is None:
            return None
        named = self._links.same(item)
        stories = write.stories_of(named) if named else {}
        if not stories and (later := self._links.successors(item)):
            named, stories = later[:1], write.stories_of(later[:1])
        if len(set(stories.values())) != 1:
            return None
        against = next(each for each in reversed(named) if each in stories)
        return Joins(story_id=stories[against], evidence=Evidence(rule=orders.ITEM, against=against))

    def _links_of(self, write: Write, feed: Feed, items: Sequence[Item], now: datetime) -> Links:
        times = [item_time(item.copy, now) for item in items]
        return Links(
            write, feed, items, times, span=timedelta(seconds=min(self.window.policy.day, self.window.policy.window))
        )

    def _window(self) -> float:
        return min(self.window.policy.window, orders.LONGEST)

    def _write_down(
        self, write: Write, item: Item, decision: Decision, at: datetime, now: datetime, tally: Tally
    ) -> str:
        version_id = item.copy.version_id
        decision, risen = self._buried.rise(write, version_id, decision)
        story_id = decision.story_id if isinstance(decision, Joins) else risen or story_founded_by(version_id)
        if isinstance(decision, Founds):
            write.add_story(
                story_id,
                version_id,
                seen_at=now,
                origin=item.copy.origin,
                language=item.copy.language,
                published_at=item.copy.published_at,
                again=risen is not None,
            )
            write.change("story", at=now, story_id=story_id, version_id=version_id)
            tally.stories += 1
        else:
            write.touch(story_id, updated_at=now)
            write.change("version", at=now, story_id=story_id, version_id=version_id)
            tally.joined += 1
            tally.rules[decision.evidence.rule] = tally.rules.get(decision.evidence.rule, 0) + 1
        number = write.add_version(
            item.copy,
            story_id=story_id,
            sketch=item.sketch,
            words=word_count(item.copy),
            at=at,
            seen_at=now,
            teaser=is_later_take(item),
        )
        write.add_evidence(version_id, story_id, decision.evidence, now)
        stored = StoredSketch(number=number, version_id=version_id, story_id=story_id, at=at, sketch=item.sketch)
        self.window.add(write, item, stored, joined=isinstance(decision, Joins))
        tally.versions += 1
        return story_id

    def settle(self, write: Write, grown: Mapping[str, Collection[str]], *, now: datetime) -> None:
        """See `standing.settle`."""
        standing.settle(write, self.canonical, self.window.texts, grown, now=now)


def _found_by(item: Item, match: Match[EntryRow]) -> By | None:
    return By.ITEM if match.by is By.GUID and is_item(item) else match.by
