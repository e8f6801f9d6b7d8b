"""Copy that is made to mislead: what may go wrong stays small, and costs no more than other copy."""

import random
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

from tests.corpus.story import Draft, tell
from tests.corpus.world import ENGLISH, World
from tests.quality import gates, hostile
from wire import prepare
from wire.config import load
from wire.ingest import Ingest, arrivals
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import Store

START = datetime(2031, 5, 6, 6, tzinfo=UTC)
MOST: Final = gates.PASTED_VERSIONS
"""Versions that may stand falsely together, as `hostile` defines it: a paste beside one of its parts."""
KINDS: Final = (
    "pasted",
    "pasted, whole",
    "pasted of forty",
    "flood, 50 words around",
    "flood, 12 words above",
    "pasted, parts unknown",
    *(f"flood, {own} words, one headline" for own in (50, 25, 12)),
    *(f"chain, {share} {place}, one headline" for share in ("5%", "20%") for place in hostile.PLACES),
    *(f"chain, {share} {place}, one headline, slow" for share in ("5%", "10%") for place in hostile.PLACES),
)
"""`python -m tests.quality.hostile` takes in many more."""


@pytest.mark.parametrize("kind", KINDS)
def test_no_false_story_of_more_than_two_versions(kind: str, tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "wire.db")
    found = hostile.outcome(hostile.items(hostile.KINDS[kind]()), tmp_path / "wire.db")
    assert found.worst <= MOST, f"{found.worst} versions are falsely together"


def test_the_two_thousandth_identical_item_costs_no_more_than_the_fiftieth(
    tmp_path: Path, sqlite_template: Path
) -> None:
    story = tell(World(hostile.SEED), "0", ENGLISH, random.Random(hostile.SEED), at=0, words=60)
    few, many = (_calls(story.draft(), count, tmp_path / f"{count}.db", sqlite_template) for count in (50, 2000))
    assert many / 2000 <= 1.2 * few / 50


def _calls(draft: Draft, count: int, database: Path, template: Path) -> int:
    """Calls of functions that it takes to take in one text under many guids: work done, whatever the clock says."""
    shutil.copy(template, database)
    feed = Feed(key="courier", url="http://courier.example/", source="Courier")
    text = draft.body
    entries = [
        Entry(guid=str(n), url=None, headline=draft.headline, body=text, markup="text", published_at=START)
        for n in range(count)
    ]
    agencies, taker, calls = load(None, environ={}).agencies, Ingest(ClusterPolicy()), 0

    def counting(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    with Store.open(StorePolicy(url=f"sqlite:///{database}")) as store:
        before = sys.getprofile()
        sys.setprofile(counting)
        try:
            seen = [prepare.name(each) for each in entries]
            with store.reading() as read:
                items = prepare.items(arrivals.fresh(read, feed, seen), feed, agencies)
            with taker.writing(store) as write:
                write.add_feeds([feed])
                tally = taker.take(write, feed, seen, items, now=START)
        finally:
            sys.setprofile(before)
    assert (tally.new, tally.versions) == (count, 1)
    return calls
