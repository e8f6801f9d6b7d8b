"""One write transaction: what goes in comes out, whole or not at all."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.store.database import everything, execute, rows
from tests.store.samples import AGENCY, FEED, NOON, at, deliver, found, join, text
from wire.errors import NotFound, RowRefused
from wire.model import Copy, Evidence, Health, PollState, Relation, Signal, Sketch, Standing, Status, Validators
from wire.store import Lineage, Poll, Store, StoredText
from wire.store.feed_tables import POLLS_KEPT


@pytest.fixture(autouse=True)
def feeds(store: Store) -> None:
    """The feeds that the samples come through."""
    with store.writing() as write:
        write.sync_feeds([FEED, AGENCY])


def test_a_text_comes_back_as_it_came_but_for_what_belongs_to_its_deliveries(store: Store) -> None:
    full, bare = text("a"), Copy(version_id="vb", headline="Bare", paragraphs=())
    with store.writing() as write:
        found(write, full, "s1")
        join(write, bare, "s1", minutes=1)
    with store.reading() as read:
        assert read.texts(["va", "vb", "vc"]) == {
            "va": StoredText(copy=replace(full, guid=None, url=None), story_id="s1", at=at(0)),
            "vb": StoredText(copy=bare, story_id="s1", at=at(1)),
        }


def test_sketches_come_in_order_of_arrival_from_a_number_and_a_time_on(store: Store) -> None:
    with store.writing() as write:
        found(write, text("late"), "s1", minutes=30)
        found(write, text("early"), "s2", minutes=-30)
        found(write, text("next"), "s3", minutes=10)
    with store.reading() as read:
        assert [(each.number, each.version_id, each.at) for each in read.sketches()] == [
            (1, "vlate", at(30)),
            (2, "vearly", at(-30)),
            (3, "vnext", at(10)),
        ]
        assert [each.version_id for each in read.sketches(after=1)] == ["vearly", "vnext"]
        assert [each.version_id for each in read.sketches(since=at(0))] == ["vlate", "vnext"]
        assert [each.version_id for each in read.sketches(after=1, since=at(10))] == ["vnext"]
        assert next(read.sketches()).sketch == Sketch(scheme="test/1", data=b"vlate" * 300)
        assert read.last_number() == 3


def test_an_exception_leaves_nothing_behind(store: Store, database_url: str) -> None:
    before = everything(database_url)

    def fail() -> None:
        with store.writing() as write:
            found(write, text("a"), "s1")
            write.flush()
            found(write, text("b"), "s2")
            write.save_poll(PollState(feed=FEED.key, url=FEED.url, failures=3), Poll(at=NOON, outcome="status"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert everything(database_url) == before
    with store.writing() as write:
        assert found(write, text("c"), "s3") == "d1", "numbers of a void transaction are given again"


def test_the_text_of_a_version_is_never_overwritten(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a"), "s1")
    with pytest.raises(RowRefused), store.writing() as write:
        found(write, text("a", headline="Something else"), "s2")
    with store.reading() as read:
        assert read.texts(["va"])["va"].copy.headline == "Ferry a back in service"


def test_entries_remember_the_last_document_and_the_last_version(store: Store) -> None:
    copy = text("a", guid="g")
    with store.writing() as write:
        found(write, copy, "s1")
        write.see_entry(FEED.key, "g", {"h1", "h2"}, at(0))
        write.see_entry(FEED.key, "only seen", {"h3"}, at(0))
    with store.writing() as write:
        write.see_entry(FEED.key, "g", {"h2", "h4"}, at(5))
        assert write.contents(FEED.key, ["g"]) == {"g": {"h2", "h4"}}
    with store.reading() as read:
        assert read.contents(FEED.key, ["g", "only seen", "unknown"]) == {"g": {"h2", "h4"}, "only seen": {"h3"}}
        last = Lineage(version_id="va", story_id="s1", sent_at=copy.updated_at)
        assert read.lineage(FEED.key, ["g", "only seen"]) == {"g": last}
        assert read.contents(AGENCY.key, ["g"]) == {}, "another feed's guid is another entry"


def test_an_entry_edited_in_place_leads_to_its_newest_version(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a", guid="g"), "s1")
        join(write, text("b", guid="g"), "s1")
    with store.reading() as read:
        assert read.lineage(FEED.key, ["g"])["g"].version_id == "vb"
        assert [each.version_id for each in read.story("s1").deliveries] == ["va", "vb"]


def test_thousands_of_keys_are_asked_at_once(store: Store) -> None:
    keys = [f"https://harbour.example/{number}" for number in range(2500)]
    with store.writing() as write:
        for key in keys:
            write.see_entry(FEED.key, key, {f"h{key}"}, NOON)
    with store.reading() as read:
        assert len(read.contents(FEED.key, keys)) == 2500
        assert read.contents(FEED.key, []) == {}


def test_what_a_database_refuses_is_made_storable(store: Store) -> None:
    odd = "nul \x00, half \ud83d, whole \ud83d\ude00, bidi \u202e"
    plain = "nul \ufffd, half \ufffd, whole \U0001f600, bidi \u202e"
    copy = text("a", headline=odd, paragraphs=(odd,), guid=odd, url=odd)
    with store.writing() as write:
        found(write, copy, "s1")
        write.see_entry(FEED.key, odd, {"h1"}, NOON)
        write.change("odd", at=NOON, detail={"text": odd, "escape": "\\u0000"})
        write.add_evidence("va", "s1", Evidence(rule="odd", notes=(odd,)), NOON)
    with store.reading() as read:
        file = read.story("s1")
        assert (file.versions[0].headline, file.versions[0].body) == (plain, plain)
        assert (file.deliveries[0].guid, file.deliveries[0].url) == (plain, plain)
        assert file.evidence[-1].evidence.notes == (plain,)
        assert read.changes()[-1].detail == {"text": plain, "escape": "\\u0000"}
        assert read.contents(FEED.key, [odd]) == {odd: {"h1"}}, "answered under the key that was asked"


def test_guids_and_urls_have_no_greatest_length(store: Store) -> None:
    long = "https://harbour.example/" + "".join(f"{number:x}" for number in range(30_000))
    with store.writing() as write:
        found(write, text("a", guid=long, url=long), "s1", key="short")
    with store.reading() as read:
        assert read.story("s1").deliveries[0].guid == long


def test_times_are_kept_to_the_microsecond_in_utc(store: Store, database_url: str) -> None:
    moment = datetime(2026, 1, 21, 23, 30, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with store.writing() as write:
        found(write, text("a", published_at=moment), "s1")
    with store.reading() as read:
        assert read.texts(["va"])["va"].copy.published_at == moment
    seen = rows(database_url, "SELECT published_at FROM version_v1")[0]["published_at"]
    assert seen == ("2026-01-21T14:30:00.123456Z" if database_url.startswith("sqlite") else moment)


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without zone"), store.writing() as write:
        write.change("odd", at=datetime(2026, 1, 21))  # noqa: DTZ001 - that it is naive is the point


# --- stories --------------------------------------------------------------------------------------------------------


def test_members_stand_in_order_of_arrival_with_the_best_rank_of_their_carriers(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a"), "s1", feed=FEED)
        join(write, text("b"), "s1", feed=AGENCY, minutes=1)
        deliver(write, text("a"), "s1", feed=AGENCY, minutes=2)
        before = write.members(["s1"])
    with store.reading() as read:
        assert (
            read.members(["s1", "none"])
            == before
            == {"s1": [_standing("va", minutes=0, last=3), _standing("vb", minutes=1, last=2)]}
        )


def _standing(version_id: str, *, minutes: float, last: int) -> Standing:
    return Standing(
        version_id=version_id,
        words=13,
        origin="Norda",
        signals=(Signal.CORRECTION, Signal.UPDATE),
        sent_at=at(minutes),
        rank=90,
        own=True,
        take=3,
        last=last,
    )


def test_a_canonical_version_gives_every_other_its_relation(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a"), "s1")
        join(write, text("b"), "s1")
        join(write, text("c"), "s1")
        write.set_canonical("s1", "vb", {"va": (Relation.TRIMMED, 0.5), "vc": (Relation.REPRINT, 1.0)})
    with store.writing() as write:
        write.set_canonical("s1", "vc", {"va": (Relation.EXTENDED, 0.25), "vb": (Relation.UPDATE, None)})
    with store.reading() as read:
        file = read.story("s1")
    assert file.story.canonical_version_id == "vc"
    assert [(each.version_id, each.is_canonical, each.relation, each.similarity) for each in file.versions] == [
        ("vc", True, None, None),
        ("va", False, "extended", 0.25),
        ("vb", False, "update", None),
    ]


def test_a_version_of_another_story_can_not_be_canonical(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a"), "s1")
        found(write, text("b"), "s2")
    with pytest.raises(RowRefused), store.writing() as write:
        write.set_canonical("s1", "vb", {})


def test_touching_a_story_changes_only_what_is_named(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a"), "s1")
        found(write, text("b"), "s2")
    with store.writing() as write:
        write.touch("s1", status=Status.EMBARGOED, embargo_until=at(90_000_000))
        write.touch("s1", updated_at=at(7))
        write.touch("s2", language=None)
    with store.reading() as read:
        story = read.story("s1").story
        assert (story.status, story.embargo_until, story.updated_at) == (Status.EMBARGOED, at(90_000_000), at(7))
        assert (story.origin, story.language, story.first_seen_at) == ("Norda", "en", at(0))
        assert read.story("s2").story.language is None
    with store.writing() as write:
        write.touch("s1", embargo_until=None)
        assert write.story("s1").story.embargo_until is None


def test_the_id_of_a_merged_story_resolves_for_ever(store: Store) -> None:
    with store.writing() as write:
        for name in "abc":
            found(write, text(name), f"s{name}")
    with store.writing() as write:
        write.merge("sa", into="sb")
        assert write.stories_of(["va"]) == {"va": "sb"}
        assert [each.version_id for each in write.members(["sb"])["sb"]] == ["va", "vb"]
    with store.writing() as write:
        write.merge("sb", into="sc")
    with store.reading() as read:
        for identifier in ("sa", "sb", "sc", "va", "vb", "d1", "d2", "d3"):
            assert read.named(identifier).story_id == "sc", identifier
        assert read.story("sa").story.versions == 3
        assert [each.story_id for each in read.stories()] == ["sc"]


def test_nothing_is_found_under_an_unknown_id(store: Store) -> None:
    with store.reading() as read:
        for identifier in ("s404", "", "d0", "' OR 1=1 --"):
            with pytest.raises(NotFound):
                read.story(identifier)
        with pytest.raises(NotFound):
            read.feed("none")


# --- changes --------------------------------------------------------------------------------------------------------


def test_changes_are_numbered_without_gaps_also_when_old_ones_are_gone(store: Store, database_url: str) -> None:
    with store.writing() as write:
        assert [write.change("story", at=NOON), write.change("story", at=NOON)] == [1, 2]
    execute(database_url, "DELETE FROM change")
    with store.writing() as write:
        assert write.change("story", at=NOON, story_id="s1", detail={"n": 1}) == 3
    with store.reading() as read:
        assert [(each.seq, each.detail) for each in read.changes(after=2)] == [(3, {"n": 1})]
        assert read.changes(after=3) == []


# --- feeds ----------------------------------------------------------------------------------------------------------


def test_what_is_remembered_of_a_feed_comes_back(store: Store) -> None:
    state = PollState(
        feed=FEED.key,
        url="https://harbour.example/old.xml",
        validators=Validators(etag='W/"a\\"b"', last_modified="Wed, 21 Jan 2026 11:50:00 GMT"),
        body_hash="b2",
        health=Health.FAILING,
        last_polled_at=at(1),
        last_ok_at=at(0),
        next_poll_at=at(6),
        failures=2,
        last_error="503 from \x00 harbour.example",
        entries_seen=17,
        gaps=1,
    )
    with store.writing() as write:
        write.save_poll(state, Poll(at=at(1), outcome="status", http_status=503, elapsed=0.25))
    with store.reading() as read:
        states = read.poll_states()
        assert states[FEED.key] == replace(state, last_error="503 from \ufffd harbour.example")
        assert states[AGENCY.key] == PollState(feed=AGENCY.key, url=AGENCY.url)
        assert read.feed(FEED.key).polls == (Poll(at=at(1), outcome="status", http_status=503, elapsed=0.25),)
        assert read.feed(FEED.key).feed.health == "failing"


def test_of_each_feed_the_last_polls_are_kept(store: Store) -> None:
    with store.writing() as write:
        for number in range(POLLS_KEPT + 30):
            write.save_poll(PollState(feed=FEED.key, url=FEED.url), Poll(at=at(number), outcome="ok", new=number))
    with store.reading() as read:
        polls = read.feed(FEED.key).polls
        assert [each.new for each in polls] == list(range(POLLS_KEPT + 29, 29, -1))
        assert read.feed(AGENCY.key).polls == ()


def test_a_feed_that_leaves_the_configuration_is_disabled_and_keeps_its_past(store: Store) -> None:
    with store.writing() as write:
        found(write, text("a"), "s1", feed=FEED)
        write.save_poll(PollState(feed=FEED.key, url=FEED.url, health=Health.OK), Poll(at=NOON, outcome="ok"))
        write.sync_feeds([replace(AGENCY, url="https://norda.example/new.xml", rank=10)])
    with store.reading() as read:
        assert [(each.feed, each.enabled, each.health, each.url) for each in read.feeds()] == [
            (FEED.key, False, "disabled", FEED.url),
            (AGENCY.key, True, "new", "https://norda.example/new.xml"),
        ]
        assert read.poll_states()[AGENCY.key].url == AGENCY.url, "the validators belong to the URL of then"
        assert read.story("s1").deliveries[0].feed == FEED.key
    with store.writing() as write:
        write.sync_feeds([FEED])
        assert write.feed(FEED.key).feed.health == "ok"


def test_feeds_can_be_added_beside_the_configured_ones(store: Store) -> None:
    with store.writing() as write:
        write.add_feeds([replace(FEED, key="archive")])
    with store.reading() as read:
        assert [each.enabled for each in read.feeds()] == [True, True, True]
