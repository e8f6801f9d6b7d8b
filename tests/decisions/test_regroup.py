"""Merges and splits: readers are told, ids resolve for ever, later copies follow, a replay keeps them, undo undoes."""

from collections.abc import Callable

import pytest

from tests.orders.road import (
    COURIER,
    ECHO,
    FROST,
    HEAD,
    MOLE,
    NORDA,
    NORDA_TWO,
    ORDER,
    again,
    at,
    entry,
    statuses,
    stories,
    take,
)
from wire.errors import InputError
from wire.ingest import Ingest, decisions
from wire.ingest.decisions import Operator
from wire.model import Status
from wire.policy import ClusterPolicy
from wire.store import ChangeRow, Store

POLICY = ClusterPolicy()
STRICT = ClusterPolicy(window=1.0)
OTHER = (
    f"{MOLE}\n\nThe mayor of Lannic Sound, the town across the bay, said that her own board had lost nothing and that "
    "its mole, finished in spring, was paid for by a levy on berths."
)
"""So near to MOLE that it joins it, and another story to whoever knows."""


def split_off(store: Store, story_id: str, version_id: str) -> str:
    """Split a version off; gives its story."""
    made = decisions.split(store, story_id, [version_id], operator(), Ingest(POLICY))
    assert (made.kind, made.story_id) == ("split", story_id)
    return made.other_story_id or ""


def operator(minutes: float = 600) -> Operator:
    return Operator(by="Ada", why="the desk knows", now=at(minutes))


def partition(store: Store) -> dict[str, frozenset[str]]:
    """Story → its versions."""
    with store.reading() as read:
        return {
            row.story_id: frozenset(each.version_id for each in read.story(row.story_id).versions)
            for row in stories(store)
        }


def changes(store: Store, after: int) -> list[ChangeRow]:
    with store.reading() as read:
        return read.changes(after)


def last(store: Store) -> int:
    with store.reading() as read:
        return read.change_log().last_seq


def headed(store: Store, headline: str) -> tuple[str, str]:
    """Story and version that came under a headline."""
    with store.reading() as read:
        for row in stories(store):
            for each in read.story(row.story_id).deliveries:
                if each.headline == headline:
                    return each.story_id, each.version_id
    raise AssertionError(headline)


def told_by(store: Store) -> list[str | None]:
    return [row.canonical_version_id for row in stories(store)]


def two(store: Store) -> tuple[str, str]:
    """Two stories; gives their ids."""
    take(store, NORDA, [entry("m", HEAD, MOLE)])
    take(store, COURIER, [entry("f", "Frost takes the apples", FROST, 10)], 10)
    return headed(store, HEAD)[0], headed(store, "Frost takes the apples")[0]


def near(store: Store) -> tuple[str, str, str]:
    """One story of two texts; gives its id and theirs."""
    take(store, NORDA, [entry("m", HEAD, MOLE)])
    take(store, COURIER, [entry("o", "Lannic treasurer held, other mole safe", OTHER, 10)], 10)
    story_id, first = headed(store, HEAD)
    assert headed(store, "Lannic treasurer held, other mole safe")[0] == story_id
    return story_id, first, headed(store, "Lannic treasurer held, other mole safe")[1]


# --- merge ----------------------------------------------------------------------------------------------------------


def test_a_merged_story_resolves_and_its_readers_are_told(store: Store) -> None:
    mole, frost = two(store)
    before, seen = partition(store), last(store)
    made = decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    assert (made.kind, made.story_id, made.other_story_id, made.decided_by) == ("merge", mole, frost, "Ada")
    assert partition(store) == {mole: before[mole] | before[frost]}
    with store.reading() as read:
        assert read.story(frost).story.story_id == mole
        assert [each.decision_id for each in read.story(frost).decisions] == [made.decision_id]
        rules = [each.evidence.rule for each in read.story(mole).evidence if each.version_id in before[frost]]
    assert rules[-1] == "operator: merge"
    told = [(each.kind, each.story_id, each.detail.get("into")) for each in changes(store, seen)]
    assert told[:2] == [("decision", mole, None), ("merged", frost, mole)]


@pytest.mark.parametrize("policy", [POLICY, STRICT], ids=["as it is", "strict"])
def test_a_merge_outlives_a_replay_and_later_copies_follow_it(store: Store, policy: ClusterPolicy) -> None:
    mole, frost = two(store)
    daemon = take(store, ECHO, [])
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    take(store, ECHO, [entry("e", "Apples", FROST.partition(" and asked")[0], 30)], 30, daemon)
    assert headed(store, "Apples")[0] == mole
    found = again(store, policy)
    assert found.nothing or policy is STRICT
    assert {headed(store, each)[0] for each in (HEAD, "Frost takes the apples")} == {mole}
    assert again(store, policy).nothing


