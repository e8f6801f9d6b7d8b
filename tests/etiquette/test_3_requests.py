"""What a request says, and what it does not."""

import gzip
import sys
import zlib
from dataclasses import replace

import brotli
import pytest

from tests.etiquette.publisher import FERRY, Desk, ok, reply, run
from wire.access import Access, Secret, origin_of
from wire.policy import FetchPolicy
from wire.store import Store

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def test_a_user_agent_with_a_contact(store: Store) -> None:
    """9.1 Every request names us in one User-Agent, with a contact that the operator sets."""

    async def work(desk: Desk) -> None:
        desk.fetch = FetchPolicy(user_agent="presswire/1 (+https://desk.example/contact)")
        desk.publisher.answers["/feed"] = reply("302 Found", "Location: /new")
        await desk.poll(desk.feed())
        assert desk.publisher.sent("User-Agent") == [[b"presswire/1 (+https://desk.example/contact)"]] * 2

    run(store, work)
    assert "+http" in FetchPolicy().user_agent, "and so does the default"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gzip", gzip.compress(FERRY)),
        ("br", brotli.compress(FERRY)),
        ("zstd", zstd.compress(FERRY)),
        ("deflate", zlib.compress(FERRY)),
    ],
    ids=["gzip", "br", "zstd", "deflate"],
)
def test_compressed_bodies_are_asked_for_and_read(store: Store, name: str, body: bytes) -> None:
    """9.2 Compressed bodies (gzip, br, zstd, deflate) are asked for, and read."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok(f"Content-Encoding: {name}", body=body)
        (done,) = await desk.poll(desk.feed())
        assert done.tally.new == 1
        assert desk.publisher.sent("Accept-Encoding") == [[b"gzip, br, zstd, deflate"]]

    run(store, work)


def test_one_encoding_at_most(store: Store) -> None:
    """9.3 At most one content-encoding is undone."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok("Content-Encoding: gzip, gzip", body=gzip.compress(gzip.compress(FERRY)))
        (done,) = await desk.poll(desk.feed())
        assert done.outcome == "encoding"

    run(store, work)


def test_no_cookie_is_kept(store: Store) -> None:
    """8.6 No cookie is kept: not for the next poll, not for the next hop."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = reply("302 Found", "Location: /new", "Set-Cookie: id=1")
        desk.publisher.answers["/new"] = ok("Set-Cookie: id=2; Max-Age=9999")
        await desk.poll(desk.feed(), 2)
        assert desk.publisher.sent("Cookie") == [[]] * 4

    run(store, work)


def test_no_referer_and_nothing_to_get_round_caches(store: Store) -> None:
    """8.7 No Referer is sent, and nothing that gets round caches: the URL is asked for as it was configured."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed?b=2&a=1"] = reply("302 Found", "Location: /new")
        await desk.poll(desk.feed("/feed?b=2&a=1"), 2)
        assert desk.publisher.paths == ["/feed?b=2&a=1", "/new"] * 2
        for name in ("Referer", "Origin", "Cache-Control", "Pragma"):
            assert desk.publisher.sent(name) == [[]] * 4

    run(store, work)


def test_only_headers_that_are_needed(store: Store) -> None:
    """8.8 A request has the headers that it needs and no other."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok('ETag: "1"', "Last-Modified: day 1")
        await desk.poll(desk.feed(), 2)
        lines = [line.partition(b":")[0].lower() for line in desk.publisher.requests[1].raw.split(b"\r\n")[1:] if line]
        usual = {
            b"host",
            b"user-agent",
            b"accept",
            b"accept-encoding",
            b"if-none-match",
            b"if-modified-since",
            b"connection",
        }
        assert set(lines) <= usual
        assert len(lines) == len(set(lines))

    run(store, work)


# --- redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_move_is_learned_at_the_third_poll(store: Store, status: int) -> None:
    """10.1 A permanent redirect (301, 308) is taken over once three polls in a row were led there."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = reply(f"{status} Moved", "Location: /new")
        await desk.poll(desk.feed(), 4)
        assert desk.publisher.paths == ["/feed", "/new"] * 3 + ["/new"]

    run(store, work)


@pytest.mark.parametrize("chain", [(302,), (303,), (307,), (301, 302), (307, 308)])
def test_no_other_redirect_is(store: Store, chain: tuple[int, ...]) -> None:
    """10.2 A temporary redirect never is, nor a chain of which one hop is temporary."""

    async def work(desk: Desk) -> None:
        for hop, status in enumerate(chain):
            desk.publisher.answers[f"/{hop}"] = reply(f"{status} Moved", f"Location: /{hop + 1}")
        await desk.poll(desk.feed("/0"), 5)
        assert desk.publisher.paths.count("/0") == 5

    run(store, work)


