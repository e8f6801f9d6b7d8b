"""The same deliveries in the same order, with a new process now and then: the same stories, to the last figure."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.corpus import generate
from tests.corpus.story import tell
from tests.corpus.traps import edits
from tests.corpus.world import ENGLISH, World
from tests.quality.deliver import Delivery, deliver, lines, on_time
from tests.store.database import everything
from wire.archive import BATCH, Archive, take
from wire.config import load
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import Store

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
samples = pytest.mark.skipif(
    not SAMPLES.exists() and os.environ.get("CI") != "true", reason="the samples are not beside the checkout"
)
pytestmark = pytest.mark.xdist_group("restart")
"""One worker, so that each set is prepared once."""

STORIES: Final = 20
"""Pieces of copy a day; with their copies and the traps some 450 items over three days and a half."""
REAL: Final = 1500
"""Real stories, of five days: the window's beginning moves on twice."""
PERIOD: Final = timedelta(seconds=ClusterPolicy().window)
"""What the index forgets at once."""

NOON: Final = datetime(2031, 5, 6, 12, tzinfo=UTC)
LATER: Final = datetime(2031, 7, 1, tzinfo=UTC)
"""When archives are taken in."""

Fresh: TypeAlias = Callable[[], Path]


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path) -> Fresh:
    """Makes a database with nothing in it."""
    names = iter(range(100))
    return lambda: Path(shutil.copy(sqlite_template, tmp_path / f"{next(names)}.db"))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[list[Delivery], Path]:
    """A day of a test seed, and what a process makes of it that runs all the time."""
    deliveries = on_time(lines(generate(101, STORIES)))
    database = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("day") / "whole.db"))
    deliver(deliveries, database)
    return deliveries, database


def real() -> list[bytes]:
    """Real stories in order of time, a line each."""
    with (SAMPLES / "stream" / "agency-stream.jsonl").open("rb") as stream:
        return list(islice(stream, REAL))


def same(one: Path | str, other: Path | str, *, log: bool = True) -> None:
    """Both hold the same to the last figure: stories, canonical versions, relations, deliveries, evidence, sketches.

    `log`: the change log as well, which tells of each transaction.
    """
    ours, theirs = (everything(_url(each)) for each in (one, other))
    assert len(ours["story"]) > 1
    for table in ("version", "story", "evidence", "delivery", "sketch", *(["change"] if log else [])):
        rows, others = (sorted(each[table], key=lambda row: str(next(iter(row.values())))) for each in (ours, theirs))
        assert [(row, other) for row, other in zip(rows, others, strict=True) if row != other][:1] == [], table


def _url(database: Path | str) -> str:
    return database if isinstance(database, str) else f"sqlite:///{database}"


def in_pieces(deliveries: Sequence[Delivery], database: Path | str, cuts: Iterable[int]) -> None:
    """A new store and a new index for each piece."""
    for start, end in pairwise(sorted({0, *cuts, len(deliveries)})):
        deliver(deliveries[start:end], database)


# --- what holds -------------------------------------------------------------------------------------------------


def test_a_daemon_that_begins_anew_goes_on_as_one_that_runs(day: tuple[list[Delivery], Path], fresh: Fresh) -> None:
    (deliveries, whole), pieces = day, fresh()
    in_pieces(deliveries, pieces, random.Random(1).sample(range(len(deliveries)), 2))
    same(whole, pieces)


@samples
def test_so_it_does_on_real_copy(fresh: Fresh) -> None:
    deliveries, whole, pieces = on_time(real()[:600]), fresh(), fresh()
    deliver(deliveries, whole)
    in_pieces(deliveries, pieces, random.Random(1).sample(range(600), 2))
    same(whole, pieces)


def test_what_was_forgotten_is_not_missed(day: tuple[list[Delivery], Path], fresh: Fresh) -> None:
    """A piece begins when all was forgotten that the window's end allows, and more: the index is built again."""
    (deliveries, whole), forgetful = day, fresh()
    at = next(number for number, each in enumerate(deliveries) if each.at >= _period(deliveries[-1].at))
    assert 0 < at < len(deliveries), "a period of the index ends while the day is taken in"
    taker = deliver(deliveries[:at], forgetful)
    before = len(taker.window)
    taker.window.forget(deliveries[at].at + PERIOD)
    assert len(taker.window) < before
    deliver(deliveries[at:], forgetful, taker)
    same(whole, forgetful)


