"""What a feed's document says, in one hash: two with the same hash bring the same entries.

Law: never loses a change. Of an entry every byte counts; outside of the entries all does but dates, which no entry
takes anything from, and comments behind the last entry. Where it is not plain which is which, every byte of all counts.
"""

import re
from hashlib import blake2b

HEAD, TAIL = 65_536, 4_096
"""Bytes at the start in which the first entry has to begin, and at the end in which the last one has to end."""

_PREFIX = rb"(?:[^\s<>/!?\"'=]*:)?"
_ROOT = re.compile(rb"<" + _PREFIX + rb"(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_BEGIN = re.compile(rb"<" + _PREFIX + rb"(?:item|entry)[\s/>]", re.IGNORECASE)
_END = re.compile(rb"</" + _PREFIX + rb"(?:item|entry)\s*>", re.IGNORECASE)
_DATE = re.compile(rb"(<" + _PREFIX + rb"(?:lastBuildDate|pubDate|updated|modified|date)>)[^<>&]{0,64}(?=</)")
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<")
"""Markup from the start: no JSON that holds some, and none of a program's chatter."""
_TEXTS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))
_COMMENT = re.compile(rb"<!--[^<>]{0,1000}-->")


def fingerprint(body: bytes) -> str:
    """The hash of a body, whatever it is: 32 hexadecimal digits."""
    digest = blake2b(digest_size=16)
    for part in _parts(body):
        digest.update(part)
        digest.update(b"\0<>")  # which no XML holds: no byte moves from one part to another
    return digest.hexdigest()


def _parts(body: bytes) -> tuple[bytes, ...]:
    """Before the entries, the entries, behind them, without what does not count."""
    first = _BEGIN.search(body, 0, HEAD)
    if first is None or not _ROOT.search(body, 0, first.start()) or not _PLAIN.match(body):
        return (body,)
    begin, end = first.start(), _end(body, first.start())
    head, tail = _DATE.sub(rb"\1", body[:begin]), _COMMENT.sub(b"", _DATE.sub(rb"\1", body[end:]))
    return head, body[begin:end], tail


def _end(body: bytes, begin: int) -> int:
    """Where the entries end; the end of all where that might be somewhere else, too."""
    last = None
    for last in _END.finditer(body, max(begin, len(body) - TAIL)):  # noqa: B007 - the last one is wanted
        pass
    if last is None or _BEGIN.search(body, end := last.end()):
        return len(body)
    inside_text = any(body.rfind(opened, begin, end) > body.rfind(closed, begin, end) for opened, closed in _TEXTS)
    return len(body) if inside_text else end
