"""robots.txt (RFC 9309), rule by rule, against a real server."""

from dataclasses import replace

import pytest

from tests.articles.road import ARTICLE, Road, drive, feed
from tests.articles.site import HEADLINE, TEASER, Answer
from wire.fetch.article import KEPT, product_token
from wire.store import Store

TEXT = "text/plain"
ALLOWED, REFUSED, LATER = "taken", "dropped", "waiting"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        pytest.param(Answer("User-agent: *\nDisallow:\n", kind=TEXT), ALLOWED, id="nothing disallowed"),
        pytest.param(Answer("", kind=TEXT), ALLOWED, id="empty"),
        pytest.param(Answer("<html>Welcome!</html>"), ALLOWED, id="a page instead"),
        pytest.param(Answer("gone", status=404), ALLOWED, id="404 (2.3.1.3)"),
        pytest.param(Answer("no", status=403), ALLOWED, id="403 (2.3.1.3)"),
        pytest.param(Answer("User-agent: *\nDisallow: /\n", kind=TEXT), REFUSED, id="all disallowed"),
        pytest.param(Answer("User-agent: *\nDisallow: /news/\n", kind=TEXT), REFUSED, id="its folder disallowed"),
        pytest.param(Answer("User-agent: *\nDisallow: /*.html$\n", kind=TEXT), REFUSED, id="a pattern"),
        pytest.param(
            Answer("User-agent: *\nDisallow: /news/\nAllow: /news/a.html\n", kind=TEXT),
            ALLOWED,
            id="longest match (2.2.2)",
        ),
        pytest.param(
            Answer("User-agent: *\nDisallow: /\n\nUser-agent: Presswire-Test\nAllow: /\n", kind=TEXT),
            ALLOWED,
            id="our own group (2.2.1)",
        ),
        pytest.param(
            Answer("User-agent: presswire-test\nDisallow: /\n\nUser-agent: *\nAllow: /\n", kind=TEXT),
            REFUSED,
            id="our own group refuses",
        ),
        pytest.param(Answer("User-agent: otherbot\nDisallow: /\n", kind=TEXT), ALLOWED, id="another's group"),
        pytest.param(Answer("\ufeffUser-agent: *\r\nDisallow: /\r\n", kind=TEXT), REFUSED, id="with byte order mark"),
        pytest.param(
            Answer("User-agent: *\nDisallow: /\n" + "# padding\n" * 60_000, kind=TEXT), REFUSED, id="600 kB (2.5)"
        ),
        pytest.param(Answer("", status=301, headers={"Location": "/robots-2.txt"}), REFUSED, id="moved (2.3.1.2)"),
        pytest.param(Answer("", status=302, headers={"Location": "/robots.txt"}), ALLOWED, id="in a circle (2.3.1.2)"),
        pytest.param(Answer("down", status=500), LATER, id="500 (2.3.1.4)"),
        pytest.param(Answer("slow down", status=429), LATER, id="429"),
        pytest.param(Answer("late", wait=5.0), LATER, id="no answer (2.3.1.4)"),
        pytest.param(Answer("User-agent: *\nDisallow: " + "/*a" * 40 + "b\n", kind=TEXT), "any", id="a slow pattern"),
    ],
)
def test_a_page_is_asked_for_only_with_leave(sqlite_store: Store, answer: Answer, state: str) -> None:
    async def work(road: Road) -> None:
        link = "/news/a.html"
        if state == "any":
            link = "/news/" + "a" * 300 + ".html"
        road.site.feed(("1", HEADLINE, TEASER, link))
        road.site.page(link)
        road.site.answers["/robots.txt"] = answer
        road.site.answers["/robots-2.txt"] = Answer("User-agent: *\nDisallow: /\n", kind=TEXT)
        (summary,) = await road.poll()
        assert (summary.article.state, summary.article.reason) == (
            summary.article.state if state == "any" else state,
            summary.article.reason,
        )
        asked = road.site.asked()
        assert asked[0] == "/robots.txt"
        assert (link in asked) is (summary.article.state == ALLOWED)
        if summary.article.state != ALLOWED:
            assert "robots.txt" in (summary.article.reason or "")

    drive(sqlite_store, work)


