"""Where a feed is asked: at its own URL, or where its publisher has moved it for good.

Law: a move is believed after three polls in a row whose whole way was permanent (301, 308) and whose target gave a
document that can be read; never one from https to http. It is kept with the state and never written into the config. A
target that fails three times is given up for the URL of the config. An exemption from the guard of addresses, and
whatever else the operator granted to a host, stays with the host that the config names.
"""

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from wire.model import Feed, FetchFailed, Move, PollState, Validators
from wire.schedule.backoff import Kind, kind
from wire.schedule.outcome import Looked, Outcome, Taken
from wire.schedule.trust import conditional

BELIEVED = 3
"""Polls in a row after which a move is believed, or a target is given up."""


def asked(feed: Feed, state: PollState | None) -> tuple[Feed, PollState | None]:
    """The feed and its state as a fetcher has to see them: at the address where it is now, with validators to send."""
    if state is not None and not conditional(state):
        state = replace(state, validators=Validators())
    if state is None or state.moved_to is None or state.url != feed.url:
        return feed, state
    state = replace(state, url=state.moved_to)
    if host_of(state.url) == host_of(feed.url):
        return replace(feed, url=state.url), state
    return replace(feed, url=state.url, allow_private=False, verify_tls=True), state


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """The host in a URL, in lower case; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def followed(state: PollState, outcome: Outcome) -> PollState:
    """The state with what this outcome says of where the feed is."""
    if isinstance(outcome, FetchFailed):
        return _failed(state, outcome)
    if isinstance(outcome, Looked):
        return state
    # A 304 stands for the document that was read before.
    fetched = outcome.fetched if isinstance(outcome, Taken) else outcome
    return _led(state, fetched.url, fetched.moved_to)


def _led(state: PollState, url: str, target: str | None) -> PollState:
    if target is None or (url.startswith("https:") and not target.startswith("https:")):
        return replace(state, move=None) if state.move else state
    seen = 1 + (state.move.seen if state.move and state.move.to == target else 0)
    if seen < BELIEVED:
        return replace(state, move=Move(to=target, seen=seen))
    back = target == state.url
    return replace(state, moved_to=None if back else target, move=None, validators=Validators())


def _failed(state: PollState, failed: FetchFailed) -> PollState:
    what = kind(failed)
    if state.moved_to and (state.failures >= BELIEVED or what is Kind.GONE):
        return replace(state, moved_to=None, move=None, validators=Validators(), gone=0)
    return replace(state, move=None) if state.move and what is not Kind.TEMPORARY else state
