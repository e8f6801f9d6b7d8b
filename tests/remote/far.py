"""Folders on servers of files that tests fill behind the server's back, and looks into them by a real poller."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from socket import SHUT_RDWR, create_connection, create_server, socket
from typing import Any

from tests.spools.box import Box, settings
from wire.access import Access
from wire.config import Settings
from wire.fetch.place import Place, Settling
from wire.fetch.places import place_for
from wire.model import Feed, SpoolFile
from wire.policy import FetchPolicy, SpoolPolicy

TIMEOUT = 5.0


@dataclass
class FarBox(Box):
    """A folder that a server gives out, and the feed that it is there."""

    url: str = ""
    """Of the folder."""
    access: Access = field(default_factory=lambda: Access(origin=""))
    scheme: str = ""

    def feed(self, **fields: Any) -> Feed:
        """Whole at sight, unless `settle` says otherwise."""
        fields = {"settle": 0.0, "allow_private": True, **fields}
        return Feed(key=self.key, url=f"{self.url}/{self.pattern}", source="Box", **fields)

    def settings(self, *feeds: Feed, timeout: float = TIMEOUT, **knobs: Any) -> Settings:
        """Of a poller of `feeds`, or of this one."""
        feeds = feeds or (self.feed(),)
        access = {feed.key: self.access for feed in feeds}
        return replace(settings(*feeds, **knobs), access=access, fetch=FetchPolicy(timeout=timeout))

    def place(self, max_bytes: int = 1_000_000, timeout: float = TIMEOUT, **fields: Any) -> Place:
        policy = FetchPolicy(timeout=timeout)
        return place_for(self.feed(**fields), SpoolPolicy(max_bytes=max_bytes), policy, self.access)

    @contextmanager
    def opened(self, **knobs: Any) -> Iterator[Place]:
        """The place, without a poller."""
        place = self.place(**knobs)
        try:
            place.open()
            yield place
        finally:
            place.close()


@dataclass
class Wall:
    """Between a client and a server on loopback: after so many bytes of the server's it falls silent, or breaks off."""

    server: int
    silent_after: float = float("inf")
    cut_after: float = float("inf")
    passed: int = 0
    """Bytes of the server's."""
    connections: int = 0
    open: list[socket] = field(default_factory=list)
    port: int = 0

    @contextmanager
    def standing(self) -> Iterator["Wall"]:
        with closing(create_server(("127.0.0.1", 0))) as listener:
            self.port = listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            try:
                yield self
            finally:
                listener.shutdown(SHUT_RDWR)
                for sock in self.open:
                    _close(sock)

    def _accept(self, listener: socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            server = create_connection(("127.0.0.1", self.server))
            self.open += [client, server]
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket, target: socket, counted: bool) -> None:
        with suppress(OSError):
            while body := source.recv(4_096):
                if counted:
                    self.passed += len(body)
                    if self.passed > self.silent_after:
                        continue
                    if self.passed > self.cut_after:
                        break
                target.sendall(body)
        _close(source)
        _close(target)


def _close(sock: socket) -> None:
    with suppress(OSError):
        sock.shutdown(SHUT_RDWR)
    sock.close()


def listed(place: Place, limit: int = 1_000) -> dict[str, SpoolFile]:
    """What waits, by name."""
    return {file.name: file for file in place.waiting(lambda _: (), Settling(), limit).files}
