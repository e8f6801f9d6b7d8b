"""A hub on loopback that the tests own (WebSub, the other half): it does as it is told, the standard or not."""

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import anyio
from aiohttp import web

RSS = "<?xml version='1.0'?><rss version='2.0'><channel><title>Harbour Wire</title>{}</channel></rss>"


def item(guid: str, headline: str, body: str) -> str:
    return f"<item><guid>{guid}</guid><title>{headline}</title><description>{body}</description></item>"


@dataclass
class Asked:
    """A request that the hub got."""

    mode: str
    topic: str
    callback: str
    lease: int
    secret: str


@dataclass
class Hub:
    """Publisher and hub in one; change what it does at any time."""

    base: str = ""
    items: list[str] = field(default_factory=list)
    """Of the feed at `/feed`, which names the hub."""
    names: str = "{base}/hub"
    """Hub in the feed's Link header; empty: none."""
    polled: int = 0
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[web.Request], Awaitable[web.Response]] | None = None
    """Instead of a 202."""
    verifies: bool = True
    granted: int | None = None
    """Seconds of the lease; None: as asked."""
    verified: list[tuple[str, int, str]] = field(default_factory=list)
    """Mode, status and body of what the subscriber answered to a challenge."""
    session: aiohttp.ClientSession = field(init=False)

    @property
    def topic(self) -> str:
        return f"{self.base}/feed"

    def document(self, *items: str) -> bytes:
        return RSS.format("".join(items or self.items)).encode()

    async def feed(self, _: web.Request) -> web.Response:
        self.polled += 1
        answer = web.Response(body=self.document(), content_type="application/rss+xml")
        if self.names:
            answer.headers["Link"] = f'<{self.names.format(base=self.base)}>; rel="hub", <{self.topic}>; rel="self"'
        return answer

    async def subscribe(self, request: web.Request) -> web.Response:
        said = await request.post()
        asked = Asked(
            mode=str(said["hub.mode"]),
            topic=str(said["hub.topic"]),
            callback=str(said["hub.callback"]),
            lease=int(str(said.get("hub.lease_seconds", 0))),
            secret=str(said.get("hub.secret", "")),
        )
        self.asked.append(asked)
        if self.answer:
            return await self.answer(request)
        if self.verifies:
            await self.verify(asked)
        return web.Response(status=202)

    async def verify(self, asked: Asked, *, topic: str | None = None, mode: str | None = None) -> int:
        """Make sure that it was the subscriber who asked; gives the status of its answer."""
        challenge = secrets.token_hex(8)
        said = {
            "hub.mode": mode or asked.mode,
            "hub.topic": topic or asked.topic,
            "hub.challenge": challenge,
            "hub.lease_seconds": str(self.granted or asked.lease),
        }
        async with self.session.get(asked.callback, params=said) as answer:
            body = await answer.text()
            self.verified.append((said["hub.mode"], answer.status, body))
            assert answer.status != 200 or body == challenge
            return answer.status

    async def deny(self, asked: Asked, reason: str) -> int:
        said = {"hub.mode": "denied", "hub.topic": asked.topic, "hub.reason": reason}
        async with self.session.get(asked.callback, params=said) as answer:
            return answer.status

    async def push(
        self,
        body: bytes,
        *,
        to: Asked | None = None,
        method: str = "sha256",
        signature: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> int:
        """Push a body, signed unless `signature` says otherwise (empty: none at all); gives the subscriber's status."""
        asked = to or self.asked[-1]
        made = hmac.new(asked.secret.encode(), body, getattr(hashlib, method)).hexdigest()
        sent = {"Content-Type": "application/rss+xml", "Link": f'<{asked.topic}>; rel="self"'} | (headers or {})
        if signature != "":
            sent["X-Hub-Signature"] = signature or f"{method}={made}"
        async with self.session.post(asked.callback, data=body, headers=sent) as answer:
            return answer.status


@asynccontextmanager
async def hubbing() -> AsyncIterator[Hub]:
    """A hub that runs."""
    hub = Hub()
    app = web.Application()
    app.router.add_get("/feed", hub.feed)
    app.router.add_post("/{path:.*}", hub.subscribe)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as hub.session:
            yield hub
    finally:
        with anyio.CancelScope(shield=True):
            await runner.cleanup()
