"""The server over real HTTP: polite where it should be, broken where the day says so."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from wire.demo import day as days
from wire.demo.server import DayServer


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as started:
        yield started


@pytest.fixture
def server(portal: BlockingPortal) -> Iterator[DayServer]:
    running: AbstractContextManager[DayServer] = portal.wrap_async_context_manager(DayServer(days.load()))
    with running as started:
        started.minute = 12 * 60
        yield started


def get(server: DayServer, feed: str, **headers: str) -> httpx.Response:
    return httpx.get(server.url(feed), headers={k.replace("_", "-"): v for k, v in headers.items()}, trust_env=False)


def test_it_serves_the_feed_of_its_hour(server: DayServer) -> None:
    noon = get(server, "meridian")
    server.minute = 23 * 60
    late = get(server, "meridian")
    assert noon.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert noon.text.count("<atom:entry>") < late.text.count("<atom:entry>")


@pytest.mark.parametrize(("feed", "header"), [("meridian", "ETag"), ("aoshio", "Last-Modified")])
def test_an_unchanged_feed_is_a_304(server: DayServer, feed: str, header: str) -> None:
    condition = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}[header]
    first = get(server, feed)
    again = get(server, feed, **{condition: first.headers[header]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers[header] == first.headers[header]
    assert (server.answered(feed, 200), server.answered(feed, 304)) == (1, 1)


def test_a_changed_feed_is_a_200(server: DayServer) -> None:
    old = get(server, "meridian").headers["ETag"]
    server.minute += 120
    assert get(server, "meridian", If_None_Match=old).status_code == 200


def test_the_etag_outranks_the_date(server: DayServer) -> None:
    first = get(server, "harbour-post")
    asked = get(server, "harbour-post", If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"])
    assert asked.status_code == 200


def test_a_date_that_is_none_is_ignored(server: DayServer) -> None:
    assert get(server, "aoshio", If_Modified_Since="yesterday").status_code == 200


def test_the_moved_feed_is_elsewhere(server: DayServer) -> None:
    moved = get(server, "old-mill-courier")
    assert moved.status_code == 301
    followed = httpx.get(httpx.URL(server.base).join(moved.headers["location"]), trust_env=False)
    assert followed.status_code == 200
    assert "Old Mill Courier" in followed.text


def test_what_goes_wrong_goes_wrong(server: DayServer) -> None:
    assert get(server, "daily-lantern").headers["content-type"].startswith("text/html")
    assert get(server, "coastwatch").status_code == 500
    assert not get(server, "signal-hill").text.endswith(">")
    assert get(server, "no-such-feed").status_code == 404


def test_an_entry_has_a_page_once_it_is_published(server: DayServer) -> None:
    entry, text = server.day.visible("harbour-post", server.minute)[0]
    page = httpx.get(server.base + entry.path, trust_env=False)
    assert page.status_code == 200
    assert f"<title>{text.headline} | " in page.text
    server.minute = text.at - 1
    assert httpx.get(server.base + entry.path, trust_env=False).status_code == 404
