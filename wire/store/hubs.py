"""What is agreed with the hubs of feeds, and what they have pushed that is not taken yet.

Law: a body that was acknowledged is here until the transaction that takes it; tokens and secrets are in no view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from wire.model import Offer
from wire.store import bulk, feed_tables
from wire.store.feed_tables import pushed, subscription
from wire.store.packed import Packer, unpack
from wire.websub import Standing, Subscription

_BOUND = (Standing.ASKED, Standing.ACTIVE, Standing.ENDING)
_NAMES = tuple(each.name for each in fields(Subscription))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A body that a hub has pushed."""

    number: int
    feed: str
    at: datetime
    content_type: str | None
    body: bytes = field(repr=False)


_OF = select(subscription).where(subscription.c.feed == bindparam("feed"))
"""Made once: it is asked with each poll."""


class Hubs:
    """Subscriptions and what came by them, in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, feed_key: str) -> Subscription | None:
        """The subscription of a feed; None: it names no hub."""
        row = self._connection.execute(_OF, {"feed": feed_key}).mappings().one_or_none()
        return None if row is None else _subscription(row)

    def at(self, token: str) -> Subscription | None:
        """The subscription whose callback it is."""
        return self._one(select(subscription).where(subscription.c.token == token)) if token else None

    def due(self, now: datetime) -> list[tuple[Subscription, bool]]:
        """Those about which something may have to be done, and whether each is still wanted as far as is known here."""
        feed = feed_tables.feed
        wanted = (feed.c.enabled & subscription.c.named).label("wanted")
        timely = or_(subscription.c.due_at.is_(None), subscription.c.due_at <= now)
        dropped = ~wanted & subscription.c.standing.in_([Standing.ASKED, Standing.ACTIVE])
        query = (
            select(subscription, wanted)
            .join(feed, feed.c.key == subscription.c.feed)
            .where(or_(dropped, timely & or_(wanted, subscription.c.standing.in_(_BOUND))))
            .order_by(subscription.c.due_at, subscription.c.feed)
        )
        return [(_subscription(row), bool(row["wanted"])) for row in self._connection.execute(query).mappings()]

    def offer(self, feed_key: str, offer: Offer | None) -> None:
        """Note which hub a feed's document names; another one than before begins anew."""
        before = self.of(feed_key)
        if offer is None:
            if before and before.named:
                self._connection.execute(self._set(feed_key, named=False))
        elif before is None or (before.hub, before.topic) != (offer.hub, offer.topic):
            self.save(Subscription(feed=feed_key, hub=offer.hub, topic=offer.topic))
        elif not before.named:
            self._connection.execute(self._set(feed_key, named=True))

    def save(self, one: Subscription) -> None:
        """Keep it, instead of what is kept of the feed."""
        row = {name: getattr(one, name) for name in _NAMES}
        bulk.insert(self._connection, subscription, [row], renew=tuple(name for name in row if name != "feed"))

    def missed(self, feed_key: str) -> None:
        """A poll found what had not been pushed."""
        self._connection.execute(self._set(feed_key, delivering=False))

    def forget(self, one: Subscription) -> None:
        """Keep nothing of it but that the feed names the hub, if it does."""
        if one.named:
            self.save(Subscription(feed=one.feed, hub=one.hub, topic=one.topic))
        else:
            self._connection.execute(delete(subscription).where(subscription.c.feed == one.feed))

    # --- what was pushed ----------------------------------------------------------------------------------------

    def waiting(self, feed_key: str) -> int:
        """How many bodies of a feed wait to be taken."""
        query = select(func.count()).where(pushed.c.feed == feed_key)
        return int(self._connection.execute(query).scalar_one())

    def keep(self, feed_key: str, body: bytes, content_type: str | None, at: datetime) -> None:
        """Keep a body until it is taken."""
        number = self._connection.execute(select(func.coalesce(func.max(pushed.c.number), 0))).scalar_one() + 1
        data = Packer().pack(body)
        row = {"number": number, "feed": feed_key, "at": at, "content_type": content_type, "data": data}
        bulk.insert(self._connection, pushed, [row])

    def feeds_waiting(self) -> list[str]:
        """Feeds of which bodies wait to be taken."""
        return list(self._connection.execute(select(pushed.c.feed).distinct().order_by(pushed.c.feed)).scalars())

    def next(self, feed_key: str) -> Pushed | None:
        """The body of a feed that has waited longest."""
        query = select(pushed).where(pushed.c.feed == feed_key).order_by(pushed.c.number).limit(1)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        return Pushed(number=row.number, feed=row.feed, at=row.at, content_type=row.content_type, body=unpack(row.data))

    def done(self, number: int) -> None:
        """It is taken, or never will be."""
        self._connection.execute(delete(pushed).where(pushed.c.number == number))

    # --- rows ---------------------------------------------------------------------------------------------------

    def _one(self, query: Any) -> Subscription | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _subscription(row)

    @staticmethod
    def _set(feed_key: str, **values: object) -> Any:
        return update(subscription).where(subscription.c.feed == feed_key).values(values)


def _subscription(row: Mapping[Any, Any]) -> Subscription:
    values = {name: row[name] for name in _NAMES}
    return Subscription(**{**values, "standing": Standing(values["standing"]), "seen": bytes(values["seen"])})
