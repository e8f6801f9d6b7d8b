"""How feeds do, as an operator reads it: what needs attention first, and why.

Law: what is wrong follows from what is stored, its words from `health`; nothing is judged anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wire import health
from wire.health import words
from wire.model.spool import SPOOLS
from wire.store import AlertRow, FeedRow, HealthRow


class State(StrEnum):
    """How a feed does, in one word; what needs attention first stands first."""

    GONE = "gone"
    QUARANTINED = "quarantined"
    FAILING = "failing"
    SILENT = "silent"
    GAPPING = "gapping"
    REFUSED = "refused"
    MOVED = "moved"
    NEW = "new"
    OK = "ok"
    DISABLED = "disabled"


ATTENTION = frozenset(
    {State.GONE, State.QUARANTINED, State.FAILING, State.SILENT, State.GAPPING, State.REFUSED, State.MOVED}
)
_ORDER = {state: number for number, state in enumerate(State)}
_ASIDE = {"gone": State.GONE, "quarantined": State.QUARANTINED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a feed."""

    state: State
    what: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """One feed, with what is wrong."""

    feed: FeedRow
    health: HealthRow | None
    """None: never polled."""
    problems: tuple[Problem, ...]
    """The worst first."""
    quiet: float | None
    """Seconds since something new came."""

    @property
    def folder(self) -> bool:
        """Whether files are taken from a folder, here or elsewhere, and no document is asked for."""
        return self.feed.url.partition(":")[0].lower() in SPOOLS

    @property
    def state(self) -> State:
        """The worst of it, in one word."""
        if self.problems:
            return self.problems[0].state
        if not self.feed.enabled:
            return State.DISABLED
        return State.NEW if self.feed.last_polled_at is None else State.OK


def reports(
    feeds: Iterable[FeedRow],
    healths: Mapping[str, HealthRow],
    alerts: Iterable[AlertRow],
    now: datetime,
) -> list[FeedReport]:
    """A report of each feed, those that need attention first. `alerts`: those that are open."""
    raised: dict[str, list[AlertRow]] = {}
    for alert in alerts:
        raised.setdefault(alert.feed or "", []).append(alert)
    made = [report(each, healths.get(each.feed), raised.get(each.feed, ()), now) for each in feeds]
    return sorted(made, key=_urgency)


def report(feed: FeedRow, figures: HealthRow | None, alerts: Iterable[AlertRow], now: datetime) -> FeedReport:
    """A report of one feed."""
    problems = list(_problems(feed, figures, {alert.condition: alert for alert in alerts}, now)) if feed.enabled else []
    heard = figures.last_new_at if figures else None
    return FeedReport(
        feed=feed,
        health=figures,
        problems=tuple(sorted(problems, key=lambda each: _ORDER[each.state])),
        quiet=(now - heard).total_seconds() if heard else None,
    )


def _problems(
    feed: FeedRow, figures: HealthRow | None, alerts: Mapping[str, AlertRow], now: datetime
) -> Iterable[Problem]:
    if feed.failures or feed.health in _ASIDE:
        yield _failing(feed, figures, alerts, now)
    if (silent := alerts.get(State.SILENT)) and figures and figures.last_new_at:
        pause = words.pause(figures.usual_interval, (now - figures.last_new_at).total_seconds())
        yield Problem(state=State.SILENT, what=pause, do=silent.advice)
    if gapping := alerts.get(State.GAPPING):
        last = f", the last at {words.moment(figures.last_gap_at)}" if figures and figures.last_gap_at else ""
        yield Problem(state=State.GAPPING, what=gapping.summary + last, do=gapping.advice)
    if refused := alerts.get(State.REFUSED):
        yield Problem(state=State.REFUSED, what=refused.summary, do=refused.advice)
    if feed.moved_to:
        what = f"polled at {feed.moved_to}, where its publisher has moved it for good"
        yield Problem(state=State.MOVED, what=what, do=words.MOVED)


def _failing(feed: FeedRow, figures: HealthRow | None, alerts: Mapping[str, AlertRow], now: datetime) -> Problem:
    wrong = health.trouble(
        failure=figures.last_failure if figures else None,
        status=figures.last_status if figures else None,
        last_error=feed.last_error,
        since=figures.failing_since if figures else None,
        failures=feed.failures,
        last_ok_at=feed.last_ok_at,
        url=feed.url,
        now=now,
    )
    state = _ASIDE.get(feed.health, State.FAILING)
    aside = alerts.get(state.value) if state is not State.FAILING else None
    return Problem(state=state, what=str(wrong), do=aside.advice if aside else wrong.do)


def _urgency(each: FeedReport) -> tuple[int, int, str]:
    """By state; among those that fail, the longest first."""
    return _ORDER[each.state], -each.feed.failures, each.feed.feed
