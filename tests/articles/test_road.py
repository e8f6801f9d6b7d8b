"""Full text, from teaser to story: a real publisher, a real poller, both databases."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.articles.road import ARTICLE, Road, drive, feed
from tests.articles.site import HEADLINE, OTHER, STORY, TEASER, page
from tests.store.database import rows
from wire import prepare
from wire.ingest.complete import Completer
from wire.measure.replay import replay
from wire.policy import SchedulePolicy
from wire.store import Store, StoryFile

EDITED = TEASER.replace("eleven days", "twelve days")


def texts(story: StoryFile) -> list[str]:
    """The body of each version, the canonical one first."""
    return [each.body for each in story.versions]


def test_the_page_of_a_teaser_becomes_the_canonical_version_of_its_story(store: Store, database_url: str) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a")
        (summary,) = await road.poll()
        assert summary.article.state == "taken"
        (story,) = road.stories()
        assert texts(story) == ["\n\n".join(STORY), TEASER]
        full, teaser = story.versions
        assert (full.is_canonical, full.teaser, teaser.teaser, teaser.relation) == (True, False, True, "trimmed")
        assert [(each.arrival, each.replaces, each.url) for each in story.deliveries] == [
            ("new", None, f"{road.site.base}/a"),
            ("full text", teaser.version_id, f"{road.site.base}/a"),
        ]
        why = story.evidence[-1].evidence
        assert (why.rule, why.against) == ("full text", teaser.version_id)
        assert f"{road.site.base}/a" in why.notes[0]
        assert why.scores["containment"] > 0.8
        assert road.site.asked() == ["/robots.txt", "/a"]
        assert await road.poll() == [], "what was taken is not asked for again"
        assert road.site.asked() == ["/robots.txt", "/a"]
        (row,) = rows(database_url, "SELECT * FROM article_v1")
        assert (row["state"], row["reason"], row["story_id"]) == ("taken", None, story.story.story_id)
        assert (row["teaser_version_id"], row["full_version_id"]) == (teaser.version_id, full.version_id)

    drive(store, work)


def test_a_request_for_a_page_says_who_asks_and_nothing_else(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a", headers={"Set-Cookie": "wall=1; Path=/"})
        await road.poll()
        for request in road.site.requests:
            names = {name.lower() for name in request.headers}
            assert names <= {"host", "accept", "accept-encoding", "connection", "user-agent"}, request.path
            assert request.headers["User-Agent"] == "presswire-test/1 (+https://desk.test)"
        assert road.site.requests[-1].headers["Accept"].startswith("text/html")

    drive(store, work)


def test_a_feed_that_does_not_want_it_and_an_entry_that_is_whole_are_left_alone(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, " ".join(STORY), "/a"), ("2", "Apples", OTHER[0], "/b"))
        road.settings = replace(road.settings, feeds=(feed(road.site, full_text=False),))
        assert await road.poll() == []
        road.settings = replace(road.settings, feeds=(feed(road.site),))
        road.site.feed(("1", HEADLINE, " ".join(STORY), "/a"), ("2", "Apples", OTHER[0], "/b"), ("3", "P", "Q", "/c"))
        await road.poll()
        assert road.site.asked() == ["/robots.txt", "/c"]

    drive(store, work)


@pytest.mark.parametrize("layout", ["article", "divs", "table", "breaks"])
def test_pages_of_every_layout_give_their_paragraphs(sqlite_store: Store, layout: str) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a", page(layout=layout))
        await road.poll()
        (story,) = road.stories()
        assert texts(story)[0] == "\n\n".join(STORY)

    drive(sqlite_store, work)


def test_a_teaser_of_a_higher_rank_never_stands_for_its_full_text(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.feed(("x", HEADLINE, TEASER, "/a"), path="/feed-top")
        road.site.page("/a")
        top = feed(road.site, "top", "/feed-top", full_text=False, rank=90)
        road.settings = replace(road.settings, feeds=(*road.feeds, top))
        await road.poll()
        (story,) = road.stories()
        assert texts(story)[0] == "\n\n".join(STORY)
        assert [each.feed for each in story.deliveries].count("top") == 1

    drive(store, work)


# --- the story that it belongs to -----------------------------------------------------------------------------------

WRITTEN = (
    "Islanders must do without their boat. For nearly two weeks only milk and mail get through to Skarholm by ferries' "
    "barge."
)


def wire_copy(road: Road, paragraphs: Sequence[str], headline: str = "Slipway repair halts island ferry") -> None:
    """An agency's feed with the whole text."""
    road.site.feed(("w1", headline, "\n\n".join(paragraphs), "/wire"), path="/feed-agency")
    agency = feed(road.site, "agency", "/feed-agency", full_text=False, rank=80)
    road.settings = replace(road.settings, feeds=(*road.feeds, agency))


