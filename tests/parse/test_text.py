"""Encodings: what wins when mark, label and bytes disagree, and which labels are looked up at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire.parse.text import clean, decode

TEXT = "Zürich – «Größe», 5 €"
XML = f"<?xml version='1.0' encoding='{{}}'?><rss>{TEXT}</rss>"


def declared(label: str, codec: str) -> bytes:
    return XML.format(label).encode(codec)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (declared("utf-8", "utf-8"), None),
        (declared("utf-8", "utf-8-sig"), None),
        (declared("windows-1252", "cp1252"), None),
        (declared("ISO-8859-1", "cp1252"), None),
        (declared("us-ascii", "cp1252"), None),
        (declared("utf-8", "cp1252"), "text/xml; charset=windows-1252"),
        (declared("utf-8", "cp1252"), 'text/xml; charset="windows-1252"'),
        (declared("utf-16", "utf-16"), None),
        (declared("utf-16", "utf-16-le"), None),
        (declared("utf-16", "utf-16-be"), "text/xml; charset=utf-8"),
        (declared("utf-32", "utf-32"), None),
        (declared("utf-32", "utf-32-be"), None),
        (declared("", "cp1252"), None),
    ],
)
def test_text_comes_out(body: bytes, content_type: str | None) -> None:
    assert TEXT in decode(body, content_type).text


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-2022-jp", "iso2022_jp", "港でフェリーが遅れ"),
        ("shift_jis", "cp932", "港でフェリー①"),
        ("gb2312", "gb18030", "港口渡轮晚点㐀"),
        ("euc-kr", "cp949", "항구 여객선 똠"),
        ("big5", "big5hkscs", "港口渡輪"),
        ("koi8-r", "koi8-r", "Паром опоздал"),
        ("windows-1251", "cp1251", "Паром опоздал"),
        ("iso-8859-7", "iso8859-7", "Το πλοίο"),
    ],
)
def test_other_alphabets(label: str, codec: str, text: str) -> None:
    body = f"<?xml version='1.0' encoding='{label}'?><rss>{text}</rss>".encode(codec)
    assert text in decode(body).text


def test_wrong_label_on_utf8_is_told() -> None:
    found = decode(declared("iso-8859-1", "utf-8"), "text/xml; charset=us-ascii")
    assert TEXT in found.text
    assert found.problems == ("declared as cp1252, is UTF-8",)


def test_wrong_label_on_ascii_is_nobodys_business() -> None:
    assert decode(b"<rss/>", "text/xml; charset=iso-8859-1").problems == ()


def test_few_bad_bytes_cost_only_themselves() -> None:
    body = declared("utf-8", "utf-8") * 20 + b"<a>\xff</a>"
    found = decode(body)
    assert TEXT in found.text
    assert "<a>\ufffd</a>" in found.text
    assert found.problems == ("1 bytes that are no UTF-8 replaced",)


@pytest.mark.parametrize(
    "label",
    [
        "undefined",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "hex",
        "zlib",
        "rot13",
        "mbcs",
        "x" * 500,
        "utf-8\0",
    ],
)
def test_label_that_is_no_character_set_is_not_looked_at(label: str) -> None:
    body = b"caf\xe9 +AGE- \\u0041"
    for found in (
        decode(body, f"text/xml; charset={label}"),
        decode(b"<?xml version='1.0' encoding='" + label.encode() + b"'?>" + body),
    ):
        assert found.text.endswith("café +AGE- \\u0041")


def test_what_cannot_be_stored_is_removed_and_told() -> None:
    found = decode(b"a\0b\x0bc\td\r\ne\x7f\xef\xbf\xbf")
    assert found.text == "abc\td\r\ne\x7f"
    assert found.problems == ("3 control characters removed",)


def test_lone_surrogates_are_removed() -> None:
    assert clean("a\ud800b\udfffc\U0001f6a2") == "abc\U0001f6a2"


@settings(deadline=None)
@given(
    st.binary(max_size=300), st.none() | st.text(max_size=40) | st.text(max_size=20).map("text/xml; charset=".__add__)
)
def test_decoding_never_fails(body: bytes, content_type: str | None) -> None:
    found = decode(body, content_type)
    assert clean(found.text) == found.text
    assert found.text.encode("utf-8") is not None


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_utf8_is_utf8(text: str) -> None:
    assert decode(b"<a>" + text.encode()).text == "<a>" + clean(text)
