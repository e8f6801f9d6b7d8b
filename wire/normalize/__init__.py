"""Pure: an entry to its copy.

::

    markup ─▶ paragraphs ─▶ furniture off, with what it tells ─▶ headline without tags ─▶ language, version id
    (markup)    (text)      (furniture, dateline, agencies)          (agencies)           (language, identity)

Law: normalizing a copy again changes nothing; no text raises; what a reader reads is never folded.
"""

import re

from wire.model import Copy, Entry, Signal
from wire.normalize.agencies import Agencies
from wire.normalize.entries import By, Known, Match, Names, content_key, recognise
from wire.normalize.findings import Peeled, Rank, note_signal
from wire.normalize.furniture import peel
from wire.normalize.headline import made_of
from wire.normalize.identity import (
    content_name,
    entry_hash,
    entry_key,
    face,
    guid_name,
    link_name,
    spelling,
    version_id,
)
from wire.normalize.language import language_of
from wire.normalize.markup import title, to_text
from wire.normalize.orders import OPENS, order_in
from wire.normalize.stated import add as add_stated
from wire.normalize.text import one_line, paragraphs
from wire.policy import AgencyProfile

__all__ = [
    "Agencies",
    "By",
    "Known",
    "Match",
    "Names",
    "content_key",
    "content_name",
    "entry_hash",
    "entry_key",
    "face",
    "guid_name",
    "link_name",
    "normalize",
    "recognise",
    "spelling",
    "version_id",
]

_ITEM_LINE = 120
"""Characters of a line that holds an item's number."""
_ITEM_LINES = 4
"""Paragraphs at the end of a body in which the item's number may stand."""
_CALL = re.compile(r"(?i)^[\s+(]*(?:(?:eds?|attn|editors|attention editors|achtung)\b\s*[:!-]\s*)?")
_STRENGTH = tuple(Signal)


def normalize(entry: Entry, *, source: str, agency: str | None, language: str | None, agencies: Agencies) -> Copy:
    """Clean an entry down to its copy.

    `source` is who sent it, `agency` the key of the profile that writes everything in the feed, `language` what the
    document or the feed declares where the entry declares nothing.
    """
    html = entry.markup == "html"
    body = _paragraphs(entry.body, html=html) or _paragraphs(entry.summary or "", html=html)
    headline, signals, number = agencies.strip_tags(one_line(title(entry.headline) if html else entry.headline))
    found = Peeled(list(body), signals=signals, number=number)
    dateline = add_stated(found, entry.label, agencies) if entry.label else None
    found.names(Rank.FEED, agencies.get(agency))
    found.names(Rank.SOURCE, agencies.named(entry.source or "") or agencies.named(source))
    peeled, headline = _settle(found, headline, agencies)
    origin = agencies.get(_origin(peeled))
    text = tuple(peeled.paragraphs)
    peeled.signals.update(*(agencies.ordered(each) for each in text[:OPENS] if each not in body[:OPENS]))
    guid = one_line(entry.guid or "") or None
    url = one_line(entry.url or "", 4_000) or None
    return Copy(
        version_id=version_id(headline, text),
        headline=headline,
        paragraphs=text,
        dateline=peeled.dateline or dateline,
        byline=peeled.byline or one_line(entry.author or "") or None,
        credit=peeled.credit,
        origin=origin.name if origin else None,
        signals=tuple(sorted(peeled.signals, key=_STRENGTH.index)),
        slug=peeled.slug,
        slug_root=peeled.root,
        revision=agencies.revision((guid, url, *(line for line in body[-_ITEM_LINES:] if len(line) <= _ITEM_LINE))),
        number=peeled.number,
        reason=(one_line(entry.label.reason) if entry.label and entry.label.reason else None) or _reason(peeled.notes),
        notes=peeled.notes,
        order=order_in(body, (*peeled.notes, *text), peeled.signals, agencies),
        relay=_relay(peeled, origin, agencies),
        language=language_of(" ".join(text) or headline, entry.language or language),
        guid=guid,
        url=url,
        published_at=entry.published_at,
        updated_at=entry.updated_at,
    )


def _paragraphs(text: str, *, html: bool) -> tuple[str, ...]:
    return paragraphs(to_text(text) if html else text)


def _settle(found: Peeled, headline: str, agencies: Agencies) -> tuple[Peeled, str]:
    """Peel the body and strip the headline until neither changes the other: the agency that the body names has headline
    tags of its own, and a paragraph that repeats the bare headline goes."""
    while True:
        found = found.joined(peel(tuple(found.paragraphs), headline, agencies))
        writers = {found.origins.get(Rank.FEED), _origin(found)}
        if headline and not any(writers):
            return found, headline
        bare, said, number = agencies.strip_tags(headline or made_of(found.paragraphs), writers)
        if headline:
            found.signals |= said
            found.number = number if found.number is None else found.number
        if bare == headline:
            return found, headline
        headline = bare


def _origin(found: Peeled) -> str | None:
    return found.origins[min(found.origins)] if found.origins else None


def _relay(found: Peeled, origin: AgencyProfile | None, agencies: Agencies) -> str | None:
    """Whom the dateline names before the author, else the agency whose feed it is."""
    passed = agencies.get(found.relay) or agencies.get(found.origins.get(Rank.FEED))
    return passed.name if passed and origin and passed.key != origin.key else None


def _reason(notes: tuple[str, ...]) -> str | None:
    """The first of the notes that says what changed, without the brackets and the call to editors around it."""
    for note in notes:
        if note_signal(note) not in {None, Signal.URGENT}:
            bare = _CALL.sub("", note).strip(" +.")
            return (bare.removesuffix(")") if bare.count(")") > bare.count("(") else bare).strip(" .:")
    return None
