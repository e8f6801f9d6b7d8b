"""The writer's half of the walk, on both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from tests.store.database import execute
from wire import ingest, prepare
from wire.config import load
from wire.errors import StoreError
from wire.ingest import Ingest, Tally, arrivals
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy, StorePolicy
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
        items = prepare.items(arrivals.fresh(read, feed, seen), feed, AGENCIES)
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
    assert len(taker.window) == 0
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


def test_a_clock_that_jumps_ahead_and_back_finds_what_it_had(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    take(store, taker, COURIER, [entry("1", "Mole to be rebuilt", MOLE)])
    taker.window.forget(NOW + timedelta(days=3650))
    tally = take(store, taker, ECHO, [entry("2", "Mole to be rebuilt", MOLE.rpartition("\n\n")[0])])
    assert tally.joined == 1


def test_what_was_rolled_back_is_not_remembered(store: Store) -> None:
    taker = Ingest(ClusterPolicy())
    seen = [prepare.name(entry("1", "Mole that never was", MOLE))]
    items = prepare.items(seen, COURIER, AGENCIES)
    with pytest.raises(ZeroDivisionError), taker.writing(store) as write:  # noqa: PT012 - the failure comes after taking
        write.add_feeds([COURIER])
        taker.take(write, COURIER, seen, items, now=NOW)
        raise ZeroDivisionError
    take(store, Ingest(ClusterPolicy()), COURIER, [entry("1", "Mole to be rebuilt", MOLE)])
    take(store, taker, ECHO, [entry("2", "Mole to be rebuilt", MOLE.rpartition("\n\n")[0])])
    with store.reading() as read:
        found = read.story(read.stories()[0].story_id)
    assert found.evidence[1].evidence.scores["headline"] == 1, "it was held against a headline that was never stored"


def test_sketches_of_another_release_are_passed_over(store: Store, database_url: str) -> None:
    take(store, Ingest(ClusterPolicy()), COURIER, [entry("1", "Mole", MOLE), entry("2", "Frost", FROST)])
    execute(database_url, "UPDATE sketch SET scheme = 'of old' WHERE number = 1")
    taker = Ingest(ClusterPolicy())
    with capture_logs() as logs:
        assert take(store, taker, ECHO, [entry("3", "Frost", FROST.rpartition("\n\n")[0])]).versions == 1
        assert take(store, taker, ECHO, [entry("4", "Ferry", "The ferry is late.")]).versions == 1
    assert [(each["event"], each["scheme"], each["versions"]) for each in logs] == [("sketch.unknown", "of old", 1)]
    assert len(taker.window) == 3


def test_while_the_same_version_stands_only_what_is_new_is_compared(store: Store) -> None:
    long = Ingest(ClusterPolicy())
    cuts = [f"{MOLE} Reported by hand {n}." for n in range(12)]
    take(store, long, ECHO, [entry("0", "Mole", MOLE + " " + FROST)])
    for number, cut in enumerate(cuts):
        take(store, long, COURIER, [entry(str(number), "Mole", cut)])
    fresh = Ingest(ClusterPolicy())
    take(store, fresh, COURIER, [entry("last", "Mole", f"{MOLE} Reported by hand 99.")])
    with store.reading() as read:
        (row,) = read.stories()
        versions = read.story(row.story_id).versions
    assert len(versions) == 14
    assert [each.relation for each in versions if not each.is_canonical] == ["trimmed"] * 13
    assert len(fresh.window.texts) < 14, "every version of a long story was read again"


def test_a_backend_that_is_killed_in_its_transaction_costs_one_try(postgres_url: str) -> None:
    taker, document = Ingest(ClusterPolicy()), [entry("1", "Mole", MOLE), entry("2", "Frost", FROST)]
    seen = [prepare.name(each) for each in document]
    items = prepare.items(seen, COURIER, AGENCIES)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with Store.open(StorePolicy(url=postgres_url)) as store:
        with pytest.raises(StoreError), taker.writing(store) as write:  # noqa: PT012 - it is killed after taking
            write.add_feeds([COURIER])
            taker.take(write, COURIER, seen, items, now=NOW)
            write.flush()
            execute(postgres_url, f"{others} AND pid <> pg_backend_pid()")
        assert stories(store) == set()
        assert take(store, taker, COURIER, document).stories == 2
        execute(postgres_url, f"{others} AND pid <> pg_backend_pid()")
        assert take(store, taker, COURIER, document).new == 0, "and one that is killed between two costs nothing"


def test_absurd_dates_count_as_now() -> None:
    copy = prepare.items([prepare.name(entry("1", "Mole", MOLE))], COURIER, AGENCIES)[0].copy
    assert ingest.item_time(copy, NOW + timedelta(hours=1)) == NOW
    early = NOW - timedelta(days=1)
    assert ingest.item_time(copy, early) == early, "a date in the future is not believed"


def test_the_raw_entry_is_kept_as_parsed(store: Store) -> None:
    sent = entry("1", "<b>Mole</b> &amp; more", MOLE)
    assert b'"<b>Mole</b> &amp; more"' in prepare.serialise(sent)
    assert b'"published_at":"2026-03-01T12:00:00+00:00"' in prepare.serialise(sent)
