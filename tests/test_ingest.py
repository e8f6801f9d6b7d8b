"""The writer's half of the walk, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from wire import ingest, prepare
from wire.config import load
from wire.ingest import Ingest, Tally
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy
from wire.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COURIER = Feed(key="courier", url="http://courier.example/feed", source="Courier")
ECHO = Feed(key="echo", url="http://echo.example/feed", source="Echo", rank=80)
AGENCIES = load(None, environ={}).agencies

MOLE = (
    "The harbour board of Port Lannic voted on Tuesday to rebuild the northern mole after engineers found that two "
    "winters of storms had hollowed its foundations.\n\nWork will begin in May and cost 14.2 million crowns, the board "
    "said, half of it paid by the province.\n\nFerries will use the fishermen's quay until autumn next year, "
    "and the fish market moves to the old customs hall on the first of April."
)
FROST = (
    "Growers in the Marre valley expect their smallest apple crop in eleven years after frost in the last week of "
    "April killed most of the blossom.\n\nThe cooperative said it would open its cold stores to members who have "
    "nothing to sell, and asked the ministry to let it press fruit from abroad for the first time."
)


def entry(guid: str, headline: str, body: str, at: datetime = NOW) -> Entry:
    return Entry(guid=guid, url=None, headline=headline, body=body, markup="text", published_at=at)


def take(
    store: Store, taker: Ingest, feed: Feed, entries: Sequence[Entry], *, now: datetime = NOW, whole: bool = True
) -> Tally:
    """The road of `poll`, without fetching."""
    seen = [prepare.name(each) for each in entries]
    with store.reading() as read:
        items = prepare.items(ingest.fresh(read, feed, seen), feed, AGENCIES)
    with taker.writing(store) as write:
        write.add_feeds([feed])
        return taker.take(write, feed, seen, items, now=now, whole=whole)


def stories(store: Store) -> set[frozenset[str]]:
    """The versions of each story."""
    with store.reading() as read:
        return {frozenset(v.version_id for v in read.story(row.story_id).versions) for row in read.stories(limit=1000)}


def deliveries(store: Store) -> int:
    with store.reading() as read:
        return sum(row.deliveries for row in read.stories(limit=1000))


def test_identical_text_from_two_feeds_is_one_version_with_two_deliveries(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    take(store, taker, COURIER, [entry("1", "Mole to be rebuilt", MOLE)])
    tally = take(store, taker, ECHO, [entry("x", "Another headline", MOLE)])
    assert (tally.new, tally.versions) == (1, 0)
    with store.reading() as read:
        (row,) = read.stories()
        assert (row.versions, row.deliveries, row.sources) == (1, 2, 2)
        assert {each.headline for each in read.story(row.story_id).deliveries} == {
            "Mole to be rebuilt",
            "Another headline",
        }


def test_a_document_taken_twice_adds_nothing(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    document = [entry("1", "Mole", MOLE), entry("2", "Frost", FROST)]
    assert take(store, taker, COURIER, document).new == 2
    assert take(store, taker, COURIER, document) == Tally(entries=2)


def test_entries_that_share_a_guid_do_not_hide_each_other(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    document = [entry("same", "Mole", MOLE), entry("same", "Frost", FROST)]
    assert take(store, taker, COURIER, document).new == 2
    assert take(store, taker, COURIER, document).new == 0
    assert len(stories(store)) == 2, "a reused guid is no reason to join other copy"


def test_an_edit_joins_and_an_edit_taken_back_is_a_delivery(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    first, edited = entry("1", "Mole", MOLE), entry("1", "Mole", MOLE.replace("14.2", "16.8"))
    take(store, taker, COURIER, [first])
    tally = take(store, taker, COURIER, [edited], now=NOW + timedelta(minutes=5))
    assert (tally.versions, tally.joined) == (1, 1)
    tally = take(store, taker, COURIER, [first], now=NOW + timedelta(minutes=10))
    assert (tally.new, tally.versions) == (1, 0)
    assert deliveries(store) == 3
    assert len(stories(store)) == 1


def test_pieces_of_an_archive_add_to_what_is_known(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    first, edited = entry("1", "Mole", MOLE), entry("1", "Mole", MOLE.replace("14.2", "16.8"))
    for _ in range(2):
        for piece in (first, edited):
            take(store, taker, COURIER, [piece], whole=False)
    assert deliveries(store) == 2


def test_after_a_rollback_nothing_is_known_and_the_same_document_is_taken(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    seen = [prepare.name(entry("1", "Mole", MOLE))]
    items = prepare.items(seen, COURIER, AGENCIES)
    with pytest.raises(ZeroDivisionError), taker.writing(store) as write:  # noqa: PT012 - the failure comes after taking
        write.add_feeds([COURIER])
        taker.take(write, COURIER, seen, items, now=NOW)
        raise ZeroDivisionError
    assert stories(store) == set()
    assert len(taker.index) == 0
    assert take(store, taker, COURIER, [entry("1", "Mole", MOLE)]).stories == 1


def test_two_takers_on_one_database_make_one_story(store: Store) -> None:
    one, other = Ingest(ClusterPolicy()), Ingest(ClusterPolicy())
    take(store, other, ECHO, [entry("0", "Frost", FROST)])
    take(store, one, COURIER, [entry("1", "Mole to be rebuilt", MOLE)])
    tally = take(store, other, ECHO, [entry("2", "Mole to be rebuilt", MOLE.rpartition("\n\n")[0])])
    assert tally.joined == 1


def test_a_restart_in_the_middle_changes_nothing(tmp_path_factory: pytest.TempPathFactory, store: Store) -> None:
    documents = [
        (COURIER, [entry("1", "Mole to be rebuilt", MOLE)]),
        (ECHO, [entry("a", "Frost halves crop", FROST)]),
        (ECHO, [entry("b", "Mole", MOLE.rpartition("\n\n")[0])]),
        (COURIER, [entry("2", "Frost", FROST.replace("eleven", "twelve"))]),
    ]
    for feed, entries in documents:
        take(store, Ingest(ClusterPolicy()), feed, entries)
    assert sorted(map(len, stories(store))) == [2, 2]


def test_the_window_runs_on_the_items_own_times(store: Store) -> None:
    taker = Ingest(ClusterPolicy(window=86_400.0))
    trimmed = MOLE.rpartition("\n\n")[0]
    take(store, taker, COURIER, [entry("1", "Mole to be rebuilt", MOLE, NOW - timedelta(days=30))])
    take(store, taker, ECHO, [entry("2", "Mole to be rebuilt", trimmed, NOW)])
    assert len(stories(store)) == 2
    late = MOLE.partition("\n\n")[2]
    take(store, taker, ECHO, [entry("3", "Mole to be rebuilt", f"{trimmed}\n\n{late}", NOW - timedelta(days=30))])
    assert sorted(map(len, stories(store))) == [1, 2], "a late copy joins what stood at its own time"


def test_absurd_dates_count_as_now() -> None:
    copy = prepare.items([prepare.name(entry("1", "Mole", MOLE))], COURIER, AGENCIES)[0].copy
    assert ingest.item_time(copy, NOW + timedelta(hours=1)) == NOW
    early = NOW - timedelta(days=1)
    assert ingest.item_time(copy, early) == early, "a date in the future is not believed"


def test_the_raw_entry_is_kept_as_parsed(store: Store) -> None:
    sent = entry("1", "<b>Mole</b> &amp; more", MOLE)
    assert b'"<b>Mole</b> &amp; more"' in prepare.serialise(sent)
    assert b'"published_at":"2026-03-01T12:00:00+00:00"' in prepare.serialise(sent)
