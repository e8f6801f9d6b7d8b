"""Character sets of teleprinter days that Python has no codecs for: national variants of ISO 646, ISO 6937.

Law: tables and what reads them; which of them a text is in is told elsewhere (`codepage`).
"""

import re
import unicodedata
from dataclasses import dataclass

_PLACES = "#$@[\\]^`{|}~"
"""The characters of ASCII that ISO 646 leaves to nations; NATS has the double quote besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A national variant of ISO 646."""

    name: str
    letters: str
    """What stands in the twelve places of `#$@[\\]^`{|}~`, and behind them in that of the double quote."""
    words: frozenset[str]
    """Little words of its language, by which a text that names no variant is told; spelt with its letters."""

    def read(self, text: str) -> str:
        """Text whose national places were read as ASCII."""
        return text.translate({ord(plain): letter for plain, letter in zip(_PLACES + '"', self.letters, strict=False)})


def _variant(name: str, letters: str, words: str = "") -> Variant:
    return Variant(name=name, letters=letters, words=frozenset(words.split()))


# ISO International Register of Coded Character Sets (ISO 2375), by registration; dpa sends DIN 66003.
GERMAN = _variant(
    "ISO 646-DE", "#$§ÄÖÜ^`äöüß", "und der die das den dem nicht mit von für über nach auf wird daß hätte"
)
SWEDISH = _variant("ISO 646-SE", "#¤@ÄÖÅ^`äöå‾", "och att det som på för är av till med den inte från också när")
NORDIC = _variant("ISO 646-NO", "#$@ÆØÅ^`æøå‾", "og det som på for er av til med den ikke fra også når være så til")
FRENCH = _variant("ISO 646-FR", "£$à°ç§^µéùè¨", "et les des dans une est pour qui sur par été à également président")
ITALIAN = _variant("ISO 646-IT", "£$§°çé^ùàòèì", "e il che di la per una è della con gli più sono città già")
SPANISH = _variant("ISO 646-ES", "£$§¡Ñ¿^`°ñç~", "el que los del las por una con para como año señor españa")
PORTUGUESE = _variant("ISO 646-PT", "#$@ÃÇÕ^`ãçõ~", "que os dos das por uma com para como não são ação")
HUNGARIAN = _variant("ISO 646-HU", "#¤ÁÉÖÜ^áéöü˝", "és az hogy nem egy meg volt már több")
CANADIAN = _variant("ISO 646-CA", "#$àâçêîôéùèû", "et les des dans une est pour qui sur par été à également président")
ASCII = _variant("ASCII", _PLACES)

GUESSED = (GERMAN, SWEDISH, NORDIC, FRENCH, ITALIAN, SPANISH, PORTUGUESE, HUNGARIAN, CANADIAN)

DESIGNATED: dict[bytes, Variant] = {
    b"A": _variant("ISO 646-GB", "£$@[\\]^`{|}‾"),
    b"B": ASCII,
    b"C": _variant("NATS-SEFI", "#$\xa0ÄÖÅ■\xa0äöå–"),
    b"E": _variant("NATS-DANO", "»$\xa0ÆØÅ■\xa0æøå–«"),
    b"G": SWEDISH,
    b"H": _variant("ISO 646-SE2", "#¤ÉÄÖÅÜéäöåü"),
    b"K": GERMAN,
    b"L": _variant("ISO 646-PT1", "#$§ÃÇÕ^`ãçõ°"),
    b"R": _variant("ISO 646-FR1", "£$à°ç§^`éùè¨"),
    b"Y": ITALIAN,
    b"Z": SPANISH,
    b"`": NORDIC,
    b"a": _variant("ISO 646-NO2", "§$@ÆØÅ^`æøå|"),
    b"f": FRENCH,
    b"g": PORTUGUESE,
    b"h": _variant("ISO 646-ES2", "#$·¡ÑÇ¿`´ñç¨"),
    b"i": HUNGARIAN,
    b"w": CANADIAN,
}
"""Final byte of `ESC ( F` → variant. NATS (ISO-IR 8 and 9) is what Nordic agencies agreed on for text transmission."""

RIGHT_HALVES: dict[bytes, str] = {
    b"A": "iso8859-1",
    b"B": "iso8859-2",
    b"C": "iso8859-3",
    b"D": "iso8859-4",
    b"F": "iso8859-7",
    b"G": "iso8859-6",
    b"H": "iso8859-8",
    b"L": "iso8859-5",
    b"M": "iso8859-9",
    b"V": "iso8859-10",
    b"Y": "iso8859-13",
    b"b": "iso8859-15",
    b"f": "iso8859-16",
}
"""Final byte of `ESC - F`, `ESC . F` → the set whose right half it is (ISO-IR 100 and its like)."""
SUPPLEMENTARY = frozenset({b"R", b"P", b"l"})
"""Final bytes of sets of 94 or 96 that are, for letters, the right half of ISO 6937 (ISO-IR 142, 156; T.61's)."""

_ABOVE = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0327 \u030b\u0328\u030c"
_MARKS = {code: mark for code, mark in enumerate(_ABOVE, 0xC1) if mark != " "}
_ISO_6937 = dict(enumerate("\xa0¡¢£$¥#§¤‘“«←↑→↓°±²³×µ¶·÷’”»¼½¾¿", 0xA0))
_ISO_6937 |= (
    dict(enumerate("―¹®©™♪¬¦", 0xD0)) | dict(enumerate("⅛⅜⅝⅞ΩÆÐªĦ", 0xDC)) | dict(enumerate("ĲĿŁØŒºÞŦŊŉ", 0xE6))
)
_ISO_6937 |= dict(enumerate("ĸæđðħıĳŀłøœßþŧŋ\xad", 0xF0))
_ACCENTED = re.compile(rb"[\xc1-\xcf][A-Za-z ]")


def read_6937(data: bytes) -> tuple[str, int]:
    """Text in ISO 6937, where a mark stands before its letter, and how many bytes were none of it."""
    out: list[str] = []
    bad = at = 0
    while at < len(data):
        byte = data[at]
        if _ACCENTED.match(data, at) and byte in _MARKS:
            out.append(unicodedata.normalize("NFC", chr(data[at + 1]) + _MARKS[byte]))
            at += 2
            continue
        found = chr(byte) if byte < 0x80 else _ISO_6937.get(byte)
        bad += found is None
        out.append(found or "\ufffd")
        at += 1
    return "".join(out), bad
