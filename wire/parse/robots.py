"""What a robots.txt says of one page (RFC 9309).

Law: a pure function of bytes that a stranger wrote. Its patterns may take for ever on the wrong URL: run it where time
is bounded. The parser is imported where it is needed, for few ever need it.
"""

import math
from dataclasses import dataclass

LIMIT = 512_000
"""Bytes that are read; at least 500 KiB must be (RFC 9309 §2.5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a page may be fetched, and how fast."""

    allowed: bool
    delay: float | None = None
    """Seconds between two requests, where it names any (Crawl-delay, no part of the RFC)."""


def judge(body: bytes, url: str, token: str) -> Verdict:
    """What `body` says of `url` to the crawler that is named `token`."""
    from protego import Protego  # noqa: PLC0415 - see the head of this file

    rules = Protego.parse(body[:LIMIT].decode("utf-8-sig", "replace"))
    delay = rules.crawl_delay(token)
    if delay is not None and not (math.isfinite(delay) and delay >= 0):
        delay = None
    return Verdict(allowed=bool(rules.can_fetch(url, token)), delay=delay)
