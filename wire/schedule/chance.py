"""Chance that can be repeated.

Law: drawn from a name and a time; the same two, the same number.
"""

from datetime import datetime

import xxhash


def draw(name: str, at: datetime) -> float:
    """A number from 0 to 1, evenly spread over names and times."""
    return float(xxhash.xxh64_intdigest(f"{name} {at.isoformat()}".encode()) / 2**64)
