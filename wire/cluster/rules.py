"""By which rule two overlapping texts are one piece of copy, or are not.

Law: a function of the overlap, the time between the two and the policy. Each rule is named and holds or not by
itself; the first that holds gives its name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from wire.cluster.match import Overlap
from wire.policy import ClusterPolicy

EVIDENCE: Final = 4
"""Rare shared shingles below which nothing is concluded."""
SLIGHT: Final = 0.1
"""Containment below which even one headline makes no copy."""
AGREED: Final = 4
"""Figures of three digits or more that no two pieces of copy share by accident."""
SPARSE: Final = 40
"""Tokens for one figure in running text; tables have more figures."""
PASSAGE: Final = 60
"""Tokens of a passage that nobody writes twice."""
TINY: Final = 40
"""Tokens below which overlap alone says little."""
FACTS: Final = 120
"""Tokens from which figures stand in running text, and not in a table."""
FEW: Final = 8
"""Tokens of a flash at least."""
FLASH: Final = 45
"""Tokens of a flash at most."""
FLASH_TIME: Final = 21_600.0
"""Seconds between a flash and its story at most."""


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


Rule: TypeAlias = Callable[[Pair, ClusterPolicy], bool]


def judge(pair: Pair, policy: ClusterPolicy) -> str | None:
    """Name of the rule by which the two are one piece of copy; None: by none."""
    f = pair.overlap
    if pair.bare:
        return _name(_headline_alone) if _headline_alone(pair, policy) else None
    if f.rare < EVIDENCE and not pair.flash and not (f.headline == 1 and f.containment >= 0.95):
        return None
    for rule in (_cut, _edited, _retold, _same_lead):
        if rule(pair, policy) and _figures_allow(pair, policy):
            return _name(rule)
    for rule in (_restated, _updated, _flash, _same_headline, _same_facts, _reworked):
        if rule(pair, policy):
            return _name(rule)
    return None


def _name(rule: Rule) -> str:
    return rule.__name__.strip("_").replace("_", " ")


def _figures_allow(pair: Pair, policy: ClusterPolicy) -> bool:
    """Templates hold other figures; a correction too, but few, soon, and about the same subject."""
    f = pair.overlap
    if (f.containment >= 0.95 and f.size >= 100) or (_intact(f) and f.numbers >= 0.5):
        return True
    if f.clash:
        return False
    if f.numbers >= policy.figures:
        return True
    if pair.apart > policy.correction or (f.size < TINY and f.headline < 1):
        return False
    if f.differing <= 1 < f.figures:
        return f.numbers >= 0.5 and f.named and f.subject >= 0.65 and f.top >= 0.6
    return f.numbers >= 0.6 and f.subject >= 0.85 and f.exact >= 2


def _intact(f: Overlap) -> bool:
    """Does one long passage, from the opening on, make up most of the shorter text? No template has such a one."""
    return f.lead >= 0.8 and f.longest >= max(PASSAGE, 0.6 * f.size)


def _cut(pair: Pair, policy: ClusterPolicy) -> bool:
    """A reprint, a trim or a teaser: one text holds nearly all of the other, from its top."""
    f = pair.overlap
    if f.containment < policy.contained or not _one_subject(f):
        return False
    if f.size < TINY and f.subject < policy.subject:
        return False
    return f.top >= 0.5 or f.ratio >= 0.7 or f.headline >= 0.6


def _edited(pair: Pair, policy: ClusterPolicy) -> bool:
    """The same text with changes. Long texts reuse background the next day, so only the same day counts for them."""
    f = pair.overlap
    if f.containment < policy.edited or not _one_subject(f):
        return False
    if f.size < TINY and f.subject < 0.75 and f.figures < 6:
        return False
    return pair.apart <= policy.day or (f.size <= policy.short and f.top >= 0.6 and f.subject >= policy.subject)


def _one_subject(f: Overlap) -> bool:
    """Unrelated texts can share a lot of boilerplate; what one's headline speaks of is then not in the other."""
    if f.subject >= 0.5 or (f.ratio >= 0.7 and f.containment >= 0.95 and f.lead >= 0.5):
        return True
    return f.topic >= 0.6 and (f.ratio >= 0.7 or f.lead >= 0.8)


