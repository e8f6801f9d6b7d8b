"""A small publisher on loopback whose feeds a test changes, and an installation of wire that polls it."""

import hashlib
import json
import shutil
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests import warm

PATIENCE = 45.0
"""Seconds after which a condition that does not come true fails the test."""


@dataclass
class Site:
    """What the publisher serves at each path; change it at any time."""

    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    base: str = ""

    def rss(self, path: str, entries: Sequence[tuple[str, str, str]]) -> None:
        """Serve an RSS feed of (guid, headline, body)."""
        items = "".join(
            f"<item><guid isPermaLink='false'>{escape(guid)}</guid><title>{escape(headline)}</title>"
            f"<description>{escape(body)}</description></item>"
            for guid, headline, body in entries
        )
        text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>{path}</title>{items}</channel></rss>"
        self.pages[path] = ("application/rss+xml", text.encode())


@contextmanager
def publisher() -> Iterator[Site]:
    """A running publisher."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, body = site.pages.get(self.path, ("text/plain", b""))
            etag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
            status = 404 if not body else 304 if self.headers["If-None-Match"] == etag else 200
            site.requests[self.path, status] += 1
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("ETag", etag)
            self.send_header("Content-Length", "0" if status != 200 else str(len(body)))
            self.end_headers()
            if status == 200:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Installation:
    """A config folder and a database; the commands run as processes, as an operator runs them, but start warm."""

    folder: Path
    url: str

    def configure(self, feeds: dict[str, str], *, interval: float = 1.0) -> None:
        """Write wire.toml and feeds.toml, polling `feeds` (key → URL) every `interval` seconds."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "wire.toml").write_text(f"[schedule]\nmin_interval = {interval}\n")
        tables = [
            f'[feeds.{key}]\nurl = "{url}"\nsource = "{key.title()} Post"\ninterval = {interval}\n'
            "allow_private = true\n"
            for key, url in feeds.items()
        ]
        (self.folder / "feeds.toml").write_text("\n".join(tables))

    def command(self, *arguments: str) -> list[str]:
        """The command line of a wire command on this installation, to be started from nothing."""
        return [sys.executable, "-m", "wire", *self.arguments(*arguments)]

    def arguments(self, *arguments: str) -> list[str]:
        """Those of a command, and where this installation is."""
        return [*arguments, "--config", str(self.folder), "--database", self.url]

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run a command to its end, check its exit code, give its output."""
        done = warm.run(*self.arguments(*arguments), timeout=PATIENCE)
        assert done.returncode == code, (
            f"wire {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        )
        return done.stdout if code == 0 else done.stdout + done.stderr

    def json(self, *arguments: str) -> Any:
        """Run a command with --json and read what it prints."""
        return json.loads(self.run(*arguments, "--json"))

    @contextmanager
    def daemon(self) -> Iterator[warm.Process]:
        """`wire run`, stopped by SIGTERM at the end unless the test has ended it."""
        with (self.folder / "daemon.log").open("a") as log:
            process = warm.Process("wire", *self.arguments("run"), stderr=log.fileno(), stdout=log.fileno())
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                    process.wait(PATIENCE)
                print(self.log())  # noqa: T201 - shown where the test fails

    def log(self) -> str:
        """What the daemon has logged so far."""
        return (self.folder / "daemon.log").read_text()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database's views, as a newsroom's tool does."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as reader:
                return reader.execute(sql).fetchall()
        import psycopg  # noqa: PLC0415 - only where the test runs on PostgreSQL

        with psycopg.connect(self.url) as reader:
            return reader.execute(sql.encode()).fetchall()


def ready(folder: Path, template: Path) -> Installation:
    """An installation in that folder, whose database is a copy of an empty one."""
    shutil.copy(template, folder / "wire.db")
    installation = Installation(folder / "config", f"sqlite:///{folder / 'wire.db'}")
    installation.configure({})
    return installation


def eventually(what: str, condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"still not so after {PATIENCE} s: {what}"
        time.sleep(0.1)
