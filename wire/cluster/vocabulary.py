"""Tokens by number, so that what is asked of each token of a text is asked once a token and not once a place.

Law: what is said of a token is a function of the token alone; numbers mean nothing outside of one call.
"""

import re
import threading
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import xxhash
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.intp]

ROOM: Final = 1 << 16
"""Tokens that are remembered; then all are forgotten."""

MARK: Final = 1
"""It is no word, but marks what is around it."""
QUOTE: Final = 2
"""A mark with which a quotation begins or ends."""
CAPITAL: Final = 4
"""A word that folding has changed, of more than one character, and no figure."""
FIGURE: Final = 8

OPENING: Final = frozenset("“„«「『") | {"``"}
EITHER: Final = '"'
END: Final = "\n\n"
"""Of a paragraph."""
_SENTENCE_END: Final = frozenset(".!?…。！？")
_QUOTES: Final = OPENING | frozenset("”»」』") | {"''", EITHER, END}

# Cyrillic and Greek letters that are drawn like Latin ones; folded only in a word that holds Latin letters as well.
_LOOKALIKE: Final = str.maketrans("аеорсухіјѕԁһԛԝαορνικτυχ", "aeopcyxijsdhqwaopviktux")
_LATIN: Final = re.compile("[a-z]")
_ALIEN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")


class Vocabulary(dict[str, int]):
    """Numbers of tokens, and what is known of each."""

    def __init__(self, room: int) -> None:
        self.folded: list[str] = []
        self.hashes: NDArray[np.uint32] = np.zeros(room, np.uint32)
        self.kinds: NDArray[np.uint8] = np.zeros(room, np.uint8)

    def __missing__(self, token: str) -> int:
        """Number a token that is met for the first time."""
        number = self[token] = len(self.folded)
        folded = fold(token)
        self.folded.append(folded)
        self.hashes[number] = xxhash.xxh32_intdigest(folded.encode("utf-8", "surrogatepass"))
        self.kinds[number] = _kind(token, folded)
        return number


_lock: Final = threading.Lock()
_known = Vocabulary(ROOM)


def numbered(tokens: Sequence[str]) -> tuple[Vocabulary, Places]:
    """The number of each token, and the vocabulary in which it is that."""
    global _known  # noqa: PLW0603 - a memo, which changes no answer
    with _lock:
        if len(_known) + len(tokens) > len(_known.kinds):
            _known = Vocabulary(max(ROOM, len(tokens)))
        return _known, np.fromiter(map(_known.__getitem__, tokens), np.intp, len(tokens))


def fold(token: str) -> str:
    """Without case; a word of Latin letters and their doubles from other alphabets becomes Latin: `Pаris` with a
    Cyrillic `а`."""
    token = token.casefold()
    if not token.isascii() and _LATIN.search(token) and _ALIEN.search(token):
        return token.translate(_LOOKALIKE)
    return token


def _kind(token: str, folded: str) -> int:
    if folded in _QUOTES:
        return MARK | QUOTE
    if folded in _SENTENCE_END:
        return MARK
    if folded[0].isdigit():
        return FIGURE
    return CAPITAL if folded != token and len(folded) > 1 else 0
