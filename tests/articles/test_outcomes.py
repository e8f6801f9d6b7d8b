"""What becomes of a page, and why, whatever the server or the page does; healthy pages beside it are not harmed."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.articles.road import ARTICLE, Road, drive
from tests.articles.site import CONSENT, HEADLINE, OTHER, STORY, TEASER, Site, page
from wire.policy import WorkerPolicy
from wire.store import Store

Setting = Callable[[Site], None]
SOLD = json.dumps(
    {"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "isAccessibleForFree": False}]}
)
LATIN = page(("Café-Besitzer fürchten höhere Gebühren. " + STORY[0], *STORY[1:])).replace("utf-8", "iso-8859-1")
DEEP = "<html><body>" + "<div>" * 100_000 + "".join(f"<p>{each}</p>" for each in STORY)
WIDE = "<html><body><div " + " ".join(f'a{n}="x"' for n in range(60_000)) + ">" + page()[len("<!doctype html><html>") :]
MANY = "<html><body>" + "<p><span>ferries</span></p>" * 110_000 + "</body></html>"


def at(path: str = "/a", body: str | bytes = "", **how: object) -> Setting:
    """A setting in which one path is answered so."""
    return lambda site: site.page(path, body, **how)


def to(target: str, status: int = 302) -> Setting:
    """A setting in which the link is redirected."""
    return lambda site: site.page("/a", "gone there", status=status, headers={"Location": target})


def both(*settings: Setting) -> Setting:
    """Several settings together."""

    def apply(site: Site) -> None:
        for each in settings:
            each(site)

    return apply


OUTCOMES: dict[str, tuple[Setting, str, str]] = {
    "an article": (at(), "taken", ""),
    "in Latin-1, as its meta says": (at(body=LATIN.encode("latin-1", "replace"), kind="text/html"), "taken", ""),
    "XHTML": (at(kind="application/xhtml+xml"), "taken", ""),
    "moved": (both(to("/b", 301), at("/b")), "taken", ""),
    "an AMP page that is redirected to": (
        both(to("/amp/a"), at("/amp/a", page(head='<link rel="canonical" href="/a">'))),
        "taken",
        "",
    ),
    "a stub that sends its readers on": (
        both(
            at(body='<html><head><meta http-equiv="Refresh" content="0; URL=\'/b\'"></head><body>Wait</body></html>'),
            at("/b"),
        ),
        "taken",
        "",
    ),
    "an AMP teaser whose canonical page has the text": (
        both(at(body=page((TEASER,), head='<link rel="canonical" href="/full">')), at("/full")),
        "taken",
        "",
    ),
    "attributes by the ten thousand": (at(body=WIDE), "taken", ""),
    "no more than the teaser": (at(body=page((TEASER, "Read on with a subscription."))), "dropped", "no more than"),
    "sold": (
        at(body=page(head=f'<script type="application/ld+json">{SOLD}</script>')),
        "dropped",
        "for those who pay",
    ),
    "a consent wall": (both(to("/consent"), at("/consent", page(CONSENT, title="Your privacy"))), "dropped", "another"),
    "a consent wall under the article's title": (at(body=page(CONSENT)), "dropped", "another text"),
    "another article": (at(body=page(OTHER, title="Apples lost to frost")), "dropped", "another text"),
    "the front page": (both(to("/"), at("/", page())), "dropped", "front page"),
    "nothing but links": (at(body="<html><body><a href='/b'>Ferries</a></body></html>"), "dropped", "no more than"),
    "a PDF": (at(body=b"%PDF-1.7", kind="application/pdf"), "dropped", "not a page"),
    "no stated type": (at(kind=""), "dropped", "not a page"),
    "gone": (at(status=410), "dropped", "410"),
    "not found": (at(status=404), "waiting", "404"),
    "refused": (at(status=403), "waiting", "403"),
    "overloaded": (at(status=503), "waiting", "503"),
    "too slow": (at(wait=5.0), "waiting", "timeout"),
    "too large": (at(body=page() + " " * 3_100_000), "dropped", "too large"),
    "in a circle": (to("/a"), "waiting", "circle"),
    "to the inside": (to("http://localhost:1/a"), "waiting", "address"),
    "to no web address": (to("file:///etc/passwd"), "waiting", "not on the web"),
    "100,000 nested elements": (at(body=DEEP), "dropped", "no more than"),
    "empty": (at(body=" "), "dropped", "no more than"),
    "a broken encoding": (at(body=b"<html>\xff\xfe\x00\xd8" + bytes(range(256)) * 40), "dropped", "no more than"),
}


@pytest.fixture(params=OUTCOMES)
def case(request: pytest.FixtureRequest) -> tuple[Setting, str, str]:
    """One of them."""
    return OUTCOMES[request.param]


def test_each_page_has_its_outcome(sqlite_store: Store, case: tuple[Setting, str, str]) -> None:
    setting, state, reason = case

    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        setting(road.site)
        (summary,) = await road.poll()
        assert (summary.article.state, summary.article.reason or "") == (state, summary.article.reason or "")
        assert reason in (summary.article.reason or ""), summary.article.reason
        (story,) = road.stories()
        assert len(story.versions) == (2 if state == "taken" else 1), "nothing is kept in part"

    drive(sqlite_store, work)


def test_what_fails_for_the_time_being_is_asked_again_ever_later_and_then_no_more(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a", status=500)
        waits = []
        await road.poll()
        while (row := road.rows()[0]).state == "waiting":
            assert row.next_try_at is not None
            waits.append((row.next_try_at - road.clock.now).total_seconds())
            road.clock.now = row.next_try_at
            road.clock.seconds += waits[-1]
            await road.poll()
        assert waits == [ARTICLE.retry * factor for factor in (1, 2, 4, 8)]
        assert road.site.asked().count("/a") == ARTICLE.tries
        assert "500" in (row.reason or "")

    drive(sqlite_store, work)


def test_retry_after_holds_up_every_page_of_its_host(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(*((str(n), f"{HEADLINE} {n}", f"{TEASER} Part {n}.", f"/a{n}") for n in range(3)))
        for n in range(3):
            road.site.page(f"/a{n}", status=429, headers={"Retry-After": "7200"})
        for summary in await road.poll():
            assert summary.article.next_try_at is not None
            assert (summary.article.next_try_at - road.clock.now).total_seconds() == 7200
        assert set(road.site.asked()) == {"/robots.txt", "/a0", "/a1"}, "two were under way when the host said so"

    drive(sqlite_store, work)


def test_a_page_that_overruns_costs_itself_alone(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        road.settings = replace(road.settings, worker=WorkerPolicy(processes=1, cpu=1.0))
        road.site.feed(("1", HEADLINE, TEASER, "/a"), ("2", "Apples lost to frost", OTHER[0][:90], "/b"))
        road.site.page("/a", MANY)
        road.site.page("/b", page(OTHER, title="Apples lost to frost"))
        states = {each.article.url.rpartition("/")[2]: each.article.state for each in await road.poll()}
        assert states == {"a": "waiting", "b": "taken"}
        road.clock.pass_by(ARTICLE.retry)
        (again,) = await road.poll()
        assert again.article.state == "dropped", "what took too long twice is not read a third time"

    drive(sqlite_store, work)


def test_a_link_with_a_password_is_asked_without_it(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        host = road.site.base.removeprefix("http://")
        road.site.feed(("1", HEADLINE, TEASER, f"http://desk:secret@{host}/a"))
        road.site.page("/a")
        (summary,) = await road.poll()
        assert summary.article.state == "taken"
        assert all("Authorization" not in each.headers for each in road.site.requests)

    drive(sqlite_store, work)
