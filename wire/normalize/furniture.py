"""What stands around the text of an entry and is not the text: notes, bylines, captions, sign-offs, boilerplate.

Law: whole paragraphs at the head or the tail. What an agency declares goes; what merely looks like furniture goes only
while more than half of the words stay. Where nothing would be left, all of it is the text.
"""

import re

from wire.normalize import opening, page
from wire.normalize.agencies import Agencies
from wire.normalize.blocks import STOPS, comments, summary
from wire.normalize.common import (
    BLOCK_ENDS,
    CAPTION,
    COMMON,
    CREDIT_RUNS_ON,
    DESK,
    LEGAL,
    NOTICES,
    TRAILS,
)
from wire.normalize.dateline import open_dateline, relay
from wire.normalize.findings import Peeled, Rank, note_signal, slug_root
from wire.normalize.headline import closes
from wire.normalize.stamps import is_stamp
from wire.normalize.text import LIMIT, has_words, word_count, word_set
from wire.policy import AgencyProfile

_LONGEST = 1_200
"""Characters; a longer paragraph is text."""
_BEGINS = 8
"""Times that a text can begin anew, below one mark after the other; one that does it more often is none of a page's."""
_CAPTION = 700
_CAPTION_OPENS = "(BbFfIiPp"
"""First characters of what `CAPTION` matches."""
_CREDIT_WORDS = 50
"""Words from which on a paragraph that opens with a photo credit is text behind it."""
_CREDITED = 120
"""Characters at either end of a caption in which the photo is credited."""
_HEADING = 120
_CAPTIONED = 400
"""Characters of a caption and the headline behind it."""
_TRAIL = 600
_TRAILS = 20
"""A text that ends in more is none, and stays as it is."""
_LINK = 300
"""Characters; what stands below a heading and is longer is no list of links or addresses."""
_ABOVE = 60
"""Words above a dateline that are a teaser, not text."""
_STAMPED = 40
"""Paragraphs in which another time stamp shows that a text is a list of dates."""
_EDGE = 4
"""Paragraphs from either end in which captions are looked for."""

_BY = word_set("by von par por di door")
_JOINS = word_set("al and bin da de del den der di e el en et for im in la le los mit te ten the und van von with y zu")
_CREDIT_END = re.compile(r"(?<=[.!?”\"»)])(?:\s*\(([^()]{2,40})\)\W?|\s+([^\W\d_][\w/-]{1,14}(?: [A-Z]\w{1,10})?))$")
_LAST_WORDS = re.compile(r"(?<=[.!?”\"»。！？])\s*([^\s.!?。！？][^.!?。！？]{0,40})$")
# Any outlet credits an agency's photo; the note to editors behind it comes with the agency's text.
_VIA = re.compile(r"\bvia (\w+)\b(?=.{0,10}ATTENTION EDITORS)|\bvia ([A-Z]{2,})\W*$")
_BRACKETED = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_WORD = re.compile(r"\w+")
_INSIDE = re.compile(r"[.!?|] ")


def peel(paragraphs: tuple[str, ...], headline: str, agencies: Agencies) -> Peeled:
    """Take the furniture off."""
    all_off = _Peeler(paragraphs, headline, agencies, guess=True).run()
    if all_off.paragraphs and has_words(paragraphs, 2 * all_off.guessed):
        return all_off
    sure = _Peeler(paragraphs, headline, agencies, guess=False).run()
    if not sure.paragraphs:
        sure.paragraphs = list(paragraphs)
    return sure


