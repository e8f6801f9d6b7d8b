"""How fast new entries come, and how often it is worth asking.

Law: the interval follows from what polls have shown, within what a document holds; bounds and wishes come after.

The interval is the geometric mean of the operator's first guess and of the time between two new entries. Of all ways to
spend a given number of requests on feeds that differ, asking with the root of their rates leaves entries unseen for the
least time in sum (Lagrange: the sum of rate × interval / 2 under a fixed sum of 1 / interval is least where interval is
proportional to 1 / √rate). The first guess is the unit of that law, and so the operator's weight on a feed.
"""

import math
from datetime import datetime

from wire.model import PollState, Rhythm
from wire.schedule.outcome import Taken

MEMORY = 0.8
"""What an entry still counts for when one more has come: about five make a rhythm, however fast or slow it is."""
KEPT = 0.5
"""Share of a document that should still be known at the next poll, at the pace of now: bursts are twice as fast."""
LEAP = 7_776_000.0
"""Seconds; a silence counts for this long at most, so that a feed that comes back is believed soon."""


def learned(rhythm: Rhythm, new: int, seconds: float) -> Rhythm:
    """The rhythm after `seconds` in which `new` entries came, evenly as far as is known."""
    seconds = min(max(seconds, 0.0), LEAP)
    if not new:
        return Rhythm(entries=rhythm.entries, seconds=min(rhythm.seconds + seconds, LEAP))
    kept = MEMORY**new
    weight = (1 - kept) / (1 - MEMORY)
    return Rhythm(
        entries=rhythm.entries * kept + weight, seconds=min(rhythm.seconds * kept + seconds * weight / new, LEAP)
    )


def after_poll(rhythm: Rhythm, taken: Taken, seconds: float) -> Rhythm:
    """The rhythm after a document that came `seconds` after the one before.

    Where entries were missed between the two, more came than are known: that makes no feed slower.
    """
    if taken.gap and rhythm.entries:
        seconds = min(seconds, taken.new * rhythm.seconds / rhythm.entries)
    return learned(rhythm, taken.new, seconds)


def first(taken: Taken) -> Rhythm:
    """The rhythm that the dates in a first document show: nothing where they are missing, or all the same."""
    if not (taken.entries and taken.oldest_at and taken.newest_at):
        return Rhythm()
    at = taken.fetched.at
    newest = min(taken.newest_at, at)
    span = (newest - min(taken.oldest_at, newest)).total_seconds()
    if taken.entries < 2 or span <= 0:
        return Rhythm()
    return learned(learned(Rhythm(), taken.entries - 1, span), 0, (at - newest).total_seconds())


def gap_between(rhythm: Rhythm, guess: float) -> float:
    """Seconds between two new entries; `guess` counts as the one entry that has not come yet."""
    missing = max(0.0, 1.0 - rhythm.entries)
    return (rhythm.seconds + guess * missing) / (rhythm.entries + missing)


def missed(state: PollState, since: datetime, taken: Taken) -> int | None:
    """Entries that came and went unseen between `since`, when all was known, and a document, about.

    At the pace of the document's own dates, from `since` to its first; else at the pace of polls, for all the time
    since; None: neither is known.
    """
    at, entries = taken.fetched.at, taken.entries or 0
    if taken.oldest_at and taken.newest_at and entries > 1:
        newest = min(taken.newest_at, at)
        span = (newest - taken.oldest_at).total_seconds()
        if span > 0:
            return round(max(0.0, (taken.oldest_at - since).total_seconds()) * (entries - 1) / span)
    if not state.rhythm.entries or not state.rhythm.seconds:
        return None
    came = (at - since).total_seconds() * state.rhythm.entries / state.rhythm.seconds
    return max(0, round(came) - entries)


def interval(state: PollState, guess: float) -> tuple[float, str | None]:
    """Seconds between two polls, and the kind of reason: None: only the guess is known."""
    between = gap_between(state.rhythm, guess)
    wanted = math.sqrt(guess * between)
    holds = KEPT * state.document * between
    if state.document and state.rhythm.entries and holds < wanted:
        return holds, "overlap"
    return wanted, "rhythm" if state.rhythm.entries or state.rhythm.seconds else None


def after_burst(taken: Taken, seconds: float) -> float:
    """Seconds in which the pace of the last `seconds` would leave enough of this document; infinite: no limit."""
    if not taken.entries or not taken.new:
        return math.inf
    if taken.gap:
        return seconds / 4  # what was missed is not known: more than it holds came
    return KEPT * taken.entries * seconds / taken.new
