"""The change log, followed: what was committed, in order, as long as somebody wants to know.

Law: each change once, none left out. Where that can't be kept, because retention has removed what comes next or an
older backup was restored, it ends with an error instead of going on.
"""

from collections.abc import Iterator

from wire.store import ChangeRow, Store

PIECE = 1_000
"""Changes that are read at once."""
PATIENCE = 30.0
"""Seconds after which one looks without being woken."""


def follow(store: Store, after: int, *, forever: bool) -> Iterator[list[ChangeRow]]:
    """The changes behind `after`, in pieces; `forever`: and those to come. Raises ChangesGone, StoreError."""
    with store.bell() as wait:
        while True:
            with store.reading() as read:
                piece = read.changes(after, PIECE)
            if piece:
                yield piece
                after = piece[-1].seq
            elif forever:
                wait(PATIENCE)
            else:
                return