def test_no_move_is_learned_from_what_is_no_feed(store: Store) -> None:
    """10.3 Nothing is taken over from a redirect to what is no feed: a page of a hotel, of a seller of domains."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = reply("301 Moved", "Location: /login")
        desk.publisher.answers["/login"] = ok(body=b"<!doctype html><title>Sign in</title>")
        done = await desk.poll(desk.feed(), 4)
        assert {each.outcome for each in done} == {"not a feed"}
        assert done[-1].state.moved_to is None

    run(store, work)


def test_the_count_begins_anew(store: Store) -> None:
    """10.4 The three polls are in a row: one that is answered at the old address begins the count anew."""

    async def work(desk: Desk) -> None:
        for answer in (1, 1, 0, 1, 1):
            desk.publisher.answers["/feed"] = reply("301 Moved", "Location: /new") if answer else ok()
            await desk.poll(desk.feed())
        await desk.poll(desk.feed())
        assert desk.publisher.paths.count("/feed") == 6

    run(store, work)


def test_a_target_that_fails_is_given_up(store: Store) -> None:
    """10.5 A target that fails three times is given up for the URL that the operator wrote."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = reply("301 Moved", "Location: /new")
        await desk.poll(desk.feed(), 3)
        desk.publisher.answers["/new"] = reply("404 Not Found")
        desk.publisher.answers["/feed"] = ok()
        done = await desk.poll(desk.feed(), 4)
        assert [each.failed for each in done] == [True, True, True, False]
        assert desk.publisher.paths[-1] == "/feed"

    run(store, work)


def test_gone_is_gone_at_the_third_time(store: Store) -> None:
    """10.6 A feed that is 410 Gone three times in a row is not polled any more, and the operator is told."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = reply("410 Gone")
        done = await desk.poll(desk.feed(), 3)
        assert [each.state.next_poll_at is None for each in done] == [False, False, True]
        desk.clock.pass_by(30 * 86_400)
        async with desk.poller(desk.feed()) as poller:
            assert poller.pick() == []

    run(store, work)


# --- credentials ------------------------------------------------------------------------------------------------------


def test_credentials_stay_at_home(store: Store) -> None:
    """13.1 Credentials are shown to the origin that they are for, not to where it redirects, for once or for good."""

    async def work(desk: Desk) -> None:
        feed = replace(desk.feed(), bearer=Secret(env="TOKEN"), allow_private=True)
        feed = replace(feed, url=desk.publisher.url("/feed", "localhost"))
        desk.publisher.answers["/feed"] = reply("301 Moved", f"Location: {desk.publisher.url('/new', 'localhost')}")
        given = Access(origin=origin_of("http://localhost:1"), headers=(("Authorization", "Bearer s3cret"),))
        settings = replace(desk.settings(feed), access={"a": given})
        own = replace(settings, access={"a": replace(given, origin=origin_of(feed.url))})
        for chosen in (settings, own):
            async with desk.poller(feed) as poller:
                await poller.reconfigure(chosen)
                await poller.poll([feed])
        shown = [bool(values) for values in desk.publisher.sent("Authorization")]
        assert shown == [False, False, True, True]

    run(store, work)


def test_no_secret_is_stored(store: Store) -> None:
    """13.2 No secret is stored, shown or logged, not even where the server repeats it in a redirect."""

    async def work(desk: Desk) -> None:
        feed = replace(desk.feed(), bearer=Secret(env="TOKEN"))
        secrets = frozenset({"s3cret-token"})
        given = Access(origin=origin_of(feed.url), headers=(("Authorization", "Bearer s3cret-token"),), secrets=secrets)
        desk.publisher.answers["/feed"] = reply("301 Moved", "Location: /s3cret-token/feed")
        summaries = []
        for status in ("200 OK", "200 OK", "200 OK", "500 s3cret-token", "302 Found\r\nLocation: ftp://s3cret-token/"):
            desk.publisher.answers["/s3cret-token/feed"] = reply(status, body=FERRY)
            async with desk.poller(feed) as poller:
                await poller.reconfigure(replace(desk.settings(feed), access={"a": given}))
                summaries += await poller.poll([feed])
        assert desk.publisher.sent("Authorization")[0] == [b"Bearer s3cret-token"]
        with store.reading() as read:
            seen = f"{summaries} {read.feed('a')} {read.poll_states()}"
        assert "s3cret" not in seen

    run(store, work)
