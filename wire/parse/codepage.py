"""Text of a wire message as bytes → characters: 7-bit sets with shifts, national variants, code pages.

Law: decoding never fails and is never silent: what had to be guessed is named in `problems`. Control characters that
mean something to a format are left in for it; `without_controls` takes them out at the end.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator

from wire.parse.charsets import ASCII, DESIGNATED, GUESSED, RIGHT_HALVES, SUPPLEMENTARY, Variant, read_6937
from wire.parse.text import Decoded, clean

_WIDE = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = ((b"\x01\0", "utf-16-le"), (b"\x16\0", "utf-16-le"), (b"\0\x01", "utf-16-be"), (b"\0\x16", "utf-16-be"))

_SAMPLE = 64
"""Bytes of which more than every third is NUL in UTF-16 without a mark; line noise has some, too."""

# ISO 2022: designations of G0 `(`, of G1 `)` and `-`, of G2 `*` and `.`; locking shifts SO and SI; single shifts.
_SHIFTS = re.compile(rb"\x1b([()*\-.])([0-~])|\x1b[\x20-\x2f]+[0-~]?|(\x0e)|(\x0f)|(?:\x1bN|\x8e|\x19)|\x1b")
_ODD_PLACES = re.compile(r"[a-zA-Z][{|}~\[\\\]][a-z]|(?<![\w{}\[\]])[{|}\[\\\]][a-z]{2}|[a-z]{2}[{|}~](?![\w{}\[\]])")
_LEAST = 2
"""Letters that look like a national variant's before a text is taken for one."""
_MOST_READ = 20_000
"""Characters by which the variant is told."""
_WORD = re.compile(r"[^\W\d_]+")
_DOS = re.compile(rb"[a-zA-Z][\x81\x82\x84\x87\x88\x8a\x94][a-z]|\b\x8e[a-z]{2}|\b\x99[a-z]{2}|\b\x9a[a-z]{2}")
_MARKED = re.compile(rb"[a-zA-Z][\xc1-\xcf][aceginostuyz]")
_LATIN = re.compile(rb"[\xe0\xe2-\xe5\xe7-\xef\xf2-\xf8\xfa\xfc]")
"""Small letters of Latin-1 that ISO 6937 writes with a mark before the letter."""

_CP1252 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_OVERSTRUCK = re.compile("([A-Za-z])\x08(['`^\",~])|(['`^\",~])\x08([A-Za-z])")
_STRIKES = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", ",": "\u0327", "~": "\u0303"}
_INSTRUCTION = re.compile("\x0c[^\n\x0b\x0c]{0,80}\x0b")
_KILLED = re.compile("[^ \n]{1,60} ?\x18")
_ENDS = re.compile("(?<![ \t])[ \t]*+[\x1d\x1e]\r?\n?")
_TYPEFACE = str.maketrans(dict.fromkeys("\x07\x0b\x0c\x0e\x0f\x11\x12\x13\x14\x1a\x1c\x7f", ""))
_TRANSMISSION = re.compile("[\x00-\x06\x08\x10\x15-\x1b]")


def narrowed(body: bytes) -> bytes:
    """The same text in a code of bytes: UTF-16 becomes UTF-8, and a byte order mark goes."""
    for start, codec in _WIDE:
        if body.startswith(start):
            return body[len(start) :].decode(codec, "replace").encode("utf-8", "surrogatepass")
    for start, codec in _WIDE_STARTS:
        if body.startswith(start) and body.count(0, 0, _SAMPLE) * 3 > len(body[:_SAMPLE]):
            return body.decode(codec, "replace").encode("utf-8", "surrogatepass")
    return body


