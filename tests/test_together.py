"""Documents that are taken in one transaction leave every row that they leave when each has its own."""

import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lineage.test_takes import REUTERS, SECOND, SLUG, TAKES
from tests.orders.road import AGENCIES, COURIER, ECHO, NORDA, NORDA_TWO, ORDER, at, entry
from tests.store.database import everything
from tests.test_lives import Piece, dispatches
from wire import prepare, retention
from wire.ingest import Ingest
from wire.model import Entry, Feed, Label
from wire.policy import ClusterPolicy, RetentionPolicy, StorePolicy
from wire.prepare import Item, Seen
from wire.store import Store

WIRE = replace(NORDA, key="norda-wire")
WIRE_TWO = replace(NORDA, key="norda-wire-two")
"""Items of a wire format, with ids of their own."""
EMBARGO = "EMBARGOED: Not for release before 18:00 GMT, March 2, 2099."
FEEDS = (NORDA, NORDA_TWO, COURIER, ECHO, REUTERS, SECOND, WIRE, WIRE_TWO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A document, prepared."""

    feed: Feed
    seen: list[Seen]
    items: list[Item]
    minutes: float
    whole: bool


def sent(feed: Feed, entries: Sequence[Entry], minutes: float, *, whole: bool = False) -> Sent:
    seen = [prepare.name(each) for each in entries]
    items = prepare.items(seen, feed, AGENCIES)
    return Sent(feed=feed, seen=seen, items=items, minutes=minutes, whole=whole)


def evening(seed: int) -> list[Sent]:
    """Takes, edits, corrections, reprints, kills, embargoes, items of wire formats and whole documents, mixed."""
    draw = random.Random(seed)
    made = [sent(feed, [entry(guid, head, body, at)], 40) for feed, guid, head, body, at in dispatches(seed)]
    pieces = [Piece(9000 + 100 * seed + number, number) for number in range(5)]
    for number, piece in enumerate(pieces):
        edited = replace(piece, edits=1)
        item = Label(item=f"urn:norda:{number % 2}", slug=f"MOLE-{number % 2}", take=number % 3 or None)
        dispatched = replace(entry(f"urn:norda:{number % 2}", piece.headline, piece.body, number), label=item)
        made += [
            sent(COURIER, [entry("page", piece.headline, piece.body, number)], 41),
            sent(ECHO, [entry(f"e{number}", piece.headline, f"{EMBARGO}\n\n{piece.body}", number)], 42),
            sent(WIRE, [dispatched], 43),
            sent(WIRE, [replace(dispatched, body=edited.body, published_at=at(number + 1))], 43),
            sent(
                WIRE_TWO,
                [replace(dispatched, guid=None, url=f"http://norda.example/{number}", body=ORDER + str(number))],
                43,
            ),
            sent(NORDA_TWO, [entry(f"w{each}", one.headline, one.body) for each, one in enumerate(pieces)], 44),
            sent(REUTERS, [entry(f"q{number}", TAKES[number][0], f"{SLUG}\n\n{TAKES[number][1]}", number)], 45),
            sent(
                SECOND,
                [entry(f"s{each}", one.headline, one.body) for each, one in enumerate(pieces[number:])],
                46 + number,
                whole=True,
            ),
        ]
    draw.shuffle(made)
    again = [each.body for each in pieces] + [replace(each, edits=1).body for each in pieces]
    late = [entry(f"late{number}", f"Once more {number}", body, 400) for number, body in enumerate(again)]
    return [*made, *(sent(ECHO, [each], 400) for each in late)]


def taken(url: str, documents: Sequence[Sent], sizes: Sequence[int], *, pruned: int) -> dict[str, list[str]]:
    """What stands in the tables; `sizes`: documents of one transaction after the other; `pruned`: after so many."""
    taker, rest = Ingest(ClusterPolicy()), list(documents)
    with Store.open(StorePolicy(url=url)) as store:
        with store.writing() as write:
            write.add_feeds(FEEDS)
        for size in sizes:
            some, rest = rest[:size], rest[size:]
            with taker.writing(store) as write:
                if size > 1:
                    taker.expect(write, ((each.feed, each.seen, each.items) for each in some))
                for each in some:
                    taker.take(write, each.feed, each.seen, each.items, now=at(each.minutes), whole=each.whole)
            if len(documents) - len(rest) == pruned:
                kept = RetentionPolicy(versions=60.0, stories=60.0, entries=60.0)
                retention.prune(store, kept, at(pruned) + timedelta(days=30), window=60.0)
    assert not rest
    return {
        table: sorted(json.dumps(row, sort_keys=True, default=str) for row in rows if row.get("value") != 0)
        for table, rows in everything(url).items()
    }


@pytest.mark.parametrize("seed", range(3))
def test_one_transaction_records_what_many_record(
    database_url: str, sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    documents = evening(seed)
    half = len(documents) // 2
    copied = shutil.copy(sqlite_template, tmp_path / "alone.db")
    alone = taken(f"sqlite:///{copied}", documents, [1] * len(documents), pruned=half)
    together = taken(database_url, documents, [half, len(documents) - half], pruned=half)
    assert together.keys() == alone.keys()
    for table in alone:
        assert together[table] == alone[table], table
    assert len(alone["notice"]) > 2
    assert alone["tombstone"] != []
