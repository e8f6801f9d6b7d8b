"""Whether a server's word that nothing has changed can be believed.

Law: a server is caught only where new entries prove it: it answers 304, and hands out a document with new entries when
asked again without validators; or new entries come under the validators of the document before. Doubt grows
each time, and falls by one with every document that bears the server out.

| doubt | after a 304, the whole document is asked for as well |
|---|---|
| none | after `recheck` without a whole one |
| up to 24: caught | after an hour of it (`recheck` / 24) |
| over 24: caught while in doubt | at every poll: no validators are sent |
"""

from dataclasses import replace
from datetime import datetime

from wire.model import NotModified, PollState, Trust, Validators
from wire.policy import SchedulePolicy
from wire.schedule.chance import draw
from wire.schedule.outcome import Outcome, Taken

OFTEN = 24
"""Times as often as usual that a server in doubt is checked."""
CAUGHT, MOST = 24, 48
"""Doubt that one lie makes, and its bound: so many whole documents have to bear the server out."""
SCATTER = 0.25
"""Share of the time by which a check is put off at most, so that not all feeds are checked in one hour of the day."""


def check_due(state: PollState | None, now: datetime, policy: SchedulePolicy) -> bool:
    """Whether a 304 that has just come should be followed by a request without validators."""
    if state is None or state.trust.whole_at is None or not policy.recheck:
        return False
    period = policy.recheck / (OFTEN if state.trust.doubt else 1)
    waited = (now - state.trust.whole_at).total_seconds()
    return waited >= period * (1 + SCATTER * draw(state.feed, state.trust.whole_at))


def conditional(state: PollState) -> bool:
    """Whether the validators of this feed are worth sending."""
    return state.trust.doubt <= CAUGHT


def learned(state: PollState, outcome: Outcome) -> Trust:
    """What a success teaches; `state`: before it."""
    trust = state.trust
    if isinstance(outcome, NotModified):
        return trust if trust.whole_at else replace(trust, whole_at=outcome.at)
    if not isinstance(outcome, Taken):
        return trust
    whole_at = outcome.fetched.at
    if outcome.new and state.body_hash and (outcome.denied or _same(state.validators, outcome.fetched.validators)):
        return Trust(whole_at=whole_at, doubt=min(MOST, trust.doubt + CAUGHT), lies=trust.lies + 1)
    borne_out = outcome.denied or not conditional(state)
    return replace(trust, whole_at=whole_at, doubt=max(0, trust.doubt - borne_out))


def _same(before: Validators, now: Validators) -> bool:
    """Whether the server calls two documents one: by the ETag, where there is none by the date (RFC 9110 §8.8)."""
    if before.etag or now.etag:
        return before.etag == now.etag
    return before.last_modified is not None and before.last_modified == now.last_modified
