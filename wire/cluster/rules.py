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
PHRASE: Final = 24
"""Tokens of an opening sentence."""
RUN: Final = 36
"""Tokens of a passage that stands as it was, such as two sentences."""
DENSE: Final = 18
"""Tokens for one figure in prose that is full of them."""
PASSAGE: Final = 60
"""Tokens of a passage that nobody writes twice."""
TINY: Final = 40
"""Tokens below which overlap alone says little."""
FLOOR: Final = 20
"""Tokens of a text, one long sentence, from which on it can bring back what may not be used."""
NARRATIVE: Final = 3.0
"""Shared passages outside quotation marks that two reporters do not write alike."""
ARTICLE: Final = 100
"""Tokens of a text that no other holds by accident."""
RETELLING: Final = 75
"""Tokens from which passages in other words can be told from phrases of the day."""
TAKE: Final = 120
"""Tokens of a take that is carried on: from here on figures stand in running text, and not in a table."""
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


LOOSE: Final = frozenset({"carried on"})
"""Rules by which texts join that share about half: so that no story drifts, they must be nearer to its anchor."""

Rule: TypeAlias = Callable[[Pair, ClusterPolicy], bool]


def judge(pair: Pair, policy: ClusterPolicy) -> str | None:
    """Name of the rule by which the two are one piece of copy; None: by none."""
    if pair.bare:
        return next((_name(rule) for rule in (_headline_alone, _same_slug) if rule(pair, policy)), None)
    if not _evident(pair) or _another_top(pair.overlap) or _mosaic(pair.overlap):
        return None
    for rule in (_cut, _edited, _same_lead, _retold):
        if rule(pair, policy) and _figures_allow(pair, policy):
            return _name(rule)
    for rule in (_carried_on, _restated, _updated, _flash, _same_slug, _same_headline, _same_facts, _reworked):
        if pair.agency is not False and rule(pair, policy):
            return _name(rule)
    return None


def resurfaces(pair: Pair, policy: ClusterPolicy) -> str | None:
    """Name of the rule by which a text brings back copy that may not be used, where by no other the two are one.

    Neither headlines nor time speak against it; figures do, for the next table of a kind was not killed.
    """
    return _name(_suppressed) if not pair.bare and _suppressed(pair, policy) else None


def _suppressed(pair: Pair, policy: ClusterPolicy) -> bool:
    f = pair.overlap
    if f.size < FLOOR * pair.unit or f.containment < policy.suppressed:
        return False  # whether others hold it, too, says nothing: it may have been taken apart by a replay
    if f.size < TINY * pair.unit and f.words < 0.7:
        return False
    return f.order >= 0.5 and (f.numbers >= 0.5 or f.containment >= policy.contained)


def _evident(pair: Pair) -> bool:
    """Is there anything to conclude from: words that few others say, a whole opening, or at least one headline?"""
    f = pair.overlap
    if f.size < FEW and f.headline < 1:
        return False
    if f.rare >= EVIDENCE or pair.flash:
        return True
    return (f.longest >= PHRASE and f.top >= 0.8) or (f.headline == 1 and f.containment >= 0.95)


def _another_top(f: Overlap) -> bool:
    """Texts about equally long open with other people's names above one block: an outlet's block, not the news."""
    return f.size >= TINY and f.ratio >= 0.8 and f.pieces < 1.3 and f.lead < 0.7 and f.strangers >= 2


def _mosaic(f: Overlap) -> bool:
    """A longer text that many stories hold, what it shares with this one and the rest: it was put together."""
    many = f.own < (0.5 if f.ratio < 0.6 else 0.15)
    return many and f.rare < 0.2 * f.longest and f.size >= PASSAGE and f.containment < 0.95


def _name(rule: Rule) -> str:
    return rule.__name__.strip("_").replace("_", " ")


