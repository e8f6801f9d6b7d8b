"""Entries of a size that can be worked with and stored: what is too long is cut, and said.

Law: real copy is far below every bound; identity survives a cut, and equal entries are cut equal.
"""

import re
from dataclasses import fields, replace
from hashlib import blake2b
from typing import Any

from wire.model import Entry, Label

MAX_TEXT = 1_000_000
"""Characters of body or summary, tags included: six times the longest novel chapter, 150,000 words."""
MAX_HEADLINE = 4_000
MAX_NAME = 1_000
"""Of author and source, of a date as sent, and of one keyword."""
MAX_GUID = 4_000
MAX_KEYWORDS = 500

_INLINED = re.compile(r"""\bdata:[^\s"'<>()]{1000,}+""")
"""Images and fonts in the text itself: the first thing to go."""

_IDS = frozenset({"item", "continues", "version"})


def cut(entries: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], list[str]]:
    """The entries, none longer than may be, and what that took, in words."""
    done = tuple(map(cut_entry, entries))
    several = sum(before is not after for before, after in zip(entries, done, strict=True))
    return done, [f"{several} entries cut, which were too long"] * bool(several)


def cut_entry(entry: Entry) -> Entry:
    """The entry, itself where it is of usual size."""
    if not _is_long(entry):
        return entry
    return replace(
        entry,
        guid=entry.guid and _identifier(entry.guid),
        headline=entry.headline[:MAX_HEADLINE],
        body=_text(entry.body),
        summary=entry.summary and _text(entry.summary),
        author=entry.author and entry.author[:MAX_NAME],
        published=entry.published and entry.published[:MAX_NAME],
        source=entry.source and entry.source[:MAX_NAME],
        keywords=tuple(each[:MAX_NAME] for each in entry.keywords[:MAX_KEYWORDS]),
        label=entry.label and _label(entry.label),
    )


def _label(label: Label) -> Label:
    cut: dict[str, Any] = {}
    for each in fields(label):
        value = getattr(label, each.name)
        if isinstance(value, str):
            cut[each.name] = _identifier(value) if each.name in _IDS else value[:MAX_GUID]
        elif isinstance(value, tuple) and each.name != "signals":
            cut[each.name] = tuple(map(_identifier, value[:MAX_KEYWORDS]))
    return replace(label, **cut)


def _is_long(entry: Entry) -> bool:
    names = (entry.author, entry.published, entry.source, *entry.keywords)
    return (
        max(len(entry.body), len(entry.summary or "")) > MAX_TEXT
        or len(entry.headline) > MAX_HEADLINE
        or len(entry.guid or "") > MAX_GUID
        or len(entry.keywords) > MAX_KEYWORDS
        or any(name and len(name) > MAX_NAME for name in names)
        or (entry.label is not None and entry.label != _label(entry.label))
    )


def _text(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    text = _INLINED.sub("data:,", text)[:MAX_TEXT]
    tag = text.rfind("<")
    return text[:tag] if tag >= 0 and text.find(">", tag) < 0 and MAX_TEXT - tag < MAX_HEADLINE else text


def _identifier(guid: str) -> str:
    """Still another one for every other guid."""
    if len(guid) <= MAX_GUID:
        return guid
    return guid[:MAX_GUID] + "…" + blake2b(guid.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
