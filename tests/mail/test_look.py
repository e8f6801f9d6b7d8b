"""Looks into a mailbox, on both databases: each message is taken exactly once, in order, whatever goes wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from tests.mail.box import Post, message
from tests.mail.dovecot import PASSWORD
from tests.mail.server import Talk, serving
from tests.spools.box import NOW, headlines, rows
from wire.access import Access
from wire.config import Settings, load
from wire.errors import StoreError
from wire.fetch.mail.mailbox import Mailbox
from wire.health import Condition
from wire.model import Failure, Feed, Health
from wire.policy import FetchPolicy, SpoolPolicy, WorkerPolicy
from wire.poll import Poller
from wire.poll.outcomes import PollSummary
from wire.store import Store


def feed(post: Post, mailbox: str = "INBOX", **fields: Any) -> Feed:
    return Feed(**{"key": "box", "url": post.url(mailbox), "source": "Box", "allow_private": True, **fields})


def settings(post: Post | None, *feeds: Feed, batch: int = 100, max_bytes: int = 1_000_000, **access: Any) -> Settings:
    shown = Access(**{"origin": "", "password": PASSWORD, "ca_file": post.server.ca if post else None, **access})
    return replace(
        load(None, environ={}),
        feeds=feeds,
        access={each.key: shown for each in feeds},
        worker=WorkerPolicy(processes=1),
        fetch=FetchPolicy(timeout=5.0),
        spool=SpoolPolicy(batch=batch, max_bytes=max_bytes),
    )


def looked(store: Store, chosen: Settings, clock: Callable[[], datetime] = lambda: NOW) -> PollSummary:
    async def run() -> PollSummary:
        async with Poller(settings=chosen, store=store, clock=clock) as poller:
            (summary,) = await poller.poll(chosen.feeds)
            return summary

    return anyio.run(run)


def items(*numbers: int) -> list[bytes]:
    return [message(f"Item {number}") for number in numbers]


def test_a_first_look_takes_all_and_leaves_no_mark(store: Store, post: Post) -> None:
    post.put(*items(3, 1, 2))
    chosen = settings(post, feed(post))
    summary = looked(store, chosen)
    assert (summary.outcome, summary.tally.new, summary.failed) == ("ok", 3, False), summary.message
    assert headlines(store) == ["Item 3", "Item 1", "Item 2"]
    assert post.subjects() == ["Item 3", "Item 1", "Item 2"]
    assert "Seen" not in "".join(post.flags())
    assert summary.state.next_poll_at == NOW + timedelta(seconds=300)
    again = looked(store, chosen)
    assert (again.outcome, again.tally.new, again.state.entries_seen) == ("unchanged", 0, 3)
    post.put(*items(4))
    assert looked(store, chosen).tally.new == 1
    assert [row.file.name for row in rows(store).values()] == ["1", "2", "3", "4"]


def test_messages_move_to_where_they_are_meant_to_be(store: Store, post: Post) -> None:
    post.put(*items(1), b"\r\n\r\nno message at all\r\n", *items(2))
    chosen = settings(post, feed(post, taken="move", failed="/Broken"), batch=2)
    summary = looked(store, chosen)
    assert (summary.outcome, summary.tally.new) == ("ok", 2)
    assert summary.message
    assert summary.message.startswith("1 message failed: 2: not a feed but ")
    assert (post.subjects(), post.subjects("INBOX/done"), len(post.subjects("Broken"))) == ([], ["Item 1", "Item 2"], 1)
    (alert,) = (call.alert for call in summary.alerts)
    assert (alert.condition, alert.summary) == (
        Condition.REFUSED,
        "message 2 can't be taken: not a feed but plain text",
    )
    assert ".reason" not in alert.advice
    stored = {name: row.stored for name, row in rows(store).items()}
    assert {name: bool(each) for name, each in stored.items()} == {"1": True, "2": True, "3": True}


def test_messages_are_removed(store: Store, post: Post) -> None:
    post.put(*items(1, 2))
    assert looked(store, settings(post, feed(post, taken="remove"))).tally.new == 2
    assert (post.subjects(), post.subjects("INBOX/done")) == ([], [])


def test_what_is_too_large_or_broken_costs_itself_alone(store: Store, post: Post) -> None:
    post.put(*items(1), message("Giant", body="x" * 30_000), b"From: a@b.test\r\nDate: x\r\n\r\n", *items(2))
    summary = looked(store, settings(post, feed(post), max_bytes=20_000))
    assert headlines(store) == ["Item 1", "Item 2"]
    assert {name: row.reason is None for name, row in rows(store).items()} == {
        "1": True,
        "2": False,
        "3": False,
        "4": True,
    }
    assert (summary.state.health, len(post.subjects())) == (Health.OK, 4)
    assert looked(store, settings(post, feed(post), max_bytes=20_000)).outcome == "unchanged"


@pytest.mark.parametrize("taken", ["keep", "move"])
def test_a_mailbox_that_counts_anew_brings_nothing_twice(store: Store, post: Post, taken: str) -> None:
    post.make("Wire")
    post.put(*items(1, 2, 3), mailbox="Wire")
    chosen = settings(post, feed(post, "Wire", taken=taken))
    assert looked(store, chosen).tally.new == 3
    post.make("Wire")
    post.put(*items(4, 2, 3, 1, 3), mailbox="Wire")  # as a restored backup may, in another order
    summary = looked(store, chosen)
    assert (summary.tally.new, summary.failed) == (1, False), summary.message
    assert headlines(store) == ["Item 1", "Item 2", "Item 3", "Item 4"]
    again = looked(store, chosen)
    assert (again.outcome, again.files if hasattr(again, "files") else 0) == ("unchanged", 0)
    if taken == "move":
        assert post.subjects("Wire") == []
    assert len({(row.file.tag, row.file.name) for row in rows(store).values()}) == len(rows(store))


def test_one_message_under_two_numbers_is_one_entry(store: Store, post: Post) -> None:
    post.put(*items(1), *items(1))
    summary = looked(store, settings(post, feed(post)))
    assert (summary.tally.new, len(rows(store))) == (1, 2)


def test_a_kill_between_commit_and_move_takes_nothing_twice(
    store: Store, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(*items(1, 2, 3))
    chosen = settings(post, feed(post, taken="move"), batch=2)
    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "expect", _killed)
        with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
            looked(store, chosen)
    assert (len(rows(store)), post.subjects()) == (2, ["Item 1", "Item 2", "Item 3"])
    summary = looked(store, chosen)
    assert (summary.tally.new, headlines(store)) == (1, ["Item 1", "Item 2", "Item 3"])
    assert (post.subjects(), post.subjects("INBOX/done")) == ([], ["Item 1", "Item 2", "Item 3"])


def test_a_kill_between_commit_and_move_of_a_mailbox_that_counts_anew(
    store: Store, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.make("Wire")
    post.put(*items(1, 2), mailbox="Wire")
    chosen = settings(post, feed(post, "Wire", taken="move"))
    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "expect", _killed)
        with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
            looked(store, chosen)
    post.make("Wire")
    post.put(*items(2, 1), mailbox="Wire")
    summary = looked(store, chosen)
    assert (summary.tally.new, headlines(store)) == (0, ["Item 1", "Item 2"]), summary.message
    assert sorted(post.subjects("Wire/done")) == ["Item 1", "Item 2"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_database_that_fails_leaves_the_mail_where_it_is(
    store: Store, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(*items(1, 2))
    chosen = settings(post, feed(post, taken="remove"))
    with monkeypatch.context() as patch:
        patch.setattr("wire.store.spools.Spools.add", _full)
        with pytest.raises((StoreError, BaseExceptionGroup)):
            looked(store, chosen)
    assert post.subjects() == ["Item 1", "Item 2"]
    assert looked(store, chosen).tally.new == 2


def _full(*_: object) -> None:
    raise StoreError("the disk is full")


def test_a_message_that_cannot_be_moved_is_told_and_not_taken_twice(store: Store, post: Post) -> None:
    post.put(*items(1))
    chosen = settings(post, feed(post, taken="move", done="a" * 300))
    for new in (1, 0):
        summary = looked(store, chosen)
        assert (summary.tally.new, summary.failed) == (new, True)
        assert summary.message
        assert "messages can't be moved to INBOX/aaa" in summary.message
    assert looked(store, settings(post, feed(post, taken="move"))).failed is False
    assert (post.subjects("INBOX/done"), headlines(store)) == (["Item 1"], ["Item 1"])


def test_what_was_moved_long_ago_is_removed_and_nothing_else(store: Store, post: Post) -> None:
    post.put(*items(1, 2))
    chosen = settings(post, feed(post, taken="move", done_kept=3_600.0))
    looked(store, chosen)
    post.put(*items(9), mailbox="INBOX/done")
    assert post.subjects("INBOX/done") == ["Item 1", "Item 2", "Item 9"]
    looked(store, chosen, clock=lambda: NOW + timedelta(hours=2))
    assert (post.subjects("INBOX/done"), rows(store)) == (["Item 9"], {})


def test_a_wrong_password_is_asked_seldom_and_not_shown(store: Store, post: Post) -> None:
    chosen = settings(post, feed(post), password="wr0ng words")
    for number, wait in ((1, 300), (2, 3_600)):
        summary = looked(store, chosen)
        assert (summary.outcome, summary.state.failures) == (Failure.ACCESS, number)
        assert summary.state.next_poll_at
        assert summary.state.next_poll_at >= NOW + timedelta(seconds=wait)
        assert summary.message
        assert "wr0ng" not in summary.message


@pytest.mark.parametrize(
    ("fields", "access", "failure", "words"),
    [
        ({"allow_private": False}, {}, Failure.ADDRESS, "a loopback address"),
        ({}, {"ca_file": None}, Failure.TLS, "unable to get local issuer certificate"),
        ({"url": "NOWHERE"}, {}, Failure.SPOOL, "the mailbox Nowhere can't be opened: Mailbox doesn't exist"),
    ],
)
def test_what_stands_in_the_way_is_told(
    store: Store, post: Post, fields: dict[str, Any], access: dict[str, Any], failure: Failure, words: str
) -> None:
    given = {**fields, **({"url": post.url("Nowhere")} if "url" in fields else {})}
    summary = looked(store, settings(post, feed(post, **given), **access))
    assert summary.outcome == failure
    assert summary.message
    assert words in summary.message


def test_a_certificate_is_asked_for_unless_an_operator_says_otherwise(store: Store, post: Post) -> None:
    post.put(*items(1))
    assert looked(store, settings(post, feed(post, verify_tls=False), ca_file=None)).tally.new == 1


def test_a_server_that_hangs_costs_its_feed_alone(store: Store, post: Post) -> None:
    post.put(*items(1))
    with serving(Talk.stay) as server:
        hung = feed(post, key="hung", url=f"imap://a@127.0.0.1:{server.port}/", cleartext=True, timeout=1.0)
        chosen = settings(post, hung, feed(post))

        async def run() -> list[PollSummary]:
            async with Poller(settings=chosen, store=store, clock=lambda: NOW) as poller:
                return await poller.poll(chosen.feeds)

        slow, well = anyio.run(run)
    assert (well.outcome, well.tally.new) == ("ok", 1)
    assert (slow.outcome, slow.message) == (Failure.SPOOL, "127.0.0.1 is too slow (connecting)")


def test_an_end_is_prompt_while_a_server_hangs(store: Store) -> None:
    with serving(Talk.stay) as server:
        hung = Feed(key="box", url=f"imap://a@127.0.0.1:{server.port}/", source="x", cleartext=True, allow_private=True)

        async def run() -> float:
            async with Poller(settings=settings(None, hung), store=store, clock=lambda: NOW) as poller:
                with anyio.move_on_after(0.5):
                    await poller.poll([hung])
                return anyio.current_time()

        async def timed() -> float:
            began = anyio.current_time()
            await run()
            return anyio.current_time() - began

        assert anyio.run(timed) < 4.0


def test_a_connection_that_is_cut_in_a_message_loses_and_doubles_nothing(store: Store, post: Post) -> None:
    """The first connection ends in the middle of the second of three messages; the real server goes on."""
    bodies = items(1, 2, 3)

    def cut(talk: Talk) -> None:
        talk.begin()
        talk.answer(b"SEARCH 1 2 3")
        talk.answer(*(b"%d FETCH (UID %d RFC822.SIZE %d)" % (n, n, len(bodies[n - 1])) for n in (1, 2, 3)))
        talk.hear()
        talk.say(b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n" % (len(bodies[0]), bodies[0]))
        talk.say(b"* 2 FETCH (UID 2 BODY[]<0> {%d}\r\n%s" % (len(bodies[1]), bodies[1][:50]))

    def whole(talk: Talk) -> None:
        talk.begin()
        talk.answer(b"SEARCH 1 2 3")
        talk.answer(*(b"%d FETCH (UID %d RFC822.SIZE %d)" % (n, n, len(bodies[n - 1])) for n in (1, 2, 3)))
        for body in bodies:
            number = bodies.index(body) + 1
            talk.answer(b"%d FETCH (UID %d BODY[]<0> {%d}\r\n%s)" % (number, number, len(body), body))
        talk.stay(1)

    with serving(cut, whole) as server:
        box = feed(post, url=f"imap://a@127.0.0.1:{server.port}/", cleartext=True)
        chosen = settings(post, box)

        async def run() -> list[PollSummary]:
            async with Poller(settings=chosen, store=store, clock=lambda: NOW) as poller:
                return [(await poller.poll([box]))[0] for _ in range(2)]

        first, second = anyio.run(run)
    assert (first.failed, first.tally.new) == (True, 0)
    assert first.message
    assert first.message.startswith("127.0.0.1 broke the connection")
    assert (second.failed, second.tally.new, headlines(store)) == (False, 3, ["Item 1", "Item 2", "Item 3"])


def test_new_mail_wakes_its_feed(store: Store, post: Post) -> None:
    chosen = settings(post, feed(post))

    async def run() -> list[str]:
        async with Poller(settings=chosen, store=store, clock=lambda: NOW) as poller:
            await poller.poll(chosen.feeds)
            async with anyio.create_task_group() as group:
                group.start_soon(poller.watch)
                await _due(poller)  # once it is listened to
                await poller.poll(chosen.feeds)
                began = anyio.current_time()
                await anyio.to_thread.run_sync(post.put, *items(1))
                await _due(poller)
                assert anyio.current_time() - began < 30
                await poller.poll(chosen.feeds)
                group.cancel_scope.cancel()
        return headlines(store)

    assert anyio.run(run) == ["Item 1"]


async def _due(poller: Poller) -> None:
    with anyio.fail_after(60):
        while not poller.due():  # noqa: ASYNC110 - it tells nobody but who asks
            await anyio.sleep(0.02)
