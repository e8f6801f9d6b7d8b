"""Stories through whatever may befall them, at random: what readers rely on holds after every step.

`WIRE_TEST_LIVES=500` lives so many lives instead of a few.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.orders.road import AGENCIES, COURIER, ECHO, NORDA, NORDA_TWO, ORDER, at, entry, take
from tests.store.database import rows
from wire import retention
from wire.config import load
from wire.errors import InputError
from wire.ingest import Ingest, decisions, embargoes
from wire.ingest.decisions import Operator
from wire.measure.replay import replay
from wire.model import Feed
from wire.policy import ClusterPolicy, RetentionPolicy, StorePolicy
from wire.store import Store

LIVES = int(os.environ.get("WIRE_TEST_LIVES", "6"))
FEEDS = (NORDA, NORDA_TWO, COURIER, ECHO)
POLICY = ClusterPolicy()
TORN = ClusterPolicy(window=1.0)
WORDS = ["".join(random.Random(n).choices("bcdfghklmnprstvaeiou", k=3 + n % 6)) for n in range(3000)]
DAY = 1440
DAYS = 86_400.0
KEPT = (
    RetentionPolicy(raw=DAYS, changes=DAYS),
    RetentionPolicy(raw=DAYS, deliveries=DAYS, versions=7 * DAYS, entries=DAYS, alerts=DAYS),
    RetentionPolicy(raw=DAYS, changes=5 * DAYS, stories=6 * DAYS, entries=2 * DAYS),
)
"""What is pruned, by turns."""


def sentences(seed: str, count: int) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(count)]


@dataclass
class Piece:
    """A piece of copy as its author has it."""

    number: int
    minutes: float
    """When it was written."""
    edits: int = 0
    more: int = 0
    """Paragraphs that updates have added."""

    @property
    def headline(self) -> str:
        return " ".join(random.Random(f"h{self.number}").choices(WORDS, k=6))

    @property
    def body(self) -> str:
        base = sentences(f"b{self.number}", 8)
        if self.edits:
            base[4] = sentences(f"e{self.number} {self.edits}", 1)[0]
        added = [" ".join(sentences(f"a{self.number} {each}", 2)) for each in range(self.more)]
        return "\n\n".join([" ".join(base[:3]), " ".join(base[3:6]), " ".join(base[6:]), *added])


class World:
    """Publishers, operators and a clock; and what a reader has seen so far."""

    def __init__(self, store: Store, url: str) -> None:
        self.store, self.url = store, url
        self.taker = Ingest(POLICY)
        self.minutes = 0.0
        self.pieces: list[Piece] = []
        self.barred: set[str] = set()
        """Versions of stories that are killed or withheld, and that nobody has freed."""
        self.names: set[str] = set()
        """Every id of a story or a version that a reader has seen."""
        self.seq = 0
        self.orders = 0

    # --- what may happen ------------------------------------------------------------------------------------------

    def send(self, feed: Feed, guid: str, headline: str, body: str, written: float) -> None:
        take(self.store, feed, [entry(f"{feed.key}:{guid}", headline, body, written)], self.minutes, self.taker)

    def piece(self, which: int) -> Piece:
        if not self.pieces:
            self.publish(which)
        return self.pieces[which % len(self.pieces)]

    def publish(self, which: int) -> None:
        self.pieces.append(made := Piece(len(self.pieces), self.minutes))
        self.send(FEEDS[which % 2], f"g{made.number}", made.headline, made.body, made.minutes)

    def come_late(self, which: int) -> None:
        self.pieces.append(made := Piece(len(self.pieces), self.minutes - which % (6 * DAY)))
        self.send(FEEDS[which % 4], f"g{made.number}", made.headline, made.body, made.minutes)

    def reprint(self, which: int) -> None:
        made, draw = self.piece(which), random.Random(which)
        parts = made.body.split("\n\n")
        body = "\n\n".join(parts[: draw.randint(max(2, len(parts) - 1), len(parts))])
        self.send(
            FEEDS[2 + which % 2], f"r{which}", draw.choice([made.headline, "Our weekend pick"]), body, self.minutes
        )

    def update(self, which: int) -> None:
        made = self.piece(which)
        made.more += 1
        self.send(FEEDS[which % 2], f"g{made.number}", f"UPDATE {made.more}-{made.headline}", made.body, self.minutes)

    def correct(self, which: int) -> None:
        made = self.piece(which)
        made.edits += 1
        self.send(FEEDS[which % 2], f"c{made.number}", f"CORRECTED-{made.headline}", made.body, self.minutes)

    def edit(self, which: int) -> None:
        made = self.piece(which)
        made.edits += 1
        self.send(FEEDS[which % 4], f"g{made.number}", made.headline, made.body, made.minutes)

    def kill(self, which: int) -> None:
        self._order("KILL", self.piece(which), which)

    def withhold(self, which: int) -> None:
        self._order("WITHHOLD", self.piece(which), which)

    def kill_first(self, which: int) -> None:
        """The order comes before its copy, and maybe after a reprint of it."""
        made = Piece(len(self.pieces), self.minutes + 2)
        self.pieces.append(made)
        if which % 2:
            self.send(ECHO, f"early{made.number}", "Quite another headline", made.body, self.minutes)
        self._order("KILL", made, which)
        self.minutes += 2
        self.send(NORDA, f"g{made.number}", made.headline, made.body, made.minutes)

    def embargo(self, which: int) -> None:
        self.pieces.append(made := Piece(len(self.pieces), self.minutes))
        lead = "EMBARGOED: Not for release before 18:00 GMT, March 9, 2099."
        self.send(
            FEEDS[which % 2], f"g{made.number}", f"EMBARGOED: {made.headline}", f"{lead}\n\n{made.body}", self.minutes
        )

    def _order(self, kind: str, piece: Piece, which: int) -> None:
        self.orders += 1
        self.send(FEEDS[which % 2], f"o{self.orders}", f"{kind}: {piece.headline}", ORDER, self.minutes)

    def decide(self, which: int) -> None:
        """An operator's hand on any story."""
        made = self.versions()
        if not made:
            return
        one, other = (made[place % len(made)] for place in (which, which // 7 + 1))
        operator = Operator(by="Ada", why="so decided", now=at(self.minutes))
        draw = random.Random(which)
        acts: dict[str, Callable[[], object]] = {
            "kill": lambda: decisions.kill(self.store, one["story_id"], operator),
            "lift": lambda: decisions.lift(self.store, one["story_id"], operator),
            "pin": lambda: decisions.pin(self.store, one["version_id"], operator, Ingest(POLICY)),
            "merge": lambda: decisions.merge(self.store, one["story_id"], other["story_id"], operator, Ingest(POLICY)),
            "split": lambda: decisions.split(
                self.store, one["story_id"], [one["version_id"]], operator, Ingest(POLICY)
            ),
            "undo": lambda: decisions.undo(
                self.store,
                draw.choice(["kill", "lift", "pin", "merge", "split"]),
                one["story_id"],
                operator,
                Ingest(POLICY),
            ),
        }
        name = draw.choice(list(acts))
        with suppress(InputError):  # nothing to lift, to split or to take back: said, and nothing done
            acts[name]()
            if name in {"lift", "undo"}:
                self.barred = self.standing()

    def restart(self, _: int) -> None:
        self.taker = Ingest(POLICY)

    def wait(self, which: int) -> None:
        """Sometimes for longer than the window."""
        self.minutes += (which % 5) ** 3 * 200
        embargoes.release(self.store, at(self.minutes))

    def prune(self, which: int) -> None:
        retention.prune(self.store, KEPT[which % 3], at(self.minutes), window=POLICY.window)

    def replay(self, which: int) -> None:
        """Sometimes under settings that tear stories apart; the next one brings them together again."""
        world = replace(
            load(None, environ={}), feeds=FEEDS, agencies=AGENCIES, cluster=TORN if which % 3 == 1 else POLICY
        )
        replay(self.store, settings=world, clock=lambda: at(self.minutes), apply=True)

    # --- what holds -----------------------------------------------------------------------------------------------

    def versions(self) -> list[dict[str, Any]]:
        return rows(
            self.url, "SELECT version_id, story_id, is_canonical, notice, usable FROM version_v1 ORDER BY number"
        )

    def standing(self) -> set[str]:
        query = """
            SELECT v.version_id FROM version_v1 v JOIN story_v1 s ON s.story_id = v.story_id
            WHERE s.status IN ('killed', 'withheld') AND NOT v.notice"""
        return {row["version_id"] for row in rows(self.url, query)}

    def look(self) -> None:
        """Everything that a reader may rely on."""
        stories = {row["story_id"]: row for row in rows(self.url, "SELECT * FROM story_v1")}
        versions = self.versions()
        self._one_stands(stories, versions)
        self._none_comes_back(stories, versions)
        self._all_resolve(stories, {each["version_id"]: each for each in versions})
        self._log_has_no_gap()

    def _one_stands(self, stories: dict[str, dict[str, Any]], versions: list[dict[str, Any]]) -> None:
        told = {
            row["story_id"] for row in rows(self.url, "SELECT DISTINCT story_id FROM notice_v1 WHERE kind <> 'embargo'")
        }
        for story_id, story in stories.items():
            canonical = [
                each["version_id"] for each in versions if each["story_id"] == story_id and each["is_canonical"]
            ]
            if story["status"] == "removed":
                assert (canonical, story["versions"], story["canonical_version_id"]) == ([], 0, None)
                assert story_id not in told
            elif story["merged_into"]:
                assert (canonical, story["versions"], story["canonical_version_id"]) == ([], 0, None)
                assert stories[story["merged_into"]]["merged_into"] is None
            else:
                assert canonical == [story["canonical_version_id"]]
                assert story["versions"] == sum(each["story_id"] == story_id for each in versions)

    def _none_comes_back(self, stories: dict[str, dict[str, Any]], versions: list[dict[str, Any]]) -> None:
        usable = {each["version_id"] for each in versions if each["usable"]}
        for each in versions:
            assert not each["usable"] or stories[each["story_id"]]["status"] == "usable"
        self.barred |= self.standing()
        assert self.barred.isdisjoint(usable)
        orders = (
            "SELECT story_id FROM notice_v1 WHERE lifted_at IS NULL AND matched_by IS NOT NULL AND kind <> 'embargo'"
        )
        for row in rows(self.url, orders):
            assert stories[row["story_id"]]["status"] in {"killed", "withheld"}

    def _all_resolve(self, stories: dict[str, dict[str, Any]], versions: dict[str, dict[str, Any]]) -> None:
        removed = {row["version_id"] for row in rows(self.url, "SELECT version_id FROM removed_v1")}
        assert removed.isdisjoint(versions)
        assert self.names <= {*stories, *versions, *removed}
        self.names = {*stories, *versions, *removed}
        with self.store.reading() as read:
            for each in random.Random(len(self.names)).sample(sorted(self.names), min(5, len(self.names))):
                assert stories[read.named(each).story_id]["merged_into"] is None

    def _log_has_no_gap(self) -> None:
        (log,) = rows(self.url, "SELECT first_seq, last_seq FROM change_log_v1")
        news = [
            row["seq"]
            for row in rows(self.url, "SELECT seq FROM change_v1 WHERE seq > :seen ORDER BY seq", seen=self.seq)
        ]
        if news:
            assert news == list(range(max(self.seq + 1, log["first_seq"]), log["last_seq"] + 1))
            self.seq = news[-1]


DEEDS = [
    *["publish", "reprint", "update", "correct", "edit"] * 3,
    *["come_late", "kill", "kill_first", "withhold", "embargo", "restart", "wait", "wait", "prune", "replay"],
    *["decide"] * 4,
]
LIFE = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 10_000)), min_size=5, max_size=25)


