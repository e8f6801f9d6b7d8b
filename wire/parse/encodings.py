"""Character sets: what a label from the wire means, and which of several is the likelier.

Law: a label means what it means on the web (WHATWG Encoding Standard §4.2), not what its letter says; no codec is
looked up by a name from the wire unless it is a plain character set.
"""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_CHARACTER_SETS = re.compile(
    r"utf-(8|16|32)|iso8859-\d+|cp\d+|koi8-[rut]|gb2312|gbk|gb18030|hz|big5(hkscs)?|euc_(jp|kr)|"
    r"shift_jis|iso2022_(jp|kr)|johab|tis-620|mac-\w+|ascii"
)
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""What a set means on the web, where it differs from the letter."""
_UNKNOWN: Mapping[str, str] = {
    label: codec
    for codec, labels in {
        "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
        "iso8859-6": "csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i",
        "iso8859-7": "sun_eu_greek",
        "iso8859-8": "csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i visual logical",
        "iso8859-15": "csisolatin9",
        "koi8-r": "koi koi8",
        "koi8-u": "koi8-ru",
        "mac-roman": "csmacintosh mac x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "cp874": "dos-874 windows-874",
        **{f"cp{page}": f"x-cp{page}" for page in range(1250, 1259)},
        "gb18030": "csgb2312 gb_2312 gb_2312-80 x-gbk",
        "big5hkscs": "cn-big5 x-x-big5",
        "euc_jp": "cseucpkdfmtjapanese x-euc-jp x-eucjp eucjp-win eucjp-ms",
        "cp932": "windows-31j cswindows31j x-sjis x-shift-jis x-ms-cp932",
        "cp949": "cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601 windows-949 x-windows-949",
    }.items()
    for label in labels.split()
}
"""Labels of the web that Python does not know."""
_ISO = re.compile(r"iso-?8859-?(\d{1,2})")
WIDEST: Mapping[str, str] = {"euc_jp": "euc_jis_2004"}
"""What holds the letters of vendors (circled numbers, units) that a set lacks."""
DEFAULTS = frozenset({"iso-8859-1", "iso8859-1", "latin1", "us-ascii"})
"""What servers say of everything that they were told nothing of."""
SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
"""Valid as UTF-8 whatever they hold, so that only their label tells."""

_SAMPLE = 4_000
"""Characters beyond ASCII by which readings are compared."""
_COMMON = frozenset("\xa0\xad§©®°²³·«»¡¿£€¥–—‘’‚“”„…•™№′″‹›×½¼¾ªº´")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Python's name of a character set; None for what is unknown or is none (`undefined`, `idna`, `hex`)."""
    label = label.strip().lower()
    if label in _UNKNOWN:
        return _UNKNOWN[label]
    if iso := _ISO.fullmatch(label):
        label = f"iso8859-{int(iso[1])}"
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(name, name) if _CHARACTER_SETS.fullmatch(name) else None


def oddness(text: str) -> float:
    """How little the letters beyond ASCII look like writing, from 0 on: what bytes become in a set that is not theirs.

    Signs where letters should be, words of two alphabets, more capitals than small letters, rows of accented letters,
    narrow katakana.
    """
    strange = "".join(character for character in text if character > "\x7f")[:_SAMPLE]
    if not strange:
        return 0.0
    sample = text[: 10 * _SAMPLE]
    odd = float(sum(map(_strange, strange)))
    odd += len(_MIXED.findall(sample)) + sum(len(row) for row in _ACCENTS.findall(sample))
    if sum(map(str.isupper, strange)) > sum(map(str.islower, strange)):
        odd += _SHOUTED * len(strange)
    return odd / len(strange)


_ACCENTS = re.compile("[\u00c0-\u00ff]{4,}")
_MIXED = re.compile("[A-Za-z\u201a][\u0370-\u058f\u0600-\u06ff]|[\u0370-\u058f\u0600-\u06ff][A-Za-z\u201a]")
_SHOUTED = 0.3


def _strange(character: str) -> bool:
    if character in _COMMON or "\u3000" <= character <= "\u33ff" or "\uff01" <= character <= "\uff60":
        return False
    if "\u2460" <= character <= "\u24ff":  # numbers in circles
        return False
    if "\uff61" <= character <= "\uff9f" or character == "\ufffd":
        return True
    return unicodedata.category(character)[0] not in "LM"