def _figures_allow(pair: Pair, policy: ClusterPolicy) -> bool:
    """Templates hold other figures; corrections too, and reports that are kept up to date."""
    f = pair.overlap
    if (f.containment >= 0.95 and f.size >= ARTICLE) or (_intact(f) and f.numbers >= 0.5):
        return True
    soon = pair.apart <= policy.correction
    if f.clash:
        return False
    if f.numbers >= (policy.figures if soon or f.size > policy.short else 0.9):
        return True
    return soon and (f.size >= TINY or f.headline == 1) and (_corrected(f) or _kept_up(f, policy))


def _corrected(f: Overlap) -> bool:
    """Few figures differ, in texts about the same subject. Where there is one figure only, the text is no table."""
    if f.figures <= 1:
        return f.size >= SPARSE and f.longest >= RUN and f.named and f.strangers <= 1
    if f.differing <= 1:
        return f.numbers >= 0.5 and f.named and f.subject >= 0.65 and f.top >= 0.6
    return f.numbers >= 0.6 and f.subject >= 0.85 and f.exact >= 2


def _kept_up(f: Overlap, policy: ClusterPolicy) -> bool:
    """A running report, of the markets say: long, the same words in the same order, some figures renewed."""
    if f.size < policy.short or f.longest < PASSAGE or f.order < 0.9:
        return False
    return f.numbers >= 0.5 and f.subject >= 0.85


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
    if f.size < TINY and f.subject < 0.75 and f.figures < 6 and not _one_sentence(f):
        return False
    if pair.apart > policy.day:
        return f.top >= 0.6 and f.subject >= policy.subject if f.size <= policy.short else _next_edition(f)
    return f.ratio >= 0.3 or f.lead > 0


def _one_sentence(f: Overlap) -> bool:
    """A sentence under another headline, a few of its words changed; not a template, which holds figures."""
    return f.jaccard >= 0.6 and f.rare >= 12 and not f.strangers and not f.figures


def _next_edition(f: Overlap) -> bool:
    """A long text again the next day opens alike and keeps its figures; a follow-up has a top of its own."""
    opens = f.top >= 0.5 and f.lead >= 0.25 and f.order >= 0.6
    nearly = f.top >= 0.65 and f.containment >= 0.75
    return (opens or nearly) and f.quoted <= 0.5 and f.numbers >= 0.75


def _one_subject(f: Overlap) -> bool:
    """Unrelated texts can share a lot of boilerplate; what one's headline speaks of is then not in the other."""
    if f.containment >= 0.95 and f.size >= ARTICLE and f.top >= 0.4 and f.subject >= 0.3:
        return True
    if f.subject >= 0.5 or (f.ratio >= 0.7 and f.containment >= 0.95 and f.lead >= 0.5 and f.topic >= 0.4):
        return True
    if f.topic >= 0.9 and f.longest >= PASSAGE:
        return True
    return f.topic >= 0.6 and (f.ratio >= 0.7 or f.lead >= 0.8)


def _retold(pair: Pair, policy: ClusterPolicy) -> bool:
    """Short copy told anew the same day: opening, order, figures and subject are the same, the words only partly.

    A notice about another company has all that too, but doesn't name the one that the other's headline begins with.
    """
    f = pair.overlap
    if f.size > policy.short or pair.apart > policy.day or f.strangers > 4 or not (f.named or pair.corrects):
        return False
    if not _retells(pair, policy.retold) or f.top < policy.opening or f.order < 0.6:
        return False
    if f.figures >= 6 and f.numbers >= 0.9:
        return True
    if f.subject < (0.8 if f.size < 30 else policy.subject):
        return False
    if not f.figures:
        return f.headline >= 0.3 and f.subject >= 0.65
    return f.headline >= 0.4 or f.figures >= 2


def _retells(pair: Pair, share: float) -> bool:
    """Is enough of the wording shared for one text to be the other, told anew? Another agency's report never is, nor
    one from another place; and runs of characters are shared more easily than runs of words."""
    if pair.agency is False or pair.place is False:
        return False
    return pair.overlap.containment >= pair.unit * share


