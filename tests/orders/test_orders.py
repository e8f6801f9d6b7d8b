"""Kills, withholds and embargoes from feed to views, on both databases."""

from dataclasses import replace

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
    at,
    entry,
    statuses,
    stories,
    take,
)
from tests.store.database import rows
from wire.errors import InputError
from wire.ingest import Ingest, decisions, embargoes
from wire.ingest.decisions import Operator
from wire.model import Status
from wire.policy import ClusterPolicy
from wire.store import Store

OPERATOR = Operator(by="Ada", why="the desk asked", now=at(600))
GUIDS = {"guid": "urn:norda:20990302-0042"}
NOTICES = {
    "guid": (entry("urn:norda:20990302-0042", "KILL: see advisory", ORDER, 60), "guid"),
    "link": (entry("k1", "KILL: advisory", f"{ORDER} http://norda.example/a/42", 60), "link"),
    "item": (entry("k1", "KILL: advisory", f"Kill item 20990302-0042. {ORDER}", 60), "item"),
    "headline": (entry("k1", f"KILL: {HEAD}", ORDER, 60), "headline"),
    "quoted": (entry("k1", "KILL: advisory", f'Kill the story headlined "{HEAD}". {ORDER}', 60), "headline"),
}
COPY = entry("urn:norda:20990302-0042", HEAD, MOLE, 0, "http://norda.example/a/42")


@pytest.mark.parametrize("how", NOTICES)
def test_a_kill_finds_its_story_by_the_plainest_name(store: Store, how: str) -> None:
    notice, by = NOTICES[how]
    take(store, NORDA, [COPY])
    take(store, COURIER, [entry("c1", "Mole money: treasurer held", MOLE, 10, "http://courier.example/1")], 10)
    take(store, NORDA, [entry("f", "Frost takes the apples", FROST, 20)], 20)
    take(store, NORDA_TWO if how != "guid" else NORDA, [notice], 60)
    killed, well = sorted(stories(store), key=lambda row: row.status)
    assert (killed.status, well.status) == (Status.KILLED, Status.USABLE)
    with store.reading() as read:
        file = read.story(killed.story_id)
    assert [(each.kind, each.matched_by) for each in file.notices] == [("kill", by)]
    assert [(each.source, each.url, each.late) for each in file.carried] == [
        ("Norda", "http://norda.example/a/42", False),
        ("Courier", "http://courier.example/1", False),
    ]
    assert not any(each.usable for each in file.versions)
    assert not next(each for each in file.versions if each.is_canonical).notice


@pytest.mark.parametrize("how", NOTICES)
def test_a_kill_that_comes_first_waits_for_its_story(store: Store, database_url: str, how: str) -> None:
    notice, by = NOTICES[how]
    if how == "guid":
        notice = replace(notice, body=f"{ORDER} Item urn:norda:20990302-0042", guid="k9")
    take(store, NORDA, [notice], 60)
    assert stories(store) == []
    take(store, NORDA_TWO, [COPY], 70)
    take(store, NORDA, [entry("f", "Frost takes the apples", FROST, 20)], 80)
    assert statuses(store) == ["killed", "usable"]
    matched = {row["matched_by"] for row in rows(database_url, "SELECT matched_by FROM notice_v1")}
    assert matched <= {by, "item", "guid"}
    assert None not in matched


def test_a_kill_that_comes_second_to_one_feed_and_first_to_another(store: Store) -> None:
    """Copy that is known under other names when the one comes that the order waits for."""
    take(store, COURIER, [entry("c1", "Mole money: treasurer held", MOLE, 10)], 10)
    take(store, NORDA, [NOTICES["item"][0]], 60)
    assert statuses(store) == ["usable"]
    take(store, NORDA, [COPY], 61)
    assert statuses(store) == ["killed"]


def test_nobody_else_kills(store: Store) -> None:
    take(store, NORDA, [COPY])
    take(store, ECHO, [entry("e", f"KILL: {HEAD}", ORDER, 30)], 30)
    assert statuses(store) == ["usable"]


def test_an_entry_that_turns_into_a_kill_kills_what_it_was(store: Store) -> None:
    taker = take(store, NORDA, [COPY])
    take(store, NORDA, [replace(COPY, headline="KILL: do not use", body=ORDER)], 30, taker)
    assert statuses(store) == ["killed"]


def test_one_guid_for_all_entries_names_none(store: Store) -> None:
    copies = [entry("same", HEAD, MOLE, 0), entry("same", "Frost takes the apples", FROST, 0)]
    take(store, NORDA, copies)
    take(store, NORDA, [*copies, entry("same", f"KILL: {HEAD}", ORDER, 30)], 30)
    assert statuses(store) == ["killed", "usable"]


@pytest.mark.parametrize(
    "copy",
    [
        entry("x", "Quite another headline", MOLE, 90),
        entry("x", HEAD, MOLE.rpartition("\n\n")[0], 90),
        entry("x", "Mole", f"Sign up to our newsletter.\n\n{MOLE}\n\nRead more on our website.", 90),
        entry("x", "Mole", MOLE.replace("'", "’"), 90),
        entry(None, "Mole", MOLE.upper(), 90),
        entry("x", "UPDATE 1-Mole", f"{MOLE}\n\nThe mayor spoke on Wednesday of a sad day for the port.", 90),
    ],
)
def test_what_comes_again_stays_killed(store: Store, copy: object) -> None:
    take(store, NORDA, [COPY])
    take(store, NORDA, [NOTICES["headline"][0]], 60)
    take(store, ECHO, [copy], 90)  # type: ignore[list-item]  # parametrize knows no types
    (row,) = stories(store)
    assert (row.status, row.sources) == (Status.KILLED, 2)
    with store.reading() as read:
        assert [each.source for each in read.story(row.story_id).carried if each.late] == ["Echo"]


