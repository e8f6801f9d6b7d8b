"""The day is what it says it is: enough of everything, and true to its own truth."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from wire.demo import day as days
from wire.demo import promises
from wire.demo.day import HOURLY, Day, Story


@pytest.fixture(scope="module")
def day() -> Day:
    return days.load()


def words(text: tuple[str, ...]) -> int:
    return sum(len(paragraph.split()) for paragraph in text)


def test_there_is_enough_of_everything(day: Day) -> None:
    assert len([f for f in day.feeds.values() if f.serves in {"feed", "moved"}]) >= 14
    assert {f.format for f in day.feeds.values()} == {"rss", "atom", "rdf", "json"}
    assert {f.serves for f in day.feeds.values()} == {"feed", "html", "broken", "error", "moved"}
    assert {f.guid for f in day.feeds.values()} == {"urn", "permalink", "flip", "same", "none"}
    assert len(day.entries) >= 200
    assert len(day.stories) >= 70
    assert {day.feeds[s.feed].language for s in day.stories.values()} == {"en", "de", "fr", "es", "ja"}


def test_the_page_about_the_day_counts_right(day: Day) -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "demo.md").read_text("utf-8").split())
    assert f"{len(day.feeds)} feeds" in page
    assert f"{len(day.entries)} entries, {len(day.stories)} stories" in page
    assert [
        key
        for key in re.findall(r"`([a-z]+(?:-[a-z0-9]+)*)`", page.split("## What it promises")[0])
        if key not in {*day.stories, *day.feeds}
    ] == []


def test_the_day_is_always_the_same(day: Day) -> None:
    days.load.cache_clear()
    assert days.load() == day


def test_an_entry_is_found_by_its_feed_and_path(day: Day) -> None:
    assert len({(entry.feed, entry.path) for entry in day.entries}) == len(day.entries)


def test_nothing_in_an_address_gives_the_story_away(day: Day) -> None:
    assert not [e for e in day.entries if any(word in e.path.removeprefix(f"/{e.feed}") for word in e.story.split("-"))]


def test_every_story_is_told_by_a_feed_that_works(day: Day) -> None:
    carriers = {story.feed for story in day.stories.values()}
    carriers |= {use.feed for story in day.stories.values() for use in story.copies}
    assert carriers <= {key for key, feed in day.feeds.items() if feed.serves in {"feed", "moved"}}


def test_texts_have_the_length_of_wire_copy(day: Day) -> None:
    in_words = [s for s in day.stories.values() if day.feeds[s.feed].language != "ja"]
    longest = Counter({story.key: max(words(take.text) for take in story.take) for story in in_words})
    assert max(longest.values()) <= 350
    assert min(longest.values()) >= 60
    assert min(words(take.text) for story in in_words for take in story.take) < 30, "a flash is short"


def test_every_entry_is_within_the_day(day: Day) -> None:
    assert all(0 < text.at < 24 * 60 for entry in day.entries for text in entry.texts)
    assert all(a.at < b.at for e in day.entries for a, b in zip(e.texts, e.texts[1:], strict=False))


def test_no_entry_leaves_its_feed_before_it_is_polled(day: Day) -> None:
    seen = {(e.feed, e.number) for feed in day.feeds for minute in HOURLY for e, _ in day.visible(feed, minute)}
    assert seen == {(entry.feed, entry.number) for entry in day.entries}


def test_an_entry_edited_in_place_shows_one_text_at_a_time(day: Day) -> None:
    edited = [entry for entry in day.entries if len(entry.texts) > 1]
    assert {entry.feed for entry in edited} >= {"kestrel-daily", "meridian"}
    for entry in edited:
        for text in entry.texts:
            assert entry.text_at(text.at) == text
        assert entry.text_at(entry.texts[0].at - 1) is None


def test_a_kill_is_followed_by_a_late_copy(day: Day) -> None:
    notice = next(entry for entry in day.entries if entry.instruction)
    copies = [e.texts[0].at for e in day.entries if e.story == notice.story and e is not notice]
    assert min(copies) < notice.texts[0].at < max(copies)


def test_outlets_keep_the_embargo(day: Day) -> None:
    for story in day.stories.values():
        if story.embargo:
            assert story.take[0].at < story.embargo
            assert all(story.take[use.take - 1].at + use.after >= story.embargo for use in story.copies)


def test_unrelated_stories_share_eighty_words_of_boilerplate(day: Day) -> None:
    long = {key: max(map(len, map(str.split, f.house.after)), default=0) for key, f in day.feeds.items()}
    houses = [key for key, n in long.items() if n >= 80]
    assert len(houses) >= 2
    assert all(len({e.story for e in day.entries if e.feed == key}) > 5 for key in houses)


def test_teasers_are_one_paragraph_of_the_original(day: Day) -> None:
    for entry in day.entries:
        story, feed = day.stories[entry.story], day.feeds[entry.feed]
        if feed.body == "teaser" and story.feed != feed.key:
            assert entry.texts[0].paragraphs == (story.take[entry.texts[0].take - 1].text[0], *feed.house.after)


def test_a_text_on_two_services_of_one_house_is_the_same(day: Day) -> None:
    services = [
        e for e in day.entries if e.story == "rates" and e.feed.startswith("northlight") and e.texts[0].take == 2
    ]
    assert len(services) == 2
    assert len({entry.texts[0].paragraphs for entry in services}) == 1


def test_every_promise_speaks_of_stories_that_exist(day: Day) -> None:
    named = {
        key for groups in (promises.EVENTS, promises.TABLES, promises.FURNITURE) for group in groups for key in group
    }
    assert named <= day.stories.keys()


def test_a_take_is_told_by_its_house(day: Day) -> None:
    flash = next(e for e in day.entries if e.story == "ferry" and e.feed == "northlight-world")
    assert flash.texts[0].paragraphs[0].startswith("PORT AVEN, March 14 (Northlight) - The passenger ferry Lady Maren")
    assert flash.texts[0].paragraphs[-1].startswith("(Reporting by ")


def test_the_agencies_of_the_feeds_have_profiles(day: Day) -> None:
    profiles = tomllib.loads(days.agencies())["agencies"]
    assert {feed.agency for feed in day.feeds.values() if feed.agency} == set(profiles)


def test_an_unknown_key_in_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="tittle"):
        days.check(
            {"key": "a", "feed": "b", "tittle": "c", "take": [{"at": "01:00", "headline": "h", "text": "t"}]}, Story
        )