def _carried_on(pair: Pair, policy: ClusterPolicy) -> bool:
    """An agency's own copy under a new top, some hours later: whole paragraphs run on below. Outlets write anew.

    One slug says the same as much as half of the words.
    """
    f = pair.overlap
    if pair.agency is not True or not 0 < pair.apart <= SOON or f.size < TAKE or f.longest < RUN:
        return False
    enough = policy.carried * (0.6 if pair.slug else 1)
    if f.containment < enough or f.quoted > 0.3 or f.order < 0.5:
        return False
    kept = f.numbers >= (0.5 if f.size > policy.short else policy.figures)
    return kept and f.subject >= 0.4 and f.strangers <= 12


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
    if f.size < EVIDENCE or f.clash or pair.apart > SOON:
        return False
    return f.headline >= 0.8 and f.words >= 0.5


def _flash(pair: Pair, policy: ClusterPolicy) -> bool:
    """A few lines, and soon after the story that tells the same at length, from its top or with the same figures."""
    f = pair.overlap
    if not FEW <= f.size <= FLASH * pair.unit or f.ratio > 0.5 or pair.apart > SOON or f.strangers > 1:
        return False
    if pair.flash and f.words >= 0.75 and not f.strangers and pair.unit == 1:
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


def _same_slug(pair: Pair, policy: ClusterPolicy) -> bool:
    """Takes of a running story: a slug, a day, an update or a first word, one subject.

    The slug alone says nothing: sidebars have it, and the next news of the day. Those speak of the main story, but it
    does not speak of them.
    """
    f = pair.overlap
    if not (pair.slug and pair.agency and (pair.corrects or pair.flash)) or pair.apart > policy.day or f.clash:
        return False
    alike = f.containment >= 2 * SLIGHT or (f.size <= FLASH * pair.unit and f.words >= 0.5)
    return alike and f.named and f.subject >= 0.5 and f.strangers <= 2


def _same_headline(pair: Pair, policy: ClusterPolicy) -> bool:
    """One headline on one day over texts with something in common; not over tables, whose headline says nothing."""
    f = pair.overlap
    enough = SLIGHT if f.size <= policy.short else 2 * SLIGHT
    if f.headline < 1 or f.containment < enough or pair.apart > policy.day or f.strangers > 5 or f.order < 0.5:
        return False
    return f.figures <= f.size / SPARSE or (f.numbers >= 0.5 and f.exact >= 2)


def _same_lead(pair: Pair, policy: ClusterPolicy) -> bool:
    """Long texts of one day that open with the same sentence and share a good part of the rest."""
    f = pair.overlap
    if f.size <= policy.short or pair.apart > policy.day or (f.strangers > 5 and (f.ratio < 0.5 or f.pieces < 2)):
        return False
    return f.lead >= 0.8 and f.containment >= 0.25 and f.subject >= 0.5


def _same_facts(pair: Pair, policy: ClusterPolicy) -> bool:
    """Told again in other words: no new names, most figures, and many passages of narrative in order.

    Another report on the event has the names, the figures and the quotations too, but not the narrative; a template has
    the words, but not the figures.
    """
    f = pair.overlap
    if f.size < RETELLING or f.ratio < 0.4 or pair.apart > policy.day or not _retells(pair, policy.facts):
        return False
    prose = f.containment < policy.edited and f.figures <= f.size / DENSE
    few = 4 if f.strangers else 2
    if f.strangers > 2 or f.subject < 0.35 or f.figures < few or f.numbers < (0.5 if prose else policy.figures):
        return False
    return f.pieces * (1 - f.quoted) >= NARRATIVE and f.order >= 0.57


def _reworked(pair: Pair, policy: ClusterPolicy) -> bool:
    """Long copy gone over sentence by sentence: many short passages in the same order, few of them quoted.

    The next day a follow-up is like that too, but its figures are its own.
    """
    f = pair.overlap
    density = 100 * f.pieces / (f.size or 1)
    enough, agreed = (policy.pieces, 0) if pair.apart <= policy.day else (1.6 * policy.pieces, AGREED)
    if f.pieces < 15 or density < enough or f.exact < agreed or not _retells(pair, 0.18):
        return False
    return f.order >= 0.5 and f.quoted <= 0.25 and f.numbers >= 0.6 and (f.containment >= 0.3 or f.exact >= AGREED)
