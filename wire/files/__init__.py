"""Files of an operator's, as bytes: opened, unpacked and read in pieces, each under a cap.

::

    a path ─▶ unpack (gzip, zstd, bzip2, xz) ─▶ shelf (what is in a zip or tar) ─▶ lines, documents
          ├─▶ parquet (rows become lines)
          └─▶ warc (pages of the web)

Law: a file from who knows where may be a bomb: neither memory nor disk grows with what it claims to hold.
"""

from wire.files.shelf import Place, Shelf
from wire.files.unpack import MAX_DOCUMENT, MAX_LINE, UNREADABLE, lines, opened, whole

__all__ = ["MAX_DOCUMENT", "MAX_LINE", "UNREADABLE", "Place", "Shelf", "lines", "opened", "whole"]