def test_on_postgresql_as_on_sqlite(day: tuple[list[Delivery], Path], postgres_url: str) -> None:
    deliveries, whole = day
    in_pieces(deliveries, postgres_url, [len(deliveries) // 3, len(deliveries) // 2])
    same(whole, postgres_url)


@pytest.mark.parametrize("seed", [1, pytest.param(None, marks=samples)])
def test_an_archive_in_three_pieces_is_one_archive(seed: int | None, tmp_path: Path, fresh: Fresh) -> None:
    """A day of a train seed, and real copy."""
    documents, whole, pieces = lines(generate(seed, STORIES)) if seed else real(), fresh(), fresh()
    cuts = [0, len(documents) // 4 + 1, len(documents) * 3 // 5 + 1, len(documents)]
    assert all(cut % BATCH for cut in cuts[1:-1]), "no piece ends where a transaction does"
    ingest(documents, tmp_path, whole)
    for start, end in pairwise(cuts):
        ingest(documents[start:end], tmp_path, pieces)
    same(whole, pieces, log=False)


@pytest.mark.parametrize("road", ["daemon", "archive"])
def test_a_chain_whose_founder_has_left_the_window(road: str, tmp_path: Path, fresh: Fresh) -> None:
    """Edits of three days, of which one that shares little with the founder comes just after the index's period ends.

    The founder keeps it out where the index still holds it.
    """
    border = _period(NOON + PERIOD)
    documents, whole, pieces = _long_chains(border), fresh(), fresh()
    deliveries = on_time(documents)
    cut = next(number for number, each in enumerate(deliveries) if each.at >= border)
    if road == "daemon":
        deliver(deliveries, whole)
        in_pieces(deliveries, pieces, [cut])
    else:
        ingest(documents, tmp_path, whole)
        ingest(documents[:cut], tmp_path, pieces)
        ingest(documents[cut:], tmp_path, pieces)
    same(whole, pieces, log=False)


def test_copy_that_comes_too_late_for_the_window(fresh: Fresh) -> None:
    """Two versions nine days late: the second joins the first in the process that took it, and in no other."""
    story = tell(World(101), "late", ENGLISH, random.Random(101), at=0, words=200).draft()
    bodies = story.body, story.body.rpartition("\n\n")[0], "Other news of the hour, to begin with."
    sent = [_line(str(number), story.headline, body, NOON) for number, body in enumerate(bodies)]
    deliveries = [_late(each, timedelta(days=9)) for each in on_time(sent)]
    whole, pieces = fresh(), fresh()
    deliver(deliveries, whole)
    in_pieces(deliveries, pieces, [1])
    same(whole, pieces)


def ingest(documents: Sequence[bytes], folder: Path, database: Path) -> None:
    """`wire ingest` of one file, whose name is always the same."""
    path = folder / "wire.jsonl"
    path.write_bytes(b"\n".join(each.rstrip() for each in documents))
    with Archive([path]) as archive, Store.open(StorePolicy(url=f"sqlite:///{database}")) as store:
        archive.scan()
        report = take(archive, settings=load(None, environ={}), store=store, clock=lambda: LATER)
    assert report.tally.entries == len(documents)


def _period(at: datetime) -> datetime:
    """When the index's period around a time began."""
    return datetime.fromtimestamp(at.timestamp() // PERIOD.total_seconds() * PERIOD.total_seconds(), UTC)


def _long_chains(border: datetime) -> list[bytes]:
    """Chains that lose their founders at the border, each at another of its edits; one other item just before it."""
    world, rng = World(104), random.Random(104)
    first = tell(world, "first", ENGLISH, rng, at=0, words=200).draft()
    found = [(border - timedelta(minutes=5), _line("first", first.headline, first.body, border - timedelta(minutes=5)))]
    for number in range(12):
        story, crossing = tell(world, str(number), ENGLISH, rng, at=0, words=330), 9 + number % 6
        for edit, draft in enumerate(edits(story, rng, 16)):
            at = border + timedelta(minutes=10 + number) + (edit - crossing) * timedelta(hours=73.5) / crossing
            found.append((at, _line(f"{number}/{edit}", draft.headline, draft.body, at)))
    return [line for _, line in sorted(found)]


def _line(name: str, headline: str, body: str, at: datetime) -> bytes:
    sent = {"id": name, "source": "Courier", "headline": headline, "body": body, "published": at.isoformat()}
    return json.dumps(sent).encode()


def _late(delivery: Delivery, after: timedelta) -> Delivery:
    return replace(delivery, at=delivery.own + after)
