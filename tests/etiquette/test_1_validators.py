"""Asking "has it changed?" so that the server's own words come back to it."""

from pathlib import Path

import pytest

from tests.etiquette.publisher import Desk, ok, reply, rss, run
from tests.fetch.server import Request
from tests.store.database import execute
from wire.model import Validators
from wire.store import Store

ODD = [
    '"plain"',
    'W/"weak"',
    '"5f-gzip"',
    'W/"5f;br"',
    "unquoted",
    '"with "quotes" inside"',
    '"  spaces  "',
    '"ä"',
    "W/",
    '"' + "x" * 500 + '"',
]


@pytest.mark.parametrize("etag", ODD)
def test_etag_comes_back_byte_for_byte(store: Store, etag: str) -> None:
    """1.1 An ETag is sent back byte for byte: quotes, weak prefixes, CDN suffixes and mistakes included."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok(f"ETag: {etag}")
        await desk.poll(desk.feed(), 2)
        assert desk.publisher.sent("If-None-Match") == [[], [etag.encode()]]

    run(store, work)


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 05 Mar 2031 12:00:00 GMT",
        "Wednesday, 05-Mar-31 12:00:00 GMT",
        "2031-03-05T12:00:00+01:00",
        "yesterday",
        "0",
    ],
)
def test_last_modified_comes_back_byte_for_byte(store: Store, date: str) -> None:
    """1.2 A Last-Modified is sent back byte for byte, whether or not it is a date: never parsed, never reformatted."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok(f"Last-Modified: {date}")
        await desk.poll(desk.feed(), 2)
        assert desk.publisher.sent("If-Modified-Since") == [[], [date.encode()]]

    run(store, work)


def test_no_validator_is_invented(store: Store) -> None:
    """1.3 Nothing is invented: no If-Modified-Since from a Date header or our own clock, no ETag from a hash."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok("Date: Wed, 05 Mar 2031 12:00:00 GMT", "Expires: 0")
        await desk.poll(desk.feed(), 3)
        assert desk.publisher.sent("If-Modified-Since") == desk.publisher.sent("If-None-Match") == [[]] * 3

    run(store, work)


def test_a_200_renews_both_validators(store: Store) -> None:
    """2.1 Both validators are renewed by every 200, even where the body is the one of the last poll."""

    async def work(desk: Desk) -> None:
        for number in (1, 2):
            desk.publisher.answers["/feed"] = ok(f'ETag: "{number}"', f"Last-Modified: day {number}")
            await desk.poll(desk.feed())
        await desk.poll(desk.feed())
        assert desk.publisher.sent("If-None-Match") == [[], [b'"1"'], [b'"2"']]
        assert desk.publisher.sent("If-Modified-Since") == [[], [b"day 1"], [b"day 2"]]

    run(store, work)


def test_a_304_renews_what_it_brings(store: Store) -> None:
    """2.2 A 304 renews the validators that it brings, and leaves the others as they were."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok('ETag: "1"', "Last-Modified: day 1")
        await desk.poll(desk.feed())
        desk.publisher.answers["/feed"] = reply("304 Not Modified", 'ETag: "2"')
        await desk.poll(desk.feed(), 2)
        assert desk.publisher.sent("If-None-Match")[2] == [b'"2"']
        assert desk.publisher.sent("If-Modified-Since")[2] == [b"day 1"]

    run(store, work)


def test_a_200_without_validators_clears_them(store: Store) -> None:
    """3.1 A 200 without validators clears those that are stored."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok('ETag: "1"', "Last-Modified: day 1")
        await desk.poll(desk.feed())
        desk.publisher.answers["/feed"] = ok()
        await desk.poll(desk.feed(), 2)
        assert (desk.publisher.sent("If-None-Match")[2], desk.publisher.sent("If-Modified-Since")[2]) == ([], [])

    run(store, work)


def test_another_url_drops_validators(store: Store) -> None:
    """3.2 Validators belong to a URL: where an operator changes it, they are dropped."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = desk.publisher.answers["/other"] = ok('ETag: "1"', "Last-Modified: day 1")
        await desk.poll(desk.feed())
        await desk.poll(desk.feed("/other"))
        assert (desk.publisher.sent("If-None-Match")[1], desk.publisher.sent("If-Modified-Since")[1]) == ([], [])

    run(store, work)


def test_validators_are_stored_with_the_entries(store: Store, tmp_path: Path) -> None:
    """4.1 Validators are stored in the transaction that stores the entries: what was not kept is asked for again."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok('ETag: "1"')
        await desk.poll(desk.feed())
        desk.publisher.answers["/feed"] = ok('ETag: "2"', body=rss("Ferry late", "Poison"))
        refusal = "WHEN new.headline = 'Poison' BEGIN SELECT RAISE(ABORT, 'no'); END"
        url = f"sqlite:///{tmp_path / 'template.db'}"
        execute(url, f"CREATE TRIGGER poison BEFORE INSERT ON version {refusal}")
        (fault,) = await desk.poll(desk.feed())
        execute(url, "DROP TRIGGER poison")
        assert fault.outcome == "fault"
        (taken,) = await desk.poll(desk.feed())
        assert desk.publisher.sent("If-None-Match") == [[], [b'"1"'], [b'"1"']]
        assert taken.tally.new == 1, "nothing was lost"

    run(store, work)


@pytest.mark.parametrize("body", [b"<html><body>Sign in</body></html>", b"\x89PNG\r\n", b""])
def test_what_can_not_be_read_renews_nothing(store: Store, body: bytes) -> None:
    """4.2 An answer that is no readable feed leaves the validators of the last readable one as they are."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = ok('ETag: "1"')
        await desk.poll(desk.feed())
        desk.publisher.answers["/feed"] = ok('ETag: "2"', body=body)
        (failed,) = await desk.poll(desk.feed())
        await desk.poll(desk.feed())
        assert failed.failed
        assert desk.publisher.sent("If-None-Match")[2] == [b'"1"']

    run(store, work)


