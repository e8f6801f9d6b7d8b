"""Mail: press releases and copy that come as messages (RFC 5322, MIME), one or a whole mbox.

::

    message ─▶ parts ─▶ the text: plain, else HTML             ─▶ an entry
                     ─▶ documents in a known format, packed    ─▶ their entries, instead
                        in gzip or ZIP files or not
                     ─▶ pictures and other attachments         ─▶ skipped, a word each

Law: never raises for what a sender writes, but where there is nothing in a message at all. Who a message says it is
from is shown and proves nothing: it is the author, never the source.
"""

import binascii
import email
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import parseaddr

from wire.errors import BrokenDocument, ParseError
from wire.model import Document, Entry, Label
from wire.parse.dates import moment
from wire.parse.fields import Markup, language_tag, name_or_none, says_something, text_or_none, unique
from wire.parse.packed import MAX_UNPACKED, held, is_packed
from wire.parse.telegram import told
from wire.parse.text import decode

Inside = Callable[[bytes, str | None], Document | None]
"""What a reader makes of an attached document, of its bytes and media type; None: nobody reads it."""

MAX_PARTS = 200
"""Parts of one message, and messages of one mbox file, that are looked at; nested ones count."""
_BOUNDARIES = 100
"""Multiparts in one body. The parser's time grows with their depth."""
_DEPTH = 4
"""Mails inside mails that are entries by themselves; what lies deeper is text of the one around it."""
_HEAD = 65_536
"""Bytes of a message's header that are looked at to tell that it is one."""

_LINE = re.compile(rb"(?P<name>[A-Za-z][A-Za-z0-9-]{1,60}):(?=[ \t\r\n])[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*+")
_MBOX = re.compile(rb"^From \S+ +[^\r\n]{10,60}\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,60}:)", re.MULTILINE)
_BLANK = re.compile(rb"\n\r?\n")
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,90}")
_KNOWN = frozenset(
    b"from to subject date message-id received mime-version return-path delivered-to content-type sender".split()
)
_SURE = frozenset({b"from", b"date", b"message-id", b"received", b"return-path"})
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg|tr|rv|sv|vs|antw)\s*:\s*)+", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s]{3,900})>")
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_SOFT = re.compile(r"(?<!^--) \n(?=[^>\n])", re.MULTILINE)
_FITTING = 0.5
"""Of the words of the HTML that the plain text holds; one with fewer is a note that there is HTML."""
_SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_WORDS = {"image": "picture", "video": "video", "audio": "audio", "font": "font"}
_MARKED = b"<{\x01"
"""Where a part that says that it is plain text begins so, it may be a document of a wire format."""
_MEDIA = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "tif", "tiff", "webp", "svg"), "picture"),
    **dict.fromkeys(("mp4", "mov", "mxf", "mpg"), "video"),
    **dict.fromkeys(("mp3", "wav", "m4a"), "audio"),
}
"""What is skipped of a packed file, by the ending of its name."""


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the parts of one message hold."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Attached texts, which are the text where there is no other."""
    entries: list[Entry] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left: int = MAX_PARTS
    room: int = MAX_UNPACKED
    """Bytes that may still be unpacked."""


class _AsSent(Compat32):
    """Headers as they came: what is no ASCII in them is not given up."""

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002 - the email package's signature
        """The value itself, its bytes above 127 escaped as surrogates."""
        return value


_POLICY = _AsSent()


def detects(body: bytes) -> bool:
    """Does a body begin with a message's header, or with the line that parts an mbox?"""
    at = found.end() if (found := _MBOX.match(body)) else 0
    names: set[bytes] = set()
    while at < _HEAD and (line := _LINE.match(body, at, at + _HEAD)):
        names.add(line["name"].lower())
        at = line.end()
    return len(names & _KNOWN) >= 2 and bool(names & _SURE)


