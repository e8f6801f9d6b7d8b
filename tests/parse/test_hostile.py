"""Documents made to hurt: each with its outcome beside it. What is refused says why; what is not, is read."""

import pytest

from tests.parse.documents import NAMESPACES, URL, atom, rss
from wire.errors import BrokenDocument, ParseError
from wire.parse import guard, parse

GOOD = "<title>A</title>"


def doctype(subset: str, text: str = "") -> bytes:
    feed = f"<rss><channel><title>T</title><item><title>A{text}</title></item></channel></rss>"
    return f"<!DOCTYPE rss [{subset}]>{feed}".encode()


BILLION = "<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 40))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (rss(GOOD + "<a>" * 600), "elements nested more than 500 deep"),
        (rss("<description>" + "<div>" * 600 + "x" + "</div>" * 600 + "</description>"), "nested more than 500 deep"),
        (rss("<a " + " ".join(f"a{n}='1'" for n in range(600)) + "/>"), "an element <a> with more than 500 attributes"),
        (rss("<a x='" + "x" * 4_100_000 + "'/>"), "a tag or comment of more than 4,000,000 characters"),
        (rss("<!--" + "x" * 4_100_000 + "-->"), "a tag or comment of more than 4,000,000 characters"),
        (rss("<?a " + "x" * 4_100_000 + "?>"), "a tag or comment of more than 4,000,000 characters"),
        (rss("<a x='" + "x" * 4_100_000), "a tag or comment of more than 4,000,000 characters"),
        (rss("<a/>" * 300_001), "more than 300,000 elements"),
        (rss("<" * 300_001), "more than 300,000 elements"),
        (rss("</a>" * 300_001), "more than 300,000 elements"),
        (rss(*(f"<x{n}:a xmlns:x{n}='u:{n}'/>" for n in range(201))), "more than 200 namespaces"),
        (rss("<category>c</category>" * 2001), "more than 2,000 keywords on one <item>"),
        (rss("<media:keywords>" + "k," * 2001 + "</media:keywords>"), "more than 2,000 keywords on one <item>"),
        (rss("<author>" + "a" * 5000 + "</author>"), "a name of 5,000 characters without a break in <author>"),
        (rss("<dc:creator>" + "a" * 5000 + "</dc:creator>"), "a name of 5,000 characters without a break"),
        (b"<!DOCTYPE rss [" + b"]" * 10_000_000 + b"><rss/>", "not a feed but XML with no root element"),
        (b"<!DOCTYPE rss " + b"x" * 70_000 + b"><rss/>", "not a feed but XML with no root element"),
    ],
)
def test_refused(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse(body, url=URL)


@pytest.mark.parametrize(
    ("body", "headline"),
    [
        (b"\n" * 100_000 + rss(GOOD), "A"),
        (b"<?xml version='1.0'?>" + b"\n" * 100_000 + rss(GOOD)[39:], "A"),
        (rss("<description><![CDATA[" + "<!--" * 80_000 + "]]></description>" + GOOD), "A"),
        (rss(GOOD + "<description><![CDATA[" + "<a>" * 80_000 + "]]></description>"), "A"),
        (rss(GOOD + "<description>" + "<br>" * 2000 + "</description>"), "A"),
        (rss(GOOD + "<description>" + "<p>one" * 400 + "</description>"), "A"),
        (rss(GOOD + "<dc:creator>" + "Ada Byron, " * 5000 + "</dc:creator>"), "A"),
        (doctype(BILLION), "A"),
        (doctype(BILLION, "&a39;"), "A&a39;"),
        (doctype("<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;"), "A&x;"),
        (doctype(r"<!ENTITY x 'C:\data'>", "&x;"), "A&x;"),
        (doctype("<!ENTITY % p SYSTEM 'http://127.0.0.1/x.dtd'>%p;"), "A"),
        (doctype("<!ENTITY x ']>'><!-- ]> -->"), "A"),
        (doctype("<!--"), "A"),
        (doctype("'"), "A"),
        (doctype("<!ENTITY amp '&#38;'>", "&amp;B"), "A&B"),
        (b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/rss.dtd">' + rss(GOOD)[39:], "A"),
        (rss("<title>A&#xD800;&#56320;</title>"), "A\ufffd\ufffd"),
        (rss("<title>A&#" + "9" * 5000 + ";</title>"), "A\ufffd"),
        (rss("<title>A&#x" + "f" * 5000 + ";</title>"), "A\ufffd"),
        (rss("<title>A&#0;&#x0;&#1;&#xFFFF;&#x110000;</title>"), "A" + "\ufffd" * 5),
        (rss("<title>A&#" + "0" * 5000 + "66;</title>"), "AB"),
        (rss("<title>A\0\x01\x1f</title>"), "A"),
        (rss("<title>A</title>").replace(b"utf-8", b"undefined"), "A"),
        (rss("<title>A</title>").replace(b"utf-8", b"utf-8\0"), "A"),
        (rss("<title>A</title>").replace(b"utf-8", b"punycode"), "A"),
        (rss("<title>A</title><pubDate>" + "1" * 100_000 + "</pubDate>"), "A"),
        (rss(GOOD + "<description>" + "encoding='a' " * 20_000 + "</description>")[39:], "A"),
        (rss("<image><width>x</width></image><title>A</title>"), "A"),
        (atom("<title>A</title><content type='application/octet-stream'>" + "AA==" * 100 + "</content>"), "A"),
    ],
)
def test_harmless_in_the_end(body: bytes, headline: str) -> None:
    found = parse(body, url=URL, content_type="text/xml; charset=undefined")
    assert found.entries[0].headline == headline


def test_removed_entities_are_told() -> None:
    assert parse(doctype(BILLION), url=URL).problems == ("entity declarations removed",)


@pytest.mark.parametrize("stray", ["</width>", "</media:player>"])
def test_feedparsers_own_failures_are_broken_documents(stray: str) -> None:
    with pytest.raises(BrokenDocument, match="feedparser fails on it"):
        parse(rss(GOOD + stray), url=URL)


def test_caps_leave_room_for_real_feeds() -> None:
    inside = "<div>" * 100 + "x" + "</div>" * 100
    items = [
        f"<title>{n}</title><description>{inside}</description>" + "<category>c</category>" * 50 for n in range(20)
    ]
    assert len(parse(rss(*items), url=URL).entries) == 20


def test_root_is_found_behind_any_prolog() -> None:
    text = f"<?a b?><?c d><!-- <rss> --><!DOCTYPE rss PUBLIC '>' [<!ENTITY a '<rss>'>]>\n<rss {NAMESPACES}>"
    root = guard.find_root(text)
    assert root is not None
    assert (text[root.at :].startswith("<rss xmlns"), root.name, root.has_entities) == (True, "rss", True)
