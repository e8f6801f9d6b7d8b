"""Does the page that a teaser links to tell what the teaser says? A home page, a consent wall or another story doesn't.

Law: a pure function of profiles. It asks for words, not for phrases: many a teaser is written by another hand.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wire.cluster.profile import CHARACTERS, Profile

PHRASES: Final = 0.3
"""Share of the teaser's shingles in the page from which on it is the teaser's own text that runs on."""
HEADLINE: Final = 0.5
"""Share of the telling words of the teaser's headline that the page's title and top hold."""
BODY: Final = 0.25
"""Share of the telling words of the teaser's text that the page holds: one in other words shares few."""
BOTH: Final = 0.5
"""The mean of the two."""
_TELLING: Final = 4
"""Letters of a word that tells something, in scripts with spaces."""
_HIRAGANA: Final = ("\u3040", "\u309f")
"""Of scripts without spaces, every character is a word; these are endings and particles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How much of a teaser a page tells: shares, 0 to 1."""

    phrases: float
    headline: float
    body: float

    @property
    def holds(self) -> bool:
        """Is it the teaser's page?"""
        if self.phrases >= PHRASES:
            return self.headline >= HEADLINE / 2
        return self.headline >= HEADLINE and self.body >= BODY and self.headline + self.body >= 2 * BOTH

    def __str__(self) -> str:
        """For people."""
        return f"of the headline's words it holds {self.headline:.0%}, of the teaser's {self.body:.0%}"


def telling(top: Profile, page: Profile, teaser: Profile) -> Telling:
    """Hold a page against its teaser; `top`: its title as headline, over the first words of the page's text."""
    spaceless = teaser.size == CHARACTERS
    both = np.intersect1d(teaser.shingles, page.shingles, assume_unique=True) if teaser.size == page.size else ()
    return Telling(
        phrases=len(both) / (len(teaser.shingles) or 1),
        headline=_share(teaser.headline, top.headline | top.words, spaceless),
        body=_share(teaser.words, page.words, spaceless),
    )


def _share(said: frozenset[str], held: frozenset[str], spaceless: bool) -> float:
    """Share of what is said that is held; 1 where nothing telling is said."""
    words = {word for word in said if _tells(word, spaceless)}
    return len(words & held) / len(words) if words else 1.0


def _tells(word: str, spaceless: bool) -> bool:
    if word[0].isdigit() or len(word) >= _TELLING:
        return True
    return spaceless and len(word) == 1 and not _HIRAGANA[0] <= word <= _HIRAGANA[1]
