"""The IMAP client, against a real server."""

import ssl
import threading
import time

import pytest

from tests.mail.box import Post, message
from tests.mail.dovecot import PASSWORD
from wire.fetch.failures import Failed
from wire.fetch.mail.imap import Session
from wire.model import Failure


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_login_is_protected_either_way(post: Post, scheme: str) -> None:
    post.put(message("Ferry late"))
    with post.session(scheme=scheme, reading=True) as session:
        assert session._line_().protected
        uids = session.numbers()
        (listed,) = session.listed(uids)
        assert (listed.uid, listed.size) == (uids[0], len(message("Ferry late")))
        assert abs(listed.arrived - time.time()) < 60
        assert session.bodies(uids, most=10_000, expected=500) == {uids[0]: message("Ferry late")}
    assert "Seen" not in post.flags()[0]


def test_mail_travels_in_the_clear_only_where_that_is_said(post: Post) -> None:
    with post.session(scheme="imap", clear=True) as session:
        assert session._line_().protected is False
    assert [post.door(scheme="imap").clear, post.door().clear] == [False, False]


def test_a_wrong_password_is_told_without_it(post: Post) -> None:
    with pytest.raises(Failed) as caught, Session(post.door(password="wr0ng words")):
        pass
    assert (caught.value.failure, "wr0ng" in caught.value.message) == (Failure.ACCESS, False)
    assert "refuses user and password: [AUTHENTICATIONFAILED]" in caught.value.message


def test_an_unknown_certificate_ends_it(post: Post) -> None:
    for scheme in ("imaps", "imap"):
        with pytest.raises(Failed) as caught, Session(post.door(scheme=scheme, tls=ssl.create_default_context())):
            pass
        assert caught.value.failure is Failure.TLS
        assert "unable to get local issuer certificate" in caught.value.message


def test_a_private_address_is_refused_where_it_is_not_meant(post: Post) -> None:
    with pytest.raises(Failed) as caught, Session(post.door(private=False)):
        pass
    assert caught.value.failure is Failure.ADDRESS
    assert caught.value.message.startswith(
        "127.0.0.1 is a loopback address (RFC 1122): nothing was sent; allow_private"
    )


def test_a_mailbox_that_is_not_there(post: Post) -> None:
    with pytest.raises(Failed) as caught, post.session("Wire"):
        pass
    assert caught.value.failure is Failure.SPOOL
    assert caught.value.message.startswith("the mailbox Wire can't be opened: Mailbox doesn't exist: Wire")


def test_what_is_marked_as_deleted_is_not_there(post: Post) -> None:
    post.put(*(message(f"Item {number}") for number in range(4)))
    with post.client("INBOX") as client:
        client.store("2", "+FLAGS", r"(\Deleted)")
        with post.session() as session:
            assert session.numbers() == [1, 3, 4]
            assert session.numbers(4) == [4]
            assert session.numbers(9) == []


@pytest.mark.parametrize("able", [{"MOVE", "UIDPLUS"}, {"UIDPLUS"}, set()])
def test_messages_move_as_the_server_can(post: Post, able: set[str]) -> None:
    """With MOVE; by copies that are removed; or by copies whose originals are marked, for that is all it can."""
    post.put(*(message(f"Item {number}") for number in range(3)))
    with post.client("INBOX") as client:
        client.store("3", "+FLAGS", r"(\Deleted)")  # by somebody else
    with post.session() as session:
        session._able = able
        target = session.below("INBOX", "done & dusted/für immer")
        assert target == "INBOX/done & dusted/für immer"
        assert set(session.move([1, 2], target)) == {1, 2}
        assert session.numbers() == []
        session.open(target, reading=True)
        assert session.numbers() == [1, 2]
    assert post.subjects() == (["Item 2"] if able else ["Item 0", "Item 1", "Item 2"])


def test_names_of_mailboxes_count_from_where_they_are_written(post: Post) -> None:
    with post.session() as session:
        named = [session.below("INBOX", name) for name in ("done", "/done", "../done", "a/b", "/Archive/2026")]
    assert named == ["INBOX/done", "done", "done", "INBOX/a/b", "Archive/2026"]


def test_removed_messages_are_gone_and_others_stay(post: Post) -> None:
    post.put(*(message(f"Item {number}") for number in range(3)))
    with post.client("INBOX") as client:
        client.store("3", "+FLAGS", r"(\Deleted)")
    with post.session() as session:
        session.remove([1])
    assert post.subjects() == ["Item 1", "Item 2"]


def test_new_mail_is_told_at_once(post: Post) -> None:
    with post.session(reading=True) as session:
        assert "IDLE" in session._able
        assert session.wait(0.05) is False
        later = threading.Timer(0.2, post.put, [message("Ferry late")])
        later.start()
        began = time.monotonic()
        assert session.wait(20.0)
        assert time.monotonic() - began < 15
        later.join()
        assert session.numbers() == [1]


def test_a_session_is_cut_from_another_thread(post: Post) -> None:
    with pytest.raises(Failed), post.session(reading=True) as session:  # noqa: PT012 - the timer is the point
        timer = threading.Timer(0.2, session.close)
        timer.start()
        session.wait(60.0)
    timer.join()


def test_a_password_with_any_letters(post: Post) -> None:
    assert " " in PASSWORD
    with pytest.raises(Failed) as caught, Session(post.door(password='ü"\\ö')):
        pass
    assert caught.value.failure is Failure.ACCESS
