"""What is remembered of a feed between two polls, as columns of its row.

Law: what is written is read back equal; sets of hours and days are sets of bits.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from wire.model import Health, Hints, Move, PollState, Rhythm, Trust, Validators


def columns_of(state: PollState) -> dict[str, Any]:
    """The columns of `feed` that hold `state`."""
    return {
        "state_url": state.url,
        "moved_to": state.moved_to,
        "move_to": state.move and state.move.to,
        "move_seen": state.move.seen if state.move else 0,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "body_hash": state.body_hash,
        "health": state.health,
        "last_polled_at": state.last_polled_at,
        "last_ok_at": state.last_ok_at,
        "next_poll_at": state.next_poll_at,
        "next_poll_reason": state.next_poll_reason,
        "poll_interval": state.interval,
        "rhythm_entries": state.rhythm.entries,
        "rhythm_seconds": state.rhythm.seconds,
        "hint_ttl": state.hints.ttl,
        "hint_skip_hours": _bits(state.hints.skip_hours),
        "hint_skip_days": _bits(state.hints.skip_days),
        "document": state.document,
        "overlap": state.overlap,
        "slowed": state.slowed,
        "gone": state.gone,
        "overruns": state.overruns,
        "whole_at": state.trust.whole_at,
        "doubt": state.trust.doubt,
        "lies": state.trust.lies,
        "failures": state.failures,
        "last_error": state.last_error,
        "entries_seen": state.entries_seen,
        "gaps": state.gaps,
    }


def state_of(row: Row[Any]) -> PollState:
    """The state that a row of `feed` holds."""
    return PollState(
        feed=row.key,
        url=row.state_url,
        moved_to=row.moved_to,
        move=Move(to=row.move_to, seen=row.move_seen) if row.move_to else None,
        validators=Validators(etag=row.etag, last_modified=row.last_modified),
        body_hash=row.body_hash,
        health=Health(row.health),
        last_polled_at=row.last_polled_at,
        last_ok_at=row.last_ok_at,
        next_poll_at=row.next_poll_at,
        next_poll_reason=row.next_poll_reason,
        interval=row.poll_interval,
        rhythm=Rhythm(entries=row.rhythm_entries, seconds=row.rhythm_seconds),
        hints=Hints(ttl=row.hint_ttl, skip_hours=_set(row.hint_skip_hours), skip_days=_set(row.hint_skip_days)),
        document=row.document,
        overlap=row.overlap,
        slowed=row.slowed,
        gone=row.gone,
        overruns=row.overruns,
        trust=Trust(whole_at=row.whole_at, doubt=row.doubt, lies=row.lies),
        failures=row.failures,
        last_error=row.last_error,
        entries_seen=row.entries_seen,
        gaps=row.gaps,
    )


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _set(bits: int) -> frozenset[int]:
    return frozenset(number for number in range(24) if bits >> number & 1)


STATE_COLUMNS = tuple(columns_of(PollState(feed="", url="")))
