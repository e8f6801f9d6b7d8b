"""Feeds as sloppy programs, broken disks and cut connections make them."""

from tests.hostile.case import GOOD, Case, item, read, refused
from tests.parse.documents import NAMESPACES, atom, rdf, rss

HEAD = f"<rss version='2.0' {NAMESPACES}><channel><title>T</title>".encode()
TWO = rss("<title>A</title><guid>1</guid>", "<title>B</title><guid>2</guid>")
BASE = "https://wire.test/feeds/"

STRUCTURE: list[Case] = [
    read("structure: no channel", b"<rss><item><title>A</title></item></rss>", headline="A"),
    read(
        "structure: items behind the channel",
        b"<rss><channel><title>T</title></channel><item><title>A</title></item></rss>",
        headline="A",
    ),
    read(
        "structure: two channels",
        b"<rss><channel><item><title>A</title></item></channel><channel><item><title>B</title></item></channel></rss>",
        entries=2,
    ),
    read("structure: an item in an item", rss("<title>A</title><item><title>B</title></item>"), entries=2),
    read("structure: no end", HEAD + b"<item><title>A</title></item>", headline="A", says="not well-formed"),
    read("structure: an item without an end", HEAD + b"<item><title>A</title>", headline="A"),
    read("structure: a title without an end", HEAD + b"<item><title>A", headline="", says="no element found"),
    read("structure: crossed tags", rss("<title><b>A</title></b>"), headline="A"),
    read(
        "structure: tags in capitals", rss(GOOD).replace(b"item>", b"ITEM>").replace(b"title>", b"TITLE>"), headline="A"
    ),
    read("structure: a root in capitals", b"<RSS><CHANNEL><ITEM><TITLE>A</TITLE></ITEM></CHANNEL></RSS>", headline="A"),
    read(
        "structure: attributes without quotes",
        b"<rss version=2.0><channel><item><title type=text>A</title></item></channel></rss>",
        headline="A",
    ),
    read("structure: a bare ampersand", rss("<title>A & B</title>"), headline="A & B"),
    read("structure: a bare bracket", rss("<title>A < B</title>")),
    read("structure: an end too many", HEAD + b"</channel><item><title>A</title></item></rss>", headline="A"),
    read("structure: nothing in the feed", rss(), entries=0),
    read("structure: nothing in Atom", atom(), entries=0),
    read("structure: nothing in RDF", rdf(), entries=0),
    read("structure: an empty item", rss(""), headline=""),
    read(
        "structure: an entry that ends at once",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry/></feed>",
    ),
    refused("structure: nothing in the root", b"<rss/>", "the document is empty"),
    refused("structure: a bracket", b"<", "not a feed"),
    refused("structure: half a root", b"<rss", "no entry can be read"),
    read(
        "structure: two documents",
        rss(GOOD) + rss("<title>B</title>"),
        headline="A",
        says="characters after the document",
    ),
    read(
        "structure: a page behind it",
        rss(GOOD) + b"<html><body>Error</body></html>",
        headline="A",
        says="characters after",
    ),
    read("structure: a stray end of an image's width", item("</image>"), headline="A"),
    refused("structure: a stray width", item("</width>"), "feedparser fails on it"),
    refused("structure: a stray player", item("</media:player>"), "feedparser fails on it"),
    read(
        "structure: a feed in the text",
        atom(f"{GOOD}<content type='xhtml'><feed><entry><title>B</title></entry></feed></content>"),
    ),
    read(
        "structure: a feed in CDATA",
        item("<description><![CDATA[<rss><item><title>B</title></item></rss>]]></description>"),
        headline="A",
    ),
    read(
        "structure: a feed in a comment",
        b"<rss><!-- <item><title>B</title></item> --><channel><item><title>A</title></item></channel></rss>",
        headline="A",
    ),
    *(
        read(f"structure: RSS {version.decode()}", rss(GOOD).replace(b"2.0", version), headline="A")
        for version in (b"0.90", b"0.91", b"0.92", b"3.0", b"-1", b"")
    ),
    *(
        read(f"structure: cut at {share} %", TWO[: len(TWO) * share // 100], entries=entries)
        for share, entries in ((84, 1), (88, 1), (92, 2), (96, 2), (99, 2))
    ),
    *(
        read(f"structure: an item of {name}", item(f"<{name}>x</{name}>"), headline="A")
        for name in (
            "image",
            "textinput",
            "channel",
            "cloud",
            "source",
            "skipDays",
            "dcterms:valid",
            "media:group",
            "itunes:duration",
        )
    ),
]

TITLES: list[Case] = [
    read("titles: none", rss("<description>Told here.</description>"), text="Told here."),
    read("titles: empty", rss("<title/><description>Told here.</description>"), text="Told here."),
    read("titles: blank", rss("<title>  \n </title><description>Told here.</description>"), text="Told here."),
    read("titles: two", rss("<title>A</title><title>B</title>")),
    read("titles: nothing but tags", rss("<title>&lt;b&gt;&lt;/b&gt;</title>")),
    read("titles: with tags", rss("<title>&lt;b&gt;A&lt;/b&gt;</title>"), headline="A"),
    read("titles: a line break", rss("<title>A\n\nB</title>"), headline="A B"),
    read("titles: HTML in Atom", atom("<title type='html'>&lt;i&gt;A&lt;/i&gt;</title>"), headline="A"),
    read(
        "titles: XHTML in Atom",
        atom("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A</div></title>"),
        headline="A",
    ),
    read("titles: of a type of nobody's", atom("<title type='\0/\0'>A</title>"), headline="A"),
    read("titles: base64", atom("<title type='application/octet-stream' mode='base64'>QQ==</title>")),
]

GUIDS: list[Case] = [
    read("guids: none", rss(GOOD, "<title>B</title>"), entries=2),
    read(
        "guids: all the same", rss(*["<title>A</title><guid>1</guid>"] * 20), entries=20, says="20 entries share a guid"
    ),
    read("guids: empty", item("<guid/>")),
    read("guids: blank", item("<guid> \n </guid>")),
    read("guids: two", item("<guid>1</guid><guid>2</guid>")),
    read("guids: 10 KB", item(f"<guid>{'g' * 10_000}</guid>"), says="1 entries cut"),
    read("guids: 10 MB", item(f"<guid>{'g' * 10_000_000}</guid>"), says="1 entries cut"),
    read("guids: markup", item("<guid><b>1</b></guid>")),
    read("guids: javascript", item("<guid isPermaLink='true'>javascript:alert(1)</guid>"), url=None),
    read("guids: a place", item("<guid>/1</guid>")),
    read("guids: SQL", item("<guid>'; DROP TABLE story; --</guid>")),
    read("guids: control characters", item("<guid>1\0\x01</guid>")),
    read("guids: a lone surrogate", item("<guid>&#xD800;</guid>")),
]

_LINKS: dict[str, str | None] = {
    "https://a.test/1": "https://a.test/1",
    "/1": "https://wire.test/1",
    "1": BASE + "1",
    "//a.test/1": "https://a.test/1",
    "?a=b": BASE + "all.xml?a=b",
    " https://a.test/1 ": "https://a.test/1",
    "https://a.test/a b": "https://a.test/ab",
    "javascript:alert(1)": None,
    "JaVaScRiPt:alert(1)": None,
    "java\nscript:alert(1)": None,
    "java&#9;script:alert(1)": None,
    "&#1;javascript:alert(1)": BASE + "\ufffdjavascript:alert(1)",
    "data:text/html,a": None,
    "vbscript:a": None,
    "file:///etc/passwd": None,
    "ftp://a.test/": None,
    "mailto:a@b.test": None,
    "about:blank": None,
    "blob:https://a.test/1": None,
    "http:///a": "http://a",
    "http://": None,
    "http://[": None,
    "http://[::1": None,
    "http://a.test:99999999/": None,
    "https://a.test/" + "a" * 10_000: None,
    "https://пример.test/1": "https://пример.test/1",
}
LINKS = [
    Case(name=f"links: {link[:30]}", body=item(f"<link>{link}</link>"), url=meant) for link, meant in _LINKS.items()
] + [
    Case(
        name="links: a base of javascript",
        body=atom(f"{GOOD}<link href='1'/>", attributes="xml:base='javascript:alert(1)'"),
        url=BASE + "1",
    ),
    Case(
        name="links: a base elsewhere",
        body=atom(f"{GOOD}<link href='1'/>", attributes="xml:base='https://b.test/x/'"),
        url="https://b.test/x/1",
    ),
    Case(
        name="links: a base that is none",
        body=atom(f"{GOOD}<link href='1'/>", attributes="xml:base='//['"),
        url=BASE + "1",
    ),
    Case(
        name="links: javascript, and a good one",
        body=atom(f"{GOOD}<link href='javascript:x'/><link href='/2'/>"),
        url="https://wire.test/2",
    ),
    Case(name="links: no href", body=atom(f"{GOOD}<link rel='alternate'/>"), url=None),
    Case(name="links: none", body=atom(GOOD), url=None),
]

CASES = [*STRUCTURE, *TITLES, *GUIDS, *LINKS]
