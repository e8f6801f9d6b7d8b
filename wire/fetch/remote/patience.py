"""Waiting for another machine, and for how long.

Law: every step on a connection has an end, whoever keeps it waiting and however: a server that says nothing, one that
says a byte now and then, and a process of ours that has to stop.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wire.errors import SpoolError

SLOWEST = 20_000
"""Bytes a second that are waited for in a transfer, beyond the timeout of a step."""
BETWEEN = 0.2
"""Seconds between two looks at whether a step takes too long."""


class Patience:
    """Steps on one connection, one at a time in each thread. `server`: in words; `timeout`: seconds a step."""

    def __init__(self, server: str, timeout: float) -> None:
        self.server, self.timeout = server, timeout
        self._cut: Callable[[], None] | None = None
        self._ended = threading.Event()
        self._steps: dict[int, tuple[str, float, float]] = {}
        """By thread: what for, seconds, and until when."""
        self._overrun: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing is waited for any more."""
        return self._ended.is_set()

    @property
    def busy(self) -> bool:
        """Whether a step is under way."""
        return bool(self._steps)

    def begin(self, cut: Callable[[], None]) -> None:
        """From now on, `cut` ends whatever waits. Raises SpoolError where the end has come already."""
        self._cut = cut
        if self.ended:
            cut()
            raise self.error("")
        threading.Thread(target=self._watch, name="remote spool", daemon=True).start()

    def end(self) -> None:
        """Wait for nothing any more, whatever is under way; from any thread, as often as may be."""
        self._ended.set()
        if self._cut:
            self._cut()

    @contextmanager
    def step(self, doing: str, size: int = 0) -> Iterator[None]:
        """Something that is waited for, in words that follow "to", and the bytes that it brings at most."""
        if self.ended:
            raise self.error(doing)
        limit = self.timeout + size / SLOWEST
        thread = threading.get_ident()
        self._steps[thread] = doing, limit, time.monotonic() + limit
        try:
            yield
        finally:
            self._steps.pop(thread, None)

    def error(self, doing: str) -> SpoolError:
        """Why nothing is waited for any more."""
        return SpoolError(self._overrun or f"the connection to {self.server} was closed{doing and f', when {doing}'}")

    def slow(self, doing: str) -> SpoolError:
        """A server that took too long by another's clock."""
        return SpoolError(f"{self.server} took longer than {self.timeout:.0f} s to {doing}: given up")

    def lost(self, doing: str, error: Exception, said: str = "") -> SpoolError:
        """Why a connection is no more that broke in a step; it is let go of. `said`: by the server."""
        if self.ended:
            return self.error(doing)
        self.end()
        if isinstance(error, TimeoutError):
            return self.slow(doing)
        return SpoolError(f"{self.server} broke the connection off, when asked to {doing}{said and f': {said}'}")

    def overran(self) -> bool:
        """Whether a step took too long."""
        return self._overrun is not None

    def _watch(self) -> None:
        while not self._ended.wait(BETWEEN):
            now = time.monotonic()
            for doing, limit, until in list(self._steps.values()):
                if now > until:
                    self._overrun = f"{self.server} took longer than {limit:.0f} s to {doing}: given up"
                    self.end()
                    return
