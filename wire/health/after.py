"""The pulse of a feed after a poll, as a function of the pulse before and of what the poll showed.

Law: what failed with our own line is not shown here at all; what a first document holds is history, and no arrival.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from wire.health import silence
from wire.health.figures import FAILED, GAP, NEW, lags
from wire.health.pulse import GAPS, LAGS, POLLS, Pulse
from wire.model import Rhythm

MEMORY = 1 / 50
"""What one entry weighs in the usual time between two."""
WATCHED = timedelta(hours=2)
"""A feed that answered this long ago was watched meanwhile, whatever happened."""
LATE = 1.5
"""So many times the wait that was planned, beyond that: then it was, too, unless polls failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """A file that could not be taken."""

    at: datetime
    file: str
    """Its name, as it is shown."""
    reason: str
    mail: bool = False
    """Whether it is a message of a mailbox, and its name a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What one poll showed."""

    at: datetime
    sign: str
    """Of `figures`."""
    first: bool = False
    """The first document of the feed."""
    new: int = 0
    """Entries not seen before, or changed."""
    published: tuple[datetime, ...] = ()
    """When the entries that were never seen before say that they were published; of a first document, all."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    last_ok_at: datetime | None = None
    """Before this poll."""
    planned: float = 0.0
    """Seconds that the poll before had planned to wait."""
    failures: int = 0
    """Failed polls in a row, this one included."""
    failure: str | None = None
    status: int | None = None
    refused: RefusedFile | None = None
    """The last file of a watched folder that could not be taken, as far as that is remembered."""


def glanced(pulse: Pulse, glance: Glance) -> Pulse:
    """The pulse after a poll."""
    recent = (pulse.recent + glance.sign)[-POLLS:]
    if glance.sign == FAILED:
        return replace(
            pulse,
            recent=recent,
            failing_since=(pulse.failing_since if glance.failures > 1 else None) or glance.at,
            failed_at=glance.at,
            failure=glance.failure,
            status=glance.status,
        )
    after = _first(pulse, glance) if glance.first else _heard(_watched(pulse, glance), glance)
    return replace(after, recent=recent, failing_since=None)


def _first(pulse: Pulse, glance: Glance) -> Pulse:
    """What a first document tells: how fast entries came before, and when the last one did."""
    stated = [each for each in glance.published if each <= glance.at]
    known = glance.rhythm.entries > 1
    return replace(
        pulse,
        heard_at=max(stated, default=glance.at),
        usual=glance.rhythm.seconds / glance.rhythm.entries if known else pulse.usual,
        hours=silence.watched(pulse.hours, glance.at),
    )


def _watched(pulse: Pulse, glance: Glance) -> Pulse:
    """Leave out the time in which nobody looked, or nobody answered."""
    if glance.last_ok_at is None:
        return replace(pulse, hours=silence.watched(pulse.hours, glance.at))
    if _looked(pulse, glance):
        return pulse
    return replace(pulse, hours=silence.unwatched(pulse.hours, glance.last_ok_at, glance.at))


def _looked(pulse: Pulse, glance: Glance) -> bool:
    if glance.last_ok_at is None:
        return False
    away = glance.at - glance.last_ok_at
    in_time = away <= LATE * timedelta(seconds=glance.planned) + WATCHED
    return away <= WATCHED or (in_time and pulse.failing_since is None)


def _heard(pulse: Pulse, glance: Glance) -> Pulse:
    if glance.sign not in (NEW, GAP):
        return pulse
    usual = pulse.usual
    if pulse.heard_at and _looked(pulse, glance):
        usual = _usually(usual, glance.new, (glance.at - pulse.heard_at).total_seconds())
    since = glance.last_ok_at or glance.at
    return replace(
        pulse,
        heard_at=glance.at,
        usual=usual,
        lags=(*pulse.lags, *lags(glance.published, glance.at))[-LAGS:],
        hours=silence.arrived(pulse.hours, glance.at, [each for each in glance.published if since < each <= glance.at]),
        gapped_at=(*pulse.gapped_at, glance.at)[-GAPS:] if glance.sign == GAP else pulse.gapped_at,
    )


def _usually(usual: float | None, new: int, seconds: float) -> float:
    """The usual time between two entries, after `new` of them came in `seconds`."""
    between = max(seconds, 1.0) / max(new, 1)
    if usual is None:
        return between
    kept = (1 - MEMORY) ** max(new, 1)
    return math.exp(kept * math.log(usual) + (1 - kept) * math.log(between))
