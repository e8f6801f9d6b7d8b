"""ANPA 1312: text for teleprinters and typesetters, as American agencies send it.

::

    SYN SYN SOH d0123 US apqrn              service level and number, selector
    r i DC3 DC1 BC-Quarn-Storm 03-12 0416   priority, category, format, keywords, version, date, words
    STX ^BC-Quarn-Storm, 1st Ld-Writethru,416<
    ^Headline<  ^Eds: …<  ^By …=            `^` opens a line of the head, `<` and `=` end it
    TAB   text<
    ETX AP-WF-03-12-26 1405GMT<

Law: a message that can be read in part is an entry, and what was missing is a problem. What AP and The Canadian Press
write into the head is read; another agency's lines stand as they are. Source: ANPA 1312 (89-3).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from wire.model import Document, Entry, Label, Signal
from wire.parse import editors
from wire.parse.codepage import decode_wire, without_controls
from wire.parse.fields import unique
from wire.parse.telegram import PRIORITIES, REACH, Frame, document
from wire.parse.text import clean
from wire.parse.wrapped import paragraphs

HEADING = re.compile(
    rb"\x01[\s\x00\x7f]{0,20}(?P<level>[A-Za-z])(?P<number>\d{4})(?:\x1f(?P<selector>[^\r\n\x01-\x04]{0,40}))?\s{1,4}"
    rb"(?P<priority>[A-Za-z]) ?(?P<category>[A-Za-z])(?=[\x11-\x14 ])(?P<kind>[\x11-\x14 ]{0,4})"
    rb"(?P<rest>[^\r\n\x01-\x04]{0,200})"
)
_BARE = re.compile(rb"[\x00\x16\x7f\s]{0,512}+\x01[^\x00-\x04\x1f]{1,100}\x1f[^\x01-\x04]{0,1000}\x02")
_FILED = re.compile(r"(?:^|\s)(?P<month>\d{1,2})-(?P<day>\d{1,2})(?: +(?P<words>\d{1,5}))?\s*$")
_TABULAR = b"\x12"

_SENT = re.compile(
    r"(?:[A-Z]{2,5}-[A-Z]{2}-(?P<m>\d\d)-(?P<d>\d\d)-(?P<y>\d\d) (?P<H>\d\d)(?P<M>\d\d)(?P<z>GMT|[A-Z]{2,3})?)|"
    r"(?:(?P<H2>\d\d):?(?P<M2>\d\d) ?(?P<half>[ap])?[a-z]?(?P<z2>[A-Z]{1,3})? (?P<m2>\d\d)-(?P<d2>\d\d)-(?P<y2>\d\d))"
)
"""`AP-WF-03-12-26 1405GMT`, `16:35ET 31-10-26`, `1405GMT 03-12-26`."""
_HOURS = {"GMT": 0, "UTC": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8}
_HOURS |= {"PDT": -7, "AST": -4, "ADT": -3}

_SLUG = re.compile(
    r"(?P<slug>[^,]{2,60}?)(?:,\s*(?!\d+\s*(?:,|$))(?P<version>[^,]{1,60}?))?(?:,\s*(?P<words>\d{1,5}))?(?:,.{0,40})?"
)
_NUMBERED = re.compile(
    r"(?i)\b\d{0,2}(?:st|nd|rd|th)?[\s-]*(?:ld|lead|writethru|add|sub|insert|take|update)|\bcorrect|\bkill\b"
)
_NOTE = re.compile(
    r"(?i)(?:eds?\b|editors?\b|attn\b|attention\b|note\b|with (?:ap )?photos?\b|ap photos?\b|photos?\b|graphics?\b|"
    r"apnews(?:now|alert|break)\b|ap video\b|for (?:use|release)\b|hold for\b|embargo|adv\d|advance\b|"
    r"(?:mandatory )?kill\b|withhold\b|correct\w*|update\b|index:|symbol:|code:|moved\b|will be\b)"
)
_NAMED_LINE = re.compile(r"(?i)(?:HL|headline|head):\s*(?P<headline>.+)")
_BYLINE = re.compile(r"By [^\W\d_].{1,120}")
_RUNS_ON = 6
"""Lines that one line of the head may take."""
_ENDS = "<=@ \t"
_TAB_LINE = re.compile("^\x08", re.MULTILINE)
_SPACES = str.maketrans({"\x10": " ", "\x1a": " ", "\x1b": " ", "\x1c": " ", "\x1d": " ", "\x1f": " "})
_HALF = re.compile(r"(?<=[\d;])\{")
_DASH = re.compile(r"(?<=\s)_(?=\s)")

_VERSIONS = (
    (Signal.KILL, re.compile(r"(?i)\bkill\b")),
    (Signal.WITHHOLD, re.compile(r"(?i)\bwithhold\b")),
    (Signal.CORRECTION, re.compile(r"(?i)\bcorrect")),
    (Signal.WRITETHRU, re.compile(r"(?i)writethru")),
    (Signal.UPDATE, re.compile(r"(?i)\b(?:(?:ld|lead)(?!-?writethru)|sub|insert|update)\b|\d(?:st|nd|rd|th)Ld\b")),
    (Signal.ADVISORY, re.compile(r"(?i)\badvisory\b")),
)
_URGENT = {"f": Signal.FLASH, "b": Signal.URGENT, "u": Signal.URGENT}


@dataclass(slots=True, kw_only=True)
class _Head:
    """What the lines with `^` above a text say."""

    slug: str | None = None
    version: str | None = None
    headline: str = ""
    byline: str | None = None
    notes: list[str] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    """Other lines, which are text."""


def detects(body: bytes) -> bool:
    """Does a message begin near the top?"""
    start = body.find(b"\x01", 0, REACH)
    found = HEADING.search(body, start, start + 2 * REACH) if start >= 0 else None
    return (found is not None and found.start() < REACH) or _BARE.match(body) is not None


def read(body: bytes, *, url: str) -> Document:  # noqa: ARG001 - every reader is told where its body came from
    """The messages of a body. Raises `BrokenDocument` where none holds a text."""
    return document(body, HEADING, _message, kind="anpa", name="ANPA 1312")


def _message(frame: Frame) -> tuple[Entry | None, list[str]]:
    problems = list(frame.problems)
    found = HEADING.match(b"\x01" + frame.heading)
    problems += [] if found else ["its heading can't be read"]
    decoded = decode_wire(frame.text)
    text, strange = without_controls(_TAB_LINE.sub("", decoded.text.translate(_SPACES)))
    problems += [*decoded.problems, *[f"{strange} control characters removed"] * bool(strange)]
    rest = clean(found["rest"].decode("latin-1")) if found else ""
    filed = _FILED.search(rest)
    keywords = " ".join((rest[: filed.start()] if filed else rest).split())
    sent, moment, text = _sent(clean(frame.trailer.decode("latin-1")), text)
    lines = [_typed(line) for line in text.split("\n")]
    tabular = found is not None and _TABULAR in found["kind"][1:]
    head, lines = _head(lines, keywords, tabular=tabular)
    body = "\n\n".join([*head.above, *_body(lines, tabular=tabular)])
    if not head.headline and not body:
        return None, [*problems, "it holds no text"]
    words, stated = len(body.split()), int(filed["words"] or 0) if filed else 0
    problems += [f"it says {stated} words and holds {words}"] * (words * 2 < stated - 20)
    priority = found["priority"].decode("ascii").lower() if found else ""
    return Entry(
        guid=_guid(found, moment.strftime("%Y/%m/%d") if moment else None, text),
        url=None,
        headline=head.headline,
        body=body,
        markup="text",
        author=head.byline,
        published=sent,
        published_at=moment,
        keywords=unique([head.slug or keywords]),
        label=Label(
            version=head.version,
            signals=_signals(head, priority),
            embargo=editors.embargo_in(tuple(head.notes)),
            slug=head.slug or keywords or None,
            notes=tuple(head.notes),
            reason=editors.reason_in(tuple(head.notes)),
            priority=PRIORITIES.get(priority),
            categories=unique([found["category"].decode("ascii").lower()]) if found else (),
            take=next(filter(None, map(editors.take_in, (head.version or "", *head.notes))), None),
        ),
    ), problems


def _typed(line: str) -> str:
    """What seven bits spelt with other signs: quotes, dashes, a half."""
    if "`" in line or "''" in line:
        line = line.replace("``", "“").replace("''", "”").replace("`", "‘")
    return _HALF.sub("½", _DASH.sub("—", line)) if "_" in line or "{" in line else line


def _signals(head: _Head, priority: str) -> tuple[Signal, ...]:
    said = f"{head.version or ''} {head.slug or ''}"
    found = {signal for signal, words in _VERSIONS if words.search(said)}
    found.update(editors.signals_in(tuple(note for note in head.notes if not note.lower().startswith(("ed", "note")))))
    if not found and priority in _URGENT:
        found.add(_URGENT[priority])
    return tuple(sorted(found, key=tuple(Signal).index))


# --- the head


def _head(lines: list[str], keywords: str, *, tabular: bool) -> tuple[_Head, list[str]]:
    """What the head says, and the lines below it."""
    head = _Head()
    units = list(_caret_lines(lines, 0 if tabular else _RUNS_ON))
    below = lines[units[-1][1] :] if units else lines
    for number, (unit, _) in enumerate(units):
        _read_line(head, unit, first=number == 0, keywords=keywords)
    return head, below


def _caret_lines(lines: list[str], most: int) -> Iterator[tuple[str, int]]:
    """The lines with `^` at the top, each in one of up to `most` more, and where the lines behind it begin."""
    at = 0
    while at < len(lines):
        line = lines[at].strip(" \t")
        at += 1
        if not line:
            continue
        if not line.startswith("^"):
            return
        last = at + most
        while not line.endswith(("<", "=")) and at < min(last, len(lines)) and _goes_on(lines[at]):
            line = f"{line} {lines[at].strip()}"
            at += 1
        yield line[1:].strip().rstrip(_ENDS), at


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("^", "\t", "   "))


def _read_line(head: _Head, line: str, *, first: bool, keywords: str) -> None:
    if not line:
        return
    if first and (found := _SLUG.fullmatch(line)) and _is_slug(found, line, keywords):
        head.slug, head.version = found["slug"].strip(), found["version"]
    elif named := _NAMED_LINE.fullmatch(line):
        head.headline = named["headline"]
    elif head.byline and len(line) < 60 and not head.above and line[:1].isupper() and not _NOTE.match(line):
        head.byline = f"{head.byline}, {line}"
    elif _BYLINE.fullmatch(line):
        head.byline = line
    elif _NOTE.match(line):
        head.notes.append(line)
    elif not head.headline:
        head.headline = line
    else:
        head.above.append(line)


def _is_slug(found: re.Match[str], line: str, keywords: str) -> bool:
    """A line that opens like the keywords of the heading, counts words, or bears an edition's mark (`BC-`)."""
    if found["words"] or re.match(r"[A-Z]{2}-{1,2}\S", line) or _NUMBERED.search(found["version"] or ""):
        return True
    opening = re.split(r"[\s,]", keywords.lower())[0]
    return len(opening) > 3 and line.lower().startswith(opening[:20])


