"""What an answer's headers say to a poller: validators, freshness, when to come back.

Law: pure; validators pass through byte for byte; of a date or number that makes no sense nothing is made.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from wire.model import Validators

MIN_WAIT, MAX_WAIT = 60.0, 86_400.0
"""Seconds between which a server's wish for a pause is honoured."""

_MAX_AGE = re.compile(r"""(?:^|[,\s])max-age\s*=\s*"?(\d{1,12})""", re.IGNORECASE)


def validators(headers: httpx.Headers) -> Validators:
    """ETag and Last-Modified as sent. One whose bytes can't be sent again as they came (no UTF-8) is not kept."""
    return Validators(etag=_exact(headers, b"etag"), last_modified=_exact(headers, b"last-modified"))


def _exact(headers: httpx.Headers, name: bytes) -> str | None:
    value = next((value for key, value in headers.raw if key.lower() == name), b"")
    try:
        return value.decode("utf-8") or None
    except UnicodeDecodeError:
        return None


def conditions(kept: Validators) -> list[tuple[bytes, bytes]]:
    """The headers that ask "changed since?"."""
    return [
        (name, value.encode("utf-8"))
        for name, value in ((b"If-None-Match", kept.etag), (b"If-Modified-Since", kept.last_modified))
        if value
    ]


def max_age(headers: httpx.Headers, *, now: datetime) -> float | None:
    """Seconds for which the answer stays fresh, less its age in caches; None where the server says nothing of use."""
    control = headers.get("cache-control", "")
    if match := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        fresh = float(match[1]) - (float(age) if re.fullmatch(r"\d{1,12}", age, re.ASCII) else 0)
    else:
        expires, sent = _http_date(headers.get("expires")), _http_date(headers.get("date"))
        fresh = (expires - (sent or now)).total_seconds() if expires else 0
    return _clamped(fresh) if fresh > 0 else None


def retry_after(headers: httpx.Headers, *, now: datetime) -> float | None:
    """Seconds to stay away, from Retry-After as seconds or as a date (RFC 9110 §10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,12}", value, re.ASCII):
        return _clamped(float(value))
    until = _http_date(value)
    return _clamped((until - now).total_seconds()) if until else None


def _clamped(seconds: float) -> float:
    return min(max(seconds, MIN_WAIT), MAX_WAIT)


def _http_date(value: str | None) -> datetime | None:
    try:
        when = parsedate_to_datetime(value or "")
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