def _retold(pair: Pair, policy: ClusterPolicy) -> bool:
    """Short copy told anew the same day: opening, order, figures and subject are the same, the words only partly.

    A notice about another company has all that too, but doesn't name the one that the other's headline begins with.
    """
    f = pair.overlap
    if f.size > policy.short or pair.apart > policy.day or f.strangers > 4 or not (f.named or pair.corrects):
        return False
    if f.containment < policy.retold or f.top < policy.opening or f.order < 0.6:
        return False
    if f.figures >= 6 and f.numbers >= 0.9:
        return True
    if f.subject < (0.8 if f.size < 30 else policy.subject):
        return False
    if not f.figures:
        return f.headline >= 0.3 and f.subject >= 0.65
    return f.headline >= 0.4 or f.figures >= 2


def _restated(pair: Pair, policy: ClusterPolicy) -> bool:
    """A table sent again, whatever its words: one subject, and most figures are the same, though rounded or added to.

    Where the headlines clash, such as over the quarter, nearly all must be: running totals repeat some.
    """
    f = pair.overlap
    if f.size > policy.short or pair.apart > policy.correction or f.strangers > 1:
        return False
    return f.headline >= 0.4 and f.subject >= 0.6 and f.exact >= AGREED and f.numbers >= (0.9 if f.clash else 0.6)


def _headline_alone(pair: Pair, _policy: ClusterPolicy) -> bool:
    """A headline without a body, and soon the story under it, which speaks of it."""
    f = pair.overlap
    if f.size < EVIDENCE or f.clash or pair.apart > FLASH_TIME:
        return False
    return f.headline >= 0.8 and f.words >= 0.5


def _flash(pair: Pair, policy: ClusterPolicy) -> bool:
    """A few lines, and soon after the story that tells the same at length, from its top or with the same figures."""
    f = pair.overlap
    if not FEW <= f.size <= FLASH or f.ratio > 0.5 or pair.apart > FLASH_TIME or f.strangers > 1:
        return False
    if pair.flash and f.words >= 0.75 and not f.strangers:
        return f.subject >= 0.5 or f.containment >= 0.5
    if f.rare < EVIDENCE or f.numbers < policy.figures or f.clash:
        return False
    if f.figures >= 2 and f.numbers == 1 and f.subject >= 0.5 and not f.strangers:
        return True
    return f.containment >= 0.25 and f.top >= 0.3 and f.subject >= (0.5 if f.containment >= 0.5 else 0.65)


def _updated(pair: Pair, policy: ClusterPolicy) -> bool:
    """One says that it updates or corrects something, and the other opens alike."""
    f = pair.overlap
    if not pair.corrects or pair.apart > policy.day or f.containment < 0.3 or f.size < TINY:
        return False
    if f.clash or f.numbers < 0.5:
        return False
    return f.top >= 0.4 and f.order >= 0.6 and f.strangers <= 3


def _same_headline(pair: Pair, policy: ClusterPolicy) -> bool:
    """One headline on one day over texts with something in common; not over tables, whose headline says nothing."""
    f = pair.overlap
    if f.headline < 1 or f.containment < SLIGHT or pair.apart > policy.day or f.strangers > 5 or f.order < 0.5:
        return False
    return f.figures <= f.size / SPARSE or (f.numbers >= 0.5 and f.exact >= 2)


def _same_lead(pair: Pair, policy: ClusterPolicy) -> bool:
    """Long texts of one day that open with the same sentence and share a good part of the rest."""
    f = pair.overlap
    if f.size <= policy.short or pair.apart > policy.day:
        return False
    return f.lead >= 0.8 and f.containment >= 0.25 and f.subject >= 0.5


def _same_facts(pair: Pair, policy: ClusterPolicy) -> bool:
    """Told again in other words: hardly a new name, most figures, many passages in order, not only quotations."""
    f = pair.overlap
    if f.size < FACTS or f.containment < policy.retold or f.subject < 0.5 or pair.apart > policy.day:
        return False
    if f.strangers > 1 or f.figures < 5 or f.exact < 2 or f.numbers < 0.65:
        return False
    return f.pieces >= 6 and f.order >= 0.65 and f.quoted <= 0.5


def _reworked(pair: Pair, policy: ClusterPolicy) -> bool:
    """Long copy gone over sentence by sentence: many short passages in the same order, few of them quoted.

    The next day a follow-up is like that too, but its figures are its own.
    """
    f = pair.overlap
    density = 100 * f.pieces / (f.size or 1)
    enough, agreed = (policy.pieces, 0) if pair.apart <= policy.day else (1.6 * policy.pieces, AGREED)
    if f.pieces < 15 or density < enough or f.exact < agreed or f.containment < 0.18:
        return False
    return f.order >= 0.5 and f.quoted <= 0.25 and f.numbers >= 0.6
