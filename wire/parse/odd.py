"""What is odd about a document, in words for operators.

Law: pure; says what it sees, and changes nothing.
"""

from collections import Counter

from wire.model import Entry


def oddities(entries: tuple[Entry, ...]) -> list[str]:
    """What is odd about a document's entries together, in words."""
    guids = Counter(entry.guid for entry in entries if entry.guid)
    repeated = sum(count for count in guids.values() if count > 1)
    undated = sum(1 for entry in entries if entry.published and entry.published_at is None)
    return [f"{repeated} entries share a guid with another"] * bool(repeated) + [
        f"{undated} dates that can't be read"
    ] * bool(undated)
