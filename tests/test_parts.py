"""An index of sitemaps polled as one feed, on a real publisher and both databases."""

import gzip
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.acceptance.site import Site, publisher
from tests.parse.test_sitemap import index, news, urlset
from tests.store.database import rows
from tests.test_poll import NOW, polled, settings
from wire.model import Feed, Health
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import Store

KINDS = "application/xml"


@pytest.fixture
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


def sitemap(site: Site, path: str, *titles: str) -> None:
    """Serve a sitemap of these headlines."""
    pages = [news(title, loc=f"https://wire.test/{title.lower()}") for title in titles]
    site.pages[path] = (KINDS, urlset(*pages))


def listing(site: Site, **modified: str) -> Feed:
    """Serve an index of `/NAME.xml`, each with the date given, and give the feed of it."""
    listed = [
        f"<loc>{site.base}/{name}.xml</loc>" + f"<lastmod>{at}</lastmod>" * bool(at) for name, at in modified.items()
    ]
    site.pages["/index"] = (KINDS, index(*listed))
    return Feed(key="index", url=f"{site.base}/index", source="Harbour Wire", allow_private=True)


def polls(store: Store, feed: Feed, *between: object, parts: int = 5) -> list[PollSummary]:
    """Poll once, and once more behind each step."""
    chosen = settings(feed)
    chosen = replace(chosen, fetch=replace(chosen.fetch, parts=parts))

    async def work(poller: Poller) -> list[PollSummary]:
        done = await poller.poll([feed])
        for step in between:
            if callable(step):
                step()
            done += await poller.poll([feed])
        return done

    return polled(store, chosen, work, lambda: NOW)


def headlines(url: str) -> list[str]:
    return [row["headline"] for row in rows(url, "SELECT headline FROM delivery_v1 ORDER BY headline")]


def test_the_newest_sitemaps_of_an_index_are_one_feed(store: Store, database_url: str, site: Site) -> None:
    for number in range(8):
        sitemap(site, f"/s{number}.xml", f"Story{number}")
    site.pages["/s7.xml"] = (KINDS, gzip.compress(site.pages["/s7.xml"][1]))
    feed = listing(site, **{f"s{number}": f"2026-02-0{number + 1}" for number in range(8)})
    (done,) = polls(store, feed, parts=3)
    assert (done.outcome, done.tally.new, done.state.document) == ("ok", 3, 3)
    assert headlines(database_url) == ["Story5", "Story6", "Story7"]
    assert site.requests["/s4.xml", 200] == 0


def test_an_index_that_dates_its_sitemaps_is_all_that_is_asked(store: Store, database_url: str, site: Site) -> None:
    sitemap(site, "/a.xml", "One")
    sitemap(site, "/b.xml", "Two")
    feed = listing(site, a="2026-03-01", b="2026-03-02")

    def more() -> None:
        sitemap(site, "/a.xml", "One", "Hidden")
        sitemap(site, "/b.xml", "Two", "Three")
        listing(site, a="2026-03-01", b="2026-03-03")

    first, second, third = polls(store, feed, lambda: None, more)
    assert (first.outcome, second.outcome, third.outcome) == ("ok", "not modified", "ok")
    assert (third.tally.new, third.state.gaps, third.state.document) == (1, 0, 3)
    assert headlines(database_url) == ["One", "Three", "Two"], "the index vouches for what it dates"
    assert (site.requests["/a.xml", 200], site.requests["/b.xml", 200]) == (1, 2)


def test_an_index_without_dates_has_its_sitemaps_asked_each_time_whether_they_changed(
    store: Store, database_url: str, site: Site
) -> None:
    sitemap(site, "/a.xml", "One")
    sitemap(site, "/b.xml", "Two")
    feed = listing(site, a="", b="")
    done = polls(store, feed, lambda: None, lambda: sitemap(site, "/b.xml", "Three", "Two"))
    assert [(each.outcome, each.tally.new, each.state.document) for each in done] == [
        ("ok", 2, 2),
        ("ok", 0, 2),
        ("ok", 1, 3),
    ]
    assert headlines(database_url) == ["One", "Three", "Two"]
    assert (site.requests["/a.xml", 200], site.requests["/a.xml", 304]) == (1, 2)
    assert done[-1].state.gaps == 0
    assert site.requests["/index", 304] == 0, "an unchanged list says nothing of what it lists"


def test_what_was_read_is_read_again_after_a_start(store: Store, database_url: str, site: Site) -> None:
    sitemap(site, "/a.xml", "One")
    feed = listing(site, a="")
    polls(store, feed)
    (again,) = polls(store, feed)
    assert (again.outcome, again.tally.new) == ("ok", 0)
    assert headlines(database_url) == ["One"]


def test_a_sitemap_that_fails_costs_itself_alone_and_is_asked_again(
    store: Store, database_url: str, site: Site
) -> None:
    sitemap(site, "/a.xml", "One")
    feed = listing(site, a="2026-03-01", b="2026-03-02", c="2026-03-03")
    site.pages["/c.xml"] = (KINDS, urlset(news())[:-80])
    first, second = polls(store, feed, lambda: sitemap(site, "/b.xml", "Two"))
    assert (first.outcome, first.tally.new) == ("ok", 1)
    assert (second.outcome, second.tally.new) == ("ok", 1)
    assert headlines(database_url) == ["One", "Two"]
    assert site.requests["/a.xml", 200] == 1, "what stands as it was is not asked for again"


def test_where_no_sitemap_can_be_read_the_feed_has_failed(store: Store, site: Site) -> None:
    (done,) = polls(store, listing(site, a="2026-03-01", b="2026-03-02"))
    assert (done.outcome, done.state.health) == ("status", Health.FAILING)
    assert (done.message or "").startswith(f"none of its sitemaps can be read: {site.base}/b.xml: status: 404 ")


def test_an_index_without_news_is_no_feed(store: Store, site: Site) -> None:
    site.pages["/a.xml"] = (KINDS, urlset("<url><loc>https://wire.test/about</loc></url>"))
    site.pages["/b.xml"] = (KINDS, index(f"<loc>{site.base}/a.xml</loc>"))
    (done,) = polls(store, listing(site, a="2026-03-01", b="2026-03-02"))
    assert (done.outcome, done.state.health) == ("not a feed", Health.NOT_A_FEED)
    assert done.message == "not a feed but an index of sitemaps, and none of the 2 newest has a news title"


def test_what_an_operator_allows_a_feed_holds_for_its_own_origin_alone(store: Store, site: Site) -> None:
    with publisher() as inside:
        sitemap(inside, "/a.xml", "Secret")
        site.pages["/index"] = (KINDS, index(f"<loc>{inside.base}/a.xml</loc>"))
        feed = Feed(key="index", url=f"{site.base}/index", source="Harbour Wire", allow_private=True)
        (done,) = polls(store, feed)
    assert (done.outcome, inside.requests) == ("address", {})
