"""Bytes to text, and text that is safe to store.

Law: decoding never fails and is never silent: what had to be guessed or thrown away is named in `problems`.
No codec is looked up by a name from the wire unless it is a plain character set.
"""

import codecs
import re
from dataclasses import dataclass

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

_CHARACTER_SETS = re.compile(
    r"utf-(8|16|32)|iso8859-\d+|cp\d+|koi8-[rut]|gb2312|gbk|gb18030|hz|big5(hkscs)?|euc_(jp|kr)|"
    r"shift_jis|iso2022_(jp|kr)|johab|tis-620|mac-\w+|ascii"
)
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What a label means on the web, where it differs from the letter (WHATWG Encoding Standard §4.2)."""
_SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
"""Valid as UTF-8 whatever they hold, so that only their label tells."""

_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
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
    declared = [codec for label in _labels(body, content_type) if (codec := _character_set(label))]
    seven_bit = next((codec for codec in declared if codec in _SEVEN_BIT), None)
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
    for codec in declared:
        try:
            return body.decode(codec), []
        except UnicodeDecodeError:
            continue
    # A few bad bytes in a UTF-8 document are likelier than a document in another encoding that looks like one.
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if "utf-8" in declared and bad * 20 < sum(character > "\x7f" for character in text):
        return text, [f"{bad} bytes that are no UTF-8 replaced"]
    return body.decode("cp1252", "replace"), [f"declared as {declared[0] if declared else 'nothing'}, read as cp1252"]


def _forced(body: bytes, codec: str) -> tuple[str, list[str]]:
    text = body.decode(codec, "replace")
    bad = text.count("\ufffd")
    return text, [f"{bad} characters that are no {codec} replaced"] if bad else []


def _labels(body: bytes, content_type: str | None) -> list[str]:
    sent = _HTTP_CHARSET.search(content_type or "")
    written = _XML_ENCODING.match(body[:1024])
    return ([sent[1]] if sent else []) + ([written[1].decode("ascii")] if written else [])


def _character_set(label: str) -> str | None:
    """Python's name of a character set; None for what is unknown or is none (`undefined`, `idna`, `hex`)."""
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name) if _CHARACTER_SETS.fullmatch(name) else None
