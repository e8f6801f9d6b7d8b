"""Whatever format a feed has, a reader of that format finds every entry in it."""

import io
import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest

from wire.demo import day as days
from wire.demo import render
from wire.demo.day import Day, moment

BASE = "http://127.0.0.1:8000"
NOON, END = 12 * 60, 24 * 60
FEEDS = sorted(key for key, feed in days.load().feeds.items() if feed.serves in {"feed", "moved"})


@pytest.fixture(scope="module")
def day() -> Day:
    return days.load()


def read(body: bytes, feed_format: str) -> list[dict[str, Any]]:
    """Entries as (guid, url, title, body, moment), whatever the format."""
    if feed_format == "json":
        return [
            {
                "guid": item["id"],
                "url": item["url"],
                "title": item["title"],
                "body": item["content_html"],
                "at": datetime.fromisoformat(item["date_modified"]),
            }
            for item in json.loads(body)["items"]
        ]
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [
        {
            "guid": entry.get("id"),
            "url": entry.link,
            "title": entry.title,
            "body": entry.content[0].value if "content" in entry else entry.summary,
            "at": datetime.fromtimestamp(
                timegm(entry.updated_parsed if "updated_parsed" in entry else entry.published_parsed), UTC
            ),
        }
        for entry in parsed.entries
    ]


@pytest.mark.parametrize("minute", [0, NOON, END])
@pytest.mark.parametrize("feed", FEEDS)
def test_every_entry_arrives_whole(day: Day, feed: str, minute: int) -> None:
    publication = day.feeds[feed]
    arrived = read(render.render(day, feed, minute, BASE), publication.format)
    shown = day.visible(feed, minute)
    assert [entry["url"] for entry in arrived] == [BASE + entry.path for entry, _ in shown]
    for got, (_, text) in zip(arrived, shown, strict=True):
        assert got["title"].replace("&amp;", "&") == text.headline
        assert got["at"] == moment(text.at)
        assert " ".join(text.paragraphs[0].split()[:3]).replace("&", "&amp;") in " ".join(got["body"].split())


def test_guids_are_as_the_publisher_gives_them(day: Day) -> None:
    def guids(feed: str, minute: int) -> list[str | None]:
        return [entry["guid"] for entry in read(render.render(day, feed, minute, BASE), day.feeds[feed].format)]

    assert set(guids("upland-record", END)) == {"upland-record"}
    assert set(guids("kestrel-daily", END)) == {None}
    before, after = guids("brightwater", NOON - 1), guids("brightwater", NOON)
    assert all(guid and guid.startswith("http://") for guid in before)
    assert [guid.replace("http://", "https://") for guid in before if guid] == after[-len(before) :]
    assert len(set(guids("meridian", END))) == len(day.visible("meridian", END))


def test_an_edited_entry_keeps_its_guid(day: Day) -> None:
    entry = next(e for e in day.entries if e.feed == "meridian" and len(e.texts) > 1)
    first, last = (
        next(g for g in read(render.render(day, "meridian", text.at, BASE), "atom") if g["url"] == BASE + entry.path)
        for text in (entry.texts[0], entry.texts[-1])
    )
    assert first["guid"] == last["guid"]
    assert first["body"] != last["body"]


def test_validators_follow_the_body(day: Day) -> None:
    bodies = [render.render(day, "meridian", minute, BASE) for minute in range(0, END, 30)]
    assert len(set(map(render.etag, bodies))) == len(set(bodies))
    assert render.last_modified(day, "meridian", 0) == "Fri, 14 Mar 2031 00:00:00 GMT"


def test_wrapped_text_is_broken_at_the_column(day: Day) -> None:
    entry = read(render.render(day, "stonebridge-9", END, BASE), "rss")[0]
    assert max(map(len, entry["body"].splitlines())) <= day.feeds["stonebridge-9"].house.wrap


def test_markup_of_the_house(day: Day) -> None:
    post = read(render.render(day, "harbour-post", END, BASE), "rss")[0]["body"]
    courier = read(render.render(day, "old-mill-courier", END, BASE), "rss")[0]["body"]
    assert post.startswith('<figure class="lead"><img ')
    assert "<figcaption>File photo. Picture: The Aven Harbour Post</figcaption></figure>\n<p>" in post
    assert "<p>" not in courier
    assert "<br />\n<br />" in courier


def test_a_page_escapes_what_it_shows(day: Day) -> None:
    text = days.Text(at=0, take=1, headline="A & B <br>", paragraphs=("1 < 2",))
    page = render.page(text, day.feeds["harbour-post"])
    assert "<h1>A &amp; B &lt;br&gt;</h1>" in page
    assert "<p>1 &lt; 2</p>" in page
