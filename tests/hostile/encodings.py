"""Bytes that are not in the encoding that they say, or in several, or in none."""

import codecs

from tests.hostile.case import Case, read, refused
from tests.parse.documents import rss

WORDS = {
    "utf-8": "Größe €",
    "iso-8859-1": "Größe",
    "iso-8859-2": "Łódź",
    "iso-8859-5": "Привет",
    "iso-8859-7": "Αθήνα",
    "iso-8859-9": "İzmir",
    "iso-8859-15": "Größe €",
    "windows-1250": "Łódź",
    "windows-1251": "Привет",
    "windows-1252": "“Größe” €",
    "windows-1253": "Αθήνα",
    "windows-1256": "سلام",
    "koi8-r": "Привет",
    "koi8-u": "Їжак",
    "gb2312": "新闻",
    "gbk": "新闻",
    "gb18030": "新闻",
    "big5": "新聞",
    "shift_jis": "ニュース",
    "euc-jp": "ニュース",
    "iso-2022-jp": "ニュース",
    "euc-kr": "뉴스",
    "utf-16": "Größe €",
    "utf-16-le": "Größe €",
    "utf-16-be": "Größe €",
    "utf-32": "Größe €",
    "utf-32-le": "Größe €",
    "utf-32-be": "Größe €",
}


def document(headline: str, codec: str, label: str | None = None) -> bytes:
    """RSS in an encoding, under a label."""
    return rss(f"<title>{headline}</title>").decode().replace("utf-8", label or codec, 1).encode(codec)


UTF8, LATIN = document("Größe €", "utf-8"), document("Größe", "iso-8859-1", "utf-8")
BOM8, BOM16 = codecs.BOM_UTF8, codecs.BOM_UTF16_LE

HONEST = [read(f"encodings: {codec}", document(words, codec), headline=words) for codec, words in WORDS.items()]

LABELS = [
    read(f"labels: {label[:30]!r}", rss("<title>A</title>").replace(b"utf-8", label, 1), headline="A")
    for label in (
        *(b"undefined", b"utf-8\0", b"punycode", b"idna", b"rot13", b"hex", b"base64", b"zlib", b"bz2", b"uu"),
        *(b"unicode_escape", b"raw_unicode_escape", b"mbcs", b"oem", b"utf-7", b"x-user-defined", b"unknown-8bit"),
        *(b"", b" ", b"UTF8", b"utf8", b"latin1", b"ANSI", b"../../etc/passwd", b"a" * 10_000, b"\xff\xfe", b"cp0"),
    )
]

HEADERS = [
    read(f"headers: {header[:40]!r}", UTF8, headline="Größe €", content_type=header)
    for header in (
        *("text/xml; charset=undefined", "text/xml; charset=\0", "text/xml; charset=iso-8859-1", "charset=", ";;;;"),
        *("text/xml; charset=utf-16", "text/html; charset=utf-7", "image/png", "text/xml; charset='utf-8", "é/ö"),
        *("text/xml; charset=" + "a" * 100_000, "text/xml; charset=idna", "application/json", "", "charset=hex"),
    )
]

LYING: list[Case] = [
    read("lies: UTF-8 called Latin-1", document("Größe", "utf-8", "iso-8859-1"), headline="Größe", says="is UTF-8"),
    read("lies: UTF-8 called UTF-16", document("Größe", "utf-8", "utf-16"), headline="Größe"),
    read("lies: UTF-8 called GBK", document("Größe", "utf-8", "gbk"), headline="Größe", says="is UTF-8"),
    read("lies: Latin-1 called UTF-8", LATIN, headline="Größe", says="read as cp1252"),
    read("lies: Windows-1252 called Latin-1", document("“A”", "windows-1252", "iso-8859-1"), headline="“A”"),
    read("lies: Windows-1252 called ASCII", document("“A”", "windows-1252", "us-ascii"), headline="“A”"),
    read(
        "lies: a few bytes of Windows-1252 in UTF-8",
        UTF8.replace(b"</title></item>", b" " + "é ".encode() * 40 + b"\x96</title></item>"),
        says="replaced",
    ),
    read("lies: UTF-16 called UTF-8", document("Größe", "utf-16", "utf-8"), headline="Größe"),
    read("lies: UTF-16 without a mark called UTF-8", document("Größe", "utf-16-le", "utf-8"), headline="Größe"),
    read("lies: UTF-32 called UTF-8", document("Größe", "utf-32", "utf-8"), headline="Größe"),
    read("lies: UTF-8 with a mark called Latin-1", BOM8 + document("Größe", "utf-8", "iso-8859-1"), headline="Größe"),
    read("lies: UTF-8 with two marks", BOM8 + BOM8 + UTF8, headline="Größe €"),
    read("lies: UTF-8 with a mark in the middle", UTF8.replace(b"<item>", BOM8 + b"<item>"), headline="Größe €"),
    read("lies: UTF-16 with an odd byte", document("Größe", "utf-16") + b"\0", headline="Größe"),
    read("lies: UTF-16 cut in half", document("Größe", "utf-16")[:-41], headline="Größe"),
    refused("lies: a mark of UTF-16 on UTF-8", BOM16 + UTF8, "not a feed"),
    refused("lies: a mark and nothing", BOM8, "not a feed"),
    refused("lies: a mark of UTF-32 and nothing", codecs.BOM_UTF32_LE, "not a feed"),
    refused(
        "lies: UTF-7",
        b"+ADw-rss+AD4APA-channel+AD4APA-item+AD4-",
        "not a feed",
        content_type="text/xml; charset=utf-7",
    ),
    refused("lies: EBCDIC", rss("<title>A</title>").decode().encode("cp037"), "not a feed"),
    read("bytes: overlong", UTF8.replace(b"\xc3\xb6", b"\xc0\xaf"), says="cp1252"),
    read("bytes: surrogates as CESU-8", UTF8.replace(b"\xc3\xb6", b"\xed\xa0\xbd\xed\xb8\x80"), entries=1),
    read("bytes: cut inside a character", document("Größe €", "utf-8")[:-23] + b"\xe2\x82", headline="Größe €"),
    read("bytes: NUL between all", b"".join(bytes((each, 0)) for each in rss("<title>A</title>")), headline="A"),
    read("bytes: NUL in the text", rss("<title>A\0B</title>"), headline="AB", says="control characters removed"),
    read("bytes: all control characters", rss("<title>A" + "".join(map(chr, range(1, 9))) + "</title>"), headline="A"),
    read(
        "bytes: escape sequences",
        rss("<title>A\x1b[31mB</title>"),
        headline="A[31mB",
        says="control characters removed",
    ),
    read("bytes: a megabyte of NUL", rss("<title>A</title>") + bytes(1_000_000), headline="A"),
    read(
        "bytes: every byte",
        rss("<title>A</title>").replace(b"</item>", bytes(range(128, 256)) + b"</item>"),
        headline="A",
    ),
    read(
        "bytes: noncharacters", rss("<title>A\ufffe\uffffB</title>"), headline="AB", says="control characters removed"
    ),
    read(
        "bytes: one language an entry", UTF8.replace(b"</item>", b"</item><item><title>\xc8</title></item>"), entries=2
    ),
]

CASES = [*HONEST, *LABELS, *HEADERS, *LYING]
