"""Who waits for the writer: let in together, in order, each with what is its own."""

import json
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import anyio
import anyio.lowlevel

from tests.orders.road import AGENCIES, at, entry
from tests.store.database import everything
from tests.test_lives import Piece
from wire import prepare
from wire.config import load
from wire.errors import StoreError
from wire.model import Failure, Feed, Fetched, FetchFailed, Validators
from wire.policy import StorePolicy
from wire.poll.record import Polled, Recorder
from wire.poll.turns import AT_ONCE, ENTRIES, Turns
from wire.schedule import Taken
from wire.store import Store


@dataclass(frozen=True)
class Ask:
    name: int
    size: int = 0


def waited(
    asks: Sequence[Ask], work: Callable[[Sequence[Ask]], Awaitable[Sequence[int]]]
) -> tuple[list[list[int]], dict[int, int | Exception]]:
    """Those that were let in together, the first of them before the others came; and what each was told."""
    let_in: list[list[int]] = []
    told: dict[int, int | Exception] = {}
    gate = anyio.Event()

    async def noted(some: Sequence[Ask]) -> Sequence[int]:
        let_in.append([each.name for each in some])
        await gate.wait()
        return await work(some)

    async def one(turns: Turns[Ask, int], ask: Ask) -> None:
        try:
            told[ask.name] = await turns.done(ask)
        except (StoreError, KeyError) as error:
            told[ask.name] = error

    async def run() -> None:
        turns: Turns[Ask, int] = Turns(noted)
        async with anyio.create_task_group() as group:
            for ask in asks:
                group.start_soon(one, turns, ask)
                await anyio.wait_all_tasks_blocked()
            gate.set()

    anyio.run(run)
    return let_in, told


async def echo(some: Sequence[Ask]) -> list[int]:
    return [each.name for each in some]


def test_what_comes_meanwhile_shares_the_next_turn_in_order() -> None:
    let_in, told = waited([Ask(name) for name in range(AT_ONCE + 10)], echo)
    assert let_in == [[0], [*range(1, AT_ONCE + 1)], [*range(AT_ONCE + 1, AT_ONCE + 10)]]
    assert told == {name: name for name in range(AT_ONCE + 10)}


def test_much_to_do_is_done_by_itself() -> None:
    let_in, _ = waited([Ask(0), Ask(1, ENTRIES), Ask(2, 1), Ask(3, 9 * ENTRIES), Ask(4, 5)], echo)
    assert let_in == [[0], [1], [2], [3], [4]]


def test_a_fault_costs_who_has_it_alone() -> None:
    async def work(some: Sequence[Ask]) -> list[int]:
        if any(each.name == 2 for each in some):
            raise KeyError("poison")
        return await echo(some)

    let_in, told = waited([Ask(name) for name in range(4)], work)
    assert let_in == [[0], [1, 2, 3], [1], [2], [3]]
    assert isinstance(told.pop(2), KeyError)
    assert told == {0: 0, 1: 1, 3: 3}


def test_a_database_that_fails_is_not_tried_again_for_each() -> None:
    async def work(some: Sequence[Ask]) -> list[int]:
        raise StoreError("the disk is full")

    let_in, told = waited([Ask(name) for name in range(4)], work)
    assert let_in == [[0], [1, 2, 3]]
    assert all(isinstance(each, StoreError) for each in told.values())


def test_who_gives_up_holds_up_nobody() -> None:
    let_in: list[list[int]] = []
    told: list[int] = []
    gate = anyio.Event()

    async def work(some: Sequence[Ask]) -> list[int]:
        let_in.append([each.name for each in some])
        await gate.wait()
        return [each.name for each in some]

    async def one(turns: Turns[Ask, int], name: int, scope: anyio.CancelScope) -> None:
        with scope:
            told.append(await turns.done(Ask(name)))

    async def run() -> None:
        turns: Turns[Ask, int] = Turns(work)
        scopes = [anyio.CancelScope() for _ in range(4)]
        async with anyio.create_task_group() as group:
            for name, scope in enumerate(scopes):
                group.start_soon(one, turns, name, scope)
                await anyio.wait_all_tasks_blocked()
            scopes[0].cancel()  # is at work
            scopes[2].cancel()  # waits
            await anyio.wait_all_tasks_blocked()
            gate.set()

    anyio.run(run)
    assert let_in == [[0], [1, 3]]
    assert told == [1, 3]


# --- polls ------------------------------------------------------------------------------------------------------------


def polls() -> list[Polled]:
    """Of a dozen feeds, some with the same copy, some that fail."""
    made: list[Polled] = []
    for number in range(12):
        feed = Feed(key=f"f{number}", url=f"http://f{number}.example/feed", source=f"S{number % 3}")
        now, piece = at(number / 60), Piece(number % 4, 0)
        if number % 5 == 4:
            failed = FetchFailed(url=feed.url, failure=Failure.TIMEOUT, message="too slow", at=now, elapsed=2.0)
            made.append(Polled(feed=feed, outcome=failed))
            continue
        stated = -60 * number
        entries = [entry(f"{number}-{each}", piece.headline, f"{piece.body}{'!' * each}", stated) for each in range(3)]
        fetched = Fetched(
            url=feed.url,
            final_url=feed.url,
            body=b"",
            content_type=None,
            validators=Validators(),
            at=now + timedelta(seconds=1),
            elapsed=0.1,
        )
        seen = [prepare.name(each) for each in entries]
        items = prepare.items(seen, feed, AGENCIES)
        outcome = Taken(fetched=fetched, body_hash=str(number), entries=3, new=3)
        made.append(Polled(feed=feed, outcome=outcome, seen=seen, items=items))
    return made


def kept(url: str, together: int) -> tuple[list[tuple[int, ...]], dict[str, list[str]]]:
    """What a recorder said of each poll, and what stands in the tables."""
    told: list[tuple[int, ...]] = []
    waiting = polls()
    with Store.open(StorePolicy(url=url)) as store:
        with store.writing() as write:
            write.add_feeds([each.feed for each in waiting])
        recorder = Recorder(store, load(None, environ={}), lambda *_: None)
        for round_ in range(2):
            for start in range(0, len(waiting), together):
                for summary, _ in recorder.polled(waiting[start : start + together]):
                    told.append((round_, summary.tally.new, summary.tally.stories, len(summary.lags)))
    rows = {
        table: sorted(json.dumps(row, sort_keys=True, default=str) for row in some if row.get("value") != 0)
        for table, some in everything(url).items()
    }
    return told, rows


def test_polls_that_are_kept_together_are_kept_as_if_alone(
    database_url: str, sqlite_template: Path, tmp_path: Path
) -> None:
    alone = kept(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'alone.db')}", 1)
    together = kept(database_url, 12)
    assert together[0] == alone[0]
    for table, rows in alone[1].items():
        assert together[1][table] == rows, table
    assert sum(new for _, new, *_ in alone[0]) == 3 * 10
