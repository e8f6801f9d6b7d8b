"""Is it the feeds, or our own line? Many hosts that fail at once, and none that answers, are no fault of theirs.

Law: a poll that failed with our own line is forgotten, the ones before it was known included. Only failures to connect
tell of a line; a refused address (`Failure.ADDRESS`) tells of a name, and a page that is no feed may be a hotel's.

The line is held to be down once polls of several hosts have failed to connect, all of them begun after the last answer
of anybody: a poll that was begun earlier may have waited for a slow host while the line was well.
"""

import math
from dataclasses import dataclass

from wire.model import Failure, Feed, PollState

FEW, MANY = 3, 8
"""Hosts that have to fail: half of those that are polled, within these bounds."""
_CONNECTING = frozenset({Failure.DNS, Failure.CONNECT, Failure.TLS, Failure.TIMEOUT})
_SILENT = frozenset({Failure.ADDRESS, Failure.ACCESS, Failure.NOT_A_FEED, Failure.FAULT, Failure.PROTOCOL})
"""Say nothing of the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A poll that may have failed with our own line."""

    feed: Feed
    before: PollState | None
    """The state before the first of the polls in question."""
    host: str
    began: float


class Line:
    """What is known of our own line. Times are seconds of a steady clock."""

    def __init__(self) -> None:
        self.down = False
        self.needed = MANY
        """Hosts that have to fail in a row."""
        self._answered = -math.inf
        self._suspects: dict[str, Suspect] = {}

    def expect(self, hosts: int) -> None:
        """So many hosts are polled. Fewer than three tell nothing of the line: there each feed answers for itself."""
        self.needed = min(MANY, max(FEW, math.ceil(hosts / 2)))

    def heard(self, suspect: Suspect, failure: Failure | None, now: float) -> list[Suspect]:
        """Take note of how a poll ended; None: with a document. Gives the polls that are to be forgotten."""
        if failure in _SILENT:
            return []
        if failure not in _CONNECTING and failure is not Failure.TRUNCATED:
            self._answered, self.down = now, False
            self._suspects.clear()
            return []
        if self.down:
            return [suspect]
        first = self._suspects.get(suspect.feed.key, suspect)
        began = suspect.began if failure in _CONNECTING else -math.inf  # what breaks off had begun to answer
        self._suspects[suspect.feed.key] = Suspect(
            feed=suspect.feed, before=first.before, host=suspect.host, began=began
        )
        if len({each.host for each in self._suspects.values() if each.began > self._answered}) < self.needed:
            return []
        self.down = True
        forgotten = list(self._suspects.values())
        self._suspects.clear()
        return forgotten
