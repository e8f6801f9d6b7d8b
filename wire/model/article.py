"""A page that an entry links to, for feeds that give only teasers, and how it stands with it.

Law: data only, as `model`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ArticleState(StrEnum):
    """How it stands with the page that an entry links to."""

    WAITING = "waiting"
    TAKEN = "taken"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page that an entry links to, and what came of it."""

    feed: str
    entry_key: str
    url: str
    """As the entry has it."""
    entry_hash: str
    """Of the teaser."""
    state: ArticleState = ArticleState.WAITING
    reason: str | None = None
    """Why it was dropped, or failed last, for people."""
    tries: int = 0
    """Requests that failed since it was asked for."""
    refetches: int = 0
    """Times that it was asked for again because the teaser was edited."""
    queued_at: datetime
    next_try_at: datetime | None = None
    """None: not waiting."""
    tried_at: datetime | None = None
    teaser_version_id: str
    full_version_id: str | None = None
    """The text that was taken from it."""
    raw: bytes | None = field(default=None, repr=False)
    """While it waits: the teaser's entry as parsed, in JSON. Once taken, and where it was asked for: the full one."""