# --- servers that lie -------------------------------------------------------------------------------------------------


class Liar:
    """Hands out one ETag for ever, and answers 304 to whoever sends one."""

    def __init__(self) -> None:
        self.body = rss("Ferry late")

    def __call__(self, request: Request) -> bytes:
        """304, or the document."""
        return reply("304 Not Modified") if request.headers("If-None-Match") else ok('ETag: "1"', body=self.body)


def test_a_304_is_checked_once_a_day(store: Store) -> None:
    """11.1 A feed that has been "not modified" for a day is asked for its whole document once, without validators."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = Liar()
        await desk.poll(desk.feed())
        for _ in range(16):
            desk.clock.pass_by(3 * 3600)
            await desk.poll(desk.feed())
        unconditional = [not sent for sent in desk.publisher.sent("If-None-Match")]
        assert unconditional.count(True) == 2, "the first poll, and one check in two days"

    run(store, work)


def test_a_false_304_is_found_and_remembered(store: Store) -> None:
    """11.2 News behind a false 304 is found by that check; the server is remembered, and checked every hour."""

    async def work(desk: Desk) -> None:
        liar = desk.publisher.answers["/feed"] = Liar()
        await desk.poll(desk.feed())
        liar.body = rss("Ferry late", "Bridge closed")
        desk.clock.pass_by(86_400 * 1.3)
        (caught,) = await desk.poll(desk.feed())
        assert (caught.outcome, caught.tally.new, caught.state.trust.lies) == ("ok", 1, 1)
        with store.reading() as read:
            assert read.feed("a").feed.lies == 1
        liar.body = rss("Ferry late", "Bridge closed", "Mole repaired")
        desk.clock.pass_by(3600 * 1.3)
        (again,) = await desk.poll(desk.feed())
        assert (again.tally.new, again.state.trust.lies) == (1, 2)
        liar.body = rss("Ferry late", "Bridge closed", "Mole repaired", "Fog")
        (direct,) = await desk.poll(desk.feed())
        assert direct.tally.new == 1
        assert desk.publisher.sent("If-None-Match")[-1] == [], "who was caught twice is not sent validators"

    run(store, work)


def test_one_etag_for_two_documents_is_a_lie(store: Store) -> None:
    """11.3 New entries under the ETag of the document before are counted as a lie; a touched date alone is not."""

    async def work(desk: Desk) -> None:
        date = "<lastBuildDate>Wed, 05 Mar 2031 1{}:00:00 GMT</lastBuildDate>"
        lies = []
        for hour in (1, 2):
            desk.publisher.answers["/feed"] = ok('ETag: "1"', body=rss("Ferry late", channel=date.format(hour)))
            lies += [done.state.trust.lies for done in await desk.poll(desk.feed())]
        assert lies == [0, 0]
        desk.publisher.answers["/feed"] = ok('ETag: "1"', body=rss("Ferry late", "Bridge closed"))
        (done,) = await desk.poll(desk.feed())
        assert done.state.trust.lies == 1

    run(store, work)


def test_an_honest_server_is_not_suspected(store: Store) -> None:
    """11.4 A server that bears the check out stays trusted, and pays one document a day for it at most."""

    async def work(desk: Desk) -> None:
        desk.publisher.answers["/feed"] = Liar()  # its document never changes: it tells the truth
        await desk.poll(desk.feed())
        desk.clock.pass_by(86_400 * 1.3)
        (done,) = await desk.poll(desk.feed())
        assert (done.outcome, done.state.trust.lies, done.state.trust.doubt) == ("unchanged", 0, 0)
        assert done.state.validators == Validators(etag='"1"')
        await desk.poll(desk.feed())
        assert desk.publisher.sent("If-None-Match") == [[], [b'"1"'], [], [b'"1"']]

    run(store, work)


def test_the_check_keeps_the_spacing_of_the_host(store: Store) -> None:
    """11.5 The check is one more request to the host, and keeps its spacing."""

    async def work(desk: Desk) -> None:
        desk.schedule = type(desk.schedule)(spacing=0.5, recheck=60)
        desk.publisher.answers["/feed"] = Liar()
        await desk.poll(desk.feed())
        desk.clock.pass_by(100)
        await desk.poll(desk.feed())
        first, second = desk.publisher.times[-2:]
        assert second - first >= 0.25

    run(store, work)