def test_a_merge_is_taken_back_as_a_whole_with_what_came_since(store: Store) -> None:
    mole, frost = two(store)
    before = partition(store)
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    take(store, ECHO, [entry("e", "Apples", FROST.partition(" and asked")[0], 30)], 30)
    take(store, NORDA, [entry("g", "UPDATE 1-Mole", MOLE.replace("two houses", "three houses"), 40)], 40)
    seen = last(store)
    made = decisions.undo(store, "merge", frost, operator(700), Ingest(POLICY))
    assert (made.kind, made.undoes) == ("undo", "o1")
    after = partition(store)
    assert after.keys() == before.keys()
    assert after[frost] == before[frost] | {headed(store, "Apples")[1]}
    assert after[mole] == before[mole] | {headed(store, "Mole")[1]}
    told = [(each.kind, each.story_id) for each in changes(store, seen)]
    assert told[:3] == [("decision", mole), ("story", frost), ("split", mole)]
    assert again(store, POLICY).nothing
    with pytest.raises(InputError, match="nothing to take back"):
        decisions.undo(store, "merge", frost, operator(), Ingest(POLICY))


def test_ids_that_led_to_a_merged_story_lead_to_it_again(store: Store) -> None:
    mole, frost = two(store)
    take(store, ECHO, [entry("w", "Wind over the bay", "A gale warning holds for the whole bay until noon.", 20)], 20)
    wind, _ = headed(store, "Wind over the bay")
    decisions.merge(store, wind, frost, operator(), Ingest(POLICY))
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    with store.reading() as read:
        assert read.named(wind).story_id == read.named(frost).story_id == mole
    decisions.undo(store, "merge", frost, operator(), Ingest(POLICY))
    with store.reading() as read:
        assert read.named(wind).story_id == read.named(frost).story_id == frost
    decisions.undo(store, "merge", wind, operator(), Ingest(POLICY))
    assert len(stories(store)) == 3
    assert again(store, POLICY).nothing


def test_of_two_pins_the_one_of_the_story_that_stays_goes_on(store: Store) -> None:
    mole, frost = two(store)
    _, version = headed(store, HEAD)
    decisions.pin(store, version, operator(), Ingest(POLICY))
    decisions.pin(store, headed(store, "Frost takes the apples")[1], operator(), Ingest(POLICY))
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    assert told_by(store) == [version]
    again(store, POLICY)
    assert told_by(store) == [version]
    decisions.undo(store, "pin", version, operator(), Ingest(POLICY))
    assert told_by(store) == [headed(store, "Frost takes the apples")[1]]


def test_a_story_under_orders_takes_them_along_and_back(store: Store) -> None:
    mole, frost = two(store)
    take(store, NORDA, [entry("k", f"KILL: {HEAD}", ORDER, 60)], 60)
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    assert statuses(store) == ["killed"]
    decisions.undo(store, "merge", frost, operator(), Ingest(POLICY))
    assert statuses(store) == ["killed", "usable"]
    decisions.merge(store, mole, frost, operator(), Ingest(POLICY))
    assert statuses(store) == ["killed"]
    decisions.undo(store, "merge", mole, operator(), Ingest(POLICY))
    with store.reading() as read:
        assert [read.story(each).story.status for each in (mole, frost)] == [Status.KILLED, Status.USABLE]


def test_what_was_ordered_of_two_as_one_is_of_both(store: Store) -> None:
    mole, frost = two(store)
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    decisions.kill(store, mole, operator())
    decisions.undo(store, "merge", frost, operator(), Ingest(POLICY))
    assert statuses(store) == ["killed", "killed"]
    decisions.lift(store, mole, operator())
    assert statuses(store) == ["usable", "usable"]


def test_an_operator_says_what_an_order_means_that_waits(store: Store) -> None:
    take(store, NORDA, [entry("k", "KILL: the harbour item of this morning", ORDER, 0)])
    take(store, COURIER, [entry("m", HEAD, MOLE, 10)], 10)
    mole, _ = headed(store, HEAD)
    with store.reading() as read:
        (waits,) = {each.story_id or "" for each in read.changes() if each.kind == "story"} - {mole}
    decisions.merge(store, waits, mole, operator(), Ingest(POLICY))
    assert statuses(store) == ["killed"]
    with store.reading() as read:
        assert [each.matched_by for each in read.story(mole).notices] == ["operator"]
        assert [each.condition for each in read.alerts()] == ["kill"]
    again(store, POLICY)
    assert statuses(store) == ["killed"]
    decisions.undo(store, "merge", waits, operator(), Ingest(POLICY))
    assert statuses(store) == ["usable"]
    with store.reading() as read:
        assert [each.matched_by for each in read.story(waits).notices] == [None]


# --- split ----------------------------------------------------------------------------------------------------------


