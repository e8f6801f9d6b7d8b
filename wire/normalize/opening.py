"""Where the copy begins, in a top that runs on: at the dateline or behind the time stamp that stands below caption,
headline, byline and summary, often in one paragraph with them.

Law: only what stands above a mark that no sentence bears may go, while it is short and does not lead up to what
follows.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from wire.normalize.stamps import WEEKDAYS, maybe_stamped, stamps
from wire.normalize.text import word_set

ABOVE = 60
"""Words above the copy, sentences among them."""
LISTED = 110
"""Words above it where they are the points of a summary: one sentence at most."""
_REACH = 900
"""Characters of a text in which it may begin."""
_PARAGRAPHS = 20
_PLACE = 80
"""Characters of a place name with its region."""
_PLACE_WORDS = 7

_SIGNED = re.compile(r"\( ?([^\W\d_a-z][^()\n]{1,30}?) ?\) ?(?:--|[-–—]) ?(?=[\"“„«‘'*(]{0,2}[^\W\d_a-z])")
_PARTY = re.compile(r"[DRIL]\b|.*\d")
"""Brackets behind a name, not a place: `(R-Va.)`."""
_ENDS = re.compile(r"[^\s.][^\s.]{3,}[.!?][\"'”’»)\]]*(?:\s|$)|[。！？]")
_MONTH_DAY = re.compile(r"[^\W\d_]{3,10}\.? \d{1,2},?(?: \d{4},?)?\s*$")
_NOT_SPACE = re.compile(r"\S+")
_BREAKS = '.!?:;)|"”»'
_ZONES = word_set("EDT EST CDT CST MDT MST PDT PST ET CT PT GMT BST IST CET CEST UTC AM PM A.M. P.M. | - – — · •")
_LOWER = word_set(", de del la le les los of on the sur am an der den di du e y et and")


def start(paragraphs: Sequence[str]) -> tuple[int, int] | None:
    """Number of the paragraph and the character in it where the copy begins; None where that is the first of all, or no
    mark tells."""
    top = "\n".join(paragraphs[:_PARAGRAPHS])[:_REACH]
    if not _SIGNED.search(top) and not maybe_stamped(top):
        return None
    found = None
    left = _REACH
    for number, paragraph in enumerate(paragraphs[:_PARAGRAPHS]):
        for offset in _datelines(paragraph, left):
            if not number and not offset:
                return None
            if _is_above([*paragraphs[:number], paragraph[:offset]]):
                return None if _each_has_its_own(paragraphs[number + 1 :]) else (number, offset)
        for _, offset in stamps(paragraph, left):
            if _is_above([*paragraphs[:number], paragraph[:offset]]):
                found = (number, offset) if paragraph[offset:] else (number + 1, 0)
        left -= len(paragraph)
        if left <= 0:
            break
    return found if found and found[0] < len(paragraphs) else None


def _datelines(paragraph: str, reach: int) -> Iterator[int]:
    """Where datelines begin, whosever they are: `Lant (OPN) -- `."""
    if paragraph.find(")", 0, reach) > 0:
        for signed in _SIGNED.finditer(paragraph, 0, reach):
            if not _PARTY.match(signed[1]):
                yield _place(paragraph[: signed.start()])


def _place(head: str) -> int:
    """Where the place name at the end of `head` begins: its words in capitals, or all of them where a sentence or a
    line has just ended or a region follows the town. Where no name can be told, the end of `head`."""
    dated = _MONTH_DAY.search(head)
    end = len((head[: dated.start()] if dated else head).rstrip())
    taken: list[tuple[int, str]] = []
    for found in reversed([*_NOT_SPACE.finditer(head, max(0, end - _PLACE), end)][-_PLACE_WORDS:]):
        word = found[0]
        if (
            word in _ZONES
            or word.strip(",.").lower() in WEEKDAYS
            or not (word[0].isupper() or (taken and word in _LOWER))
        ):
            break
        if taken and (word[-1] in _BREAKS or (word[-1] == "." and len(word) > 5)):
            break
        taken.insert(0, (found.start(), word))
    while taken and taken[0][1] in _LOWER:
        del taken[0]
    capitals = {at for at, word in taken if word.isupper() and len(word.strip(".,")) > 2}
    if capitals:
        run = takewhile(
            lambda each: each[0] in capitals or each[1] in _LOWER,
            [each for each in reversed(taken) if each[0] <= max(capitals)],
        )
        return min(at for at, _ in run)
    if not taken:
        return 0 if not head.strip() else len(head)
    start = taken[0][0]
    bounded = not head[:start].strip() or head[:start].rstrip()[-1] in _BREAKS
    return start if bounded or "," in head[start:end] else len(head)


def _is_above(above: list[str]) -> bool:
    """Whether it can stand above copy: short, and not leading up to it."""
    text = "\n".join(above).strip()
    words = len(text.split())
    if not words or text.endswith(":") or words > LISTED:
        return bool(not words)
    sentences = len(_ENDS.findall(text))
    return sentences <= 2 if words <= ABOVE else sentences <= 1


def _each_has_its_own(below: Sequence[str]) -> bool:
    """A round-up, in which each item has a dateline."""
    return any(
        offset == 0
        for paragraph in below
        if paragraph.find(")", 0, _PLACE) > 0
        for offset in _datelines(paragraph, _PLACE)
    )