@pytest.mark.parametrize("reprint", [STORY, STORY[:5]], ids=["the same text", "a trimmed one"])
def test_a_teaser_in_other_words_follows_its_full_text_into_the_story_that_it_reprints(
    store: Store, reprint: tuple[str, ...]
) -> None:
    async def work(road: Road) -> None:
        wire_copy(road, STORY)
        road.site.feed(("1", "Skarholm ferries stop", WRITTEN, "/a"))
        road.site.page("/a", page(reprint))
        await road.poll("agency")
        agency = road.stories()[0].story.story_id
        async with road.poller() as poller:
            await poller.poll(road.feeds[:1])
            assert len(road.stories()) == 2, "nobody knows yet that the teaser is of the agency's story"
            alone = next(each.story.story_id for each in road.stories() if each.story.story_id != agency)
            await poller.articles.run({"sound"})
            (story,) = road.stories()
            assert story.story.story_id == agency
            assert texts(story)[0] == "\n\n".join(STORY), "the agency ranks higher"
            assert {each.body for each in story.versions} == {"\n\n".join(STORY), "\n\n".join(reprint), WRITTEN}
            with store.reading() as read:
                assert read.named(alone).story_id == agency, "the id that was given still resolves"
                assert [each.kind for each in read.changes()].count("merged") == 1
            wire_copy(road, STORY[:4])  # the index knows of the move, too
            road.site.feed(("2", "Ferry", "\n\n".join(STORY[:4]), "/b"), path="/feed")
            await poller.poll(road.feeds[:1])
            (story,) = road.stories()

    drive(store, work)


def test_where_the_story_holds_more_than_the_teaser_the_link_decides(store: Store) -> None:
    async def work(road: Road) -> None:
        wire_copy(road, STORY)
        road.site.feed(("1", "Skarholm ferries stop", WRITTEN, "/a"))
        road.site.feed(("x", "Skarholm ferries stop", WRITTEN, "/elsewhere"), path="/feed-rival")
        road.site.page("/a", page(STORY[:5]))
        rival = feed(road.site, "rival", "/feed-rival", full_text=False)
        road.settings = replace(road.settings, feeds=(*road.feeds, rival))
        await road.poll("agency")
        await road.poll("rival")
        await road.poll("sound")
        agency, teasers = sorted(road.stories(), key=lambda each: each.story.versions)
        assert agency.story.versions == 1
        assert texts(teasers) == ["\n\n".join(STORY[:5]), WRITTEN]
        assert any("is copy of" in note for note in teasers.evidence[-1].evidence.notes)

    drive(store, work)


# --- once, and again -------------------------------------------------------------------------------------------------


