"""Orders to kill, withhold or embargo that stand in a text, and what they name.

Law: nothing is taken off. What is found is what the text says; whether the sender may say it is judged elsewhere.
"""

from collections.abc import Collection, Sequence

from wire.model import Order, Signal
from wire.normalize.agencies import Agencies
from wire.normalize.common import NOTICES
from wire.normalize.findings import slug_root

OPENS = 2
"""Paragraphs at the head of a text, one of which an order opens."""
_ABOVE = 4
"""The same of an entry as sent, in which slugs and notes may stand above."""
_REACH = 6
"""Paragraphs that an order goes on for at most: reason, item, substitute."""
_LONGEST = 4_000
"""Characters of an order that are kept."""
_FORBIDS = frozenset({Signal.KILL, Signal.WITHHOLD})


def order_in(sent: Sequence[str], left: Sequence[str], signals: Collection[Signal], agencies: Agencies) -> Order | None:
    """The order that a text holds, where its signals say that there is one: of the paragraphs as sent, and of those
    that are left.

    A text that kills or withholds speaks of another text in all its paragraphs; one under embargo has the order in a
    line of its own, which may go with what stands above a dateline, and the copy below.
    """
    found: list[str] = []
    if not _FORBIDS.isdisjoint(signals):
        found = list(left[:_REACH])
    elif Signal.EMBARGO in signals:
        found = [each for each in dict.fromkeys((*sent[:_ABOVE], *left[:OPENS])) if _embargoes(each, agencies)]
    if not found:
        return None
    text = "\n\n".join(found)[:_LONGEST]
    named = agencies.named_in(text)
    return Order(
        text=text,
        items=named["item"],
        slugs=tuple(dict.fromkeys(map(slug_root, named["slug"]))),
        headlines=named["headline"],
    )


def _embargoes(paragraph: str, agencies: Agencies) -> bool:
    noticed = any(signal is Signal.EMBARGO and notice.match(paragraph) for signal, notice in NOTICES)
    return noticed or Signal.EMBARGO in agencies.ordered(paragraph)
