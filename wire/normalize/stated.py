"""What a wire format states of an item in fields of its own, as what would be found on its text.

Law: a field outranks the text, but for the dateline, which is fuller where it stands. Status and embargo become
signals: canceled is a kill of the item, withheld a withhold, any embargo an embargo, its hour readable or not.
"""

from wire.model import Dateline, Label, Signal
from wire.normalize.agencies import Agencies
from wire.normalize.common import NOTICES
from wire.normalize.dateline import open_dateline, relay
from wire.normalize.findings import Peeled, Rank, note_signal, slug_root
from wire.normalize.text import one_line

_STATUS = {"canceled": Signal.KILL, "withheld": Signal.WITHHOLD}


def add(found: Peeled, label: Label, agencies: Agencies) -> Dateline | None:
    """Note on `found` what the label says; gives the dateline that it states, for a text that has none."""
    found.signals.update(label.signals)
    if label.status in _STATUS:
        found.signals.add(_STATUS[label.status])
    if label.embargo:
        found.signals.add(Signal.EMBARGO)
    for note in label.notes:
        _note(found, one_line(note), agencies)
    if label.credit:
        found.credit = one_line(label.credit)
        found.names(Rank.CREDIT, agencies.credited(found.credit) or agencies.named(found.credit))
    if label.slug:
        _slug(found, one_line(label.slug), agencies)
    dateline = _dateline(one_line(label.dateline or ""), agencies)
    if dateline and dateline.agency:
        found.names(Rank.DATELINE, agencies.get(dateline.agency))
        found.relay = relay(dateline, agencies)
    return dateline


def token(label: Label | None) -> str:
    """How an item stands, in words that change when it does: its text may stay what it was when it is canceled."""
    if label is None:
        return ""
    until = label.embargo_until.isoformat() if label.embargo_until else ""
    status = label.status if label.status != "usable" else None
    stands = (status or "", label.embargo or "", until, *label.signals)
    return " ".join(stands) if any(stands) else ""


def _note(found: Peeled, note: str, agencies: Agencies) -> None:
    found.notes += (note,)
    said = note_signal(note)
    found.signals.update([said] if said else [])
    found.signals.update(signal for signal, notice in NOTICES if notice.match(note))
    found.signals.update(agencies.ordered(note))


def _slug(found: Peeled, slug: str, agencies: Agencies) -> None:
    """Its root is what an agency's manner says, else all of it but a status in brackets."""
    groups = next((match.groupdict() for each in agencies.slugs if (match := each.fullmatch(slug))), {})
    found.slug = (groups.get("slug") or slug).strip()
    found.root = slug_root(groups.get("root") or found.slug.partition(" (")[0])


def _dateline(text: str, agencies: Agencies) -> Dateline | None:
    if not text:
        return None
    found, _ = open_dateline(text, agencies)
    return found or Dateline(text=text, place=text.strip(" ,.-–—_") or None)
