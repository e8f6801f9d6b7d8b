"""What was killed stays killed through a replay, however it tears stories apart."""

from tests.orders.road import COURIER, ECHO, HEAD, MOLE, NORDA, ORDER, again, at, entry, statuses, stories, take
from wire.ingest import Ingest, decisions
from wire.ingest.decisions import Operator
from wire.policy import ClusterPolicy
from wire.store import Store

STRICT = ClusterPolicy(window=1.0)


def test_copy_that_a_replay_takes_out_of_a_killed_story_is_killed(store: Store) -> None:
    take(store, NORDA, [entry("a", HEAD, MOLE)])
    take(store, COURIER, [entry("c", "Mole", MOLE.rpartition("\n\n")[0], 30)], 30)
    take(store, NORDA, [entry("k", f"KILL: {HEAD}", ORDER, 60)], 60)
    assert statuses(store) == ["killed"]
    again(store, STRICT)
    assert set(statuses(store)) == {"killed"}
    assert len(stories(store)) == 2
    take(store, ECHO, [entry("e", "Mole again", MOLE, 90)], 90)
    again(store, ClusterPolicy())
    assert set(statuses(store)) == {"killed"}


def test_an_operators_kill_outlives_a_replay_and_is_lifted_everywhere(store: Store) -> None:
    take(store, NORDA, [entry("a", HEAD, MOLE)])
    take(store, COURIER, [entry("c", "Mole", MOLE.rpartition("\n\n")[0], 30)], 30)
    (row,) = stories(store)
    operator = Operator(by="Ada", why="legal", now=at(60))
    decisions.kill(store, row.story_id, operator)
    again(store, STRICT)
    assert statuses(store) == ["killed", "killed"]
    decisions.lift(store, row.story_id, operator)
    assert statuses(store) == ["usable", "usable"]


def test_a_pin_holds_against_updates_and_a_replay_until_it_is_taken_back(store: Store) -> None:
    take(store, NORDA, [entry("a", HEAD, MOLE)])
    (row,) = stories(store)
    pinned = row.canonical_version_id or ""
    operator = Operator(by="Ada", why="the first is right", now=at(5))
    decisions.pin(store, pinned, operator, Ingest(ClusterPolicy()))
    update = f"{MOLE}\n\nThe mayor said on Wednesday that she was sad for the port."
    take(store, NORDA, [entry("b", f"UPDATE 1-{HEAD}", update, 30)], 30)
    again(store, ClusterPolicy())
    (row,) = stories(store)
    assert (row.canonical_version_id, row.versions) == (pinned, 2)
    decisions.undo(store, "pin", row.story_id, operator, Ingest(ClusterPolicy()))
    (row,) = stories(store)
    assert row.canonical_version_id != pinned