def test_a_substitute_under_the_same_headline_is_its_own_story(store: Store) -> None:
    take(store, NORDA, [COPY])
    take(store, NORDA, [NOTICES["headline"][0]], 60)
    take(store, NORDA, [entry("n", HEAD, FROST, 120)], 120)
    assert statuses(store) == ["killed", "usable"]


def test_one_alert_names_who_carried_it(store: Store) -> None:
    take(store, NORDA, [COPY])
    take(store, COURIER, [entry("c1", "Mole money: treasurer held", MOLE, 10, "http://courier.example/1")], 10)
    taker = take(store, NORDA, [NOTICES["headline"][0]], 60)
    assert [call.alert.condition for call in taker.told] == ["kill"]
    take(store, ECHO, [entry("x", "Mole", MOLE, 90)], 90)
    with store.reading() as read:
        (alert,) = read.alerts()
    assert "http://courier.example/1" in alert.summary
    assert "Courier at 2099-03-02 12:10 UTC" in alert.summary


def test_a_withheld_story_is_withheld_and_a_kill_outranks_it(store: Store) -> None:
    take(store, NORDA, [COPY])
    take(store, NORDA, [entry("w", f"WITHHOLD: {HEAD}", "EDITORS: Checks go on, more will follow.", 30)], 30)
    assert statuses(store) == ["withheld"]
    take(store, NORDA, [NOTICES["headline"][0]], 60)
    assert statuses(store) == ["killed"]


# --- embargoes ------------------------------------------------------------------------------------------------------


def embargoed(store: Store) -> None:
    text = f"EMBARGOED: Not for release before 18:00 GMT, March 2, 2099.\n\n{MOLE}"
    take(store, NORDA, [entry("e", f"EMBARGOED: {HEAD}", text, 0)])


def test_an_embargo_holds_from_the_first_second_to_its_hour(store: Store) -> None:
    embargoed(store)
    take(store, COURIER, [entry("c", "Mole", MOLE, 30)], 30)
    (row,) = stories(store)
    assert (row.status, row.embargo_until, row.sources) == (Status.EMBARGOED, at(360), 2)
    assert embargoes.release(store, at(359)) == 0
    assert embargoes.release(store, at(360)) == 1
    (row,) = stories(store)
    assert (row.status, row.embargo_until) == (Status.USABLE, at(360))
    with store.reading() as read:
        last = read.changes()[-1]
    assert (last.kind, last.story_id, last.detail) == (
        "status",
        row.story_id,
        {"status": "usable", "before": "embargoed"},
    )


def test_an_embargo_ends_in_the_view_without_a_daemon(store: Store) -> None:
    past = "2020-01-01T00:00:00.000000Z"
    embargoed(store)
    with store.writing() as write:
        (row,) = write.stories()
        write.touch(row.story_id, embargo_until=at(0).replace(year=2020))
    (row,) = stories(store)
    assert (row.status, past < str(row.embargo_until)) == (Status.USABLE, True)
    with store.reading() as read:
        assert all(each.usable for each in read.story(row.story_id).versions)


def test_an_embargo_without_hour_lasts_until_it_is_lifted(store: Store) -> None:
    take(store, NORDA, [entry("e", f"EMBARGOED: {HEAD}", MOLE, 0)])
    (row,) = stories(store)
    assert (row.status, row.embargo_until) == (Status.EMBARGOED, None)
    assert embargoes.release(store, at(100_000)) == 0
    decisions.lift(store, row.story_id, OPERATOR)
    assert statuses(store) == ["usable"]


# --- operators ------------------------------------------------------------------------------------------------------


def test_killing_and_lifting_are_recorded_and_taken_back(store: Store) -> None:
    take(store, NORDA, [COPY])
    (row,) = stories(store)
    decisions.kill(store, row.story_id, OPERATOR)
    take(store, ECHO, [entry("x", "Mole", MOLE, 90)], 90)
    assert statuses(store) == ["killed"]
    decisions.lift(store, row.story_id, OPERATOR)
    assert statuses(store) == ["usable"]
    decisions.undo(store, "lift", row.story_id, OPERATOR, Ingest(ClusterPolicy()))
    assert statuses(store) == ["killed"]
    decisions.undo(store, "kill", row.story_id, OPERATOR, Ingest(ClusterPolicy()))
    assert statuses(store) == ["usable"]
    with store.reading() as read:
        made = read.story(row.story_id).decisions
    assert [(each.kind, each.undoes, each.undone_by, each.decided_by, each.why) for each in made] == [
        ("kill", None, "o4", "Ada", "the desk asked"),
        ("lift", None, "o3", "Ada", "the desk asked"),
        ("undo", "o2", None, "Ada", "the desk asked"),
        ("undo", "o1", None, "Ada", "the desk asked"),
    ]


def test_what_can_not_be_decided_is_said(store: Store) -> None:
    take(store, NORDA, [COPY])
    (row,) = stories(store)
    for wrong in (
        lambda: decisions.lift(store, row.story_id, OPERATOR),
        lambda: decisions.undo(store, "kill", row.story_id, OPERATOR, Ingest(ClusterPolicy())),
        lambda: decisions.kill(store, "s-none", OPERATOR),
        lambda: Operator(by="Ada", why=" ", now=at(0)),
    ):
        with pytest.raises(InputError):
            wrong()
