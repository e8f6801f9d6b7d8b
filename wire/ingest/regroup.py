"""Versions that go from one story to another because an operator says so: merges, splits, and both taken back.

Law: what was decided is said of versions, never of stories, so that it can be done once more wherever those versions
stand: after a replay has grouped them otherwise, and in the replay itself. Orders follow their copy.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wire.ingest import Ingest, orders, story_founded_by
from wire.model import Evidence, Signal, Standing
from wire.store import Moves, Notice, Read

OPERATOR = "operator"
"""How an order names copy that an operator brought to it."""
_NO_COPY = frozenset({Signal.KILL, Signal.WITHHOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """On whose behalf versions are moved, and with what."""

    taker: Ingest
    decision: int
    """Number of the decision."""
    kind: str
    now: datetime

    @property
    def why(self) -> Evidence:
        return Evidence(rule=f"operator: {self.kind}", notes=(f"decision o{self.decision}",))


# --- what is remembered, so that it can be done again and taken back ------------------------------------------------


def before_merge(write: Moves, gone: str, into: str) -> dict[str, Any]:
    """How two stories stand that are about to be one."""
    return {
        "versions": _ids(write, gone),
        "others": _ids(write, into),
        "names": write.merged_ids(gone),
        "notices": [each.number for each in write.notices([gone], lifted=True)],
        "waiting": [each.number for each in write.notices([gone, into]) if each.matched_by is None],
        "theirs": [each.number for each in write.notices([into], lifted=True)],
    }


def before_split(write: Moves, story_id: str, versions: Sequence[str]) -> dict[str, Any]:
    """How a story stands that is about to lose versions."""
    return {"versions": list(versions), "others": [each for each in _ids(write, story_id) if each not in set(versions)]}


# --- done -----------------------------------------------------------------------------------------------------------


def merge(write: Moves, hand: Hand, versions: Collection[str], into: str) -> None:
    """Bring the stories of these versions, whole, into another one."""
    for story_id in dict.fromkeys(write.stories_of(versions).values()):
        if story_id != into:
            _bring(write, hand, _ids(write, story_id), story_id, into)
    if any(_NO_COPY.isdisjoint(each.signals) for each in _members(write, into)):
        for each in write.notices([into]):
            if each.matched_by is None:
                write.match_notice(each.number, OPERATOR)
    settle(write, hand, [into])


def split(write: Moves, hand: Hand, versions: Collection[str], others: Collection[str]) -> str | None:
    """Take these versions out of every story that holds one of the others; gives their story, None: none was taken.

    They come to the story that some of them have to themselves already, else to a new one.
    """
    places = write.stories_of(versions)
    shared = set(write.stories_of(others).values())
    mixed = {each: story_id for each, story_id in places.items() if story_id in shared}
    if not mixed:
        return None
    own = [story_id for story_id in places.values() if story_id not in shared]
    first = next(each for each in versions if each in mixed)
    into = max(own, key=lambda each: (own.count(each), each)) if own else vacant(write, story_founded_by(first))
    for home in dict.fromkeys(mixed.values()):
        _bring(write, hand, [each for each, story_id in mixed.items() if story_id == home], home, into)
        orders.follow(write, home, into, hand.now, decision=hand.decision)
    settle(write, hand, [*dict.fromkeys(mixed.values()), into])
    return into


# --- taken back -----------------------------------------------------------------------------------------------------


def undo_merge(write: Moves, hand: Hand, gone: str, detail: Mapping[str, Any]) -> None:
    """Let a merged story stand again, with its own versions, what has joined because of them, and its orders."""
    home = write.named(gone).story_id
    if home == gone:
        return  # a replay under another config has parted the two already
    leaving = _with_offspring(write, home, detail["versions"], detail["others"])
    if not leaving:
        return
    _bring(write, hand, leaving, home, gone)
    write.rename(detail["names"], home, gone)
    own = set(detail["notices"])
    write.bring_notices([each.number for each in _orders(write, home) if each.number in own], gone)
    for number in detail["waiting"]:
        write.match_notice(number, None)
    since = {each.number for each in _orders(write, home)} - {*own, *detail["theirs"]}
    if since:  # given of the two as one
        orders.follow(write, home, gone, hand.now)
    settle(write, hand, [each for each in (home, gone) if _ids(write, each)])


def undo_split(write: Moves, hand: Hand, number: int, detail: Mapping[str, Any], parent: str) -> None:
    """Bring versions that were split off, and what has joined because of them, back to the others."""
    others = list(write.stories_of(detail["others"]).values())
    parent = write.named(parent).story_id
    into = parent if parent in others or not others else others[0]
    for home in dict.fromkeys(write.stories_of(detail["versions"]).values()):
        if home == into:
            continue
        leaving = _with_offspring(write, home, detail["versions"], ())
        if len(leaving) == len(_ids(write, home)):
            copied = [each.number for each in write.notices([home]) if each.decision == number and each.follows]
            write.lift_notices(copied, hand.now, hand.decision)
        _bring(write, hand, leaving, home, into)
        orders.follow(write, home, into, hand.now)
        settle(write, hand, [each for each in (home, into) if _ids(write, each)])


# --- one move -------------------------------------------------------------------------------------------------------


def vacant(read: Read, name: str) -> str:
    """An id for a story that is to be: the name, else the name with a number; never that of a story that stands."""
    number, tried = 1, name
    while (row := read.story_rows([tried]).get(tried)) and row.merged_into is None:
        number += 1
        tried = f"{name}.{number}"
    return tried


def _bring(write: Moves, hand: Hand, versions: Sequence[str], home: str, into: str) -> None:
    """Move versions, and tell readers: the story that they come to is founded, or stands again, where it does not."""
    staying = len(_ids(write, home)) > len(versions)
    row = write.story_rows([into]).get(into)
    if row is None:
        write.add_story(into, versions[0], seen_at=hand.now)
    elif row.merged_into:
        write.revive(into, versions[0], at=hand.now)
    if row is None or row.merged_into:
        write.change("story", at=hand.now, story_id=into, version_id=versions[0])
    if staying:
        write.move(versions, into)
    else:
        write.merge(home, into)
    if row is None or row.merged_into:
        write.set_canonical(into, versions[0], {})
    told = {"into": into, "versions": list(versions)}
    write.change("split" if staying else "merged", at=hand.now, story_id=home, detail=told)
    for each in versions:
        write.add_evidence(each, into, hand.why, hand.now)


def settle(write: Moves, hand: Hand, story_ids: Iterable[str]) -> None:
    """Say of stories that gained or lost versions what they are now."""
    grown = {story_id: _ids(write, story_id) for story_id in story_ids}
    for story_id in grown:
        write.refound(story_id)
        write.touch(story_id, updated_at=hand.now)
        orders.restate(write, story_id, hand.now)
    hand.taker.settle(write, grown, now=hand.now)


def _with_offspring(write: Moves, home: str, versions: Collection[str], others: Collection[str]) -> list[str]:
    """Of a story, these versions and those that have joined since because of one of them, in order of arrival."""
    against = {
        each.version_id: each.evidence.against for each in reversed(write.evidence(home)) if each.evidence.against
    }
    leaving, staying = set(versions), set(others)
    found = []
    for version_id in _ids(write, home):
        if version_id in leaving or (version_id not in staying and against.get(version_id) in leaving):
            leaving.add(version_id)
            found.append(version_id)
    return found


def _members(write: Moves, story_id: str) -> list[Standing]:
    return write.members([story_id]).get(story_id, [])


def _ids(write: Moves, story_id: str) -> list[str]:
    return [each.version_id for each in _members(write, story_id)]


def _orders(write: Moves, story_id: str) -> list[Notice]:
    return write.notices([story_id], lifted=True)
