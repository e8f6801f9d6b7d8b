"""Orders in messages of IPTC 7901, ANPA 1312 and mail, from their bytes to how the story stands."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.orders.road import AGENCIES
from wire import prepare
from wire.ingest import Ingest, arrivals
from wire.model import Feed
from wire.policy import ClusterPolicy
from wire.store import Store

FIXTURES = Path(__file__).parents[1] / "parse" / "wire"
WIRE = Feed(key="wire", url="file:///wire", source="Quarn Press")
SEEN = datetime(2026, 3, 12, 15, tzinfo=UTC)


def take(store: Store, *bodies: bytes) -> None:
    """Take one document after the other, as a spool would."""
    taker = Ingest(ClusterPolicy())
    for number, body in enumerate(bodies):
        document, seen = prepare.read(body, "file:///wire/1", None)
        with store.reading() as read:
            fresh = arrivals.fresh(read, WIRE, seen, whole=False)
        items = prepare.items(fresh, WIRE, AGENCIES, document.language)
        with taker.writing(store) as write:
            write.add_feeds([WIRE])
            taker.take(write, WIRE, seen, items, now=SEEN + timedelta(minutes=number), whole=False)


def message(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


COPY = {
    "kill": message("iptc7901/plain.iptc").replace(b"qrn0123", b"qrn0117"),
    "hold": message("iptc7901/plain.iptc").replace(b"qrn0123", b"qrn0117"),
    "mandatory kill": message("anpa/plain.anpa"),
    "withhold": message("anpa/plain.anpa"),
}
ORDERS = {
    "kill": (message("iptc7901/kill.iptc"), "killed"),
    "hold": (message("iptc7901/hold.iptc"), "withheld"),
    "mandatory kill": (message("anpa/kill.anpa"), "killed"),
    "withhold": (message("anpa/withhold.anpa"), "withheld"),
}


@pytest.mark.parametrize("late", [False, True], ids=["order behind copy", "order before copy"])
@pytest.mark.parametrize("order", ORDERS)
def test_an_order_finds_the_message_that_it_names(store: Store, order: str, late: bool) -> None:
    ordered, status = ORDERS[order]
    take(store, *((ordered, COPY[order]) if late else (COPY[order], ordered)))
    with store.reading() as read:
        found = [row for row in read.stories(limit=10) if (row.headline or "").startswith(("Sturm", "Storm"))]
    assert [row.status for row in found] == [status]


def test_the_hour_of_an_embargo_is_read_from_its_line(store: Store) -> None:
    take(store, message("iptc7901/embargo.iptc"))
    with store.reading() as read:
        (row,) = read.stories(limit=10)
    assert row.embargo_until == datetime(2026, 3, 13, 9, tzinfo=UTC)


def test_a_page_is_held_until_the_hour_that_it_states(store: Store) -> None:
    take(store, message("release/embargo.html"))
    with store.reading() as read:
        (row,) = read.stories(limit=10)
    assert row.embargo_until == datetime(2026, 3, 13, 10, tzinfo=UTC)


def test_an_embargo_without_an_hour_that_can_be_read_holds(store: Store) -> None:
    take(store, message("iptc7901/embargo.iptc").replace("13. März 2026, 10.00 Uhr".encode(), b"bis auf weiteres"))
    with store.reading() as read:
        (row,) = read.stories(limit=10)
    assert (row.status, row.embargo_until) == ("embargoed", None)
