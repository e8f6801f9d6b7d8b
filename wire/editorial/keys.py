"""What an entry orders, and the names by which copy can be meant.

Law: a name is something that its sender gave: an id, an address, an item's number, a slug, a headline.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from wire.editorial.hour import until
from wire.model import Copy, Label, Signal

_PIECE: Final = re.compile(r"[^\s:/#?=&,;()\[\]<>\"'“”]+")
_ITEM: Final = re.compile(r"(?<![\w/.-])(?=[\w.-]*\d)[A-Za-z0-9][\w-]{4,60}(?![\w/-])")
_CALLED: Final = re.compile(
    r"(?i)(?:\bitems?|\bstor(?:y|ies)|\bnumbers?|\bno\.?|\bnr\.?|\bmeldung(?:en)?|\busn|\bid|\bslugged)\W{0,4}$"
)
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"')\]]{4,2000}")
_QUOTED: Final = re.compile(r"[\"“”„«»]([^\"“”„«»\n]{12,300})[\"“”«»]")
_WORD: Final = re.compile(r"\w+")
_TITLE: Final = 4
"""Words from which on a headline names one story."""
_MOST: Final = 50
"""Names of one kind that an order is read for at most."""
_TOLD: Final = 3_000
"""Characters of an entry in which the hour of its embargo stands."""
_ORDERS: Final = (Signal.KILL, Signal.WITHHOLD, Signal.EMBARGO)


class By(StrEnum):
    """How copy is named; the plainest first."""

    GUID = "guid"
    LINK = "link"
    REVISION = "revision"
    ITEM = "item"
    SLUG = "slug"
    HEADLINE = "headline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One name."""

    by: By
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What an entry orders."""

    kind: Signal
    """Kill, withhold or embargo."""
    keys: frozenset[Key]
    """Names of the copy that it means."""
    text: str = ""
    """Words in which an embargo states its hour."""
    hour: datetime | None = None
    """Of an embargo that a field states."""
    fielded: bool = False
    """Does a field state the embargo? Then the text's words say nothing about the hour; `text` is the field's."""

    @property
    def own(self) -> bool:
        """Does the entry that gives it mean itself? An embargo stands above its copy; a kill is about another entry."""
        return self.kind is Signal.EMBARGO

    def ends(self, sent: datetime) -> datetime | None:
        """End of an embargo that was sent then; None: it is no embargo, or its hour can't be read."""
        if self.kind is not Signal.EMBARGO:
            return None
        return self.hour or until(self.text, sent)


def order(copy: Copy, text: str, label: Label | None = None) -> Order | None:
    """What the entry orders of which `copy` was made; `text`: all its words, as sent; `label`: what fields state.

    An item that a field cancels or withholds is meant itself, and what else the field names: nothing by its words.
    """
    kind = next((each for each in _ORDERS if each in copy.signals), None)
    if kind is None:
        return None
    if kind is Signal.EMBARGO:
        field = label.embargo if label else None
        told = text if field is None else field
        hour = label.embargo_until if label else None
        return Order(kind=kind, keys=frozenset(names(copy)), text=told[:_TOLD], hour=hour, fielded=field is not None)
    if label and label.status in {"canceled", "withheld"}:
        return Order(kind=kind, keys=frozenset([*_item(copy), *(Key(by=By.GUID, value=each) for each in label.orders)]))
    return Order(kind=kind, keys=frozenset([*names(copy), *_named(f"{copy.headline}\n{text}"), *_stated(copy)]))


def names(copy: Copy) -> tuple[Key, ...]:
    """The names that a copy has."""
    found = [Key(by=By.GUID, value=copy.guid)] if copy.guid else []
    if copy.url:
        found.append(Key(by=By.LINK, value=copy.url))
    pieces = [each for each in _PIECE.findall(copy.guid or "") if _ITEM.fullmatch(each) and _number(each)]
    found += [Key(by=By.ITEM, value=each.casefold()) for each in pieces[:_MOST]]
    if copy.revision:
        found.append(Key(by=By.REVISION, value=copy.revision))
    found += [Key(by=By.SLUG, value=folded(each)) for each in {copy.slug, copy.slug_root} if each]
    return (*found, *_titles([copy.headline]))


def _item(copy: Copy) -> list[Key]:
    """The names that no other item has."""
    sure = (By.GUID, copy.guid), (By.LINK, copy.url), (By.REVISION, copy.revision)
    return [Key(by=by, value=value) for by, value in sure if value]


def folded(text: str) -> str:
    """Words alone, case and width away."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _titles(headlines: list[str]) -> list[Key]:
    words = [folded(each) for each in headlines]
    return [Key(by=By.HEADLINE, value=each) for each in words if each.count(" ") + 1 >= _TITLE or _dense(each)]


def _dense(title: str) -> bool:
    """A script that sets no blanks says in eight characters what others say in four words."""
    return len(title) >= 8 and not title.isascii() and " " not in title


def _named(text: str) -> list[Key]:
    """Names of other entries in the text of an order."""
    links = [Key(by=By.LINK, value=each.rstrip(".,;")) for each in _ADDRESS.findall(text)[:_MOST]]
    items = [
        found[0]
        for found in _ITEM.finditer(text)
        if _number(found[0]) or _CALLED.search(text[max(0, found.start() - 30) : found.start()])
    ]
    guids = [each for each in text.split() if ":" in each[1:-1] and any(char.isdigit() for char in each)]
    return [
        *(Key(by=By.GUID, value=each.strip("\"'“”<>().,;")) for each in guids[:_MOST]),
        *links,
        *(Key(by=By.ITEM, value=each.casefold()) for each in items[:_MOST]),
        *_titles(_QUOTED.findall(text)[:_MOST]),
    ]


def _stated(copy: Copy) -> list[Key]:
    """Names that the agency's own manner of ordering gives."""
    if copy.order is None:
        return []
    items = [Key(by=By.ITEM, value=each.casefold()) for each in copy.order.items]
    slugs = [Key(by=By.SLUG, value=folded(each)) for each in copy.order.slugs]
    return [*items, *slugs, *_titles(list(copy.order.headlines))]


def _number(piece: str) -> bool:
    """Is it an item's number by its looks? Letters and digits, or many digits."""
    digits = sum(char.isdigit() for char in piece)
    return digits >= 6 or (digits >= 3 and any(char.isalpha() for char in piece))
