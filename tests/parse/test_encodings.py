"""Copy in the character sets of the world, through feeds and press releases, however its set is told, or mistold."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wire.model import Document
from wire.parse import parse
from wire.parse.article import read as read_page
from wire.parse.encodings import codec_of, oddness
from wire.parse.text import decode

JAPANESE = "港でフェリーが遅れ、乗客①は待つ。㈱クァーン汽船は原因を調べている"
CHINESE = "港口渡轮晚点,旅客在码头等候。公司正在调查原因"
TRADITIONAL = "港口渡輪晚點,旅客在碼頭等候。公司正在調查原因"
KOREAN = "항구 여객선이 늦어져 승객들이 기다리고 있다. 회사는 똠방각하 원인을 조사한다"
RUSSIAN = "Паром опоздал на два часа, пассажиры ждут на причале. Компания выясняет причину"
CZECH = "Trajekt měl zpoždění, cestující čekali na nábřeží. Příčinu šetří společnost žlutých lodí"
GREEK = "Το πλοίο καθυστέρησε και οι επιβάτες περιμένουν στην προβλήτα"
TURKISH = "Feribot gecikti, yolcular iskelede bekliyor. Şirket nedenini araştırıyor, çünkü ışık söndü"
HEBREW = "המעבורת איחרה והנוסעים ממתינים ברציף"
ARABIC = "تأخرت العبارة والركاب ينتظرون على الرصيف"
BALTIC = "Keltas vėlavo, keleiviai laukia krantinėje. Įmonė aiškinasi priežastį, žmonės šąla"
VIETNAMESE = "Phà đê\u0301n muô\u0323n, hành khách đang ngôi\u0300 đơ\u0323i"
GERMAN = "Die Fähre kam später, „größer“ wurde die Verspätung nicht – 5 €"
THAI = "เรือข้ามฟากล่าช้า ผู้โดยสารรออยู่ที่ท่าเรือ"
SETS = [
    ("Shift_JIS", "cp932", JAPANESE),
    ("x-sjis", "cp932", JAPANESE),
    ("windows-31j", "cp932", JAPANESE),
    ("EUC-JP", "euc_jis_2004", JAPANESE),
    ("x-euc-jp", "euc_jis_2004", JAPANESE),
    ("ISO-2022-JP", "iso2022_jp", "港でフェリーが遅れ、乗客は待つ"),
    ("gb2312", "gb18030", CHINESE),
    ("GBK", "gbk", CHINESE),
    ("x-gbk", "gbk", CHINESE),
    ("GB18030", "gb18030", CHINESE + "㐀𠀀"),
    ("Big5", "big5", TRADITIONAL),
    ("big5-hkscs", "big5hkscs", TRADITIONAL + "嘅"),
    ("EUC-KR", "cp949", KOREAN),
    ("ks_c_5601-1987", "cp949", KOREAN),
    ("KOI8-R", "koi8-r", RUSSIAN),
    ("koi8-u", "koi8-u", RUSSIAN + " їжак"),
    ("windows-1250", "cp1250", CZECH),
    ("ISO-8859-2", "iso8859-2", CZECH),
    ("windows-1251", "cp1251", RUSSIAN),
    ("ISO-8859-5", "iso8859-5", RUSSIAN),
    ("x-mac-cyrillic", "mac-cyrillic", RUSSIAN),
    ("windows-1252", "cp1252", GERMAN),
    ("iso-8859-1", "cp1252", GERMAN),
    ("windows-1253", "cp1253", GREEK),
    ("windows-1254", "cp1254", TURKISH),
    ("iso-8859-9", "cp1254", TURKISH),
    ("windows-1255", "cp1255", HEBREW),
    ("iso-8859-8-i", "iso8859-8", HEBREW),
    ("windows-1256", "cp1256", ARABIC),
    ("windows-1257", "cp1257", BALTIC),
    ("windows-1258", "cp1258", VIETNAMESE),
    ("windows-874", "cp874", THAI),
]
_OF_TWO_BYTES = {"cp932", "euc_jis_2004", "gb18030", "gbk", "big5", "big5hkscs", "cp949"}
MULTIBYTE = [each for each in SETS if each[1] in _OF_TWO_BYTES]


def feed(label: str, text: str) -> str:
    declaration = f"<?xml version='1.0' encoding='{label}'?>" if label else "<?xml version='1.0'?>"
    item = f"<item><guid>1</guid><title>{text}</title></item>"
    return f"{declaration}<rss version='2.0'><channel><title>t</title>{item}</channel></rss>"


def release(meta: str, text: str) -> str:
    more = "".join(f"<p>{text} ({number}).</p>" for number in range(4))
    return (
        f"<!DOCTYPE html><html><head>{meta}<title>{text}</title><meta property='og:type' content='article'></head>"
        f"<body><article><h1>{text}</h1>{more}</article></body></html>"
    )


def told(document: Document) -> str:
    (entry,) = document.entries
    return entry.headline


@pytest.mark.parametrize(("label", "codec", "text"), SETS, ids=lambda value: str(value)[:20])
def test_a_feed_whose_declaration_tells(label: str, codec: str, text: str) -> None:
    document = parse(feed(label, text).encode(codec), url="https://a.test/feed", content_type="text/xml")
    assert (told(document), document.problems) == (text, ())


@pytest.mark.parametrize(("label", "codec", "text"), SETS, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize(
    "meta",
    ['<meta charset="{}">', "<META http-equiv=Content-Type content='text/html; charset={}'>"],
    ids=["new", "old"],
)
def test_a_press_release_whose_head_tells(label: str, codec: str, text: str, meta: str) -> None:
    body = release(meta.format(label), text).encode(codec)
    document = parse(body, url="file:///a.html")
    assert (told(document), document.problems) == (text, ())
    assert unicodedata.normalize("NFC", f"{text} (3).") in document.entries[0].body
    assert read_page(body, url="https://a.test/1", content_type="text/html").title == text


@pytest.mark.parametrize(("label", "codec", "text"), SETS, ids=lambda value: str(value)[:20])
def test_a_feed_that_its_server_tells(label: str, codec: str, text: str) -> None:
    document = parse(feed("", text).encode(codec), url="https://a.test/", content_type=f"text/xml; charset={label}")
    assert told(document) == text


@pytest.mark.parametrize(("label", "codec", "text"), SETS, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("lie", ["iso-8859-1", "us-ascii", "utf-8"])
def test_what_a_server_says_of_everything_does_not_count(label: str, codec: str, text: str, lie: str) -> None:
    for content_type in (f"text/xml; charset={lie}", f'text/xml;charset="{lie.upper()}"'):
        assert told(parse(feed(label, text).encode(codec), url="https://a.test/", content_type=content_type)) == text
    page = release(f"<meta charset={label}>", text).encode(codec)
    assert read_page(page, url="https://a.test/1", content_type=f"text/html; charset={lie}").title == text


@pytest.mark.parametrize(("label", "codec", "text"), MULTIBYTE, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("lie", ["windows-1252", "windows-1251", "koi8-r"])
def test_a_set_of_single_bytes_is_not_believed_of_many(label: str, codec: str, text: str, lie: str) -> None:
    found = decode(feed(label, text).encode(codec), f"text/xml; charset={lie}")
    assert text in found.text
    if codec_of(lie) != codec:
        assert not found.problems or found.problems[0].startswith("declared as ")


@pytest.mark.parametrize(("lie", "truth"), [("koi8-r", "windows-1251"), ("windows-1251", "koi8-r")])
@pytest.mark.parametrize("served", [True, False])
def test_of_two_cyrillic_sets_the_one_that_makes_words_is_believed(lie: str, truth: str, served: bool) -> None:
    """Whichever of server and document is wrong."""
    written, sent = (truth, lie) if served else (lie, truth)
    found = decode(feed(written, RUSSIAN).encode(codec_of(truth) or ""), f"text/xml; charset={sent}")
    assert RUSSIAN in found.text


def test_what_both_sets_fit_is_as_the_server_says() -> None:
    found = decode(feed("iso-8859-2", CZECH).encode("iso8859-2"), "text/xml; charset=windows-1252")
    assert CZECH not in found.text
    assert CZECH in decode(feed("windows-1252", CZECH).encode("iso8859-2"), "text/xml; charset=iso-8859-2").text


@pytest.mark.parametrize(("label", "codec", "text"), MULTIBYTE, ids=lambda value: str(value)[:20])
def test_a_character_that_is_cut_costs_itself_alone(label: str, codec: str, text: str) -> None:
    whole, last = feed(label, text * 12).encode(codec), text[-1].encode(codec)
    at = whole.rindex(last)
    found = decode(whole[: at + 1] + whole[at + len(last) :])
    assert text * 11 in found.text
    assert "replaced" in found.problems[0]


def test_a_set_of_two_bytes_is_not_told_in_ascii() -> None:
    for label in ("utf-16", "UTF-16LE", "utf-32"):
        assert GERMAN in decode(feed(label, GERMAN).encode("utf-8")).text
        assert GERMAN in decode(feed(label, GERMAN).encode("cp1252") + b" ").text


def test_a_page_inside_a_feed_says_nothing_of_the_feed() -> None:
    inside = "&lt;html&gt;&lt;meta charset=koi8-r&gt; "
    assert inside.replace("&lt;", "<")[:6] not in feed("windows-1251", RUSSIAN)
    cdata = feed("windows-1251", f"<![CDATA[<html><meta charset='koi8-r'>{RUSSIAN}]]>").encode("cp1251")
    assert RUSSIAN in decode(cdata).text


@settings(deadline=None, max_examples=60)
@given(st.text("абвгдежзийклмнопрстуфхцчшщыьэюя АБВ", min_size=40, max_size=200))
def test_words_look_less_odd_in_their_own_set(text: str) -> None:
    if sum(character > "\x7f" for character in text) > 30 and text.lower() == text:
        assert oddness(text) <= oddness(text.encode("koi8-r").decode("cp1252", "replace")) + 0.1


@pytest.mark.parametrize("label", ["undefined", "idna", "hex", "rot13", "x-user-defined", "base64", "", "\x00"])
def test_what_is_no_character_set(label: str) -> None:
    assert codec_of(label) is None
