"""Work cut into strokes: large enough that many small texts cost little, no larger than what memory has near.

Law: what is worked out is the same, however it is cut.
"""

from collections.abc import Iterator, Sequence


def strokes(sizes: Sequence[int], room: int) -> Iterator[slice]:
    """Pieces of a list of things of those sizes, each of `room` at most, or of one thing that is larger."""
    start, left = 0, room
    for number, size in enumerate(sizes):
        if size > left and number > start:
            yield slice(start, number)
            start, left = number, room
        left -= size
    if start < len(sizes):
        yield slice(start, len(sizes))
