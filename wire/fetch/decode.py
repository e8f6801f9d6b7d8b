"""Content-Encoding undone piece by piece, so that a bomb never stands in memory.

Law: at most one encoding; no call returns more than `PIECE` bytes; data that ends early, or is damaged, is told apart.
"""

import sys
import zlib
from collections.abc import Iterator
from typing import Literal, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING = "gzip, br, zstd, deflate"
PIECE = 262_144
"""Bytes that one step may bring out."""
MAX_MEMBERS = 100
"""Members of one gzip stream, frames of one zstd stream: thousands of empty ones cost time and bring nothing."""
_ZSTD_WINDOW_LOG = 23
"""8 MiB: the most that a receiver of `zstd` over HTTP must provide (RFC 9659 §3)."""


class BadEncoding(Exception):
    """The encoding is unknown, there is more than one, or the data is not what it says."""


class CutShort(Exception):
    """The encoded data ends before its end mark."""


class Decoder(Protocol):
    """Takes the body as it arrives."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What `data` brings out, in pieces. Raises `BadEncoding`."""

    def finish(self) -> None:
        """The body is at its end. Raises `CutShort` where the data is not."""


def decoder(content_encoding: str | None) -> Decoder:
    """A decoder for the value of a Content-Encoding header. Raises `BadEncoding`."""
    named = [
        name for part in (content_encoding or "").lower().split(",") if (name := part.strip()) not in {"", "identity"}
    ]
    if len(named) > 1:
        raise BadEncoding(f"the body is encoded {len(named)} times over; once is taken")
    match named:
        case []:
            return _Identity()
        case ["gzip" | "x-gzip"]:
            return _Members("gzip")
        case ["zstd"]:
            return _Members("zstd")
        case ["deflate"]:
            return _Deflate()
        case ["br"]:
            return _Brotli()
        case _:
            raise BadEncoding(f"the body is encoded as {named[0][:40]!r}; taken are {ACCEPT_ENCODING}")


class _Identity:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def finish(self) -> None:
        pass


class _Zlib:
    """One zlib stream behind the interface of a zstd decompressor."""

    def __init__(self, window_bits: int) -> None:
        self._inner = zlib.decompressobj(window_bits)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


_Stream = _Zlib | zstd.ZstdDecompressor


def _pieces(stream: _Stream, data: bytes) -> Iterator[bytes]:
    """What `data` brings out of one stream, until it wants more or is at its end."""
    try:
        while True:
            piece = stream.decompress(data, PIECE)
            data = b""
            if piece:
                yield piece
            if stream.eof or (stream.needs_input and len(piece) < PIECE):
                return
    except (zlib.error, zstd.ZstdError) as error:
        raise BadEncoding(f"the compressed body is damaged ({error})") from error


class _Members:
    """gzip and zstd: members one after the other; padding behind the last one is passed over."""

    def __init__(self, name: Literal["gzip", "zstd"]) -> None:
        self._name = name
        self._magic = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}[name]
        self._stream = self._new()
        self._members = 1
        self._between = b""

    def _new(self) -> _Stream:
        if self._name == "gzip":
            return _Zlib(zlib.MAX_WBITS | 16)
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:
                data, self._between = self._between + data, b""
                if not data.startswith(self._magic):
                    self._between = data[: len(self._magic)]  # the start of a member, or padding, which stays none
                    return
                self._next_member()
            yield from _pieces(self._stream, data)
            data = self._stream.unused_data if self._stream.eof else b""

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BadEncoding(f"the compressed body has more than {MAX_MEMBERS} members")
        self._stream = self._new()

    def finish(self) -> None:
        if not self._stream.eof:
            raise CutShort(f"the {self._name} data breaks off")


class _Deflate:
    """zlib data, as RFC 9110 §8.4.1.2 says, or the bare deflate stream that some servers send instead."""

    def __init__(self) -> None:
        self._stream: _Zlib | None = None
        self._head = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._head += data
            if len(self._head) < 2:
                return
            data = self._head
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream = _Zlib(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        if not self._stream.eof:
            yield from _pieces(self._stream, data)

    def finish(self) -> None:
        if self._stream is None or not self._stream.eof:
            raise CutShort("the deflate data breaks off")


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while True:
                piece: bytes = self._inner.process(data, output_buffer_limit=PIECE)
                data = b""
                if piece:
                    yield piece
                if self._inner.is_finished() or (self._inner.can_accept_more_data() and not piece):
                    return
        except brotli.error as error:
            raise BadEncoding("the compressed body is damaged (brotli)") from error

    def finish(self) -> None:
        if not self._inner.is_finished():
            raise CutShort("the br data breaks off")
