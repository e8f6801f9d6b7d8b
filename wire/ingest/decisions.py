"""What operators decide of stories: recorded with who and why, told to readers, and taken back as a whole.

Law: an operator outranks orders and likeness. Nothing that was decided goes: taking back is a decision, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from wire.errors import InputError
from wire.ingest import Ingest, orders, regroup, story_founded_by
from wire.ingest.regroup import Hand
from wire.store import DecisionRow, Moves, Notice, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who decides, and why."""

    by: str
    why: str
    now: datetime
    tell: bool = False
    """Whether alerts are told outside."""

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.why.strip():
            raise InputError("say who decides (--by) and why (--why)")


def kill(store: Store, identifier: str, operator: Operator) -> DecisionRow:
    """Kill a story until it is lifted. Raises NotFound."""
    with store.writing() as write:
        story_id = write.named(identifier).story_id
        number = _decide(write, "kill", story_id, operator)
        headline = write.story(story_id).story.headline or ""
        notice = Notice(
            kind="kill",
            story_id=story_id,
            at=operator.now,
            seen_at=operator.now,
            source=operator.by,
            headline=headline,
            matched_by="operator",
            decision=number,
        )
        write.add_notice(notice)
        orders.restate(write, story_id, operator.now)
        orders.announce(write, story_id, now=operator.now, tell=operator.tell)
        return write.decision(number)


def lift(store: Store, identifier: str, operator: Operator) -> DecisionRow:
    """Lift every order on a story, and on what was split off it under the same orders; on what an operator has split
    off, its own alone. Raises NotFound, InputError."""
    with store.writing() as write:
        story_id = write.named(identifier).story_id
        given = write.notices([story_id])
        if not given:
            raise InputError(f"{story_id} is under no order: there is nothing to lift")
        parted = {int(each.decision_id.removeprefix("o")) for each in write.decisions("split")}
        roots = {each.number if each.decision in parted else each.follows or each.number for each in given}
        numbers = write.following(roots)
        number = _decide(write, "lift", story_id, operator, notices=sorted(numbers))
        write.lift_notices(numbers, operator.now, number)
        for each in write.stories_under(numbers):
            orders.restate(write, each, operator.now)
        return write.decision(number)


def pin(store: Store, identifier: str, operator: Operator, taker: Ingest) -> DecisionRow:
    """Let a version stand for its story, whatever comes. Raises NotFound, InputError."""
    with store.writing() as write:
        named = write.named(identifier)
        if named.version_id is None:
            raise InputError(f"{identifier} is a story: name the version that is to stand for it")
        number = _decide(write, "pin", named.story_id, operator, version_id=named.version_id)
        regroup.settle(write, _hand("pin", number, operator, taker), [named.story_id])
        return write.decision(number)


def merge(store: Store, identifier: str, into: str, operator: Operator, taker: Ingest) -> DecisionRow:
    """Make a story part of another one, for good and whatever their texts are. Raises NotFound, InputError."""
    with store.writing() as write:
        gone, story_id = (write.named(each).story_id for each in (identifier, into))
        if gone == story_id:
            raise InputError(f"{identifier} and {into} are one story already: {story_id}")
        detail = regroup.before_merge(write, gone, story_id)
        pins = write.pins()
        both = [[each for each in pins if each in detail[side]] for side in ("versions", "others")]
        goes_on = both[1][-1] if all(both) else None
        number = _decide(write, "merge", story_id, operator, other_story_id=gone, version_id=goes_on, **detail)
        regroup.merge(write, _hand("merge", number, operator, taker), detail["versions"], story_id)
        orders.announce(write, story_id, now=operator.now, tell=operator.tell)
        return write.decision(number)


def split(store: Store, identifier: str, versions: Sequence[str], operator: Operator, taker: Ingest) -> DecisionRow:
    """Make versions of a story a story of their own, and keep the two apart. Raises NotFound, InputError."""
    with store.writing() as write:
        story_id = write.named(identifier).story_id
        leaving = dict.fromkeys(_version_of(write, story_id, each) for each in versions)
        if not leaving:
            raise InputError(f"name the versions of {story_id} that are another story")
        detail = regroup.before_split(write, story_id, list(leaving))
        if not detail["others"]:
            raise InputError(f"these are all versions of {story_id}: none would be left")
        name = regroup.vacant(write, story_founded_by(next(iter(leaving))))
        number = _decide(write, "split", story_id, operator, other_story_id=name, **detail)
        regroup.split(write, _hand("split", number, operator, taker), detail["versions"], detail["others"])
        return write.decision(number)


