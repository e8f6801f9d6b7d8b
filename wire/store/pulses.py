"""The pulse of a feed as columns of its row in `feed_health`.

Law: what is written is read back equal. What readers are shown of it (quantiles, times) is worked out as it is written,
so that a list of all feeds costs no more than reading their rows.
"""

import struct
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from wire.health import Hours, Pause, Pulse, quantile


def columns_of(pulse: Pulse) -> dict[str, Any]:
    """The columns of `feed_health` that hold `pulse`."""
    return {
        "feed": pulse.feed,
        "recent": pulse.recent,
        "lag_p50": quantile(pulse.lags, 0.5),
        "lag_p95": quantile(pulse.lags, 0.95),
        "lag_entries": len(pulse.lags),
        "heard_at": pulse.heard_at,
        "usual": pulse.usual,
        "failing_since": pulse.failing_since,
        "failed_at": pulse.failed_at,
        "failure": pulse.failure,
        "status": pulse.status,
        "gap_at": pulse.gapped_at[-1] if pulse.gapped_at else None,
        "back": pulse.back,
        "open": tuple(sorted(pulse.open)),
        "hours_until": pulse.hours.until,
        "hours_carried": pulse.hours.carried,
        "gapped_at": tuple(each.isoformat() for each in pulse.gapped_at),
        "pauses": tuple(f"{each.began.isoformat()}/{each.seconds!r}" for each in pulse.pauses),
        "hours": pulse.hours.seen + pulse.hours.active,
        "lags": struct.pack(f"<{len(pulse.lags)}I", *pulse.lags),
    }


def pulse_of(row: Row[Any]) -> Pulse:
    """The pulse that a row of `feed_health` holds."""
    half = len(row.hours) // 2
    return Pulse(
        feed=row.feed,
        recent=row.recent,
        lags=struct.unpack(f"<{len(row.lags) // 4}I", row.lags),
        heard_at=row.heard_at,
        usual=row.usual,
        hours=Hours(
            seen=bytes(row.hours[:half]),
            active=bytes(row.hours[half:]),
            until=row.hours_until,
            carried=row.hours_carried,
        ),
        failing_since=row.failing_since,
        failed_at=row.failed_at,
        failure=row.failure,
        status=row.status,
        gapped_at=tuple(map(datetime.fromisoformat, row.gapped_at)),
        back=row.back,
        pauses=tuple(_pause(*each.split("/")) for each in row.pauses),
        open=frozenset(row.open),
    )


def _pause(began: str, seconds: str) -> Pause:
    return Pause(began=datetime.fromisoformat(began), seconds=float(seconds))
