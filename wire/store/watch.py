"""What is asked of a feed's health: its pulse, its figures, the alerts that are open, over, or still to be told.

Law: figures come from rows that were written with the polls; nothing here counts polls or entries.
"""

from sqlalchemy import RowMapping, bindparam, select

from wire.health import Alert, Condition, Pulse, Severity
from wire.store.answers import AlertRow, Call, HealthRow
from wire.store.contract import alert_v1, health_v1
from wire.store.health import alert, alert_call, feed_health
from wire.store.pulses import pulse_of
from wire.store.views import Views

_PULSE = select(feed_health).where(feed_health.c.feed == bindparam("key"))
"""Made once: it is asked with each poll."""


class Watch(Views):
    """Questions about health, answered in one transaction."""

    def pulse(self, feed_key: str) -> Pulse:
        """What is remembered of a feed's health; of an unknown one, nothing."""
        row = self._connection.execute(_PULSE, {"key": feed_key}).one_or_none()
        return Pulse(feed=feed_key) if row is None else pulse_of(row)

    def health(self, feed_key: str | None = None) -> dict[str, HealthRow]:
        """The figures of each feed that was ever polled, or of one."""
        query = select(health_v1) if feed_key is None else select(health_v1).where(health_v1.c.feed == feed_key)
        return {row["feed"]: HealthRow(**row) for row in self._connection.execute(query).mappings()}

    def alerts(
        self, *, only_open: bool = False, feed_key: str | None = None, limit: int | None = None
    ) -> list[AlertRow]:
        """Alerts, those that are open first, then the last to begin first."""
        query = select(alert_v1).order_by(alert_v1.c.ended_at.is_not(None), alert_v1.c.began_at.desc())
        if only_open:
            query = query.where(alert_v1.c.ended_at.is_(None))
        if feed_key is not None:
            query = query.where(alert_v1.c.feed == feed_key)
        return [AlertRow(**row) for row in self._connection.execute(query.limit(limit)).mappings()]

    def raised(self) -> list[Alert]:
        """The alerts that are open and concern all feeds."""
        query = select(alert).where(alert.c.feed.is_(None), alert.c.ended_at.is_(None))
        return [alert_of(row) for row in self._connection.execute(query).mappings()]

    def calls(self) -> list[Call]:
        """What is still to be told, in the order of its time."""
        query = (
            select(*alert.c, alert_call.c.event, alert_call.c.due_at, alert_call.c.tries)
            .join(alert, alert.c.alert_id == alert_call.c.alert_id)
            .order_by(alert_call.c.due_at, alert_call.c.event)
        )
        return [
            Call(alert=alert_of(row), event=row["event"], due_at=row["due_at"], tries=row["tries"])
            for row in self._connection.execute(query).mappings()
        ]


def alert_of(row: RowMapping) -> Alert:
    """The alert that a row holds."""
    return Alert(
        alert_id=row["alert_id"],
        condition=Condition(row["condition"]),
        severity=Severity(row["severity"]),
        feed=row["feed"],
        source=row["source"],
        began_at=row["began_at"],
        summary=row["summary"],
        advice=row["advice"],
        ended_at=row["ended_at"],
        end=row["how_ended"],
    )