def again(write: Moves, made: DecisionRow, names: Mapping[str, Sequence[str]], taker: Ingest) -> None:
    """Carry out a pin, merge or split in another database, a replay's, where its versions have the names given."""

    def named(versions: Iterable[str]) -> list[str]:
        found = dict.fromkeys(name for each in versions for name in (*names.get(each, ()), each))
        known = write.stories_of(list(found))
        return [each for each in found if each in known]

    detail = {side: named(made.detail.get(side, ())) for side in ("versions", "others")}
    detail["versions"] = [each for each in detail["versions"] if each not in set(detail["others"])]
    pinned = named([made.version_id] if made.version_id else [])
    number = write.add_decision(
        made.kind,
        made.story_id,
        at=made.at,
        by=made.decided_by,
        why=made.why,
        version_id=pinned[0] if pinned else made.version_id,
        detail=detail,
    )
    hand = Hand(taker=taker, decision=number, kind=made.kind, now=made.at)
    if made.kind == "split":
        regroup.split(write, hand, detail["versions"], detail["others"])
    elif made.kind == "merge" and detail["others"]:
        into = write.stories_of(detail["others"])[detail["others"][0]]
        regroup.merge(write, hand, [*detail["others"], *detail["versions"]], into)
    elif made.kind == "pin" and pinned:
        regroup.settle(write, hand, write.stories_of(pinned).values())


def undo(store: Store, kind: str, identifier: str, operator: Operator, taker: Ingest) -> DecisionRow:
    """Take back the last decision of that kind on a story. Raises NotFound, InputError."""
    with store.writing() as write:
        story_id = write.named(identifier).story_id
        last = write.last_decision(kind, identifier)
        if last is None:
            raise InputError(f"no {kind} of {story_id} holds: there is nothing to take back")
        before = int(last.decision_id.removeprefix("o"))
        number = _decide(write, "undo", story_id, operator, undoes=before)
        hand = _hand(f"{kind} taken back", number, operator, taker)
        if kind == "pin":
            regroup.settle(write, hand, [story_id])
        elif kind == "merge":
            regroup.undo_merge(write, hand, last.other_story_id or story_id, last.detail)
        elif kind == "split":
            regroup.undo_split(write, hand, before, last.detail, last.story_id)
        else:
            _undo_orders(write, last, before, number, operator)
        return write.decision(number)


def _undo_orders(write: Moves, last: DecisionRow, before: int, number: int, operator: Operator) -> None:
    """A kill that was taken back is lifted; what was lifted counts again."""
    if last.kind == "kill":
        numbers = write.decided_notices(before)
        write.lift_notices(numbers, operator.now, number)
    else:
        numbers = [int(each) for each in last.detail["notices"]]
        write.lift_notices(numbers, None, None)
    for each in write.stories_under(numbers):
        orders.restate(write, each, operator.now)


def _version_of(write: Moves, story_id: str, identifier: str) -> str:
    named = write.named(identifier)
    if named.version_id is None:
        raise InputError(f"{identifier} is a story: name versions, or deliveries")
    if named.story_id != story_id:
        raise InputError(f"{identifier} is in another story: {named.story_id}")
    return named.version_id


def _hand(kind: str, number: int, operator: Operator, taker: Ingest) -> Hand:
    return Hand(taker=taker, decision=number, kind=kind, now=operator.now)


def _decide(
    write: Moves,
    kind: str,
    story_id: str,
    operator: Operator,
    *,
    undoes: int | None = None,
    version_id: str | None = None,
    other_story_id: str | None = None,
    **detail: object,
) -> int:
    number = write.add_decision(
        kind,
        story_id,
        at=operator.now,
        by=operator.by,
        why=operator.why,
        undoes=undoes,
        version_id=version_id,
        other_story_id=other_story_id,
        detail={"deliveries": write.last_delivery(), **detail},
    )
    told = {"decision_id": f"o{number}", "kind": kind, "by": operator.by, "why": operator.why}
    write.change("decision", at=operator.now, story_id=story_id, version_id=version_id, detail=told)
    return number
