"""WebSub (https://www.w3.org/TR/websub/), the subscriber's half: what a hub may be told and believed.

Law: pure. Time, tokens and secrets come in; what goes out is the next state of a subscription. A hub is a stranger: it
is believed where it knows the unguessable callback and the secret, and only about the topic that was asked for.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from urllib.parse import urljoin, urlsplit

from wire.model import Document, Offer

METHODS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
"""§8. Of these, SHA-1 alone is old; as an HMAC it still holds (RFC 6194), and many hubs know no other."""
MAX_URL = 2048
MAX_CHALLENGE = 4096
ANSWER = timedelta(minutes=15)
"""In which a hub that has taken a request should verify it."""
RETRY, RETRY_MOST = timedelta(minutes=15), timedelta(days=1)
"""Between two requests to a hub that fails: at first, and at most."""
DENIED = timedelta(days=1)
"""After which one that denied is asked again."""
LEASE_LEAST, LEASE_MOST = 300, 90 * 86_400
"""Seconds of a lease that are believed; what is said beyond is cut."""
RENEW = 0.8
"""Part of a lease after which it is renewed."""
REMEMBERED = 200
"""Bodies of a subscription of which the digests are kept: one that comes again is a repeat, honest or not."""
_DIGEST = 16

_LINK = re.compile(r"<([^<>]*)>((?:[^,<\"]|\"[^\"]*\")*)")
_PARAMETER = re.compile(r";\s*(\w+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")


class Standing(StrEnum):
    """How far a subscription has come."""

    OFFERED = "offered"
    """The feed names a hub; nothing is agreed."""
    ASKED = "asked"
    """The hub has taken the request, or is about to, and has not verified it."""
    ACTIVE = "active"
    DENIED = "denied"
    ENDING = "ending"
    """The hub has been asked to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What is remembered of one feed's hub."""

    feed: str
    hub: str
    topic: str
    named: bool = True
    """Whether the feed's last document named it."""
    standing: Standing = Standing.OFFERED
    token: str = field(default="", repr=False)
    """Last step of the callback's path; unguessable, of this subscription alone."""
    secret: str = field(default="", repr=False)
    due_at: datetime | None = None
    """When something is to be done about it; None: at once."""
    until: datetime | None = None
    """End of the lease; None: none was granted."""
    delivering: bool = False
    """Whether what is new has come by it lately; not, where a poll had to find it."""
    last_push_at: datetime | None = None
    pushes: int = 0
    refused: int = 0
    """Bodies that were not believed: unsigned, wrongly signed, of another topic, come again."""
    failures: int = 0
    """Of requests, in a row."""
    last_error: str | None = None
    seen: bytes = field(default=b"", repr=False)
    """Digests of the last bodies, one after the other, the newest last."""

    def live(self, now: datetime) -> bool:
        """Whether a hub is bound to it now."""
        return self.until is not None and now < self.until and self.standing in {Standing.ACTIVE, Standing.ASKED}


# --- discovery --------------------------------------------------------------------------------------------------------


def offer(links: Iterable[str], document: Document, url: str) -> Offer | None:
    """The hub that a document fetched from `url` names, and the topic to ask it for (§4).

    `links`: values of its Link headers, which outrank what stands in the document. Where it names no topic: `url`.
    """
    named: dict[str, list[str]] = {"hub": [], "self": []}
    for target, relation in _links(links):
        if relation in named and (absolute := _web(target, url)):
            named[relation].append(absolute)
    hubs = named["hub"] or [hub for each in document.hubs if (hub := _web(each, url))]
    topics = named["self"] or [topic for each in (document.topic,) if each and (topic := _web(each, url))]
    if not hubs:
        return None
    hub = next((each for each in hubs if each.startswith("https:")), hubs[0])
    return Offer(hub=hub, topic=topics[0] if topics else url.partition("#")[0])