def test_what_is_split_off_is_a_story_and_its_readers_are_told(store: Store) -> None:
    story_id, first, other = near(store)
    seen = last(store)
    new = split_off(store, story_id, other)
    assert partition(store) == {story_id: {first}, new: {other}}
    assert {row.story_id: row.canonical_version_id for row in stories(store)} == {story_id: first, new: other}
    with store.reading() as read:
        assert [each.relation for each in read.story(new).versions] == [None]
    told = [(each.kind, each.story_id, each.detail.get("into")) for each in changes(store, seen)]
    assert told[:3] == [("decision", story_id, None), ("story", new, None), ("split", story_id, new)]


def test_later_copies_join_the_one_that_they_are_of(store: Store) -> None:
    story_id, first, other = near(store)
    daemon = take(store, ECHO, [])
    new = split_off(store, story_id, other)
    titles = [f"Port Lannic treasurer {each} over mole money" for each in ("held", "kept", "out", "up", "in", "taken")]
    cut = OTHER.partition("\n\nThe money")[0] + OTHER[OTHER.index("\n\nThe mayor") :]
    for number, (body, home) in enumerate(
        [
            (MOLE, story_id),
            (OTHER, new),
            (cut, new),
            (OTHER.replace("two houses", "three houses"), new),
            (f"{OTHER}\n\nShe will speak to the press on Thursday.", new),
            (MOLE.replace("two houses", "three houses"), story_id),
        ]
    ):
        minutes = 20 + number
        take(store, ECHO, [entry(f"e{number}", titles[number], body, minutes)], minutes, daemon if number % 2 else None)
        assert headed(store, titles[number])[0] == home, number
    parted = partition(store)
    assert again(store, POLICY).nothing
    assert partition(store) == parted
    decisions.undo(store, "split", story_id, operator(), Ingest(POLICY))
    assert partition(store) == {story_id: parted[story_id] | parted[new]}
    assert first in parted[story_id]
    with store.reading() as read:
        assert read.named(new).story_id == story_id
    assert again(store, POLICY).nothing


def test_an_edit_of_what_was_split_off_stays_with_it(store: Store) -> None:
    story_id, _, other = near(store)
    new = split_off(store, story_id, other)
    take(store, COURIER, [entry("o", "Treasurer held", MOLE.replace("two houses", "six houses"), 30)], 30)
    assert headed(store, "Treasurer held")[0] == new


def test_the_first_version_can_be_split_off(store: Store) -> None:
    story_id, first, other = near(store)
    new = split_off(store, story_id, first)
    assert new != story_id
    assert partition(store) == {story_id: {other}, new: {first}}
    assert again(store, POLICY).nothing
    decisions.undo(store, "split", new, operator(), Ingest(POLICY))
    assert partition(store) == {story_id: {first, other}}


def test_what_leaves_a_killed_story_is_killed_and_lifted_by_itself(store: Store) -> None:
    story_id, _, other = near(store)
    take(store, NORDA_TWO, [entry("k", f"KILL: {HEAD}", ORDER, 60)], 60)
    new = split_off(store, story_id, other)
    assert statuses(store) == ["killed", "killed"]
    decisions.lift(store, new, operator())
    take(store, ECHO, [entry("e", "Again", OTHER, 90), entry("e2", "Mole again", MOLE, 90)], 90)
    with store.reading() as read:
        assert [read.story(each).story.status for each in (story_id, new)] == [Status.KILLED, Status.USABLE]
    again(store, POLICY)
    with store.reading() as read:
        assert [read.story(each).story.status for each in (story_id, new)] == [Status.KILLED, Status.USABLE]
    decisions.undo(store, "split", story_id, operator(), Ingest(POLICY))
    assert statuses(store) == ["killed"]


def test_a_split_after_a_merge_and_a_merge_after_a_split(store: Store) -> None:
    mole, frost = two(store)
    before = partition(store)
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    (version,) = before[frost]
    assert split_off(store, mole, version) == frost  # what it was called before it was merged
    assert partition(store) == before
    assert again(store, POLICY).nothing
    decisions.merge(store, frost, mole, operator(), Ingest(POLICY))
    assert again(store, POLICY).nothing
    assert partition(store) == {mole: before[mole] | before[frost]}


def test_what_can_not_be_decided_changes_nothing(store: Store) -> None:
    story_id, first, other = near(store)
    before, seen = partition(store), last(store)
    wrong: list[Callable[[], object]] = [
        lambda: decisions.merge(store, other, first, operator(), Ingest(POLICY)),
        lambda: decisions.merge(store, "s-none", story_id, operator(), Ingest(POLICY)),
        lambda: decisions.split(store, story_id, [], operator(), Ingest(POLICY)),
        lambda: decisions.split(store, story_id, [first, other], operator(), Ingest(POLICY)),
        lambda: decisions.split(store, story_id, [story_id], operator(), Ingest(POLICY)),
        lambda: decisions.undo(store, "split", story_id, operator(), Ingest(POLICY)),
    ]
    for each in wrong:
        with pytest.raises(InputError):
            each()
    assert (partition(store), last(store)) == (before, seen)