# --- the text


def _body(lines: list[str], *, tabular: bool) -> list[str]:
    """Paragraphs: each line of a table, else from a tab to the next one, or to `<`."""
    if tabular:
        return [bare for line in lines if (bare := _bare(line))]
    if not any(line.startswith("\t") or line.rstrip().endswith("<") for line in lines):
        return paragraphs("\n".join(line.removeprefix("^") for line in lines)).split("\n\n")
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.startswith(("\t", "^", "   ")) or not line.strip():
            parts.append([])
        if bare := _bare(line):
            parts[-1].append(bare)
        if line.rstrip().endswith(("<", "=")):
            parts.append([])
    return [" ".join(part) for part in parts if part]


def _bare(line: str) -> str:
    line = line.strip()
    ended = line.endswith("<") or (line.startswith("^") and line.endswith("="))
    return " ".join((line.rstrip(_ENDS) if ended else line).removeprefix("^").split())


# --- when and which


def _sent(trailer: str, text: str) -> tuple[str | None, datetime | None, str]:
    """When it was sent, as written and in UTC, and the text without the line that says so."""
    found = _SENT.search(trailer)
    if found is None and (last := text.rstrip().rpartition("\n")[2]) and (found := _SENT.search(last)):
        text = text.rstrip().rpartition("\n")[0]
    return (found[0], _moment(found), text) if found else (None, None, text)