def test_what_is_refused_is_not_asked_again_and_what_could_not_be_read_is(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"), ("2", HEADLINE + " again", f"{TEASER} More.", "/b"))
        road.site.page("/a")
        road.site.page("/b")
        road.site.page("/robots.txt", "down", status=500, kind=TEXT)
        assert {each.article.state for each in await road.poll()} == {"waiting"}
        assert road.site.asked() == ["/robots.txt"], "one that can't be had is not asked for twice"
        road.site.page("/robots.txt", "User-agent: *\nDisallow: /a\n", kind=TEXT)
        road.clock.pass_by(2400)
        assert sorted(each.article.state for each in await road.poll()) == ["dropped", "taken"]
        for _ in range(3):
            road.clock.pass_by(KEPT)
            await road.poll()
        assert road.site.asked() == ["/robots.txt", "/robots.txt", "/b"]

    drive(sqlite_store, work)


def test_it_is_believed_for_a_day(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        for number, wait in enumerate((0, KEPT / 2, KEPT / 2 + 1)):
            road.clock.pass_by(wait)
            road.site.page(f"/a{number}")
            road.site.feed((str(number), HEADLINE, f"{TEASER} Day {number}.", f"/a{number}"))
            await road.poll()
        assert road.site.asked() == ["/robots.txt", "/a0", "/a1", "/robots.txt", "/a2"]

    drive(sqlite_store, work)


def test_a_redirect_needs_leave_as_well(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a", "on", status=302, headers={"Location": "/private/a"})
        road.site.page("/private/a")
        road.site.page("/robots.txt", "User-agent: *\nDisallow: /private/\n", kind=TEXT)
        (summary,) = await road.poll()
        assert summary.article.state == "dropped"
        assert road.site.asked() == ["/robots.txt", "/a"]

    drive(sqlite_store, work)


@pytest.mark.parametrize(("asked", "kept"), [("7", 7.0), ("0.5", 2.0), ("86400", 60.0), ("soon", 2.0), ("-4", 2.0)])
def test_a_crawl_delay_is_honoured_within_bounds(sqlite_store: Store, asked: str, kept: float) -> None:
    async def work(road: Road) -> None:
        road.site.feed(*((str(n), f"{HEADLINE} {n}", f"{TEASER} Part {n}.", f"/a{n}") for n in range(3)))
        road.site.page("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}\n", kind=TEXT)
        poller = road.running
        assert poller is not None
        await poller.poll(road.feeds)
        for _ in range(3):
            (article,) = await poller.articles.pick()
            await poller.articles.fetch_one(article)
            road.clock.pass_by(kept - 0.1)
            assert await poller.articles.pick() == []
            road.clock.pass_by(0.2)

    drive(sqlite_store, work, article=replace(ARTICLE, spacing=2.0))


def test_another_origin_has_rules_of_its_own(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        elsewhere = road.site.base.replace("127.0.0.1", "localhost")
        road.site.feed(("1", HEADLINE, TEASER, f"{elsewhere}/a"))
        road.site.page("/a")
        (summary,) = await road.poll()
        assert summary.article.state == "waiting", "allow_private opens the feed's own host alone"
        assert road.site.asked() == []
        near = feed(road.site, "near", "/feed-near")
        road.settings = replace(road.settings, feeds=(replace(near, url=f"{elsewhere}/feed-near"),))
        road.site.feed(("1", HEADLINE, TEASER, f"{elsewhere}/a"), path="/feed-near")
        road.site.page("/robots.txt", "User-agent: *\nDisallow: /a\n", kind=TEXT)
        (summary,) = await road.poll()
        assert f"{elsewhere}/robots.txt refuses" in (summary.article.reason or "")

    drive(sqlite_store, work)


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("presswire/0.1 (+https://x.example)", "presswire"),
        ("Desk-Bot (contact)", "Desk-Bot"),
        ("  wire  ", "wire"),
        ("", "*"),
    ],
)
def test_the_token_is_the_product_of_our_user_agent(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token
