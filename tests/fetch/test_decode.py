"""Content encodings, piece by piece: whatever the cuts, the same bytes; whatever the bytes, no other error."""

import contextlib
import gzip
import itertools
import sys
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fetch.server import gzip_bomb, raw_deflate
from wire.fetch.decode import PIECE, BadEncoding, CutShort, decoder

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESS = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress, "deflate": zlib.compress}
NAMES = sorted(COMPRESS)
unhurried = settings(deadline=None)


def undo(encoding: str, *parts: bytes) -> bytes:
    undone = decoder(encoding)
    body = b"".join(piece for part in parts for piece in undone.feed(part))
    undone.finish()
    return body


@pytest.mark.parametrize("encoding", NAMES)
@unhurried
@given(data=st.binary(max_size=5000), cuts=st.lists(st.integers(0, 5000), max_size=6))
def test_cuts_make_no_difference(encoding: str, data: bytes, cuts: list[int]) -> None:
    packed = COMPRESS[encoding](data)
    at = [0, *sorted(cuts), len(packed)]
    parts = [packed[begin:end] for begin, end in itertools.pairwise(at)]
    assert undo(encoding, *parts) == data


@pytest.mark.parametrize("encoding", NAMES)
@unhurried
@given(data=st.binary(min_size=1, max_size=500), keep=st.floats(0, 1, exclude_max=True))
def test_what_breaks_off_is_never_taken_for_whole(encoding: str, data: bytes, keep: float) -> None:
    packed = COMPRESS[encoding](data)
    with pytest.raises(CutShort):
        undo(encoding, packed[: int(len(packed) * keep)])


@pytest.mark.parametrize("encoding", NAMES)
@unhurried
@given(parts=st.lists(st.binary(max_size=200), max_size=5))
def test_noise_raises_nothing_else(encoding: str, parts: list[bytes]) -> None:
    with contextlib.suppress(BadEncoding, CutShort):
        undo(encoding, *parts)


@pytest.mark.parametrize("encoding", NAMES)
def test_bomb_comes_out_in_small_pieces(encoding: str) -> None:
    packed = COMPRESS[encoding](bytes(40 * PIECE))
    sizes = [len(piece) for piece in decoder(encoding).feed(packed)]
    assert sum(sizes) == 40 * PIECE
    # brotli ends a piece at the first of its own output blocks that reaches the limit
    assert max(sizes) <= (2 * PIECE if encoding == "br" else PIECE)


def test_reader_of_a_bomb_can_stop_after_the_first_piece() -> None:
    pieces = decoder("gzip").feed(gzip_bomb(100 * PIECE))
    assert len(next(pieces)) == PIECE


def test_deflate_without_wrapper_is_told_from_zlib() -> None:
    assert undo("deflate", raw_deflate(b"ferry"), b"") == undo("deflate", zlib.compress(b"ferry")) == b"ferry"


def test_padding_behind_gzip_is_passed_over_wherever_it_is_cut() -> None:
    packed = gzip.compress(b"ferry")
    assert undo("gzip", packed, b"\0", b"\0\0\0\0\0\0", packed) == b"ferry"
    assert undo("gzip", packed, b"\x1f", packed[1:]) == b"ferryferry"
