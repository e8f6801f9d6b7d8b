"""What is written of a feed's health: its pulse, the alerts that begin and end, and those that are still to be told.

Law: an alert is raised in the transaction that finds its cause, and what is to be told of it stands beside it: a daemon
that is killed tells it later.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select, update

from wire.health import Began, Change, Condition, Ended, Pulse
from wire.store import bulk
from wire.store.answers import Call
from wire.store.feed_tables import feed
from wire.store.health import alert, alert_call, feed_health
from wire.store.links import Links
from wire.store.pulses import columns_of
from wire.store.watch import alert_of


class Alarms(Links):
    """The part of the write transaction that knows health."""

    def save_pulse(self, pulse: Pulse) -> None:
        """Keep what is remembered of a feed's health."""
        row = columns_of(pulse)
        bulk.insert(self._connection, feed_health, [row], renew=tuple(name for name in row if name != "feed"))

    def note(self, changes: Iterable[Change], *, tell: bool) -> list[Call]:
        """Write down what began and what ended; `tell`: and that it is to be told. Gives it as it is to be told."""
        calls = [each for change in changes for each in self._note(change)]
        if tell:
            bulk.insert(
                self._connection,
                alert_call,
                [
                    {"alert_id": each.alert.alert_id, "event": each.event, "due_at": each.due_at, "tries": 0}
                    for each in calls
                ],
                renew=("due_at",),
            )
        return calls

    def end_unpolled(self, at: datetime, *, tell: bool) -> list[Call]:
        """End the alerts of feeds that are no longer polled: nobody looks whether they are well."""
        query = (
            select(feed_health.c.feed, feed_health.c.open)
            .join(feed, feed.c.key == feed_health.c.feed)
            .where(feed.c.enabled.is_(False), feed_health.c.open != ())
        )
        found = [(row.feed, Condition(name)) for row in self._connection.execute(query) for name in row.open]
        if not found:
            return []
        keys = {key for key, _ in found}
        self._connection.execute(update(feed_health).where(feed_health.c.feed.in_(keys)).values(open=()))
        end = "the feed is no longer polled"
        return self.note([Ended(condition=condition, feed=key, at=at, end=end) for key, condition in found], tell=tell)

    def put_off_call(self, call: Call, due_at: datetime, error: str) -> None:
        """An alert could not be told: try again then."""
        values = {"due_at": due_at, "tries": call.tries + 1, "error": error}
        self._connection.execute(update(alert_call).where(_the(call)).values(values))

    def settle_call(self, call: Call, at: datetime, error: str | None = None) -> None:
        """An alert was told, or is given up for `error`."""
        self._connection.execute(delete(alert_call).where(_the(call)))
        told = {"told_at": at} if call.event == "began" else {"end_told_at": at}
        values = {"untold": error} if error else told
        self._connection.execute(update(alert).where(alert.c.alert_id == call.alert.alert_id).values(values))

    def _note(self, change: Change) -> list[Call]:
        if isinstance(change, Began):
            each = change.alert
            row = {
                "alert_id": each.alert_id,
                "condition": each.condition,
                "severity": each.severity,
                "feed": each.feed,
                "source": each.source,
                "began_at": each.began_at,
                "ended_at": each.ended_at,
                "summary": each.summary,
                "advice": each.advice,
                "how_ended": each.end,
            }
            bulk.insert(self._connection, alert, [row], renew=("summary",))
            return [Call(alert=each, event="began", due_at=each.began_at)]
        mine = alert.c.feed.is_(None) if change.feed is None else alert.c.feed == change.feed
        ended = (
            update(alert)
            .where(mine, alert.c.condition == change.condition, alert.c.ended_at.is_(None))
            .values(ended_at=change.at, how_ended=change.end)
            .returning(*alert.c)
        )
        rows = self._connection.execute(ended).mappings().all()
        return [Call(alert=alert_of(row), event="ended", due_at=change.at) for row in rows]


def _the(call: Call) -> ColumnElement[bool]:
    return and_(alert_call.c.alert_id == call.alert.alert_id, alert_call.c.event == call.event)
