"""IPTC 7901: text for teleprinters, as most agencies outside America still send it.

::

    SOH bdt0123 3 vm 831  dpa 0456     source and number, priority, category, words, what else there is
    keyword/keyword/
    STX (notes) headline (notes) =     the head; then the text, broken into lines
    ETX 241205 Sep 24                  day, hour and minute, month, year

Law: a message that can be read in part is an entry, and what was missing is a problem. Source: IPTC 7901, revision 5;
the manner of dpa (head up to `=`, notebook below `# Notizblock`) beside it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from wire.model import Document, Entry, Label, Signal
from wire.parse import editors
from wire.parse.codepage import decode_wire, without_controls
from wire.parse.fields import unique
from wire.parse.telegram import PRIORITIES, REACH, SOH, Frame, day_time, document
from wire.parse.text import clean
from wire.parse.wrapped import paragraphs

HEADING = re.compile(
    rb"\x01[\s\x00\x7f]{0,20}(?P<source>[A-Za-z][A-Za-z0-9]{0,7}?)[ -]?(?P<number>\d{3,5})"
    rb" ++(?P<priority>[0-9A-Za-z]) ++(?P<category>[A-Za-z0-9]{1,4})(?: ++(?P<words>\d{1,6}))?"
    rb"(?: ++(?P<info>[^ \r\n\x01-\x04][^\r\n\x01-\x04]{0,79}))? *+(?=[\r\n\2]|\Z)"
)
_BARE = re.compile(rb"[\x00\x16\x7f\s]{0,512}+\x01[^\x00-\x08\x0e-\x1f]{8,1000}\x02")
"""What can't be read as a heading, between the marks of one."""
_HEAD = 15
"""Lines of a message among which its head ends."""
_TITLE = 160
"""Characters of a headline that no `=` ends."""
_BRACKETED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_BYLINE = re.compile(r"(?:Von|By|Par|Por|Av|Af|Door|Di|De)\s+[^\W\d_a-z][^.!?]{2,100}")
_DATELINED = re.compile(r"[^\n()]{2,60} \([^()\d\n]{2,30}\) ?[-–—] ")
_NOTEBOOK = re.compile(r"^#\s*(?:Notizblock|Notebook|Notepad|Bloc-notes|Cuaderno)\s*$", re.MULTILINE)
_PRIVATE = re.compile(
    r"^(?:\* ){2,}\*\s*\n|^(?=(?:Die folgenden Informationen sind nicht|The following information is not) .{0,40}"
    r"(?:Veröffentlichung|publication))",
    re.MULTILINE,
)
_APART = re.compile(r"\n\s*\n|^[* ]{3,}$", re.MULTILINE)
_CORRECTS = re.compile(r"(?i)berichtig|korrektur|correct|kill|hold\b|rückzug")
_CENTRAL = re.compile(r"\b(?:dpa|lni|APA|apa|sda|ats|afxp)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands above a text."""

    headline: str
    byline: str | None
    notes: tuple[str, ...]
    rest: str


def detects(body: bytes) -> bool:
    """Does a message begin near the top, or text between SOH and STX that is nothing else?"""
    start = body.find(SOH, 0, REACH)
    if start < 0:
        return False
    found = HEADING.search(body, start, start + 2 * REACH)
    if found is not None and found.start() < REACH:
        return True
    return _BARE.match(body) is not None


def read(body: bytes, *, url: str) -> Document:  # noqa: ARG001 - every reader is told where its body came from
    """The messages of a body. Raises `BrokenDocument` where none holds a text."""
    return document(body, HEADING, _message, kind="iptc7901", name="IPTC 7901")


def _message(frame: Frame) -> tuple[Entry | None, list[str]]:
    problems = list(frame.problems)
    decoded = decode_wire(frame.text)
    problems += decoded.problems
    text, strange = without_controls(decoded.text)
    problems += [f"{strange} control characters removed"] * bool(strange)
    found = HEADING.match(b"\x01" + frame.heading)
    problems += [] if found else ["its heading can't be read"]
    keywords = _keywords(frame.heading[found.end() - 1 :] if found else b"")
    text, notebook = _notebook(text)
    head = _head(text.strip("\n"))
    said = (*head.notes, *notebook)
    words = head.rest.split()
    if not head.headline and not words:
        return None, [*problems, "it holds no text"]
    if found and found["words"] and len(words) * 2 < int(found["words"]) - 20:
        problems.append(f"it says {int(found['words'])} words and holds {len(words)}")
    sent, moment = day_time(clean(frame.trailer.decode("latin-1")), local=_is_central(found, text))
    above, body = _teaser(paragraphs(head.rest))
    summary = above if body else None
    priority = _priority(found)
    signals = editors.signals_in(head.notes) or editors.signals_in((head.headline,) * _shouts(head.headline))
    return Entry(
        guid=_guid(found, moment.strftime("%Y/%m/%d") if moment else None, text),
        url=None,
        headline=head.headline,
        body=body or above,
        markup="text",
        summary=summary or None,
        author=head.byline,
        published=sent,
        published_at=moment,
        keywords=tuple(keywords),
        label=Label(
            signals=signals or ((Signal.FLASH,) if priority == 1 else ()),
            embargo=editors.embargo_in(head.notes),
            slug="/".join(keywords) or None,
            notes=said,
            reason=editors.reason_in(head.notes),
            priority=priority,
            categories=unique([found["category"].decode("ascii")]) if found else (),
            take=next(filter(None, map(editors.take_in, (head.headline, *head.notes, *keywords))), None),
            continues=_of_that_day(next(filter(None, map(editors.continued_in, said)), None), moment),
            orders=tuple(item for note in said if _CORRECTS.search(note[:60]) for item in editors.items_in(note)),
        ),
    ), problems


def _shouts(headline: str) -> int:
    """1: a headline that says nothing but an order (`KILL KILL KILL`)."""
    return int(headline.isupper())


def _keywords(below: bytes) -> list[str]:
    """The keywords below the heading, which may take several lines."""
    text, _ = without_controls(decode_wire(below).text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = "".join(line if line.endswith("/") else line + " " for line in lines)
    return [each.strip() for each in joined.split("/") if each.strip()][:50]


def _notebook(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what is written below it for editors, and that, a section a note."""
    found = _NOTEBOOK.search(text) or _PRIVATE.search(text)
    if found is None:
        return text, ()
    parts = _APART.split(text[found.end() :])
    notes = (_one_line(part.replace("#", "")) for part in parts)
    return text[: found.start()], tuple(note for note in notes if note)[:50]


def _head(text: str) -> Head:
    """The head of a message: up to a line that ends in `=`, else a short line or two before a blank one."""
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines[:_HEAD]) if line.rstrip().endswith("=")), None)
    if end is not None:
        above = "\n".join(lines[: end + 1]).rstrip().removesuffix("=").rstrip()
        return _read_head(above, "\n".join(lines[end + 1 :]))
    blank = next((at for at, line in enumerate(lines[:_HEAD]) if not line.strip()), None)
    above = "\n".join(lines[:blank])
    short = blank is not None and len(_BRACKETED.sub("", above)) <= _TITLE and blank <= 6
    if short and not _DATELINED.match(above):
        return _read_head(above, "\n".join(lines[blank:]))
    if blank is None and len(lines) == 1 and len(above) <= _TITLE:
        return _read_head(above, "")
    notes = []
    while (note := _BRACKETED.match(text)) and text[note.end() : note.end() + 1] in {"\n", ""}:
        notes.append(_one_line(note[0]))
        text = text[note.end() :].lstrip("\n")
    return Head(headline="", byline=None, notes=tuple(notes), rest=text)


def _read_head(above: str, rest: str) -> Head:
    notes: list[str] = []
    title: list[str] = []
    byline: str | None = None
    while above := above.lstrip():
        note = _BRACKETED.match(above)
        if note and above[note.end() : note.end() + 1] in {"\n", ""}:
            notes.append(_one_line(note[0]))
            above = above[note.end() :]
            continue
        line, _, above = above.partition("\n")
        if title and byline is None and _BYLINE.fullmatch(line.strip()):
            byline = line.strip()
        else:
            title.append(line.strip())
    return Head(headline=" ".join(title), byline=byline, notes=tuple(notes), rest=rest)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _teaser(text: str) -> tuple[str, str]:
    """What stands between head and dateline, and the text; without a dateline below it, all is above."""
    above, _, below = text.partition("\n\n")
    return (above, below) if below and _DATELINED.match(below) and not _DATELINED.match(above) else ("", text)


def _priority(found: re.Match[bytes] | None) -> int | None:
    if found is None:
        return None
    sent = found["priority"].decode("ascii").lower()
    return PRIORITIES.get(sent) if sent.isalpha() else int(sent) or None


def _is_central(found: re.Match[bytes] | None, text: str) -> bool:
    """Is it an agency that dates its messages in Central European time?"""
    info = (found["info"] or b"").decode("latin-1") if found else ""
    return _CENTRAL.search(info) is not None or _CENTRAL.search(" ".join(_BRACKETED.findall(text[:3_000]))) is not None


def _of_that_day(item: str | None, moment: datetime | None) -> str | None:
    """The guid of the message of that number; another id as it is."""
    numbered = item is not None and item.isalnum() and moment is not None
    return f"{item}/{moment:%Y/%m/%d}" if numbered else item


def _guid(found: re.Match[bytes] | None, day: str | None, text: str) -> str | None:
    """Source and number with their day; numbers begin anew every day, and 0 is none."""
    if found is None or not int(found["number"]):
        return None
    item = (found["source"] + found["number"]).decode("ascii")
    return f"{item}/{day or blake2b(text.encode('utf-8', 'replace'), digest_size=2).hexdigest()}"