def decode_wire(data: bytes) -> Decoded:
    """The text of a message: as its escape sequences say, else UTF-8, else what it looks like."""
    if b"\x1b" in data:
        return _shifted(data)
    if data.isascii():
        return _seven_bits(data)
    try:
        return Decoded(text=data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _eight_bits(data, error)


def without_controls(text: str) -> tuple[str, int]:
    """Text as people read it, with line feeds and tabs, and how many controls went that mean nothing in a text.

    IPTC 7901 annex B, ANPA 1312: typefaces, alarms and typesetting instructions go; a killed word goes with its sign;
    overstruck letters become letters; a quad ends a line.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x08" in text:
        text = _OVERSTRUCK.sub(_struck, text)
    text = _ENDS.sub("\n", _INSTRUCTION.sub("", text)) if text.translate(_TYPEFACE) != text or "\x1e" in text else text
    text = _KILLED.sub("", text) if "\x18" in text else text
    text, strange = _TRANSMISSION.subn("", text.translate(_TYPEFACE).replace("\x1f", "\t"))
    text = text.replace("\x1d", "\n").replace("\x1e", "\n")
    return clean(text), strange


def _struck(found: re.Match[str]) -> str:
    letter, sign = (found[1], found[2]) if found[1] else (found[4], found[3])
    made = unicodedata.normalize("NFC", letter + _STRIKES[sign])
    return made if len(made) == 1 else letter


# --- escape sequences and shifts (ISO 2022)


def _shifted(data: bytes) -> Decoded:
    sets: dict[bytes, str | Variant] = {b"(": ASCII}
    """Of G0 `(`, G1 `)` and G2 `*`: a variant, or the name of a set whose right half it is."""
    out: list[str] = []
    unknown: list[str] = []
    locked, bad, at = b"(", 0, 0
    for sign in _SHIFTS.finditer(data):
        text, odd = _piece(data[at : sign.start()], sets.get(locked, ASCII))
        out.append(text)
        bad += odd
        at = sign.end()
        if sign[1]:
            chosen = _designated(sign[1], sign[2])
            place = {b"-": b")", b".": b"*"}.get(sign[1], sign[1])
            if chosen is None:
                unknown.append(f"ESC {(sign[1] + sign[2]).decode('ascii')}")
            else:
                sets[place] = chosen
        elif sign[3] and b")" in sets:
            locked = b")"
        elif sign[4]:
            locked = b"("
        elif sign[0] in {b"\x1bN", b"\x8e", b"\x19"} and b"*" in sets:
            size = 2 if sets[b"*"] == "6937" and data[at : at + 1] in _SHORT_MARKS else 1
            text, odd = _piece(data[at : at + size], sets[b"*"])
            out.append(text)
            bad += odd
            at += size
    text, odd = _piece(data[at:], sets.get(locked, ASCII))
    out.append(text)
    problems = [f"unknown character set {each}" for each in dict.fromkeys(unknown)][:5]
    problems += [f"{bad + odd} characters of no set replaced"] * bool(bad + odd)
    return Decoded(text="".join(out), problems=tuple(problems))


_SHORT_MARKS = frozenset(bytes([code]) for code in range(0x41, 0x50)) | frozenset(
    bytes([code]) for code in range(0xC1, 0xD0)
)
"""Marks of ISO 6937 behind a single shift, in seven and in eight bits: their letter belongs to them."""


def _designated(place: bytes, final: bytes) -> str | Variant | None:
    if place == b"(":
        return DESIGNATED.get(final)
    if final in SUPPLEMENTARY:
        return "6937"
    return RIGHT_HALVES.get(final) if place in b"-." else DESIGNATED.get(final)


def _piece(piece: bytes, chosen: str | Variant) -> tuple[str, int]:
    """Characters of one run in one set, and how many are none."""
    if isinstance(chosen, Variant):
        if piece.isascii():
            return chosen.read(piece.decode("ascii")), 0
        try:
            return piece.decode("utf-8"), 0
        except UnicodeDecodeError:
            return piece.decode("cp1252", "replace"), 0
    if chosen == "6937":
        if len(piece) == 2 and (piece[0] | 0x80) in range(0xC1, 0xD0):
            return read_6937(bytes([piece[0] | 0x80, piece[1] & 0x7F]))
        return read_6937(bytes(byte | 0x80 if byte >= 0x20 else byte for byte in piece))
    text = bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece).decode(chosen, "replace")
    return text, text.count("\ufffd")


# --- no escape sequences


def _seven_bits(data: bytes) -> Decoded:
    text = data.decode("ascii")
    odd = _ODD_PLACES.findall(text[:_MOST_READ])
    if len(odd) < _LEAST:
        return Decoded(text=text)
    scores = dict(_scored(text[:_MOST_READ]))
    best = max(scores, key=lambda name: scores[name])
    if not scores[best]:
        return Decoded(text=text)
    variant = next(each for each in GUESSED if each.name == best)
    return Decoded(text=variant.read(text), problems=(f"names no character set, read as {variant.name}",))


def _scored(text: str) -> Iterator[tuple[str, int]]:
    """How well each variant fits: little words of its language, and letters where letters are."""
    for variant in GUESSED:
        words = _WORD.findall(variant.read(text).lower())
        known = sum(word in variant.words for word in words)
        spelt = sum(not word.isascii() and word in variant.words for word in words)
        yield variant.name, known + 3 * spelt


def _eight_bits(data: bytes, fault: UnicodeDecodeError) -> Decoded:
    if fault.end == len(data) and fault.reason == "unexpected end of data":
        return Decoded(text=data[: fault.start].decode("utf-8"), problems=("the last character is cut",))
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if bad * 20 < sum(character > "\x7f" for character in text):
        return Decoded(text=text, problems=(f"{bad} bytes that are no UTF-8 replaced",))
    if _DOS.search(data):
        return Decoded(text=data.decode("cp850"), problems=("names no character set, read as code page 850",))
    if len(_MARKED.findall(data)) >= _LEAST and not _LATIN.search(data):
        text, _ = read_6937(data)
        return Decoded(text=text, problems=("names no character set, read as ISO 6937",))
    return Decoded(text=_windows(data), problems=("names no character set, read as Windows-1252",))


def _windows(data: bytes) -> str:
    """As Windows-1252, whose five empty places are controls of Latin-1."""
    return data.decode("latin-1").translate(_CP1252)
