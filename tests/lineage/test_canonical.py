"""Which version stands in the end does not depend on what came first."""

import shutil
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from tests.lineage.test_takes import REUTERS, SECOND, TAKES, sent
from tests.orders.road import COURIER, at, entry, stories, take
from wire.config import load
from wire.ingest import Ingest
from wire.measure.replay import replay
from wire.model import Entry, Feed
from wire.policy import CanonicalPolicy, ClusterPolicy, StorePolicy
from wire.store import Store

BODY = TAKES[3][1].partition("\n\n")[2]
ARRIVALS: list[tuple[Feed, Entry]] = [
    (REUTERS, sent(3)),
    (REUTERS, sent(4)),
    (SECOND, replace(sent(3), guid="rpt", headline=f"RPT-{TAKES[3][0]}", published_at=at(200))),
    (COURIER, entry("c", "Quarn buries its dead", f"{BODY}\n\nThe Courier will report.", 240)),
]


@pytest.mark.parametrize("order", list(permutations(range(len(ARRIVALS)))), ids=str)
def test_a_permutation_of_arrivals_gives_the_same_canonical(
    sqlite_template: Path, tmp_path: Path, order: tuple[int, ...]
) -> None:
    shutil.copy(sqlite_template, tmp_path / "wire.db")
    with Store.open(StorePolicy(url=f"sqlite:///{tmp_path / 'wire.db'}")) as store:
        for minutes, which in enumerate(order, 300):
            feed, arrived = ARRIVALS[which]
            take(store, feed, [arrived], minutes)
        (row,) = stories(store)
        assert row.headline == "Storm-hit Quarn buries first of six dead"


def test_a_replay_shows_what_another_policy_would_let_stand(store: Store) -> None:
    take(store, REUTERS, [sent(2)], 70)
    take(store, REUTERS, [sent(3)], 100)
    take(store, COURIER, [entry("c", "Quarn buries its dead", f"{BODY}\n\nThe Courier will report.", 240)], 240)
    (row,) = stories(store)
    assert row.headline == "Storm-hit Quarn buries first of seven dead"
    settings = replace(load(None, environ={}), feeds=(REUTERS, COURIER), canonical=CanonicalPolicy(order=("length",)))
    for apply in (False, True):
        found = replay(store, settings=settings, clock=lambda: at(1000), apply=apply)
        assert [(each.before, each.headline_after) for each in found.canonical] == [
            (row.canonical_version_id, "Quarn buries its dead")
        ]
    assert [each.headline for each in stories(store)] == ["Quarn buries its dead"]
    # What comes later is chosen among by the policy of who takes it.
    taker = Ingest(ClusterPolicy(), CanonicalPolicy(order=("length",)))
    take(store, REUTERS, [sent(4)], 300, taker)
    assert [each.headline for each in stories(store)] == ["Quarn buries its dead"]
