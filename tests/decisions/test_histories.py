"""Whatever arrives and whatever operators decide and take back, in any order, between restarts and replays."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.orders.road import COURIER, ECHO, NORDA, again, at, entry, stories, take
from wire.errors import InputError
from wire.ingest import Ingest, decisions
from wire.ingest.decisions import Operator
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import Store

POLICY = ClusterPolicy()
WORDS = ["".join(random.Random(n).choices("bcdfghklmnprstvaeiou", k=3 + n % 6)) for n in range(2000)]
FEEDS = (NORDA, COURIER, ECHO)
PLOTS = 4


def copy(plot: int, shape: int) -> str:
    """Copy of one of a few pieces of news: whole, cut, edited, longer."""
    draw = random.Random(plot)
    sentences = [" ".join(draw.choices(WORDS, k=11)).capitalize() + "." for _ in range(8)]
    if shape % 4 == 1:
        sentences = sentences[: 5 + shape % 3]
    elif shape % 4 == 2:
        sentences[2 + shape % 4] = " ".join(random.Random(f"{plot} {shape}").choices(WORDS, k=11)).capitalize() + "."
    elif shape % 4 == 3:
        sentences.append(" ".join(random.Random(f"{plot} {shape}").choices(WORDS, k=11)).capitalize() + ".")
    return " ".join(sentences)


@dataclass
class Newsroom:
    """A store, who takes copy into it, and what was ever called something in it."""

    store: Store
    taker: Ingest = field(default_factory=lambda: Ingest(POLICY))
    minutes: int = 0
    entries: int = 0
    ids: set[str] = field(default_factory=set)
    held: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind and id of decisions that may be taken back."""

    def arrive(self, which: int) -> None:
        self.minutes += 1
        self.entries += 1
        plot = which % PLOTS
        sent = entry(f"e{self.entries}", f"Plot {'abcd'[plot]} of the bay", copy(plot, which // PLOTS), self.minutes)
        take(self.store, FEEDS[which % 3], [sent], self.minutes, self.taker)

    def restart(self, _: int) -> None:
        self.taker = Ingest(POLICY)

    def replay(self, _: int) -> None:
        before = self.partition()
        assert again(self.store, POLICY).nothing
        assert self.partition() == before

    def merge(self, which: int) -> None:
        rows = stories(self.store)
        if len(rows) > 1:
            gone, into = random.Random(which).sample(sorted(row.story_id for row in rows), 2)
            self.decide("merge", gone, lambda by: decisions.merge(self.store, gone, into, by, Ingest(POLICY)))

    def split(self, which: int) -> None:
        several = sorted(row.story_id for row in stories(self.store) if row.versions > 1)
        if several:
            story_id = several[which % len(several)]
            names = sorted(self.partition()[story_id])
            off = random.Random(which).sample(names, 1 + which % (len(names) - 1))
            self.decide("split", story_id, lambda by: decisions.split(self.store, story_id, off, by, Ingest(POLICY)))

    def kill(self, which: int) -> None:
        names = sorted(row.story_id for row in stories(self.store))
        if names:
            name = names[which % len(names)]
            self.decide("kill", name, lambda by: decisions.kill(self.store, name, by))

    def pin(self, which: int) -> None:
        names = sorted(each for versions in self.partition().values() for each in versions)
        if names:
            name = names[which % len(names)]
            self.decide("pin", name, lambda by: decisions.pin(self.store, name, by, Ingest(POLICY)))

    def undo(self, which: int) -> None:
        if self.held:
            kind, name, _ = self.held.pop(which % len(self.held))
            try:
                decisions.undo(self.store, kind, name, self.operator(), Ingest(POLICY))
            except InputError as error:
                assert "nothing to take back" in str(error)  # noqa: PT017 - it may succeed as well

    def decide(self, kind: str, name: str, make) -> None:  # type: ignore[no-untyped-def]  # a lambda of one argument
        made = make(self.operator())
        self.held.append((kind, name, made.decision_id))

    def operator(self) -> Operator:
        return Operator(by="Ada", why="she knows", now=at(self.minutes))

    def partition(self) -> dict[str, frozenset[str]]:
        with self.store.reading() as read:
            return {
                row.story_id: frozenset(each.version_id for each in read.story(row.story_id).versions)
                for row in read.stories(limit=1000)
            }

    def check(self) -> None:
        """One canonical version a story, every id resolves, and no two that are held apart are one."""
        with self.store.reading() as read:
            rows = read.stories(limit=1000)
            for row in rows:
                file = read.story(row.story_id)
                assert [each.is_canonical for each in file.versions].count(True) == 1
                assert all((each.relation is None) <= each.is_canonical for each in file.versions)
                self.ids |= {row.story_id, *(each.version_id for each in file.versions)}
            standing = {row.story_id for row in rows}
            for each in self.ids:
                assert read.named(each).story_id in standing
            for one, others in read.apart().items():
                assert one not in others
            assert [each.seq for each in read.changes(limit=10_000)] == list(range(1, read.change_log().last_seq + 1))


@contextmanager
def newsroom(template: Path) -> Iterator[Newsroom]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, Path(folder) / "wire.db")
        with Store.open(StorePolicy(url=f"sqlite:///{folder}/wire.db")) as store:
            yield Newsroom(store)


STEPS = ("arrive", "arrive", "arrive", "restart", "merge", "split", "pin", "kill", "undo", "replay")


@given(history=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 60)), max_size=14))
@example(history=[("arrive", 0), ("arrive", 4), ("arrive", 1), ("split", 0), ("merge", 1), ("undo", 0), ("replay", 0)])
@example(history=[("arrive", 0), ("arrive", 1), ("merge", 0), ("arrive", 4), ("arrive", 5), ("undo", 0), ("replay", 0)])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history(sqlite_template: Path, history: list[tuple[str, int]]) -> None:
    with newsroom(sqlite_template) as room:
        for step, which in history:
            getattr(room, step)(which)
            room.check()
        room.replay(0)
        room.check()
