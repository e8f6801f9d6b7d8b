"""Two texts as rules look at them, and the lengths by which they measure.

Law: says what is, decides nothing.
"""

from dataclasses import dataclass
from typing import Final

from wire.cluster.match import Overlap

EVIDENCE: Final = 4
"""Rare shared shingles below which nothing is concluded."""
SLIGHT: Final = 0.1
"""Containment below which even one headline makes no copy."""
AGREED: Final = 4
"""Figures of three digits or more that no two pieces of copy share by accident."""
SPARSE: Final = 40
"""Tokens for one figure in running text; tables have more figures."""
PHRASE: Final = 24
"""Tokens of an opening sentence."""
RUN: Final = 36
"""Tokens of a passage that stands as it was, such as two sentences."""
DENSE: Final = 18
"""Tokens for one figure in prose that is full of them."""
TABULAR: Final = 8
"""Figures of a table at least."""
PASSAGE: Final = 60
"""Tokens of a passage that nobody writes twice."""
TINY: Final = 40
"""Tokens below which overlap alone says little."""
FLOOR: Final = 20
"""Tokens of a text, one long sentence, from which on it can bring back what may not be used."""
NARRATIVE: Final = 3.0
"""Shared passages outside quotation marks that two reporters do not write alike."""
TOLD: Final = 30
"""Rare shared shingles that a text told anew after a day has at least."""
ARTICLE: Final = 100
"""Tokens of a text that no other holds by accident."""
RETELLING: Final = 75
"""Tokens from which passages in other words can be told from phrases of the day."""
TAKE: Final = 120
"""Tokens of a take that is carried on: from here on figures stand in running text, and not in a table."""
TAKES: Final = 300
"""Tokens of a first take at most."""
FEW: Final = 8
"""Tokens of a flash at least."""
FLASH: Final = 45
"""Tokens of a flash at most."""
SOON: Final = 21_600.0
"""Seconds between a flash and its story, or two takes of one text, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What a rule looks at."""

    overlap: Overlap
    apart: float
    """Seconds between the two."""
    corrects: bool
    """Does one of the two say that it corrects or updates something?"""
    flash: bool
    """Does one of the two say that it is the first word on something?"""
    bare: bool
    """Has one of the two a headline and no body?"""
    unit: float = 1.0
    """Tokens that say as much as one word: characters of a script without spaces say less."""
    agency: bool | None = None
    """Did one agency write both? None: not known of both."""
    place: bool | None = None
    """Do both datelines name one place? None: not known of both."""
    slug: bool | None = None
    """Have both one slug? None: one of them has none."""
