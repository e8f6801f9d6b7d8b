"""A publisher on loopback: teasers, pages in several layouts, a robots.txt, and whatever goes wrong. All invented."""

import asyncio
import html
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


def paragraphs(text: str) -> tuple[str, ...]:
    """What blank lines part."""
    return tuple(" ".join(each.split()) for each in text.split("\n\n"))


TEASER = (
    "Ferries to Skarholm stop for eleven days from Monday while divers replace a slipway that the autumn storms "
    "cracked."
)
HEADLINE = "Skarholm ferries stop while divers mend the slipway"
STORY = paragraphs(
    """
    Ferries to Skarholm stop for eleven days from Monday while divers replace a slipway that the autumn storms
    cracked, the harbour office said on Thursday.

    The office will run a goods barge twice a day for milk, mail and fuel. Passengers are to be taken to the
    island by the pilot boat, which has room for nine and sails when the sea allows it.

    “We looked at it in March and thought it would last the winter,” said harbour master Ines Tolvanen. “It
    did not, and a car deck full of visitors is no place to find that out.”

    The repair costs 640,000 crowns, of which the province pays half. The island council had asked for a new
    slipway in each of the past six years, and was told each time that the old one was sound.

    The school on the island will teach by radio until the ferries are back. Its nineteen pupils have been
    lent receivers by the lighthouse museum.

    The last time that the link was cut, in the ice winter nine years ago, islanders walked across with
    sledges and the council paid each of them a crown for every sack of flour.
    """
)
OTHER = paragraphs(
    """
    Growers in the Marre valley expect their smallest apple crop in eleven years after frost in the last week
    of April killed most of the blossom on the lower slopes.

    The cooperative said it would open its cold stores to members who have nothing to sell, and asked the
    ministry to let it press fruit from abroad for the first time since it was founded.

    Cider makers said that their contracts bound them to local fruit, and that they would rather empty their
    cellars than print another valley's name on a label.

    An orchard above Pellan, which lies higher than all others, lost nothing and has raised its prices twice
    since.
    """
)
CONSENT = paragraphs(
    """
    We and our 214 partners store and access information on your device, such as unique identifiers in
    cookies, in order to process personal data. You may accept or manage your choices by clicking below.

    With your permission we and our partners may use precise geolocation data and identification through
    device scanning. You may click to consent to our processing as described above, or refuse to consent.

    Please note that some processing of your personal data may not require your consent, but that you have a
    right to object to such processing. Your preferences will apply to this website only.
    """
)
NAV = "<nav><ul>" + "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(12)) + "</ul></nav>"
SIDE = "<aside>" + "".join(f'<p><a href="/other/{n}">Another story {n}</a></p>' for n in range(15)) + "</aside>"


def page(
    paragraphs: Sequence[str] = STORY,
    *,
    title: str = HEADLINE,
    layout: str = "article",
    head: str = "",
    lang: str = "en",
) -> str:
    """A page of a newspaper, in one of several layouts."""
    body = "".join(f"<p>{html.escape(each, quote=False)}</p>" for each in paragraphs)
    top = f"<h1>{html.escape(title)}</h1>"
    match layout:
        case "article":
            main = f"<main><article>{top}{body}</article></main>"
        case "divs":
            main = f'<div id="wrap"><div class="col-8">{top}<div class="story-body">{body}</div></div></div>'
        case "table":
            main = f'<table width="100%"><tr><td valign="top">{top}{body}</td></tr></table>'
        case "breaks":
            text = "<br><br>".join(html.escape(each, quote=False) for each in paragraphs)
            main = f'<div class="content"><div class="entry-content">{top}{text}</div></div>'
        case _:
            raise ValueError(layout)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)} | The Sound</title>{head}</head><body>{NAV}{main}{SIDE}"
        "<footer><p>© The Sound. All rights reserved.</p></footer></body></html>"
    )


@dataclass(slots=True)
class Answer:
    """What a path is answered with."""

    body: str | bytes = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    """Seconds before the answer."""


@dataclass(slots=True)
class Site:
    """What it serves, by path; a test changes it at any time. It remembers who asked for what."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[web.Request] = field(default_factory=list)
    base: str = ""

    def asked(self, *, feeds: bool = False) -> list[str]:
        """The paths that were asked for, in order."""
        return [each.path for each in self.requests if feeds or not each.path.startswith("/feed")]

    def feed(self, *entries: tuple[str, str, str, str], path: str = "/feed") -> None:
        """Serve an RSS feed of (guid, headline, teaser, path of the page, or its whole address)."""
        items = "".join(
            f"<item><guid isPermaLink='false'>{guid}</guid><title>{html.escape(headline)}</title>"
            f"<description>{html.escape(body)}</description>"
            f"<link>{html.escape(link if '://' in link else self.base + link)}</link></item>"
            for guid, headline, body, link in entries
        )
        document = f"<?xml version='1.0'?><rss version='2.0'><channel><title>The Sound</title>{items}</channel></rss>"
        self.answers[path] = Answer(document, kind="application/rss+xml")

    def page(self, path: str, body: str | bytes = "", **how: object) -> None:
        """Serve a page."""
        self.answers[path] = Answer(body or page(), **how)  # type: ignore[arg-type]  # the fields of Answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        found = self.answers.get(request.path, Answer("nothing here", status=404, kind="text/plain"))
        await asyncio.sleep(found.wait)
        body = found.body.encode() if isinstance(found.body, str) else found.body
        return web.Response(body=body, status=found.status, headers={"Content-Type": found.kind, **found.headers})


@asynccontextmanager
async def serving() -> AsyncIterator[Site]:
    """A site on a free loopback port, at 127.0.0.1."""
    made = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    made.base = f"http://{host}:{port}"
    try:
        yield made
    finally:
        await runner.cleanup()
