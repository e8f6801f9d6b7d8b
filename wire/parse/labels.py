"""Codes of wire formats as what they mean: status, embargo, signals.

Law: in doubt held. A status that nobody knows withholds, an embargo that can't be read has no end, and a clock without
a zone counts where the day ends last. What a code does not say is not guessed.
Codes: https://cv.iptc.org/newscodes/pubstatusg2/, https://cv.iptc.org/newscodes/signal/
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

from wire.model import Signal
from wire.parse.dates import moment

Status: TypeAlias = Literal["usable", "withheld", "canceled"]

EMBARGOED: Final = "embargoed"
"""What stands for an embargo of which no hour is given."""

_STATUSES: Final[dict[str, Status]] = {
    **dict.fromkeys(("usable", "published", "update", "updated", "corrected", "template"), "usable"),
    **dict.fromkeys(("withheld", "hold", "withhold", "unpublished"), "withheld"),
    **dict.fromkeys(
        ("canceled", "cancelled", "killed", "kill", "withdrawn", "deleted", "recalled", "retracted", "takedown"),
        "canceled",
    ),
}
_HELD: Final = frozenset({"embargoed", "embargo"})
_SIGNALS: Final = {
    **dict.fromkeys(
        ("kill", "mandatorykill", "takedown", "withdrawal", "withdrawn", "retraction", "delete"), Signal.KILL
    ),
    **dict.fromkeys(("withhold", "hold", "withheld"), Signal.WITHHOLD),
    **dict.fromkeys(("embargo", "embargoed"), Signal.EMBARGO),
    **dict.fromkeys(("correction", "corrective", "corrected", "correct"), Signal.CORRECTION),
    **dict.fromkeys(("update", "updated", "lead"), Signal.UPDATE),
    **dict.fromkeys(("writethru", "writethrough", "substitute", "replacement"), Signal.WRITETHRU),
    "refile": Signal.REFILE,
    **dict.fromkeys(("repeat", "rpt", "resend"), Signal.REPEAT),
    **dict.fromkeys(("flash", "alert", "snap", "newsalert", "apnewsalert"), Signal.FLASH),
    **dict.fromkeys(("urgent", "bulletin", "newsbreak"), Signal.URGENT),
    **dict.fromkeys(("advisory", "note"), Signal.ADVISORY),
}
_EDITS: Final = {"u": Signal.UPDATE, "c": Signal.CORRECTION, "d": Signal.KILL, "w": Signal.KILL, "r": Signal.REPEAT}
"""Of `edStat:`, the editorial status of Reuters."""
_STRENGTH: Final = tuple(Signal)
_NUMBERED: Final = re.compile(r"(tag:(?:[\w-]+\.)?reuters\.com,\d{4}(?:-\d\d){0,2}:[^\s:]{1,200}):(\d{1,12})")
"""Ids in which Reuters writes the version behind the item."""
_ZONED: Final = re.compile(r"(?:Z|[+-]\d\d:?(?:\d\d)?|\s[A-Za-z]{1,5})\s*$")
_DAY: Final = re.compile(r"\d{4}-?\d\d-?\d\d")
_LAST: Final = timedelta(hours=12)
"""From UTC to where the day ends last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an item stands, as fields state it."""

    status: Status | None = None
    embargo: str | None = None
    embargo_until: datetime | None = None


def standing(status: str | None, embargo: str | None = None) -> Standing:
    """What a status and the hour of an embargo mean together; `embargo`: as sent, empty for one without an hour."""
    code = bare(status)
    if code in _HELD and not embargo:
        embargo = EMBARGOED
    known = _STATUSES.get(code or "usable", "withheld" if code not in _HELD else "usable")
    stated = None if embargo is None else embargo.strip() or EMBARGOED
    return Standing(status=known if code else None, embargo=stated, embargo_until=ends(stated))


def ends(embargo: str | None) -> datetime | None:
    """When an embargo ends; None: it can't be read."""
    when = moment(embargo)
    if when is None or embargo is None:
        return None
    day = _DAY.fullmatch(embargo.strip())
    if not day and _ZONED.search(embargo):
        return when
    try:
        return when + _LAST + (timedelta(days=1) if day else timedelta())
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def signals(codes: Iterable[str | None]) -> tuple[Signal, ...]:
    """The signals that codes stand for, the strongest first; `sig:update`, `edStat:C`, `Correction`."""
    found = {signal for code in codes if code and (signal := _signal(code))}
    return tuple(sorted(found, key=_STRENGTH.index))


def _signal(code: str) -> Signal | None:
    scheme = code.rpartition(":")[0].casefold()
    value = bare(code) or ""
    if "edstat" in scheme:
        return _EDITS.get(value)
    return _SIGNALS.get(value.replace("-", "").replace(" ", "").replace("_", ""))


def bare(code: str | None) -> str | None:
    """The value of a code without its scheme, folded: `stat:Canceled` and `…/pubstatusg2/canceled` alike."""
    return re.split(r"[:/#]", code.strip())[-1].casefold() or None if code else None


def number(value: object, most: int = 9) -> int | None:
    """A number from 1 to `most`, as a number or in words of digits."""
    if isinstance(value, str):
        value = int(value) if value.strip().isascii() and value.strip().isdecimal() and len(value) < 6 else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most else None


def kind(word: str | None) -> str | None:
    """One word for the type of an item that is no text; None: it is text, or may hold some."""
    code = bare(word)
    if code in {None, "text", "composite", "news", "article", "story", "preformatted"}:
        return None
    return _KINDS.get(code or "", re.sub(r"[^a-z0-9-]", "", code or "")[:40] or "unknown")


_KINDS: Final = {
    **dict.fromkeys(("picture", "photo", "image"), "picture"),
    **dict.fromkeys(("graphic", "still", "icon"), "graphic"),
    **dict.fromkeys(("conceptitem", "concept"), "concept"),
    **dict.fromkeys(("knowledgeitem", "scheme"), "knowledge"),
    **dict.fromkeys(("planningitem", "newscoverage", "planning"), "planning"),
    **dict.fromkeys(("catalogitem", "catalog"), "catalog"),
    **dict.fromkeys(("packageitem", "package"), "package"),
}


def item_of(sent: str | None) -> str | None:
    """The id of an item, without the version that some agencies write behind it."""
    numbered = _NUMBERED.fullmatch(sent or "")
    return numbered[1] if numbered else sent


def version_of(sent: str | None) -> str | None:
    """The version that stands behind an item's id; None: there is none."""
    numbered = _NUMBERED.fullmatch(sent or "")
    return numbered[2] if numbered else None