def _moment(found: re.Match[str]) -> datetime | None:
    one = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
    month, day, hour = int(one["m"]), int(one["d"]), int(one["H"])
    if month > 12:  # The Canadian Press writes the day first
        month, day = day, month
    hour = hour % 12 + 12 * (one["half"] == "p") if "half" in one else hour
    try:
        clock = datetime(2000 + int(one["y"]), month, day, hour, int(one["M"]), tzinfo=UTC)
        return clock - timedelta(hours=_zone(one.get("z"), clock))
    except (ValueError, OverflowError):
        return None


def _zone(name: str | None, clock: datetime) -> int:
    """Hours east of Greenwich; `ET` is summer time from the second Sunday of March to the first of November."""
    if name is None or name in _HOURS:
        return _HOURS.get(name or "GMT", 0)
    standard = {"ET": -5, "CT": -6, "MT": -7, "PT": -8}.get(name)
    if standard is None:
        return 0
    march, november = datetime(clock.year, 3, 14, 2, tzinfo=UTC), datetime(clock.year, 11, 7, 2, tzinfo=UTC)
    begins, ends = (each - timedelta(days=(each.weekday() + 1) % 7) for each in (march, november))
    return standard + (begins <= clock < ends)


def _guid(found: re.Match[bytes] | None, day: str | None, text: str) -> str | None:
    """Service level and number with their day: numbers begin anew every day, and 0 is none."""
    if found is None or not int(found["number"]):
        return None
    item = (found["level"] + found["number"]).decode("ascii").lower()
    return f"{item}/{day or blake2b(text.encode('utf-8', 'replace'), digest_size=2).hexdigest()}"