def read(body: bytes, *, url: str, inside: Inside) -> Document:  # noqa: ARG001 - as every reader
    """The messages of a body. Raises `BrokenDocument` where none holds anything."""
    if body.count(b"boundary") > _BOUNDARIES:
        raise BrokenDocument(f"mail with more than {_BOUNDARIES} multiparts")
    entries: list[Entry] = []
    skipped: list[str] = []
    problems: list[str] = []
    room = MAX_UNPACKED
    for number, message in enumerate(_messages(body), 1):
        if message is None:
            problems.append(f"message {number}: breaks off in its header")
            continue
        found = _Found(room=room)
        entry = _message(message, found, inside)
        room = found.room
        entries += found.entries or ([entry] if entry else [])
        skipped += found.skipped
        problems += [f"message {number}: {each}" for each in found.problems]
    if not entries and not skipped:
        raise BrokenDocument(f"mail without a text{': ' + problems[0] if problems else ''}")
    return Document(
        format="mail",
        title=None,
        language=None,
        entries=tuple(entries),
        skipped=tuple(skipped),
        problems=told(problems),
    )


def _messages(body: bytes) -> Iterator[Message | None]:
    """Each message; None where it has no end of its header."""
    starts = [found.start() for found in _MBOX.finditer(body)][:MAX_PARTS]
    if not starts or starts[0] != 0:
        starts = [0]
    for begin, end in zip(starts, [*starts[1:], len(body)], strict=True):
        try:
            yield (
                None
                if not _BLANK.search(body, begin, end)
                else email.message_from_bytes(body[begin:end], policy=_POLICY)
            )
        except RecursionError as error:
            raise BrokenDocument("mail with parts inside parts without end") from error


def _message(message: Message, found: _Found, inside: Inside, depth: int = 0) -> Entry | None:
    if (message["Auto-Submitted"] or "no").strip().lower().startswith(("auto-replied", "auto-notified")):
        found.skipped.append("automatic reply")
        return None
    _gather(message, found, inside, depth)
    if found.entries:
        found.skipped += ["covering letter"] * bool(found.plain or found.html)
        return None
    headline = _REPLY.sub("", _header(message["Subject"]), count=1).strip()
    body, markup = _best(found)
    if not body and (not headline or found.skipped):
        return None
    name, address = _sender(_header(message["From"])[:500])
    sent = _header(message["Date"]) or None
    evolved = tuple(_ID.findall(_header(message["Supersedes"])))[:20]
    return Entry(
        guid=next(iter(_ID.findall(_header(message["Message-ID"]))), None),
        url=None,
        headline=headline,
        body=body,
        markup=markup,
        author=name_or_none(name) or name_or_none(address),
        published=sent,
        published_at=moment(sent),
        language=language_tag(_header(message["Content-Language"]).partition(",")[0]),
        keywords=unique(name_or_none(each) for each in _header(message["Keywords"]).split(",")[:50]),
        label=Label(evolved=evolved) if evolved else None,
    )


# --- parts


def _gather(message: Message, found: _Found, inside: Inside, depth: int) -> None:
    """Look at all parts, from the first to the last."""
    todo = [message]
    while todo:
        part = todo.pop()
        found.left -= 1
        if found.left < 0:
            found.problems.append(f"only the first {MAX_PARTS} parts read")
            return
        kind = part.get_content_type()
        kind = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
        if kind == "multipart/report":
            found.skipped.append("delivery report")
        elif part.is_multipart():
            held = [each for each in part.get_payload() if isinstance(each, Message)]
            if kind == "message/rfc822" and depth < _DEPTH:
                for each in held:
                    _take_message(each, found, inside, depth + 1)
            else:
                todo += reversed(held)
        elif kind not in _SEALS:
            _take(part, kind, found, inside)


def _take_message(message: Message, found: _Found, inside: Inside, depth: int) -> None:
    """A mail inside a mail: what somebody passed on is the copy, and the mail around it its covering letter."""
    own = _Found(left=found.left, room=found.room)
    entry = _message(message, own, inside, depth)
    found.left, found.room = own.left, own.room
    found.entries += own.entries or ([entry] if entry else [])
    found.skipped += own.skipped
    found.problems += own.problems


