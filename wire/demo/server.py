"""The loopback server that replays the sample day: feeds as of its clock, article pages, and the servers that go wrong.

Owns HTTP and the virtual minute. Law: answers like a good publisher (strong ETag, Last-Modified, 304) except where the
day says otherwise; counts every answer, so that a promise about politeness can be checked.
"""

from collections import Counter
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from wire.demo import render
from wire.demo.day import Day, Publication

CONSENT = """<!doctype html>
<html><head><title>The Daily Lantern</title></head>
<body><h1>Welcome back!</h1><p>Please accept our partners' cookies to go on to the news that you asked for.</p></body>
</html>
"""
TORN = b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Signal Hill Times</title><link>http://sig'


class DayServer:
    """Async context manager: serves on 127.0.0.1, on a port that the system chooses."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.minute = 0
        """The virtual clock; whoever plays the day moves it."""
        self.answers: Counter[tuple[str, int]] = Counter()
        """(feed, HTTP status) → how often."""
        self.base = ""
        app = web.Application()
        app.router.add_get("/feeds/{feed}", self._feed)
        app.router.add_get("/moved/{feed}", self._moved)
        app.router.add_get("/{feed}/2031/03/14/{number}", self._page)
        self._runner = web.AppRunner(app, access_log=None)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def url(self, feed: str) -> str:
        """Where the feed is said to be."""
        return f"{self.base}/feeds/{feed}"

    def answered(self, feed: str, status: int) -> int:
        """How often the feed was answered with that status."""
        return self.answers[feed, status]

    async def _feed(self, request: web.Request) -> web.Response:
        return self._answer(request, self._publication(request).serves)

    async def _moved(self, request: web.Request) -> web.Response:
        return self._answer(request, "feed")

    def _answer(self, request: web.Request, serves: str) -> web.Response:
        publication = self._publication(request)
        match serves:
            case "html":
                response = web.Response(text=CONSENT, content_type="text/html")
            case "broken":
                response = web.Response(body=TORN, content_type="application/rss+xml")
            case "error":
                response = web.Response(status=500, text="database connection pool exhausted\n")
            case "moved":
                response = web.Response(status=301, headers={"Location": f"/moved/{publication.key}"})
            case _:
                response = self._document(publication, request)
        self.answers[publication.key, response.status] += 1
        return response

    async def _page(self, request: web.Request) -> web.Response:
        publication = self._publication(request)
        for entry, text in self.day.visible(publication.key, self.minute):
            if entry.number == request.match_info["number"]:
                return web.Response(text=render.page(text, publication), content_type="text/html")
        raise web.HTTPNotFound

    def _publication(self, request: web.Request) -> Publication:
        try:
            return self.day.feeds[request.match_info["feed"]]
        except KeyError:
            raise web.HTTPNotFound from None

    def _document(self, publication: Publication, request: web.Request) -> web.Response:
        body = render.render(self.day, publication.key, self.minute, self.base)
        headers = {}
        if publication.validators != "modified":
            headers["ETag"] = render.etag(body)
        if publication.validators != "etag":
            headers["Last-Modified"] = render.last_modified(self.day, publication.key, self.minute)
        if _unchanged(request, headers):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers | {"Content-Type": render.CONTENT_TYPES[publication.format]})


def _unchanged(request: web.Request, now: dict[str, str]) -> bool:
    """If-None-Match decides where it was sent, else If-Modified-Since (RFC 9110 §13.2.2)."""
    if (asked := request.headers.get("If-None-Match")) is not None:
        return "ETag" in now and now["ETag"] in [tag.strip() for tag in asked.split(",")]
    if (since := request.headers.get("If-Modified-Since")) is not None and "Last-Modified" in now:
        try:
            return parsedate_to_datetime(now["Last-Modified"]) <= parsedate_to_datetime(since)
        except ValueError:
            return False
    return False
