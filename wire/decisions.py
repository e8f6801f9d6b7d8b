"""What operators decide of stories: recorded with who and why, told to readers, and taken back as a whole.

Law: an operator outranks orders and likeness. Nothing that was decided goes: taking back is a decision, too.
"""

from dataclasses import dataclass
from datetime import datetime

from wire import orders
from wire.errors import InputError
from wire.ingest import Ingest
from wire.policy import ClusterPolicy
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
    """Lift every order on a story, and on what was split off it under the same orders. Raises NotFound, InputError."""
    with store.writing() as write:
        story_id = write.named(identifier).story_id
        given = write.notices([story_id])
        if not given:
            raise InputError(f"{story_id} is under no order: there is nothing to lift")
        roots = {each.follows or each.number for each in given}
        numbers = write.following(roots)
        number = _decide(write, "lift", story_id, operator, notices=sorted(numbers))
        write.lift_notices(numbers, operator.now, number)
        for each in write.stories_under(numbers):
            orders.restate(write, each, operator.now)
        return write.decision(number)


def pin(store: Store, identifier: str, operator: Operator, policy: ClusterPolicy) -> DecisionRow:
    """Let a version stand for its story, whatever comes. Raises NotFound, InputError."""
    with store.writing() as write:
        named = write.named(identifier)
        if named.version_id is None:
            raise InputError(f"{identifier} is a story: name the version that is to stand for it")
        number = _decide(write, "pin", named.story_id, operator, version_id=named.version_id)
        Ingest(policy).settle(write, {named.story_id: []}, now=operator.now)
        return write.decision(number)


def undo(store: Store, kind: str, identifier: str, operator: Operator, policy: ClusterPolicy) -> DecisionRow:
    """Take back the last decision of that kind on a story. Raises NotFound, InputError."""
    with store.writing() as write:
        story_id = write.named(identifier).story_id
        last = write.last_decision(kind, {story_id, identifier})
        if last is None:
            raise InputError(f"no {kind} of {story_id} holds: there is nothing to take back")
        before = int(last.decision_id.removeprefix("o"))
        number = _decide(write, "undo", story_id, operator, undoes=before)
        if kind == "pin":
            Ingest(policy).settle(write, {story_id: []}, now=operator.now)
            return write.decision(number)
        if kind == "kill":
            numbers = write.decided_notices(before)
            write.lift_notices(numbers, operator.now, number)
        else:
            numbers = [int(each) for each in last.detail["notices"]]
            write.lift_notices(numbers, None, None)
        for each in write.stories_under(numbers):
            orders.restate(write, each, operator.now)
        return write.decision(number)


def _decide(
    write: Moves,
    kind: str,
    story_id: str,
    operator: Operator,
    *,
    undoes: int | None = None,
    version_id: str | None = None,
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
        detail=detail,
    )
    told = {"decision_id": f"o{number}", "kind": kind, "by": operator.by, "why": operator.why}
    write.change("decision", at=operator.now, story_id=story_id, version_id=version_id, detail=told)
    return number
