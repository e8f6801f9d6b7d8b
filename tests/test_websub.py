"""What a hub may be told and believed, without one."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parse.documents import URL, atom, rss
from wire import websub
from wire.model import Document, Offer
from wire.parse import parse
from wire.websub import Standing, Subscription

NOW = datetime(2031, 3, 5, 12, tzinfo=UTC)
HUB, TOPIC = "https://hub.test/", "https://wire.test/feeds/all.xml"
BARE = Document(format="rss", title=None, language=None, entries=())
ACTIVE = Subscription(
    feed="a", hub=HUB, topic=TOPIC, standing=Standing.ACTIVE, token="t", secret="s", until=NOW + timedelta(days=1)
)
ASKED = replace(ACTIVE, standing=Standing.ASKED, until=None)
LINKS = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'


@pytest.mark.parametrize(
    ("links", "found"),
    [
        ([f"<{HUB}>; rel=hub", f"<{TOPIC}>; rel=self"], Offer(hub=HUB, topic=TOPIC)),
        ([f'<{HUB}>; rel="hub", <{TOPIC}>; rel="self"'], Offer(hub=HUB, topic=TOPIC)),
        ([f'<{HUB}?a=1,2;b>; title="a, <b>; c"; REL="Other HUB"'], Offer(hub=HUB + "?a=1,2;b", topic=URL)),
        (['</hub>; rel="hub"', '<#here>; rel="self"'], Offer(hub="https://wire.test/hub", topic=URL)),
        (["<http://a.test/>; rel=hub", f"<{HUB}>; rel=hub"], Offer(hub=HUB, topic=URL)),  # the safer one
        (["<http://a.test/>; rel=hub"], Offer(hub="http://a.test/", topic=URL)),
        ([f'<{HUB}>; rel="hub"; anchor="https://other.test/"'], None),
        (["<ftp://a.test/>; rel=hub", "<https://u:p@a.test/>; rel=hub", "<>; rel=self", "nonsense", ""], None),
        ([f"<https://{'a' * 3000}.test/>; rel=hub"], None),
        ([f"<{TOPIC}>; rel=self"], None),
    ],
)
def test_hubs_in_link_headers(links: list[str], found: Offer | None) -> None:
    assert websub.offer(links, BARE, URL) == found


@pytest.mark.parametrize(
    "body",
    [
        rss("<title>A</title>", channel=LINKS.format("hub", HUB) + LINKS.format("self", TOPIC)),
        atom("<title>A</title>", feed=f'<link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/>'),
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "feed_url": TOPIC,
                "items": [],
                "hubs": [5, {"type": "rssCloud", "url": "https://no.test/"}, {"type": "WebSub", "url": HUB}],
            }
        ).encode(),
    ],
)
def test_hubs_in_documents(body: bytes) -> None:
    assert websub.offer([], parse(body, url=URL), URL) == Offer(hub=HUB, topic=TOPIC)


def test_headers_outrank_documents() -> None:
    document = replace(BARE, hubs=("https://other.test/",), topic="https://other.test/feed")
    assert websub.offer([f"<{HUB}>; rel=hub"], document, URL) == Offer(hub=HUB, topic="https://other.test/feed")
    assert websub.offer([f"<{HUB}>; rel=hub, <{TOPIC}>; rel=self"], document, URL) == Offer(hub=HUB, topic=TOPIC)


@given(st.lists(st.text(max_size=80), max_size=3))
def test_headers_may_hold_anything(links: list[str]) -> None:
    found = websub.offer(links, BARE, URL)
    assert found is None or found.hub.startswith("http")


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_each_method_of_signing_is_believed(method: str) -> None:
    made = hmac.new(b"s", b"body", getattr(hashlib, method)).hexdigest()
    assert websub.signed("s", f"{method}={made}", b"body")
    assert websub.signed("s", f" {method.upper()}={made.upper()} ", b"body")
    for bad in (
        f"{method}={made[:-1]}0",
        f"{method}={made}00",
        f"sha256={made[:-2]}",
        made,
        f"md5={made}",
        f"{method}=",
        "=",
    ):
        assert not websub.signed("s", bad, b"body"), bad
    assert not websub.signed("", f"{method}={hmac.new(b'', b'body', getattr(hashlib, method)).hexdigest()}", b"body")
    assert not websub.signed("s", f"{method}={made}", b"other")


@given(st.text(max_size=60), st.binary(max_size=20))
def test_signatures_may_be_anything(signature: str, body: bytes) -> None:
    assert not websub.signed("s", signature, body)


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [("3600", 3600), ("1", 300), ("99999999999", 90 * 86_400), ("", 864_000), ("-5", 864_000), ("٣٠٠٠", 864_000)],
)
def test_leases_are_believed_within_bounds(sent: str, seconds: int) -> None:
    said = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c", "hub.lease_seconds": sent}
    verdict = websub.verify(ASKED, said, NOW, lease=864_000)
    assert (verdict.status, verdict.text) == (200, "c")
    assert verdict.after
    assert verdict.after.until == NOW + timedelta(seconds=seconds)
    assert verdict.after.due_at == NOW + timedelta(seconds=seconds * 0.8)


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe", "denied", ""])
def test_only_what_was_asked_for_is_confirmed(standing: Standing, mode: str) -> None:
    known = replace(ACTIVE, standing=standing)
    said = {"hub.mode": mode, "hub.topic": TOPIC, "hub.challenge": "c", "hub.lease_seconds": "600"}
    confirmed = {
        ("subscribe", Standing.ASKED),
        ("subscribe", Standing.ACTIVE),
        ("unsubscribe", Standing.ENDING),
        *(("denied", each) for each in Standing if each is not Standing.ENDING),
    }
    verdict = websub.verify(known, said, NOW, lease=600)
    assert (verdict.status == 200) == ((mode, standing) in confirmed)
    for wrong in ({"hub.topic": TOPIC + "?"}, {"hub.challenge": ""}, {"hub.challenge": "c" * 5000}):
        if mode != "denied" or "hub.topic" in wrong:
            assert websub.verify(known, said | wrong, NOW, lease=600) == websub.Verdict(status=404)


def test_a_body_is_believed_once_within_what_is_remembered() -> None:
    bodies = [f"{n}".encode() for n in range(websub.REMEMBERED + 5)]

    def sign(body: bytes) -> str:
        return "sha1=" + hmac.new(b"s", body, hashlib.sha1).hexdigest()

    known = ACTIVE
    for body in bodies:
        assert websub.disbelief(known, signature=sign(body), links=[], body=body) is None
        known = websub.believed(known, body)
    doubts = [websub.disbelief(known, signature=sign(body), links=[], body=body) for body in bodies]
    assert doubts == [None] * 5 + ["it has come before"] * websub.REMEMBERED
    assert len(known.seen) == 16 * websub.REMEMBERED


def test_a_body_of_another_topic_is_not_believed() -> None:
    signature = "sha256=" + hmac.new(b"s", b"x", hashlib.sha256).hexdigest()
    for links, doubt in (
        ([f'<{TOPIC}>; rel="self"'], None),
        ([f'<{HUB}>; rel="hub"'], None),
        (['</feeds/all.xml>; rel="self"'], None),
        (['<https://wire.test/other>; rel="self"'], "it is of another topic"),
    ):
        assert websub.disbelief(ACTIVE, signature=signature, links=links, body=b"x") == doubt


def test_requests_that_fail_are_made_ever_more_seldom() -> None:
    known, waits = Subscription(feed="a", hub=HUB, topic=TOPIC), []
    for _ in range(12):
        known = websub.failed(websub.asked(known, NOW, token="t", secret="s"), NOW, "no")
        assert known.due_at
        waits.append((known.due_at - NOW).total_seconds() / 60)
    assert waits[:4] == [15, 30, 60, 120]
    assert waits[-1] == 24 * 60
    assert known.standing is Standing.OFFERED


def test_a_renewal_keeps_what_is_agreed_until_the_lease_ends() -> None:
    renewed = websub.asked(ACTIVE, NOW, token="new", secret="new")
    assert (renewed.token, renewed.secret, renewed.live(NOW)) == ("t", "s", True)
    assert websub.failed(renewed, NOW, "no").standing is Standing.ACTIVE
    late = NOW + timedelta(days=2)
    again = websub.asked(ACTIVE, late, token="new", secret="new")
    assert (again.token, again.secret, again.live(late)) == ("new", "new", False)
    assert websub.failed(ACTIVE, late, "no").standing is Standing.OFFERED


def test_a_hub_that_does_not_hear_is_forgotten_in_the_end() -> None:
    known, done = ACTIVE, []
    for _ in range(4):
        todo = websub.action(known, NOW, wanted=False)
        done.append(todo)
        known = websub.failed(websub.ending(known, NOW), NOW, "no")
    assert done[0] == "unsubscribe"
    assert done[-1] == "forget"
    assert websub.action(replace(ACTIVE, until=NOW), NOW, wanted=False) == "forget"


def test_the_secret_goes_to_the_hub_and_nowhere_else() -> None:
    said = websub.form(replace(ASKED, secret="sesame"), "subscribe", callback="https://us.test/t", lease=600.5)
    assert said["hub.secret"] == "sesame"
    assert said["hub.lease_seconds"] == "600"
    assert "hub.secret" not in websub.form(ASKED, "unsubscribe", callback="https://us.test/t", lease=600)
    assert "sesame" not in repr(replace(ASKED, secret="sesame"))
