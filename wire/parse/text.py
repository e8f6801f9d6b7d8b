"""Bytes to text, and text that is safe to store.

Law: decoding never fails and is never silent: what had to be guessed or thrown away is named in `problems`.
What a label means is told in `encodings`.
"""

import codecs
import re
from dataclasses import dataclass

from wire.parse.encodings import DEFAULTS, SEVEN_BIT, WIDEST, codec_of, oddness

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters outside XML 1.0 §2.2: expat stops at them, and PostgreSQL refuses the first and the surrogates."""
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_STARTS = tuple(start for start, _ in (*_BOMS, *_WIDE))

_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_META = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|meta|title)\b", re.IGNORECASE)
_HEAD = 4_096
"""Bytes of a page in which it may name its character set; WHATWG HTML §13.2.3.2 asks for 1,024."""
_BAD, _LIKELIER = 20, 0.1
"""One bad character in so many beyond ASCII is put up with; a reading that is so much odder gives way to another."""
_HTTP_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A body as text, without byte order mark and without characters that can't be stored."""

    text: str
    problems: tuple[str, ...] = ()


def clean(text: str) -> str:
    """`text` without NUL, control characters and lone surrogates."""
    return text if _storable(text) else _UNSTORABLE.sub("", text)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a body: by byte order mark, then as UTF-8 if it is that, then as declared, then as Windows-1252."""
    text, problems = _decode(body, content_type)
    if not _storable(text):
        text, removed = _UNSTORABLE.subn("", text)
        problems.append(f"{removed} control characters removed")
    return Decoded(text=text, problems=tuple(problems))


def _storable(text: str) -> bool:
    """Whether nothing in it is unstorable. Bytes are sifted four times as fast as characters."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return False
    return len(data.translate(None, _CONTROLS)) == len(data) and "\ufffe" not in text and "\uffff" not in text


def _decode(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    if body.startswith(_STARTS):
        return _by_start(body)
    if body.isascii() and b"\x1b" not in body and b"~{" not in body:  # the same text under every label
        return body.decode("ascii"), []
    declared = [codec for label in _labels(body, content_type) if (codec := _codec(label, body))]
    seven_bit = next((codec for codec in declared if codec in SEVEN_BIT), None)
    if seven_bit and (b"\x1b" in body or b"~{" in body):
        return _forced(body, seven_bit)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _legacy(body, declared, error)
    wrong = next((codec for codec in declared if codec != "utf-8"), None)
    if wrong and not body.isascii():
        return text, [f"declared as {wrong}, is UTF-8"]
    return text, []


def _by_start(body: bytes) -> tuple[str, list[str]]:
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _forced(body[len(mark) :], codec)
    return _forced(body, next(codec for start, codec in _WIDE if body.startswith(start)))


def _legacy(body: bytes, declared: list[str], fault: UnicodeDecodeError) -> tuple[str, list[str]]:
    if fault.end == len(body) and fault.reason == "unexpected end of data":
        return body[: fault.start].decode("utf-8"), ["the last character is cut"]
    if best := _best(body, declared):
        return best
    # A few bad bytes in a UTF-8 document are likelier than a document in another encoding that looks like one.
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if "utf-8" in declared and bad * _BAD < sum(character > "\x7f" for character in text):
        return text, [f"{bad} bytes that are no UTF-8 replaced"]
    for codec in declared:
        text, problems = _forced(body, WIDEST.get(codec, codec))
        if codec != "utf-8" and text.count("\ufffd") * _BAD < sum(character > "\x7f" for character in text):
            return text, problems
    return body.decode("cp1252", "replace"), [f"declared as {declared[0] if declared else 'nothing'}, read as cp1252"]


def _best(body: bytes, declared: list[str]) -> tuple[str, list[str]] | None:
    """The reading under the first label that fits; where several do, one that looks like writing before one that
    does not: a server that says the same of everything is wrong of some."""
    readings: dict[str, str] = {}
    for codec in declared:
        for wider in (codec, WIDEST.get(codec)):
            try:
                readings.setdefault(codec, body.decode(wider or codec))
                break
            except UnicodeDecodeError:
                continue
    if not readings:
        return None
    chosen = next(iter(readings))
    if len(readings) > 1:
        odd = {codec: oddness(text) for codec, text in readings.items()}
        chosen = next((codec for codec in readings if odd[codec] < odd[chosen] - _LIKELIER), chosen)
    return readings[chosen], [f"declared as {declared[0]}, read as {chosen}"] if chosen != declared[0] else []


def _forced(body: bytes, codec: str) -> tuple[str, list[str]]:
    text = body.decode(codec, "replace")
    bad = text.count("\ufffd")
    return text, [f"{bad} characters that are no {codec} replaced"] if bad else []


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """What is said of the character set, the weightiest first: by who sent the body, then in it."""
    sent = _HTTP_CHARSET.search(content_type or "")
    written = _XML_ENCODING.match(body[:1024])
    labels = [written[1].decode("ascii")] if written else []
    if _PAGE.search(body[:_HEAD]) and (named := _META.search(body[:_HEAD])):
        labels.append(named[1].decode("ascii", "replace"))
    if sent:
        labels.insert(len(labels) if sent[1].lower() in DEFAULTS else 0, sent[1])
    return labels


def _codec(label: str, body: bytes) -> str | None:
    codec = codec_of(label)
    wide = codec is not None and codec.startswith(("utf-16", "utf-32"))
    return None if wide and b"\0" not in body else codec  # what names its set in ASCII is in none of these
