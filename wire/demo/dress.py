"""What a newsroom does to copy on its way out: datelines, credits, house style, furniture.

Owns the transformations that make two deliveries of one text differ. Law: pure functions of paragraphs and the house.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ConfigDict, with_config


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A publisher's habits. Templates know {place} and {agency}."""

    dateline: str = ""
    """Before the first paragraph, where the story has a place."""
    credit: str = ""
    """A paragraph of its own under copy from elsewhere."""
    before: tuple[str, ...] = ()
    """Furniture above the text."""
    after: tuple[str, ...] = ()
    """Furniture below it: sign-up lines, donation notes, lists of links."""
    style: dict[str, str] = field(default_factory=dict)
    """Spellings of the house: what the desk replaces in copy from elsewhere."""
    curly: bool = False
    """Typographic quotation marks."""
    joins: bool = False
    """Sets copy in fewer, longer paragraphs: two become one."""
    wrap: int = 0
    """Sends plain text, broken at so many columns; 0: HTML."""


def own(
    text: Sequence[str], *, house: House, place: str | None, byline: str | None, note: str | None, signoff: str | None
) -> tuple[str, ...]:
    """Paragraphs of a publisher's own copy, as sent."""
    body = [_dateline(house, place, house_name="") + text[0], *text[1:]]
    return _furnished([p for p in (note, byline, *body, signoff) if p], house)


def carried(text: Sequence[str], *, house: House, place: str | None, agency: str) -> tuple[str, ...]:
    """Paragraphs of copy from elsewhere, as the carrier sends it on."""
    body = list(text)
    if house.joins:
        body = [" ".join(body[i : i + 2]) for i in range(0, len(body), 2)]
    body[0] = _dateline(house, place, house_name=agency) + body[0]
    if house.credit:
        body.append(house.credit.format(agency=agency, place=place))
    return _furnished([styled(p, house) for p in body], house)


def styled(text: str, house: House) -> str:
    """A text in the spelling and with the quotation marks of the house."""
    for ours, theirs in house.style.items():
        text = text.replace(ours, theirs)
    if house.curly:
        text = re.sub(r"(?<![^\s(—–])\"", "“", text).replace('"', "”")
        text = re.sub(r"(?<![^\s(—–“])'", "‘", text).replace("'", "’")
    return text


def _dateline(house: House, place: str | None, *, house_name: str) -> str:
    return house.dateline.format(place=place, agency=house_name) if place else ""


def _furnished(paragraphs: Sequence[str], house: House) -> tuple[str, ...]:
    return (*house.before, *paragraphs, *house.after)
