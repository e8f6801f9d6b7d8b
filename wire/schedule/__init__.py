"""When a feed is polled, and why: decisions alone. What is polled, waited for and stored is `poll`'s and `daemon`'s.

Law: pure. `now` comes in, as a UTC time where it is compared with a publisher's, as seconds of a steady clock where it
is waited for; chance is drawn from the feed's own key and the time, so that a run can be repeated.

::

    outcome ─▶ after ─▶ PollState with next_poll_at and its reason        agenda ─▶ the feeds to poll now
                 ├ rhythm    how fast entries come, how long a document    ├ timers  whose time has come
                 │           holds them ─▶ interval                        ├ pace    spacing of a host, no bursts
                 ├ hints     ttl, skipHours, max-age ─▶ not before         └ line    is it the feeds or our own line
                 ├ backoff   what a failure is ─▶ how long to stay away
                 ├ moves     301, 308 ─▶ where to ask
                 └ trust     who says 304 and lies ─▶ ask without validators

look     ─▶ looks ─▶ PollState, of a watched folder
teaser, page ─▶ pages ─▶ Article with next_try_at
"""

from wire.schedule.after import pushed, put_off, relaxed, spared, state_after
from wire.schedule.agenda import Agenda
from wire.schedule.line import Suspect
from wire.schedule.moves import asked, host_of
from wire.schedule.outcome import Looked, Outcome, Taken, outcome_time
from wire.schedule.rhythm import missed
from wire.schedule.trust import check_due

__all__ = [
    "Agenda",
    "Looked",
    "Outcome",
    "Suspect",
    "Taken",
    "asked",
    "check_due",
    "host_of",
    "missed",
    "outcome_time",
    "pushed",
    "put_off",
    "relaxed",
    "spared",
    "state_after",
]
