"""Blocks of several lines that a page sets around a text: the points that sum it up, and what readers wrote.

Law: a block is told by its heading, or by how all of its lines are made; prose ends it.
"""

from collections.abc import Sequence

from wire.normalize import page
from wire.normalize.text import has_words

STOPS = ".!?”\"»'’。！？)"
"""Characters with which a sentence ends."""
_TOP = 4
"""Paragraphs in which the heading of a summary is looked for."""
_POINTS = 10
"""Points of a summary."""
_POINT = 22
"""Words of a point; a longer one is text, though it lacks its full stop."""
_PROSE = 10


def summary(paragraphs: Sequence[str]) -> slice | None:
    """The points that sum up a text above it: below a heading for them, or each behind a bullet."""
    first, headed = 0, False
    for number, paragraph in enumerate(paragraphs[:_TOP]):
        if page.heads_summary(paragraph):
            first, headed = number, True
            break
    until = first + headed
    while until < len(paragraphs) and until - first <= _POINTS and _is_point(paragraphs[until], headed=headed):
        until += 1
    below = paragraphs[until : until + 1]
    if until == first or until - first > _POINTS or not below or page.BULLET.match(below[0]):
        return None
    prose = (below[0][-1] in STOPS and has_words(below, _PROSE)) or (headed and has_words(below, _POINT))
    return slice(first, until) if prose else None


def comments(paragraphs: Sequence[str]) -> slice | None:
    """What readers wrote below a text: a third of all characters at most, under a heading that comes nowhere above."""
    room = sum(map(len, paragraphs)) // 3
    found = None
    for number in range(len(paragraphs) - 1, 0, -1):
        room -= len(paragraphs[number])
        if room < 0:
            return None if found and any(map(page.heads_comments, paragraphs[: number + 1])) else found
        if page.heads_comments(paragraphs[number]):
            found = slice(number, None)
    return found


def _is_point(text: str, *, headed: bool) -> bool:
    """A point of a summary: short; below a heading without a full stop, else behind a bullet."""
    if not page.BULLET.match(text) and not (headed and text[-1] not in STOPS and text[-1] != ":"):
        return False
    return not has_words([text], _POINT + 1)
