"""Work cut into strokes."""

from hypothesis import given
from hypothesis import strategies as st

from wire.cluster.strokes import strokes


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 40))
def test_nothing_is_left_out_and_no_stroke_is_too_large(sizes: list[int], room: int) -> None:
    pieces = [sizes[piece] for piece in strokes(sizes, room)]
    assert [size for piece in pieces for size in piece] == sizes
    assert all(sum(piece) <= room or len(piece) == 1 for piece in pieces)


def test_strokes_are_as_large_as_they_may_be() -> None:
    assert [each.stop for each in strokes([3, 3, 3, 9, 3, 30, 1, 1], 9)] == [3, 4, 5, 6, 8]
