"""What speaks against two overlapping texts being one piece of copy, whatever else they share.

Law: a function of the overlap, the time between the two and the policy.
"""

from wire.cluster.match import Overlap
from wire.cluster.pair import ARTICLE, DENSE, EVIDENCE, FEW, PASSAGE, PHRASE, RUN, SPARSE, TABULAR, TINY, Pair
from wire.policy import ClusterPolicy


def evident(pair: Pair) -> bool:
    """Is there anything to conclude from: words that few others say, a whole opening, or at least one headline?"""
    f = pair.overlap
    if f.size < FEW and f.headline < 1:
        return False
    if f.rare >= EVIDENCE or pair.flash:
        return True
    return (f.longest >= PHRASE and f.top >= 0.8) or (f.headline == 1 and f.containment >= 0.95)


def another_top(f: Overlap) -> bool:
    """Texts about equally long open with other people's names above one block: an outlet's block, not the news."""
    return f.size >= TINY and f.ratio >= 0.8 and f.pieces < 1.3 and f.lead < 0.7 and f.strangers >= 2


def mosaic(f: Overlap) -> bool:
    """A longer text that many stories hold, what it shares with this one and the rest: it was put together."""
    many = f.own < (0.5 if f.ratio < 0.6 else 0.15)
    return many and f.rare < 0.2 * f.longest and f.size >= PASSAGE and f.containment < 0.95


def another_name(pair: Pair, policy: ClusterPolicy) -> bool:
    """Do two short notices of one scheme each speak of somebody whom the other does not know?"""
    f = pair.overlap
    if not f.swapped or pair.corrects or f.size > policy.short:
        return False
    return f.ratio >= 0.7 and f.headline >= 0.5 and f.containment < 0.95


def another_table(pair: Pair, policy: ClusterPolicy) -> bool:
    """Does a table, in whatever words, come half a day later, and not with the same figures? New data were due, some
    of which did not move."""
    f = pair.overlap
    if pair.apart <= policy.correction or pair.corrects or f.figures < TABULAR or f.figures <= f.size / DENSE:
        return False
    return f.numbers < 0.95 or f.replaced > 0


def goes_on(pair: Pair, after: float) -> bool:
    """Does one agency come back to it, more than `after` seconds later, under another headline and another opening?
    Then it tells what has happened since. An outlet that prints another's text late heads it anew, too."""
    f = pair.overlap
    return pair.agency is True and pair.apart > after and f.headline < 0.4 and f.top < 0.5 and f.lead < 0.5


def figures_allow(pair: Pair, policy: ClusterPolicy) -> bool:
    """Templates hold other figures; corrections too, and reports that are kept up to date."""
    f = pair.overlap
    if (f.containment >= 0.95 and f.size >= ARTICLE) or (_intact(f) and f.numbers >= 0.5):
        return True
    soon = pair.apart <= policy.correction
    if f.clash:
        return False
    if f.numbers >= (policy.figures if soon or f.size > policy.short else 0.9):
        return True
    if soon and (f.size >= TINY or f.headline == 1) and (_corrected(f) or _kept_up(f, policy)):
        return True
    return f.containment >= policy.edited and _in_place(f, policy)


def _corrected(f: Overlap) -> bool:
    """Few figures differ, in texts about the same subject. Where there is one figure only, the text is no table."""
    if f.figures <= 1:
        return f.size >= SPARSE and f.longest >= RUN and f.named and f.strangers <= 1
    if f.differing <= 1:
        return f.numbers >= 0.5 and f.named and f.subject >= 0.65 and f.top >= 0.6
    return f.numbers >= 0.6 and f.subject >= 0.85 and f.exact >= 2


def _kept_up(f: Overlap, policy: ClusterPolicy) -> bool:
    """A running report, of the markets say: a passage runs on unchanged, some figures are renewed.

    Either it is long, in the same words and the same order; or headline and opening are the same, and soon after.
    """
    if f.longest < PASSAGE or f.size < 2 * TINY:
        return False
    if f.headline >= 0.95 and f.lead >= 0.8 and f.order >= 0.6:
        return True
    return f.size >= policy.short and f.order >= 0.9 and f.numbers >= 0.5 and f.subject >= 0.85


def _in_place(f: Overlap, policy: ClusterPolicy) -> bool:
    """Where the words around a figure are the same, so is the figure: those that differ stand in words of their own.

    Of a template it is the other way round. One outlet's words that another quotes keep their figures, too.
    """
    if f.size < TINY or f.numbers < 0.6 or f.quoted > 0.5 or f.strangers > 7:
        return False
    return f.kept >= 2 and f.kept >= policy.kept * f.replaced


def _intact(f: Overlap) -> bool:
    """Does one long passage, from the opening on, make up most of the shorter text? No template has such a one."""
    return f.lead >= 0.8 and f.longest >= max(PASSAGE, 0.6 * f.size)