class _Peeler:
    """One pass over one text, until nothing more comes off."""

    def __init__(self, paragraphs: tuple[str, ...], headline: str, agencies: Agencies, *, guess: bool) -> None:
        self.out = Peeled(list(paragraphs))
        self.said = headline
        self.headline = _words(headline)
        self.agencies = agencies
        self.guess = guess
        self.begun = 0
        self.outside: list[str] = []

    def run(self) -> Peeled:
        left = self.out.paragraphs
        for paragraph in left[:2]:
            self.out.signals.update(signal for signal, notice in NOTICES if notice.match(paragraph))
            self.out.signals.update(self.agencies.ordered(paragraph))
        before: tuple[int, int, int] | None = None
        top: list[str] = []
        bottom: list[str] = []
        below: tuple[int, str] | None = None
        while left and self.begun <= _BEGINS and before != (len(left), len(left[0]), len(left[-1])):
            before = (len(left), len(left[0]), len(left[-1]))
            if below != (tail := (len(left), left[-1])):
                below = tail
                self._cut_from_headings()
                if self.guess:
                    self._cut_block(comments(left))
            self._cut_captions()
            while left and left[:2] != top and self._goes_above(left[0]):
                del left[0]
            top = left[:2]
            if self.guess and len(left) > 2:
                self._cut_block(summary(left))
            while left and left[-2:] != bottom and self._goes_below(left[-1]):
                del left[-1]
            bottom = left[-2:]
            if left:
                self._open()
            if left:
                self._close()
        return self.out

    # --- above the text

    def _goes_above(self, paragraph: str) -> bool:
        if len(paragraph) > _LONGEST:
            return False
        if self._repeats_headline(paragraph) or self._is_byline(paragraph) or self._is_credit(paragraph):
            return True
        if self._is_slug(paragraph) or self._is_page_above(paragraph):
            return True
        owner = self.agencies.above.whole(paragraph)
        if not self._may_cut(owner, paragraph):
            return False
        if self.agencies.notes.whole(paragraph):
            self._note(paragraph)
        return True

    def _is_page_above(self, paragraph: str) -> bool:
        """What a page shows above a text."""
        left = self.out.paragraphs
        if not self.guess or len(left) < 2:
            return False
        goes = page.is_chrome(paragraph) or page.is_role_line(paragraph) or page.is_pointer(paragraph)
        if not goes and is_stamp(paragraph):
            goes = not any(map(is_stamp, left[1:_STAMPED]))
        self.out.guessed += word_count([paragraph]) if goes else 0
        return goes

    def _note(self, note: str) -> None:
        self.out.notes += (note,)
        said = note_signal(note)
        self.out.signals.update([said] if said else [])

    def _repeats_headline(self, paragraph: str) -> bool:
        """The headline again, or another one for the same text, alone or behind a caption: short, no full stop, half of
        its words the same, and a sentence below."""
        left = self.out.paragraphs
        if len(left) < 2 or len(paragraph) > _CAPTIONED or not self.headline:
            return False
        title = self.guess and paragraph[-1].isalnum()
        if not title and len(paragraph) > 2 * len(self.said) + _HEADING:
            return False
        words = _words(paragraph)
        if words == self.headline:
            return paragraph != self.said or not (closes(paragraph) and left[1][-1] in STOPS)
        if not title or not _is_sentence(left[1]):
            return False
        known = set(self.headline)
        again = 4 <= len(words) <= 16 and 2 * len(known.intersection(words)) >= len(set(words))
        if not again and _INSIDE.search(paragraph):
            again = any(_most(words[-length:], known) for length in range(5, min(11, len(words))))
        self.out.guessed += len(words) if again else 0
        return again

    def _is_byline(self, paragraph: str) -> bool:
        """`By Jo Muster and Ann Roe`, `Von Jo Muster, dpa`, `By The Associated Press`."""
        if len(paragraph) > _HEADING:
            return False
        by, _, names = paragraph.partition(" ")
        if by.lower() not in _BY or not by[0].isupper():
            return False
        agency = self.agencies.credited(names) or self.agencies.credited(names.rpartition(",")[2])
        if not agency and not _are_names(names):
            return False
        self.out.byline = self.out.byline or paragraph
        self.out.names(Rank.CREDIT, agency)
        return True

    def _is_credit(self, paragraph: str) -> bool:
        agency = self.agencies.credited(paragraph)
        if agency:
            self.out.credit = self.out.credit or paragraph
            self.out.names(Rank.CREDIT, agency)
        return agency is not None

    def _is_slug(self, paragraph: str) -> bool:
        for slugs in self.agencies.slugs:
            if len(paragraph) <= _HEADING and (found := slugs.fullmatch(paragraph)):
                groups = found.groupdict()
                self.out.slug = self.out.slug or found["slug"].strip()
                self.out.root = self.out.root or slug_root(groups.get("root") or found["slug"])
                self._status(groups.get("status") or "")
                return True
        return False

    def _status(self, status: str) -> None:
        for word in re.split(r"\s*,\s*", status):
            for stripped in map(self.agencies.tags.strip, (f"{word}: x", f"{word} x")):
                self.out.signals.update(stripped.signals)
                self.out.number = stripped.number if self.out.number is None else self.out.number

    def _open(self) -> None:
        """Take the dateline off; what stands above it is no text."""
        left = self.out.paragraphs
        for number, paragraph in enumerate(left[:_EDGE]):
            above = left[:number]
            if above and (not self.guess or has_words(above, _ABOVE + 1)):
                break
            dateline, rest = open_dateline(paragraph, self.agencies)
            if not dateline:
                continue
            if above and (above[-1].endswith(":") or self._many_datelines(left[number + 1 :])):
                return
            self.out.guessed += word_count(above)
            self.out.dateline = dateline
            self.out.relay = relay(dateline, self.agencies)
            self.out.names(Rank.DATELINE, self.agencies.get(dateline.agency))
            left[: number + 1] = [rest] if rest else []
            return
        if self.guess and (begins := opening.start(left)):
            self._begin(*begins)

    def _begin(self, number: int, offset: int) -> None:
        """Let the text begin at that character of that paragraph."""
        left = self.out.paragraphs
        above = [*left[:number], left[number][:offset]]
        for part in above:
            if note := _BRACKETED.match(part):
                self._note(note[0])
        self.out.guessed += word_count(above)
        left[: number + 1] = [left[number][offset:]]
        self.begun += 1
        if self.begun > _BEGINS:
            self.out.guessed = LIMIT

    def _many_datelines(self, below: list[str]) -> bool:
        """A round-up, in which each item has its own."""
        return any(open_dateline(paragraph, self.agencies)[0] for paragraph in below)

    # --- below the text

    def _goes_below(self, paragraph: str) -> bool:
        if len(paragraph) > _LONGEST:
            return False
        if self._is_byline(paragraph) or self._is_credit(paragraph):
            return True
        owner = self.agencies.below.whole(paragraph)
        if self._may_cut(owner, paragraph):
            self.out.names(Rank.SIGN_OFF, owner)
            return True
        return self.guess and (self._is_page_below(paragraph) or self._is_desk(paragraph))

    def _is_page_below(self, paragraph: str) -> bool:
        """What a page shows below a text."""
        goes = page.is_chrome(paragraph) or page.is_pointer(paragraph) or page.says_who_helped(paragraph)
        self.out.guessed += word_count([paragraph]) if goes else 0
        return goes

    def _is_desk(self, paragraph: str) -> bool:
        """A desk that signs, or below one the name of its paper in capitals."""
        left = self.out.paragraphs
        if len(paragraph) > _HEADING:
            return False
        signs = DESK.fullmatch(paragraph) is not None
        if not signs and paragraph.isupper() and len(paragraph.split()) <= 5 and len(left) > 1:
            signs = len(left[-2]) <= _HEADING and DESK.fullmatch(left[-2]) is not None
        self.out.guessed += word_count([paragraph]) if signs else 0
        return signs

    def _close(self) -> None:
        """Take off what hangs on at the end of the last paragraph."""
        last = self.out.paragraphs[-1]
        end = len(last)
        for _ in range(_TRAILS):
            kept = self._without_trail(last[max(0, end - _TRAIL) : end])
            if kept is None:
                self.out.paragraphs[-1] = last[:end]
                return
            end = max(0, end - _TRAIL) + len(kept)

    def _without_trail(self, tail: str) -> str | None:
        """The end of a text without what hangs on it, None where nothing does or nothing else is there."""
        if tail[-1] in '.!?”"' and tail[-2:] not in {").", "]."}:
            return None
        found = _CREDIT_END.search(tail)
        if found and (agency := self.agencies.credited(found[1] or found[2])):
            self.out.credit = self.out.credit or found[0].strip()
            self.out.names(Rank.CREDIT, agency)
        elif found := TRAILS.search(tail):
            self.out.names(Rank.SIGN_OFF, self.agencies.below.whole(found[0].strip()))
        elif (found := _LAST_WORDS.search(tail)) and (owner := self.agencies.below.whole(found[1])) and owner.key:
            self.out.names(Rank.SIGN_OFF, owner)
        else:
            return None
        return tail[: found.start()].rstrip() or None

    # --- anywhere

    def _cut_from_headings(self) -> None:
        """Cut what a heading opens: to the end, or to the next `About …` where the heading is nobody's own."""
        left = self.out.paragraphs
        number = 1
        while number < len(left):
            paragraph = left[number]
            owner = self.agencies.ends.whole(paragraph) if len(paragraph) <= _HEADING else None
            if owner is None or (not owner.key and not self.guess):
                number += 1
                continue
            until = len(left)
            if not owner.key:
                ends = (at for at in range(number + 1, len(left)) if BLOCK_ENDS.fullmatch(left[at][: 2 * _HEADING]))
                until = next(ends, until)
                if not LEGAL.match(paragraph) and any(len(below) > _LINK for below in left[number + 1 : until]):
                    number += 1
                    continue
                self.out.guessed += word_count(left[number:until])
            self.out.names(Rank.SIGN_OFF, owner)
            del left[number:until]

    def _cut_block(self, block: slice | None) -> None:
        if block is not None:
            self.out.guessed += word_count(self.out.paragraphs[block])
            del self.out.paragraphs[block]

    def _cut_captions(self) -> None:
        left = self.out.paragraphs
        outside = [*left[:_EDGE], *left[-_EDGE:]]
        if outside == self.outside:
            return
        self.outside = outside
        last = len(left) - 1
        edges = [*range(last, max(_EDGE - 1, last - _EDGE), -1), *range(min(_EDGE - 1, last), -1, -1)]
        edges = [number for number in edges if len(left[number]) <= _CAPTION]
        marked = self.agencies.captioned("\n".join([_ends(left[number]) for number in edges])) is not None
        for number in edges:
            paragraph = left[number]
            if len(left) == 1:
                continue
            opens = paragraph[0] in _CAPTION_OPENS and CAPTION.match(paragraph) is not None
            if opens and self.guess and (runs_on := CREDIT_RUNS_ON.match(paragraph)):
                self.out.guessed += word_count([runs_on[0]])
                left[number] = paragraph[runs_on.end() :]
                continue
            owner = self.agencies.captioned(_ends(paragraph)) if marked else None
            if owner is None and opens:
                owner = COMMON if paragraph.startswith("FILE") or not has_words([paragraph], _CREDIT_WORDS) else None
            if self._may_cut(owner, paragraph):
                via = _VIA.search(paragraph)
                self.out.names(Rank.CAPTION, self.agencies.named(via[1] or via[2]) if via else None)
                del left[number]

    def _may_cut(self, owner: AgencyProfile | None, paragraph: str) -> bool:
        """An agency's declared manner always; a common one while guessing, counted."""
        if owner is None or owner.key:
            return owner is not None
        self.out.guessed += word_count([paragraph]) if self.guess else 0
        return self.guess


def _ends(caption: str) -> str:
    return caption if len(caption) <= 2 * _CREDITED else f"{caption[:_CREDITED]}\n{caption[-_CREDITED:]}"


def _most(words: list[str], known: set[str]) -> bool:
    return 5 * sum(word in known for word in words) >= 3 * len(words)


def _is_sentence(text: str) -> bool:
    return len(text.split()) >= 20 and text[-1] in STOPS


def _are_names(text: str) -> bool:
    words = text.split()
    capitals = sum(word[0].isupper() for word in words)
    joins = sum(word.strip(",") in _JOINS or word.strip(",") in page.ROLES for word in words)
    return capitals >= 2 and len(words) <= 14 and capitals + joins == len(words) and text[-1].isalpha()


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