@settings(max_examples=LIVES, deadline=None, suppress_health_check=list(HealthCheck))
@given(life=LIFE)
@example(life=[("publish", 0), ("reprint", 3), ("kill", 0), ("wait", 4), ("reprint", 4), ("replay", 0), ("edit", 2)])
@example(life=[("publish", 0), ("reprint", 0), ("kill", 0), ("replay", 1), ("update", 0), ("wait", 4), ("replay", 0)])
@example(life=[("kill_first", 1), ("prune", 0), ("replay", 0), ("restart", 0), ("reprint", 0), ("update", 0)])
def test_what_readers_rely_on_holds_whatever_happens(sqlite_template: Path, life: list[tuple[str, int]]) -> None:
    _live(sqlite_template, life)


@pytest.mark.parametrize("seed", range(max(1, LIVES // 6)))
def test_and_in_a_long_life(sqlite_template: Path, seed: int) -> None:
    draw = random.Random(seed)
    _live(sqlite_template, [(draw.choice(DEEDS), draw.randrange(10_000)) for _ in range(90)])


def _live(template: Path, life: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(template, folder)}"
        with Store.open(StorePolicy(url=url)) as store:
            world = World(store, url)
            for deed, which in life:
                world.minutes += 1
                getattr(world, deed)(which)
                world.look()


# --- the order of arrival ---------------------------------------------------------------------------------------------


def ending(url: str) -> tuple[object, ...]:
    """How everything stands, whatever its ids and its order of arrival."""
    stories: dict[str, list[tuple[str, bool]]] = {}
    for row in rows(url, "SELECT story_id, version_id, is_canonical FROM version_v1 WHERE NOT notice"):
        stories.setdefault(row["story_id"], []).append((row["version_id"], bool(row["is_canonical"])))
    status = {row["story_id"]: row["status"] for row in rows(url, "SELECT story_id, status FROM story_v1")}
    return tuple(sorted((sorted(members), status[story]) for story, members in stories.items()))


def dispatches(seed: int) -> list[tuple[Feed, str, str, str, float]]:
    """An evening's copy: takes, corrections, reprints and orders, within half an hour."""
    draw, sent = random.Random(seed), list[tuple[Feed, str, str, str, float]]()
    for number in range(5):
        made = Piece(1000 * seed + number, draw.randrange(10))
        sent.append((NORDA, f"g{number}", made.headline, made.body, made.minutes))
        if draw.random() < 0.6:
            made.more = 1
            sent.append((NORDA, f"u{number}", f"UPDATE 1-{made.headline}", made.body, made.minutes + 6))
        if draw.random() < 0.4:
            made.edits = 1
            sent.append((NORDA, f"c{number}", f"CORRECTED-{made.headline}", made.body, made.minutes + 9))
        sent.append((COURIER, f"r{number}", made.headline, made.body.rpartition("\n\n")[0], made.minutes + 12))
        if draw.random() < 0.4:
            sent.append((NORDA, f"k{number}", f"KILL: {made.headline}", ORDER, made.minutes + 18))
    return sent


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_arrival_changes_nothing_in_the_end(sqlite_template: Path, tmp_path: Path, seed: int) -> None:
    sent, endings = dispatches(seed), list[tuple[object, ...]]()
    for turn in range(4):
        url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / f'{turn}.db')}"
        if turn:
            random.Random(turn).shuffle(sent)
        with Store.open(StorePolicy(url=url)) as store:
            world = World(store, url)
            for place, (feed, guid, headline, body, written) in enumerate(sent):
                world.minutes = 30 + place / 10
                world.send(feed, guid, headline, body, written)
            world.look()
        endings.append(ending(url))
    assert endings[1:] == endings[:1] * 3
