"""By which rule two overlapping texts are one piece of copy, or are not.

Law: a function of the overlap, the time between the two and the policy. Each rule is named and holds or not by
itself; the first that holds gives its name.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from wire.cluster.match import Overlap
from wire.cluster.pair import (
    AGREED,
    ARTICLE,
    DENSE,
    EVIDENCE,
    FEW,
    FLASH,
    FLOOR,
    NARRATIVE,
    PASSAGE,
    RETELLING,
    RUN,
    SLIGHT,
    SOON,
    SPARSE,
    TAKE,
    TAKES,
    TINY,
    TOLD,
    Pair,
)
from wire.cluster.vetoes import another_name, another_table, another_top, evident, figures_allow, goes_on, mosaic
from wire.policy import ClusterPolicy

LOOSE: Final = frozenset({"carried on"})
"""Rules by which texts join that share about half: so that no story drifts, they must be nearer to its anchor."""

Rule: TypeAlias = Callable[[Pair, ClusterPolicy], bool]


def judge(pair: Pair, policy: ClusterPolicy) -> str | None:
    """Name of the rule by which the two are one piece of copy; None: by none."""
    if pair.bare:
        return next((_name(rule) for rule in (_headline_alone, _same_slug) if rule(pair, policy)), None)
    if not evident(pair) or another_top(pair.overlap) or mosaic(pair.overlap):
        return None
    if another_name(pair, policy) or another_table(pair, policy):
        return None
    for rule in _ALIKE:
        if rule(pair, policy) and figures_allow(pair, policy):
            return _name(rule)
    for rule in _TOLD_ANEW:
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


def _name(rule: Rule) -> str:
    return rule.__name__.strip("_").replace("_", " ")


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
    if goes_on(pair, policy.correction):
        return False
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
    if not _retells(pair, policy.retold) or f.top < policy.opening or f.order < 0.6 or goes_on(pair, policy.correction):
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


def _told_again(pair: Pair, policy: ClusterPolicy) -> bool:
    """An agency's short text again after a night or a weekend, told anew: the opening is mostly the same, no figure has
    changed, nobody new is named. A follow-up has news."""
    f = pair.overlap
    if pair.agency is not True or f.size > policy.short or pair.apart <= policy.day or f.rare < TOLD:
        return False
    if not _retells(pair, policy.again) or min(f.top, f.lead) < 0.5 or f.order < 0.6 or f.clash or f.replaced:
        return False
    return bool(f.figures) and f.numbers >= 0.9 and f.subject >= 0.65 and f.strangers <= 2 and f.words >= 0.8


def _first_take(pair: Pair, policy: ClusterPolicy) -> bool:
    """An agency's first take of some paragraphs, and soon the story that takes it up: its words are nearly all there,
    its figures stand where they stood, and some of the opening is left. Headlines speak of what is known since."""
    f = pair.overlap
    if pair.agency is not True or pair.place is False or pair.apart > SOON or not TINY <= f.size <= TAKES:
        return False
    if f.containment < policy.taken or f.words < 0.75 or f.top < 0.25 or f.order < 0.6 or f.quoted > 0.4:
        return False
    in_place = f.kept >= max(2, policy.kept * f.replaced)
    return in_place and f.numbers >= 0.6 and f.strangers <= 3 and f.named


def _same_figures(pair: Pair, policy: ClusterPolicy) -> bool:
    """An agency's report that is full of figures, hours later: nearly all are the same, and in the same places, below a
    top or a headline that is partly the same. Two reports of one desk on two events do not share so many.

    After half a day it has the same headline, and mostly the same opening.
    """
    f = pair.overlap
    if pair.agency is not True or f.containment < policy.counted or not f.named:
        return False
    if f.figures < 10 or f.numbers < policy.figures or f.exact <= AGREED or f.kept < max(6, 5 * f.replaced):
        return False
    if pair.apart > policy.correction:
        return f.headline >= policy.headline and f.lead >= 0.5 and f.containment >= 0.5
    if f.order < 0.6 or f.quoted > 0.3 or f.strangers > 7:
        return False
    return f.headline >= 0.5 or f.top >= 0.25


def _restated(pair: Pair, policy: ClusterPolicy) -> bool:
    """A table sent again, whatever its words: one subject, and most figures are the same, though rounded or added to.

    Where the headlines clash, such as over the quarter, nearly all must be: running totals repeat some. A day later
    all must be, and many: new data are due.
    """
    f = pair.overlap
    if f.size > policy.short or f.strangers > 1:
        return False
    if pair.apart > policy.correction and not _recurs(f):
        return False
    return f.headline >= 0.4 and f.subject >= 0.6 and f.exact >= AGREED and f.numbers >= (0.9 if f.clash else 0.6)


def _recurs(f: Overlap) -> bool:
    """Is it the very table that came before, under its headline? Of ten figures of three digits, all are the same."""
    return f.headline >= 0.8 and f.containment >= 0.5 and f.exact >= 10 and f.numbers >= 0.95 and not f.replaced


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
    """One headline on one day over texts with something in common; not over tables, whose headline says nothing.

    Where a word of it differs, or many others are named, there is more in common.
    """
    f = pair.overlap
    enough = SLIGHT if f.size <= policy.short else 2 * SLIGHT
    strangers = 8 if pair.agency and f.containment >= 0.3 and f.numbers >= 0.5 else 5
    if f.headline < 1:
        enough = 0.3
    if f.headline < policy.headline or f.containment < enough or pair.apart > policy.day:
        return False
    if f.strangers > strangers or f.order < 0.5:
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
    if f.size < RETELLING or f.ratio < 0.4 or pair.apart > policy.day or goes_on(pair, SOON):
        return False
    if not _retells(pair, policy.facts):
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
    if f.pieces < 15 or density < enough or f.exact < agreed or goes_on(pair, SOON) or not _retells(pair, 0.18):
        return False
    return f.order >= 0.5 and f.quoted <= 0.25 and f.numbers >= 0.6 and (f.containment >= 0.3 or f.exact >= AGREED)


_ALIKE: Final[tuple[Rule, ...]] = (_cut, _edited, _same_lead, _retold)
"""Rules of wording, which figures may forbid."""
_TOLD_ANEW: Final[tuple[Rule, ...]] = (
    _carried_on,
    _restated,
    _updated,
    _flash,
    _same_slug,
    _same_headline,
    _same_facts,
    _first_take,
    _same_figures,
    _told_again,
    _reworked,
)
"""Rules that another agency's report on the event does not meet."""
