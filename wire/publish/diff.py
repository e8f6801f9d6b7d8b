"""What changed between two texts, word by word.

Law: pure.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of words that both texts hold, or one of them."""

    kind: Literal["same", "removed", "added"]
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """The words of both texts in order: shared ones once, then what `after` leaves out, then what it adds."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    plain_old, plain_new = [word.strip() for word in old], [word.strip() for word in new]
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, plain_old, plain_new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(kind="same", text="".join(new[c:d])))
            continue
        if b > a:
            pieces.append(Piece(kind="removed", text="".join(old[a:b])))
        if d > c:
            pieces.append(Piece(kind="added", text="".join(new[c:d])))
    return pieces