def _take(part: Message, kind: str, found: _Found, inside: Inside) -> None:
    family = kind.partition("/")[0]
    attached = "attachment" in (part["Content-Disposition"] or "").lower() or part.get_filename(None) is not None
    if family in _WORDS:
        found.skipped.append(_WORDS[family])
        return
    data = _payload(part)
    if not data.strip():
        return
    if is_packed(data):
        if not _take_packed(data, kind, found, inside):
            found.skipped.append(_word(kind))
        return
    if attached or kind not in {"text/plain", "text/html"} or (kind == "text/plain" and data.lstrip()[:1] in _MARKED):
        charset = part.get_content_charset()
        if _take_document(data, f"{kind}; charset={charset}" if charset else kind, f"attached {kind}", found, inside):
            return
    if kind in {"text/plain", "text/html"}:
        decoded = decode(data, f"{kind}; charset={part.get_content_charset() or ''}")
        found.problems += decoded.problems
        texts = found.texts if attached else found.html if kind == "text/html" else found.plain
        texts.append(_flowing(decoded.text, part) if kind == "text/plain" else decoded.text)
    else:
        found.skipped.append(_word(kind))


def _word(kind: str) -> str:
    """What is said of a part that is skipped."""
    return "event" if kind == "text/calendar" else kind.rpartition("/")[2][:40]


def _take_document(data: bytes, content_type: str | None, name: str, found: _Found, inside: Inside) -> bool:
    """Take an attached document's entries; False: nobody reads it."""
    try:
        document = inside(data, content_type)
    except ParseError as error:
        found.problems.append(f"{name}: {error}")
        return False
    if document is None:
        return False
    found.entries += document.entries
    found.skipped += document.skipped
    found.problems += document.problems
    return True


def _take_packed(data: bytes, kind: str, found: _Found, inside: Inside) -> bool:
    """Take the documents in a gzip or ZIP file; False: there are none."""
    read, skipped = False, list[str]()
    try:
        for name, each in held(data, found.room):
            found.room = max(0, found.room - len(each))
            ending = name.rpartition(".")[2].lower() if "." in name else ""
            if ending in _MEDIA:
                skipped.append(_MEDIA[ending])
            elif each.strip() and _take_document(each, None, f"packed {_shown(name) or kind}", found, inside):
                read = True
            else:
                skipped.append(ending if ending.isalnum() and len(ending) <= 10 else "file")
    except BrokenDocument as error:
        found.problems.append(f"attached {kind}: {error}")
    found.skipped += skipped if read else []
    return read


def _shown(name: str) -> str:
    """A name that somebody else has given a file, in a few printable letters."""
    return "".join(letter for letter in name.rpartition("/")[2] if letter.isprintable())[-60:]


def _payload(part: Message) -> bytes:
    """The bytes of a part, however it was sent."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):  # uuencoded data that is none
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _flowing(text: str, part: Message) -> str:
    """Plain text without its signature; lines that only its sender's window broke are one (RFC 3676)."""
    text = text.replace("\r\n", "\n")
    if signature := _SIGNATURE.search(text):
        text = text[: signature.start()]
    if str(part.get_param("format") or "").lower() == "flowed":
        text = _SOFT.sub(" ", text)
    return text.strip("\n")


def _best(found: _Found) -> tuple[str, Markup]:
    """The text of a message: plain if that is all of it, else HTML, else what was attached."""
    plain, html = "\n\n".join(found.plain).strip(), "\n".join(found.html)
    words = len(_TAG.sub(" ", html).split()) if html and says_something(html) else 0
    if plain and len(plain.split()) >= _FITTING * words:
        return plain, "text"
    if words:
        return html, "html"
    attached = "\n\n".join(found.texts).strip()
    return attached or plain, "html" if attached.startswith("<") else "text"


# --- headers


def _sender(sent: str) -> tuple[str, str]:
    """Name and address; the library goes down into brackets without end."""
    return parseaddr(sent) if sent.count("(") < 10 else ("", sent.partition("(")[0])


def _header(value: object) -> str:
    """A header's words, decoded as far as that can be done (RFC 2047), in one line."""
    sent = decode(str(value or "").encode("utf-8", "surrogateescape")).text
    try:
        pieces = decode_header(sent)
    except (HeaderParseError, ValueError):
        pieces = [(sent, None)]
    words = "".join(
        piece if isinstance(piece, str) else decode(piece, f"text/plain; charset={charset or ''}").text
        for piece, charset in pieces
    )
    return text_or_none(" ".join(words.split())) or ""
