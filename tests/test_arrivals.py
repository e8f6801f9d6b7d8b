"""What feeds do with guids, links and dates, on both databases: nothing lost, nothing twice, and a trace of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.measure.copy import CHESS, FROST, MOLE, SETTINGS
from tests.store.database import rows
from wire import prepare
from wire.ingest import Ingest, Tally, arrivals
from wire.model import Entry, Feed
from wire.policy import ClusterPolicy
from wire.store import DeliveryRow, Note, Store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COURIER = Feed(key="courier", url="http://courier.example/feed", source="Courier")
TEXTS = {"Mole": MOLE, "Frost": FROST, "Chess": CHESS}
EDITED = MOLE.replace("14.2", "16.8")


@dataclass
class Desk:
    """A feed and the store that takes it, with a new process for every poll."""

    store: Store
    feed: Feed = COURIER
    now: datetime = NOON
    shown: list[Entry] = field(default_factory=list)

    def poll(self, *entries: Entry, minutes: float = 10) -> Tally:
        """Show the feed a document."""
        self.shown = list(entries)
        self.now += timedelta(minutes=minutes)
        seen = [prepare.name(each) for each in entries]
        with self.store.reading() as read:
            items = prepare.items(arrivals.fresh(read, self.feed, seen), self.feed, SETTINGS.agencies)
        return self.take(seen, items)

    def take(self, seen: Sequence[prepare.Seen], items: Sequence[prepare.Item]) -> Tally:
        taker = Ingest(ClusterPolicy())
        with taker.writing(self.store) as write:
            write.add_feeds([self.feed])
            return taker.take(write, self.feed, seen, items, now=self.now)

    def again(self, change: Callable[[Entry], Entry]) -> Tally:
        """The last document, with each entry changed."""
        return self.poll(*map(change, self.shown))

    def deliveries(self) -> list[DeliveryRow]:
        with self.store.reading() as read:
            found = [each for row in read.stories(limit=100) for each in read.story(row.story_id).deliveries]
        return sorted(found, key=lambda each: each.number)

    def of(self, name: str) -> list[DeliveryRow]:
        """The deliveries of one entry, by its first headline."""
        found = self.deliveries()
        first = next(each for each in found if each.headline == name)
        return [each for each in found if each.entry == first.entry]

    def notes(self) -> dict[str, Note]:
        with self.store.reading() as read:
            return {each.kind: each for each in read.feed(self.feed.key).notes}

    def odd(self) -> dict[str, int]:
        return {kind: note.entries for kind, note in self.notes().items()}


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def entry(headline: str, guid: str | None = "", link: str | None = "", **more: Any) -> Entry:
    """An entry with guid and link of its own unless they are given."""
    name = headline.lower()
    fields: dict[str, Any] = {"body": TEXTS.get(headline, ""), "markup": "text", "published_at": NOON} | more
    return Entry(
        guid=f"http://courier.example/{name}" if guid == "" else guid,
        url=f"http://courier.example/read/{name}" if link == "" else link,
        headline=headline,
        **fields,
    )


ALL = tuple(map(entry, TEXTS))


def respelled(spelling: str) -> Callable[[Entry], Entry]:
    return lambda sent: replace(sent, guid=spelling.format(sent.headline.lower()))


def moved(guid: str | None = "cms:{}", link: str | None = None) -> Callable[[Entry], Entry]:
    """Names of another content system."""

    def change(sent: Entry) -> Entry:
        name = sent.headline.lower()
        return replace(sent, guid=guid and guid.format(name), url=link.format(name) if link else sent.url)

    return change


# --- guids that flip ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        "https://courier.example/{}",
        "http://courier.example/{}/",
        "http://www.courier.example/{}",
        "http://courier.example/{}?utm_source=rss&utm_medium=feed",
        "HTTPS://Courier.Example:443/{}",
    ],
)
def test_a_guid_that_is_written_otherwise_brings_nothing_and_is_noted(desk: Desk, spelling: str) -> None:
    assert desk.poll(*ALL).new == 3
    assert desk.again(respelled(spelling)).new == 0
    assert desk.odd() == {"guid respelled": 3}
    assert desk.again(lambda sent: sent).new == 0
    assert desk.odd() == {"guid respelled": 3}, "noted once"
    desk.poll(replace(desk.shown[0], body=EDITED))
    first, last = desk.of("Mole")
    assert (last.arrival, last.replaces) == ("edit", first.version_id)


@pytest.mark.parametrize(
    ("change", "kind", "by"),
    [
        (moved(), "guid changed", "guid"),
        (moved(guid=None), "guid changed", "link"),
        (moved(link="http://courier.example/new/{}"), "guid changed", "guid"),
        (lambda sent: replace(sent, guid=None, url=None), "guid changed", "content"),
    ],
)
def test_a_move_to_another_content_system_brings_nothing_and_is_noted(
    desk: Desk, change: Callable[[Entry], Entry], kind: str, by: str
) -> None:
    desk.poll(*ALL)
    assert desk.again(change) == Tally(entries=3)
    assert desk.odd() == {kind: 3}
    assert desk.again(lambda sent: sent) == Tally(entries=3)
    if by != "content":  # what has no names can't be edited, only replaced
        desk.poll(replace(desk.shown[0], body=EDITED), *desk.shown[1:])
        first, last = desk.of("Mole")
        assert (last.arrival, last.recognised_by, last.replaces) == ("edit", by, first.version_id)


def test_a_whole_feed_without_dates_is_known_under_other_guids_and_links(desk: Desk) -> None:
    desk.poll(*(replace(each, published_at=None) for each in ALL))
    assert desk.again(moved(link="https://new.example/{}")).new == 0
    assert desk.odd() == {"guid changed": 3}


def test_a_link_that_changes_where_there_is_no_guid_is_noted(desk: Desk) -> None:
    desk.poll(*(replace(each, guid=None) for each in ALL))
    assert desk.again(moved(guid=None, link="http://courier.example/archive/{}")).new == 0
    assert desk.odd() == {"no guid": 3, "link changed": 3}


def test_an_edit_that_changes_the_guid_is_an_edit(desk: Desk) -> None:
    desk.poll(*ALL)
    tally = desk.poll(replace(ALL[0], guid="mole#1", body=EDITED), *ALL[1:])
    assert (tally.new, tally.joined) == (1, 1)
    first, edited = desk.of("Mole")
    assert (edited.arrival, edited.recognised_by, edited.replaces) == ("edit", "link", first.version_id)
    assert edited.story_id == first.story_id
    assert desk.odd() == {"guid changed": 1}


def test_other_copy_under_another_guid_at_the_same_address_is_another_entry(desk: Desk) -> None:
    desk.poll(entry("Mole", "1", "http://courier.example/live"))
    desk.poll(entry("Frost", "2", "http://courier.example/live"))
    mole, frost = desk.deliveries()
    assert (frost.arrival, frost.replaces, frost.entry) == ("new", None, "2")
    assert mole.story_id != frost.story_id
    assert desk.odd() == {}


def test_the_same_notice_sent_again_under_new_names_and_date_is_taken(desk: Desk) -> None:
    desk.poll(entry("Mole", "1", "http://courier.example/1"))
    later = entry("Mole", "2", "http://courier.example/2", published_at=NOON + timedelta(days=1))
    assert desk.poll(later, minutes=1440).new == 1
    assert [each.arrival for each in desk.deliveries()] == ["new", "new"]


# --- guids that are no names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", ["", "http://courier.example/", None])
def test_one_guid_on_all_entries_loses_and_doubles_nothing(desk: Desk, link: str | None) -> None:
    mole, frost, chess = (entry(name, "feed", link) for name in TEXTS)
    assert desk.poll(mole, frost).new == 2
    assert desk.poll(frost, chess).new == 1
    assert desk.poll(mole, chess).new == 0, "what comes back was known"
    assert desk.poll(chess).new == 0
    assert desk.poll(frost).new == 0
    assert len({each.story_id for each in desk.deliveries()}) == 3
    assert desk.odd()["guid shared"] == 3


@pytest.mark.parametrize("guid", [None, "", "   "])
def test_without_a_guid_the_link_is_the_name(desk: Desk, guid: str | None) -> None:
    sent = [replace(each, guid=guid) for each in ALL]
    assert desk.poll(*sent).new == 3
    assert desk.poll(replace(sent[0], body=EDITED), *sent[1:]).new == 1
    first, last = desk.of("Mole")
    assert (last.arrival, last.recognised_by, last.replaces) == ("edit", "link", first.version_id)
    assert desk.odd() == {"no guid": 4}


def test_links_that_all_lead_to_the_front_page_tell_nothing(desk: Desk) -> None:
    home = [entry(name, None, "http://www.courier.example/") for name in TEXTS]
    assert desk.poll(*home).new == 3
    assert desk.poll(*home[:1]).new == 0
    assert desk.poll(*home[1:]).new == 0
    assert len({each.entry for each in desk.deliveries()}) == 3


def test_links_that_all_lead_to_one_page_tell_nothing(desk: Desk) -> None:
    live = [entry(name, None, "http://courier.example/live") for name in TEXTS]
    assert desk.poll(*live).new == 3
    assert desk.poll(*live[1:]).new == 0
    assert desk.poll(*live).new == 0
    assert desk.odd()["link shared"] == 3


def test_a_guid_twice_in_a_document_is_one_story_in_versions(desk: Desk) -> None:
    mole = entry("Mole")
    twice = mole, replace(mole, body=EDITED), mole
    assert desk.poll(*twice).new == 2
    assert len({each.story_id for each in desk.deliveries()}) == 1
    assert desk.poll(*twice).new == 0
    assert desk.poll(twice[1]).new == 0
    assert desk.poll(twice[0]).new == 0


def test_a_guid_used_again_for_other_copy_is_another_story(desk: Desk) -> None:
    desk.poll(entry("Mole", "today"))
    desk.poll(entry("Frost", "today", published_at=NOON + timedelta(days=1)), minutes=1440)
    mole, frost = desk.deliveries()
    assert mole.story_id != frost.story_id
    assert (frost.arrival, frost.replaces, frost.entry) == ("reused", mole.version_id, mole.entry)
    assert desk.notes()["guid reused"].detail == {"guid": "today", "replaces": mole.version_id}
    desk.poll(entry("Frost", "today", body=FROST.replace("eleven", "twelve")))
    assert [each.arrival for each in desk.deliveries()][-1] == "edit", "of what stands there now"


def test_guids_that_number_the_places_in_a_document(desk: Desk) -> None:
    def placed(*names: str) -> list[Entry]:
        return [entry(name, f"item-{place}") for place, name in enumerate(names)]

    assert desk.poll(*placed("Mole", "Frost")).new == 2
    assert desk.poll(*placed("Chess", "Mole", "Frost")).new == 1
    assert [each.arrival for each in desk.deliveries()] == ["new"] * 3
    assert desk.poll(*placed("Frost", "Chess", "Mole")).new == 0
    assert desk.odd() == {"guid changed": 5}


# --- edits --------------------------------------------------------------------------------------------------------


def test_an_edit_an_edit_of_its_headline_and_an_edit_taken_back(desk: Desk, database_url: str) -> None:
    mole = entry("Mole")
    for sent in (mole, replace(mole, body=EDITED), replace(mole, headline="Mole again", body=EDITED), mole):
        assert desk.poll(sent, *ALL[1:]).new in {1, 3}
    versions = [(each.arrival, each.version_id, each.replaces) for each in desk.of("Mole")]
    first, second = versions[0][1], versions[1][1]
    assert versions == [
        ("new", first, None),
        ("edit", second, first),
        ("edit", second, second),
        ("restored", first, second),
    ]
    assert desk.odd() == {"edit taken back": 1}
    told = rows(
        database_url,
        "SELECT detail ->> 'arrival' AS arrival, detail ->> 'replaces' AS replaces FROM change_v1"
        " WHERE kind = 'delivery' ORDER BY seq",
    )
    assert [(each["arrival"], each["replaces"]) for each in told if each["arrival"]] == [
        ("edit", first),
        ("edit", second),
        ("restored", second),
    ]


def test_what_no_reader_sees_is_no_edit(desk: Desk) -> None:
    def advertised(number: int) -> Entry:
        body = f"<p>{MOLE}</p><img src='http://ads.example/{number}.gif' width='1'>"
        return entry("Mole", body=body, markup="html")

    assert desk.poll(advertised(0)).new == 1
    assert [desk.poll(advertised(number)).new for number in (1, 2)] == [0, 0]
    note = desk.notes()["unseen change"]
    assert (note.documents, note.entries) == (2, 2)
    assert note.first_at < note.last_at == desk.now
    assert desk.poll(entry("Mole", body=EDITED)).new == 1
    assert desk.deliveries()[-1].arrival == "edit"


def test_a_feed_that_is_dated_anew_brings_nothing(desk: Desk) -> None:
    desk.poll(*ALL)
    for hours in (1, 2):
        assert desk.again(lambda sent, at=NOON + timedelta(hours=hours): replace(sent, published_at=at)).new == 0  # type: ignore[misc]  # the default binds
    note = desk.notes()["re-dated"]
    assert (note.documents, note.entries) == (2, 6)
    assert note.detail == {"before": "2026-03-01T13:00:00+00:00", "now": "2026-03-01T14:00:00+00:00"}


def test_what_left_and_comes_back_brings_nothing(desk: Desk) -> None:
    desk.poll(*ALL)
    desk.poll(*ALL[1:])
    assert desk.odd() == {}
    assert desk.poll(*ALL).new == 0
    assert desk.odd() == {"returned": 1}
    assert desk.poll(*ALL).new == 0
    assert desk.odd() == {"returned": 1}


def test_a_document_that_another_process_has_overtaken_undoes_nothing(desk: Desk) -> None:
    first, second = entry("Mole"), entry("Mole", body=EDITED)
    desk.poll(first)
    seen = [prepare.name(first)]
    desk.poll(second)
    assert desk.take(seen, []).new == 0
    assert desk.poll(second).new == 0, "it was not put back to what the late one said"


def test_what_a_failed_transaction_found_is_found_again(desk: Desk) -> None:
    desk.poll(*ALL)
    document = [replace(ALL[0], guid="cms:1", body=EDITED), entry("Frost", "https://courier.example/frost")]
    seen = [prepare.name(each) for each in document]
    items = prepare.items(seen[:1], COURIER, SETTINGS.agencies)
    taker = Ingest(ClusterPolicy())
    with pytest.raises(ZeroDivisionError), taker.writing(desk.store) as write:  # noqa: PT012 - it fails after taking
        assert taker.take(write, COURIER, seen, items, now=desk.now).new == 1
        raise ZeroDivisionError
    assert (desk.odd(), len(desk.deliveries())) == ({}, 3)
    assert desk.poll(*document).new == 1
    assert desk.odd() == {"guid changed": 1, "guid respelled": 1}


# --- dates --------------------------------------------------------------------------------------------------------


def test_a_date_in_the_future_is_the_time_of_receipt_and_stays_as_sent(desk: Desk, database_url: str) -> None:
    ahead = NOON + timedelta(days=400)
    desk.poll(entry("Mole", published_at=ahead, updated_at=ahead, published="Mon, 05 Apr 2027 12:00:00 GMT"))
    (found,) = desk.deliveries()
    assert (found.published_at, found.published_as_sent) == (desk.now, "Mon, 05 Apr 2027 12:00:00 GMT")
    for query in (
        "SELECT published_at = first_seen_at AS same FROM story_v1",
        "SELECT published_at = first_seen_at AS same FROM version_v1",
    ):
        assert [bool(row["same"]) for row in rows(database_url, query)] == [True]
    assert desk.notes()["date ahead"].detail == {"sent": "Mon, 05 Apr 2027 12:00:00 GMT"}
    assert desk.again(lambda sent: sent).new == 0
    assert "re-dated" not in desk.odd()


def test_what_is_no_date_is_kept_as_sent(desk: Desk) -> None:
    desk.poll(entry("Mole", published_at=None, published="the day before yesterday"))
    (found,) = desk.deliveries()
    assert (found.published_at, found.published_as_sent) == (None, "the day before yesterday")
    assert desk.odd() == {"date unreadable": 1}


def test_late_and_back_dated_entries_are_taken(desk: Desk) -> None:
    desk.poll(ALL[0])
    late = replace(ALL[1], published_at=NOON - timedelta(days=40))
    assert desk.poll(ALL[0], late).new == 1
    assert desk.poll(ALL[0], late, replace(ALL[2], published_at=datetime(1951, 5, 1, tzinfo=UTC))).new == 1
    assert len(desk.deliveries()) == 3


# --- gaps ---------------------------------------------------------------------------------------------------------


def test_a_document_without_any_known_entry_is_a_gap_and_the_first_is_none(desk: Desk) -> None:
    assert desk.poll(ALL[0]).gaps == 0
    assert desk.poll(*ALL[1:]).gaps == 1
    assert desk.poll(ALL[0]).gaps == 0, "known from before the last document: nothing was missed"


def test_what_is_edited_renamed_or_empty_is_no_gap(desk: Desk) -> None:
    desk.poll(ALL[0])
    assert desk.poll(replace(ALL[0], body=EDITED)).gaps == 0
    assert desk.poll(replace(ALL[0], guid="cms:1", body=MOLE.replace("14.2", "17.1"))).gaps == 0
    assert desk.poll().gaps == 0
    assert desk.poll(desk.shown[0] if desk.shown else replace(ALL[0], guid="cms:1"), ALL[1]).gaps == 0


def test_after_an_empty_document_what_stood_before_it_still_counts(desk: Desk) -> None:
    desk.poll(ALL[0])
    desk.poll()
    assert desk.poll(ALL[1]).gaps == 1


def test_another_url_is_no_gap(desk: Desk) -> None:
    desk.poll(ALL[0])
    desk.feed = replace(COURIER, url="http://courier.example/other")
    assert desk.poll(ALL[1]).gaps == 0
    assert desk.poll(ALL[2]).gaps == 1
