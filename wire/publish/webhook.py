"""Tells an operator's own service of an alert, by HTTP POST; the body is described in docs/operating.md.

Law: whatever the other side does becomes one line of text; it costs at most the time of one try, and no byte of its
answer is kept. A redirect is not followed: the secret is for the address that was configured, and for nobody else.
"""

import json
from datetime import UTC, datetime

import aiohttp

from wire import __version__
from wire.policy import AlertPolicy
from wire.store import Call


def body(call: Call) -> bytes:
    """What is sent, in JSON."""
    alert = call.alert
    who = alert.feed or "wire"
    what = alert.summary if call.event == "began" else f"over: {alert.end}"
    told = {
        "event": call.event,
        "id": alert.alert_id,
        "condition": alert.condition,
        "severity": alert.severity,
        "feed": alert.feed,
        "source": alert.source,
        "began_at": _time(alert.began_at),
        "ended_at": _time(alert.ended_at),
        "summary": alert.summary,
        "advice": alert.advice,
        "end": alert.end,
        "text": f"{who}: {alert.condition}: {what}",
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


async def post(call: Call, policy: AlertPolicy) -> str | None:
    """Send one alert once; None: it was taken (2xx). Else one line of why not, without the address and the secret."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"presswire/{__version__}",
        "Idempotency-Key": f"{call.alert.alert_id}.{call.event}",
    }
    if policy.secret:
        headers[policy.header] = policy.secret
    limit = aiohttp.ClientTimeout(total=policy.timeout)
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=limit, trust_env=False) as session,
            session.post(policy.url, data=body(call), headers=headers, allow_redirects=False) as answer,
        ):
            return _verdict(answer.status)
    except TimeoutError:
        return f"no answer within {policy.timeout:g} s"
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # Its text may hold the address, which may hold a token.
        cause = getattr(error, "os_error", None)
        reason = getattr(cause, "strerror", None)
        return f"it can't be reached ({type(error).__name__}{f': {reason}' if reason else ''})"


def _verdict(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return (
            f"it answers {status}, a redirect, which is not followed: put the address where it ends into [alerts] url"
        )
    return f"it answers {status}"


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
