"""Whatever a feed does, poll after poll: nothing is lost, nothing unchanged comes twice, every edit is linked."""

import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.measure.copy import SETTINGS
from wire import prepare
from wire.ingest import Ingest, arrivals
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import DeliveryRow, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed(key="courier", url="http://courier.example/feed", source="Courier")
WORDS = ["".join(random.Random(n).choices("bcdfghklmnprstvaeiou", k=3 + n % 6)) for n in range(3000)]


def text(number: int, edit: int) -> str:
    """The text of an entry, of which each edit changes a sentence."""
    draw = random.Random(number)
    sentences = [" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(8)]
    if edit:
        sentences[3] = " ".join(random.Random(f"{number} {edit}").choices(WORDS, k=12)).capitalize() + "."
    return " ".join(sentences)


@dataclass
class Story:
    """An entry as its publisher has it."""

    number: int
    guid: str | None
    link: str
    published_at: datetime
    edit: int = 0
    brought: list[int] = field(default_factory=list)
    """What a reader must have received of it, in order."""

    def sent(self) -> Entry:
        return Entry(
            guid=self.guid,
            url=self.link,
            headline=f"Item {self.number}",
            body=text(self.number, self.edit),
            markup="text",
            published_at=self.published_at,
        )


class Publisher:
    """A feed that changes its mind, and what a reader of it must have received."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.taker = Ingest(ClusterPolicy())
        self.now = NOON
        self.shown: list[Story] = []
        self.away: list[Story] = []
        self.number = 0
        self.names = 0
        self.guids = True

    @property
    def all(self) -> list[Story]:
        return self.shown + self.away

    def poll(self) -> None:
        """Show the document as it stands."""
        self.now += timedelta(minutes=10)
        seen = [prepare.name(each.sent()) for each in self.shown]
        with self.store.reading() as read:
            items = prepare.items(arrivals.fresh(read, FEED, seen), FEED, SETTINGS.agencies)
        with self.taker.writing(self.store) as write:
            write.add_feeds([FEED])
            self.taker.take(write, FEED, seen, items, now=self.now)
        for each in self.shown:
            if each.brought[-1:] != [each.edit]:
                each.brought.append(each.edit)

    # --- what it does between two polls ---------------------------------------------------------------------------

    def add(self, where: int) -> None:
        self.number += 1
        name = f"http://courier.example/{self.number}"
        at = self.now - timedelta(hours=where % 50)  # some come late, some are dated back
        self.shown.insert(where % (len(self.shown) + 1), Story(self.number, name if self.guids else None, name, at))

    def edit(self, which: int) -> None:
        if self.shown:
            self.shown[which % len(self.shown)].edit = 1 + which % 3

    def take_back(self, which: int) -> None:
        if self.shown:
            self.shown[which % len(self.shown)].edit = 0

    def drop(self, which: int) -> None:
        if self.shown:
            self.away.append(self.shown.pop(which % len(self.shown)))

    def bring_back(self, which: int) -> None:
        if self.away:
            self.shown.append(self.away.pop(which % len(self.away)))

    def date_anew(self, which: int) -> None:
        for each in self.shown:
            each.published_at += timedelta(hours=which)

    def spell_anew(self, which: int) -> None:
        spellings: list[Callable[[str], str]] = [
            lambda name: name.replace("http:", "https:"),
            lambda name: name.replace("//courier", "//www.courier"),
            lambda name: f"{name.partition('?')[0].rstrip('/')}/",
            lambda name: f"{name.partition('?')[0]}?utm_source=feed{which}",
        ]
        for each in self.all:
            each.guid = each.guid and spellings[which % 4](each.guid)

    def name_anew(self, _: int) -> None:
        self.names += 1
        for each in self.all:
            each.guid = each.guid and f"cms{self.names}:{each.number}"

    def move(self, _: int) -> None:
        """Other guids and other links at once; a poll before, for what is edited at the same time is another entry."""
        self.poll()
        self.names += 1
        for each in self.shown:
            each.link = f"http://courier.example/moved{self.names}/{each.number}"
            each.guid = each.guid and f"cms{self.names}:{each.number}"
        self.poll()

    def forget_guids(self, _: int) -> None:
        self.guids = False
        for each in self.all:
            each.guid = None

    def shuffle(self, which: int) -> None:
        random.Random(which).shuffle(self.shown)

    def restart(self, _: int) -> None:
        self.taker = Ingest(ClusterPolicy())


DEEDS = (
    "add add add edit edit take_back drop bring_back date_anew spell_anew name_anew move forget_guids shuffle restart"
)
HISTORY = st.lists(st.lists(st.tuples(st.sampled_from(DEEDS.split()), st.integers(0, 99)), max_size=4), max_size=6)


def deliveries(store: Store) -> dict[str, list[DeliveryRow]]:
    """By the entry's headline, in order of arrival."""
    with store.reading() as read:
        found = [each for row in read.stories(limit=1000) for each in read.story(row.story_id).deliveries]
    by_headline: dict[str, list[DeliveryRow]] = {}
    for each in sorted(found, key=lambda each: each.number):
        by_headline.setdefault(each.headline, []).append(each)
    return by_headline


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY)
@example(history=[[("add", 1), ("add", 2)], [("edit", 0), ("name_anew", 0)], [("take_back", 0), ("forget_guids", 0)]])
@example(history=[[("add", 1)], [("drop", 0)], [("name_anew", 0), ("bring_back", 0), ("edit", 0)], [("move", 0)]])
def test_nothing_is_lost_nothing_comes_twice_and_every_edit_is_linked(
    sqlite_template: Path, history: list[list[tuple[str, int]]]
) -> None:
    _live(sqlite_template, history)


@pytest.mark.parametrize("seed", range(4))
def test_nor_in_a_long_and_busy_life(sqlite_template: Path, seed: int) -> None:
    draw, deeds = random.Random(seed), DEEDS.replace("forget_guids", "add").split()
    _live(sqlite_template, [[(draw.choice(deeds), draw.randrange(100)) for _ in range(5)] for _ in range(40)])


def _live(template: Path, history: list[list[tuple[str, int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(template, folder)
        with Store.open(StorePolicy(url=f"sqlite:///{path}")) as store:
            publisher = Publisher(store)
            for deeds in history:
                for deed, which in deeds:
                    getattr(publisher, deed)(which)
                publisher.poll()
            received = deliveries(store)
            stories = [each for each in publisher.all if each.brought]
            assert received.keys() == {f"Item {each.number}" for each in stories}
            for each in stories:
                _check(each, received[f"Item {each.number}"])


def _check(story: Story, received: list[DeliveryRow]) -> None:
    versions = [_version(story, edit) for edit in story.brought]
    assert [each.version_id for each in received] == versions, "lost or doubled"
    assert [each.replaces for each in received] == [None, *versions[:-1]], "an edit leads to the text before"
    assert len({each.story_id for each in received}) == len({each.entry for each in received}) == 1
    expected = ["restored" if version in versions[:place] else "edit" for place, version in enumerate(versions)]
    assert [each.arrival for each in received] == ["new", *expected[1:]]


def _version(story: Story, edit: int) -> str:
    entry = replace(story.sent(), body=text(story.number, edit))
    return prepare.items([prepare.name(entry)], FEED, SETTINGS.agencies)[0].copy.version_id