def test_an_edited_teaser_asks_again_only_as_often_as_the_policy_says(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a")
        await road.poll()
        road.site.feed(("1", HEADLINE, EDITED, "/a"))
        road.site.page("/a", page((STORY[0].replace("eleven days", "twelve days"), *STORY[1:])))
        assert await road.poll() == [], "the page was read a moment ago"
        (story,) = road.stories()
        assert texts(story)[0] == "\n\n".join(STORY), "an edited teaser does not stand for the story"
        assert [each.teaser for each in story.versions] == [False, True, True]
        road.clock.pass_by(ARTICLE.fresh + 1)
        (summary,) = await road.poll()
        assert (summary.article.state, summary.article.refetches) == ("taken", 1)
        (story,) = road.stories()
        assert sorted(("twelve" in each.body, each.teaser) for each in story.versions) == [
            (False, False),
            (False, True),
            (True, False),
            (True, True),
        ]
        for number in range(5):
            road.site.feed(("1", HEADLINE, f"{TEASER} Update {number}.", "/a"))
            road.clock.pass_by(2 * ARTICLE.fresh)
            await road.poll()
        assert road.site.asked().count("/a") == 1 + ARTICLE.refetches

    drive(store, work)


def test_feeds_with_one_link_ask_for_its_page_once(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.feed(("x", "Island without ferries: Skarholm slipway", TEASER, "/a"), path="/feed-isles")
        road.site.page("/a")
        road.settings = replace(road.settings, feeds=(*road.feeds, feed(road.site, "isles", "/feed-isles")))
        summaries = await road.poll()
        assert [each.article.state for each in summaries] == ["taken", "taken"]
        assert road.site.asked() == ["/robots.txt", "/a"]
        (story,) = road.stories()
        assert sorted((each.feed, each.arrival) for each in story.deliveries) == [
            ("isles", "full text"),
            ("isles", "new"),
            ("sound", "full text"),
            ("sound", "new"),
        ]
        assert sorted(each.teaser for each in story.versions) == [False, True, True]

    drive(store, work)


def test_one_poll_asks_for_so_many_pages_and_no_more(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(*((str(n), f"{HEADLINE} {n}", f"{TEASER} Part {n}.", f"/a{n}") for n in range(6)))
        await road.poll()
        assert sorted(road.site.asked()) == ["/a0", "/a1", "/robots.txt"]
        dropped = [each for each in road.rows() if "pages at most" in (each.reason or "")]
        assert len(dropped) == 4
        await road.poll()
        assert "/a5" not in road.site.asked()

    drive(store, work, article=replace(ARTICLE, per_poll=2))


def test_what_waits_survives_a_restart(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"), ("2", "Apples", OTHER[0][:80], "/b"))
        async with road.poller() as poller:
            await poller.poll(road.feeds)
        assert road.site.asked() == []
        road.site.page("/a", status=503)
        road.site.page("/b", page(OTHER, title="Apples"))
        async with road.poller() as poller:
            await poller.articles.run({"sound"})
        (row,) = road.rows()
        assert (row.state, row.tries) == ("waiting", 1)
        assert row.reason is not None
        assert "503" in row.reason
        road.site.page("/a")
        async with road.poller() as poller:
            assert await poller.articles.run({"sound"}) == [], "its time has not come"
            road.clock.pass_by(ARTICLE.retry + 1)
            (summary,) = await poller.articles.run({"sound"})
        assert summary.article.state == "taken"
        assert road.rows() == ()

    drive(store, work)


def test_what_dies_between_fetch_and_store_is_fetched_again_and_taken_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a")
        with monkeypatch.context() as patched:
            patched.setattr("wire.store.awaited.Awaited.save_taken", die)
            with pytest.raises(BaseExceptionGroup) as caught:
                await road.poll()
            assert caught.group_contains(Killed)
        (story,) = road.stories()
        assert texts(story) == [TEASER], "nothing was kept in part"
        await road.poll()
        await road.poll()
        (story,) = road.stories()
        assert texts(story) == ["\n\n".join(STORY), TEASER]
        assert len(story.deliveries) == 2

    drive(store, work)


def test_two_processes_take_one_page_once(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, TEASER, "/a"))
        road.site.page("/a")
        async with road.poller() as daemon, road.poller() as by_hand:
            await daemon.poll(road.feeds)
            (one,) = await daemon.articles.pick()
            (other,) = await by_hand.articles.pick()
            first = await daemon.articles.fetch_one(one)
            assert first is not None
            assert first.article.state == "taken"
            assert await by_hand.articles.fetch_one(other) is None
        (story,) = road.stories()
        assert len(story.deliveries) == 2

    drive(store, work)


def test_a_host_gets_pages_at_a_distance_and_shares_it_with_its_feeds(sqlite_store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(*((str(n), f"{HEADLINE} {n}", f"{TEASER} Part {n}.", f"/a{n}") for n in range(3)))
        road.settings = replace(road.settings, schedule=SchedulePolicy(spacing=0))
        async with road.poller() as poller:
            await poller.poll(road.feeds)
            (first,) = await poller.articles.pick()
            assert await poller.articles.pick() == []
            await poller.articles.fetch_one(first)
            assert await poller.articles.pick() == [], "the one before began less than 20 seconds ago"
            road.clock.pass_by(20.1)
            (second,) = await poller.articles.pick()
            assert (first.url, second.url) == (f"{road.site.base}/a0", f"{road.site.base}/a1")
            await poller.articles.fetch_one(second)
            road.site.page("/robots.txt", "User-agent: *\nCrawl-delay: 40\n", kind="text/plain")
        async with road.poller() as poller:
            (third,) = await poller.articles.pick()
            await poller.articles.fetch_one(third)
            road.site.feed(("9", HEADLINE, f"{TEASER} More.", "/a9"))
            await poller.poll(road.feeds)
            road.clock.pass_by(25)
            assert await poller.articles.pick() == [], "the third has taught that it is 40 seconds"
            road.clock.pass_by(15.1)
            assert len(await poller.articles.pick()) == 1

    drive(sqlite_store, work, article=replace(ARTICLE, spacing=20.0))


def test_a_replay_takes_pages_as_they_were_taken(store: Store) -> None:
    async def work(road: Road) -> None:
        wire_copy(road, STORY)
        road.site.feed(
            ("1", "Skarholm ferries stop", WRITTEN, "/a"), ("2", "Apples: frost in Marre valley", "Frost!", "/b")
        )
        road.site.page("/a", page(STORY[:5]))
        road.site.page("/b", page(OTHER, title="Frost takes the apples of the Marre valley"))
        await road.poll("agency")
        road.clock.pass_by(60)
        await road.poll("sound")
        before = sorted(texts(each) for each in road.stories())
        found = replay(store, settings=road.settings, clock=lambda: road.clock.now, apply=True)
        assert found.nothing
        assert sorted(texts(each) for each in road.stories()) == before

    drive(store, work)


def test_a_full_text_without_a_teaser_is_a_text_like_others(store: Store) -> None:
    async def work(road: Road) -> None:
        road.site.feed(("1", HEADLINE, "\n\n".join(STORY), "/a"))
        await road.poll()
        with store.reading() as read:
            (received,) = read.received(raws=True)
        entry = replace(prepare.restore(received.raw or b""), guid="unknown")
        taker = Completer(road.settings.cluster)
        (item,) = prepare.items([prepare.name(entry)], road.feeds[0], road.settings.agencies)
        with taker.writing(store) as write:
            completed = taker.complete(write, road.feeds[0], item, now=road.clock.now)
        (story,) = road.stories()
        assert completed.story_id == story.story.story_id

    drive(store, work)