def _links(values: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Target and relation of each link in Link headers (RFC 8288), one pair a relation; links of other things not."""
    for value in values:
        for found in _LINK.finditer(value[:16_384]):
            said = {each[1].lower(): each[2] or each[3] or "" for each in _PARAMETER.finditer(found[2])}
            if "anchor" not in said:
                yield from ((found[1], relation) for relation in said.get("rel", "").lower().split())


def _web(link: str, base: str) -> str | None:
    try:
        absolute = urljoin(base, link.strip())
        parts = urlsplit(absolute)
        fits = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return None
    return absolute.partition("#")[0] if fits and len(absolute) <= MAX_URL else None


# --- what is asked for ------------------------------------------------------------------------------------------------


def action(subscription: Subscription, now: datetime, *, wanted: bool) -> Literal["subscribe", "unsubscribe", "forget"]:
    """What a subscription that is due is due for. `wanted`: its feed is polled, still names the hub, and may push."""
    if wanted:
        return "subscribe"
    return "unsubscribe" if subscription.live(now) and subscription.failures < 3 else "forget"


def form(subscription: Subscription, mode: str, *, callback: str, lease: float) -> dict[str, str]:
    """The request to the hub (§5.1)."""
    asked = {"hub.mode": mode, "hub.topic": subscription.topic, "hub.callback": callback}
    if mode == "subscribe":
        asked |= {"hub.lease_seconds": str(int(lease)), "hub.secret": subscription.secret}
    return asked


def asked(subscription: Subscription, now: datetime, *, token: str, secret: str) -> Subscription:
    """Before the hub is asked, for it may verify before it answers. A renewal keeps token and secret.

    A request that nobody verified counts as failed.
    """
    renewed = subscription.live(now)
    unheard = subscription.standing is Standing.ASKED
    failures = subscription.failures + unheard
    return replace(
        subscription,
        standing=Standing.ASKED,
        token=subscription.token if renewed else token,
        secret=subscription.secret if renewed else secret,
        until=subscription.until if renewed else None,
        delivering=renewed and subscription.delivering,
        failures=failures,
        last_error="the hub took the request and never verified it" if unheard else subscription.last_error,
        due_at=now + max(ANSWER, _pause(failures)),
    )


def ending(subscription: Subscription, now: datetime) -> Subscription:
    """Before the hub is asked to stop; after three times without an answer it is forgotten."""
    failures = subscription.failures + 1 if subscription.standing is Standing.ENDING else 0
    return replace(subscription, standing=Standing.ENDING, delivering=False, failures=failures, due_at=now + ANSWER)


def failed(subscription: Subscription, now: datetime, message: str) -> Subscription:
    """After a request that the hub did not take. A lease that runs goes on."""
    failures = subscription.failures + 1
    kept = Standing.ACTIVE if subscription.live(now) else Standing.OFFERED
    ended = subscription.standing is Standing.ENDING
    return replace(
        subscription,
        standing=Standing.ENDING if ended else kept,
        failures=failures,
        last_error=message,
        due_at=now + _pause(failures),
    )


def _pause(failures: int) -> timedelta:
    doubled: int = 2 ** min(max(failures - 1, 0), 10)
    return min(RETRY * doubled, RETRY_MOST)


# --- what the hub says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """An answer to a hub's GET, and what is known of the subscription from then on."""

    status: int
    text: str = ""
    after: Subscription | None = None
    """None: nothing has changed."""
    over: bool = False
    """The subscription has ended as it should: nothing of it need be kept."""


def verify(subscription: Subscription, said: Mapping[str, str], now: datetime, *, lease: float) -> Verdict:
    """Answer a verification of intent, or take note of a denial (§5.2, §5.3). `lease`: seconds, as was asked for."""
    mode, challenge = said.get("hub.mode", ""), said.get("hub.challenge", "")
    if said.get("hub.topic") != subscription.topic:
        return Verdict(status=404)
    if mode == "denied" and subscription.standing is not Standing.ENDING:
        reason = " ".join(said.get("hub.reason", "").split())[:200] or "it gave no reason"
        denied = replace(
            subscription,
            standing=Standing.DENIED,
            until=None,
            delivering=False,
            last_error=f"the hub denied: {reason}",
            due_at=now + DENIED,
        )
        return Verdict(status=200, after=denied)
    if not 0 < len(challenge) <= MAX_CHALLENGE:
        return Verdict(status=404)
    if mode == "unsubscribe" and subscription.standing is Standing.ENDING:
        return Verdict(status=200, text=challenge, over=True)
    if mode == "subscribe" and subscription.standing in {Standing.ASKED, Standing.ACTIVE}:
        return Verdict(status=200, text=challenge, after=_verified(subscription, said, now, lease))
    return Verdict(status=404)


def _verified(subscription: Subscription, said: Mapping[str, str], now: datetime, lease: float) -> Subscription:
    sent = said.get("hub.lease_seconds", "").strip()
    granted = int(sent) if re.fullmatch(r"[0-9]{1,12}", sent, re.ASCII) else int(lease)
    granted = min(max(granted, LEASE_LEAST), LEASE_MOST)
    return replace(
        subscription,
        standing=Standing.ACTIVE,
        until=now + timedelta(seconds=granted),
        due_at=now + timedelta(seconds=granted * RENEW),
        failures=0,
        last_error=None,
    )


# --- what is pushed ---------------------------------------------------------------------------------------------------


def disbelief(subscription: Subscription, *, signature: str | None, links: Iterable[str], body: bytes) -> str | None:
    """Why a body that was pushed is not believed, in words; None: it is (§7, §8)."""
    if signature is None:
        return "it is not signed"
    if not signed(subscription.secret, signature, body):
        return "its signature is not ours"
    topics = [target for target, relation in _links(links) if relation == "self"]
    if topics and subscription.topic not in [_web(each, subscription.topic) for each in topics]:
        return "it is of another topic"
    if digest(body) in _pieces(subscription.seen):
        return "it has come before"
    return None


def signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether `method=hex` is the HMAC of `body` under `secret`; compared in constant time."""
    method, _, sent = signature.strip().partition("=")
    kind = METHODS.get(method.strip().lower())
    if not secret or kind is None:
        return False
    ours = hmac.new(secret.encode(), body, kind).hexdigest()
    return hmac.compare_digest(ours.encode(), sent.strip().lower().encode())


def digest(body: bytes) -> bytes:
    """What is remembered of a body."""
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()


def believed(subscription: Subscription, body: bytes) -> Subscription:
    """After a body that is to be read."""
    return replace(subscription, seen=(subscription.seen + digest(body))[-_DIGEST * REMEMBERED :])


def delivered(subscription: Subscription, now: datetime) -> Subscription:
    """After a body that was read."""
    return replace(subscription, delivering=True, last_push_at=now, pushes=subscription.pushes + 1, last_error=None)


def unreadable(subscription: Subscription, message: str) -> Subscription:
    """After a body that is no document: what is new has to be polled."""
    return replace(subscription, delivering=False, last_error=message)


def _pieces(seen: bytes) -> set[bytes]:
    return {seen[at : at + _DIGEST] for at in range(0, len(seen), _DIGEST)}
