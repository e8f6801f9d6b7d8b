"""Entries as received, compressed.

Law: what was packed once can be unpacked for ever; the first bytes tell how.
"""

import sys
import zlib
from typing import Final

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ZSTD: Final = b"\x28\xb5\x2f\xfd"
"""Magic number of a frame (RFC 8878 §3.1.1); what begins otherwise was packed with zlib, before zstd was."""


class Packer:
    """Packs one small text after another: with a compressor that stays, in a third of the time of zlib."""

    def __init__(self) -> None:
        self._compressor = zstd.ZstdCompressor()

    def pack(self, raw: bytes) -> bytes:
        """One frame."""
        return self._compressor.compress(raw, zstd.ZstdCompressor.FLUSH_FRAME)


def unpack(packed: bytes) -> bytes:
    """What was packed."""
    return zstd.decompress(packed) if packed.startswith(_ZSTD) else zlib.decompress(packed)
