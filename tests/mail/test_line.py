"""What a mail server does that hangs, lies or breaks off costs its own feed so many seconds and bytes, and no more."""

import threading
import time

import pytest

from tests.mail.server import Script, Talk, serving
from wire.fetch.failures import Failed
from wire.fetch.mail.imap import Session
from wire.model import Failure


def failing(script: Script, *, timeout: float = 0.5, clear: bool = True) -> Failed:
    """How a look at a mailbox ends."""
    with serving(script) as server, pytest.raises(Failed) as caught:  # noqa: PT012 - any of it may be what fails
        began = time.monotonic()
        try:
            with Session(server.door(timeout=timeout, clear=clear)) as session:
                session.open("INBOX", reading=True)
                session.bodies(session.numbers(), most=1_000, expected=1_000)
        finally:
            assert time.monotonic() - began < timeout + 2
    return caught.value


def silent(talk: Talk) -> None:
    talk.stay()


def greets_and_hangs(talk: Talk) -> None:
    talk.say(b"* OK here\r\n")
    talk.stay()


def drips(talk: Talk) -> None:
    talk.say(b"* OK here\r\n")
    talk.drip(b"* ")


def hangs_in_a_message(talk: Talk) -> None:
    talk.begin()
    talk.answer(b"SEARCH 1")
    talk.hear()
    talk.say(b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: ")
    talk.stay()


def drips_a_message(talk: Talk) -> None:
    talk.begin()
    talk.answer(b"SEARCH 1")
    talk.hear()
    talk.say(b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\n")
    talk.drip(b"x")


@pytest.mark.parametrize("script", [silent, greets_and_hangs, drips, hangs_in_a_message, drips_a_message])
def test_who_is_too_slow_is_left(script: Script) -> None:
    assert failing(script).failure is Failure.TIMEOUT


def breaks_in_a_message(talk: Talk) -> None:
    talk.begin()
    talk.answer(b"SEARCH 1")
    talk.hear()
    talk.say(b"* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: ")


def breaks_at_once(talk: Talk) -> None:
    talk.say(b"* OK he")


def says_goodbye(talk: Talk) -> None:
    talk.begin()
    talk.hear()
    talk.say(b"* BYE we are closing\r\n")


@pytest.mark.parametrize("script", [breaks_in_a_message, breaks_at_once])
def test_who_breaks_off_is_told_so(script: Script) -> None:
    assert failing(script).failure is Failure.TRUNCATED


def test_who_says_goodbye_is_heard() -> None:
    failed = failing(says_goodbye)
    assert (failed.failure, failed.message) == (
        Failure.CONNECT,
        "127.0.0.1 has closed the connection: we are closing",
    )


def sends_a_giant(talk: Talk) -> None:
    talk.begin()
    talk.answer(b"SEARCH 1")
    talk.hear()
    talk.say(b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n")
    talk.drip(b"x" * 100_000)


def floods(talk: Talk) -> None:
    talk.begin()
    talk.answer(b"SEARCH 1")
    talk.hear()
    talk.drip(b"* 1 EXISTS\r\n" * 100_000)


def sends_a_line_without_end(talk: Talk) -> None:
    talk.say(b"* OK here\r\n")
    talk.drip(b"x" * 100_000)


@pytest.mark.parametrize("script", [sends_a_giant, floods, sends_a_line_without_end])
def test_who_sends_too_much_is_not_listened_to(script: Script) -> None:
    assert failing(script, timeout=20.0).failure is Failure.TOO_LARGE


def speaks_http(talk: Talk) -> None:
    talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    talk.stay(1)


def sends_numbers_that_are_none(talk: Talk) -> None:
    talk.begin()
    talk.answer(b"SEARCH 1")
    talk.hear()
    talk.say(b"* 1 FETCH (UID 1 BODY[]<0> {" + b"9" * 5_000 + b"}\r\n")
    talk.stay(1)


def gives_no_validity(talk: Talk) -> None:
    talk.say(b"* OK here\r\n")
    talk.answer(b"CAPABILITY IMAP4rev1")
    talk.answer()
    talk.answer(b"CAPABILITY IMAP4rev1")
    talk.answer(b"3 EXISTS")
    talk.stay(1)


@pytest.mark.parametrize("script", [speaks_http, sends_numbers_that_are_none, gives_no_validity])
def test_what_is_no_imap_is_told_so(script: Script) -> None:
    assert failing(script).failure is Failure.PROTOCOL


def offers_no_tls(talk: Talk) -> None:
    talk.say(b"* OK here\r\n")
    talk.answer(b"CAPABILITY IMAP4rev1 AUTH=PLAIN")
    talk.stay(1)


def is_in_already(talk: Talk) -> None:
    """So that there is no STARTTLS any more."""
    talk.say(b"* PREAUTH welcome\r\n")
    talk.answer(b"CAPABILITY IMAP4rev1")
    talk.stay(1)


def slips_answers_in(talk: Talk) -> None:
    """Before TLS is up, as somebody on the way might, to be heard as if it was protected."""
    talk.say(b"* OK here\r\n")
    talk.answer(b"CAPABILITY IMAP4rev1 STARTTLS")
    tag, _ = talk.hear()
    talk.say(tag + b" OK begin\r\n* CAPABILITY IMAP4rev1 EVIL\r\n" * 2)
    talk.stay(1)


@pytest.mark.parametrize("script", [offers_no_tls, is_in_already, slips_answers_in])
def test_nothing_is_sent_in_the_clear(script: Script) -> None:
    said: list[Talk] = []

    def listening(talk: Talk) -> None:
        said.append(talk)
        script(talk)

    assert failing(listening, clear=False).failure is Failure.TLS
    sent = b"".join(said[0].lines)
    assert b"s3cret" not in sent
    assert b"LOGIN" not in sent
    assert b"AUTHENTICATE" not in sent


def repeats_the_password(talk: Talk) -> None:
    talk.say(b"* OK here\r\n")
    talk.answer(b"CAPABILITY IMAP4rev1")
    talk.answer(word=b"NO you said s3cret, and that is wrong\x07")


def test_no_password_is_shown_that_a_server_repeats() -> None:
    failed = failing(repeats_the_password)
    assert failed.message == "127.0.0.1 refuses user and password: you said …, and that is wrong"


def test_a_connection_that_is_being_made_is_cut_as_well() -> None:
    with serving(silent) as server:
        session = Session(server.door(timeout=60.0))
        timer = threading.Timer(0.2, session.close)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Failed), session:
            pass
        assert time.monotonic() - began < 10
        timer.join()


def test_answers_in_many_dresses_are_read() -> None:
    """The number behind the body, other messages in between, short ones in quotes, one that is empty."""

    def dressed(talk: Talk) -> None:
        talk.begin()
        talk.answer(b"SEARCH 4 2", b"SEARCH 9")
        tag, _ = talk.hear()
        talk.say(b"* 1 FETCH (BODY[]<0> {5}\r\nfirst UID 2)\r\n* 9 FETCH (FLAGS (\\Seen))\r\n* 7 EXISTS\r\n")
        talk.say(b'* 2 FETCH (UID 4 BODY[]<0> "sec\\"ond" FLAGS ())\r\n* 3 FETCH (UID 9 BODY[] NIL)\r\n')
        talk.say(tag + b" OK done\r\n")
        talk.stay(1)

    with serving(dressed) as server, Session(server.door()) as session:
        session.open("INBOX", reading=True)
        uids = session.numbers()
        assert uids == [2, 4, 9]
        assert session.bodies(uids, most=100, expected=30) == {2: b"first", 4: b'sec"ond', 9: b""}
