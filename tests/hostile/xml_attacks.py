"""XML that is made to use up time or memory, to read files, or to reach into the network."""

from tests.hostile.case import GOOD, item, read, refused
from tests.parse.documents import NAMESPACES, atom, rdf, rss


def declared(subset: str, title: str = "A", after: str = "") -> bytes:
    """RSS behind a DOCTYPE with an internal subset."""
    feed = f"<rss version='2.0'><channel><title>T</title><item><title>{title}</title>{after}</item></channel></rss>"
    return f"<?xml version='1.0'?><!DOCTYPE rss [{subset}]>{feed}".encode()


LAUGHS = "<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
ROOT = f"<rss version='2.0' {NAMESPACES}><channel>"

PROLOG = [
    *(
        read(f"prolog: {words} before the root", filler + rss(GOOD)[39:], headline="A")
        for words, filler in {
            "78 KB of newlines": b"\n" * 78_000,
            "2 MB of newlines": b"\n" * 2_000_000,
            "1 MB of blanks": b" " * 1_000_000,
            "1 MB of carriage returns": b"\r\n" * 500_000,
            "1 MB of tabs": b"\t" * 1_000_000,
            "a comment": b"<!-- a -->",
            "100 comments": b"<!-- a -->" * 100,
            "a stylesheet": b"<?xml-stylesheet type='text/xsl' href='http://127.0.0.1/x.xsl'?>",
            "a program's warning": b"<br />\n<b>Warning</b>: mysql_connect() in /srv/x.php on line 3<br />\n",
            "a letter": b"x",
        }.items()
    ),
    read("prolog: newlines behind the declaration", b"<?xml version='1.0'?>" + b"\n" * 500_000 + rss(GOOD)[39:]),
    read("prolog: a declaration twice", b"<?xml version='1.0'?>" + rss(GOOD), headline="A"),
    read("prolog: a declaration with nonsense", b"<?xml version='9.9' standalone='maybe'?>" + rss(GOOD)[39:]),
    read("prolog: XML 1.1", b"<?xml version='1.1'?>" + rss(GOOD)[39:], headline="A"),
    read("prolog: a declaration in capitals", b"<?XML VERSION='1.0'?>" + rss(GOOD)[39:], headline="A"),
    refused("prolog: 100 KB of comments", b"<!-- aaaaa -->" * 8_000 + rss(GOOD)[39:], "no root element"),
    refused("prolog: 100 KB of instructions", b"<?a bbbbbb?>" * 9_000 + rss(GOOD)[39:], "no root element"),
    read("prolog: a comment without an end", b"<!-- a " + rss(GOOD)[39:], headline="A", says="7 characters before"),
    refused(
        "prolog: a DOCTYPE of 100 KB", b"<!DOCTYPE rss " + b"x" * 100_000 + b">" + rss(GOOD)[39:], "no root element"
    ),
    refused("prolog: ten million brackets", b"<!DOCTYPE rss [" + b"]" * 10_000_000 + b"><rss/>", "no root element"),
    refused("prolog: nothing but a declaration", b"<?xml version='1.0'?>", "not a feed"),
]

ENTITIES = [
    read("entities: a billion laughs, not used", declared(LAUGHS), headline="A", says="entity declarations removed"),
    read("entities: a billion laughs", declared(LAUGHS, "&a11;"), headline="&a11;", says="entity declarations removed"),
    read("entities: quadratic blow-up", declared(f"<!ENTITY a '{'x' * 40_000}'>", "&a;" * 50_000)),
    read("entities: just under a hundredfold", declared(f"<!ENTITY a '{'x' * 99}'>", after="&a;" * 100_000)),
    read("entities: a file", declared("<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;"), headline="&x;"),
    read("entities: a file without a scheme", declared("<!ENTITY x SYSTEM '/etc/passwd'>", "&x;"), headline="&x;"),
    read("entities: the network", declared("<!ENTITY x SYSTEM 'http://127.0.0.1/x'>", "&x;"), headline="&x;"),
    read("entities: a public name", declared("<!ENTITY x PUBLIC '-//A//B' 'http://127.0.0.1/x'>", "&x;")),
    read("entities: a parameter", declared("<!ENTITY % p SYSTEM 'http://127.0.0.1/x.dtd'>%p;"), headline="A"),
    read(
        "entities: a parameter that declares", declared("<!ENTITY % p \"<!ENTITY x 'y'>\">%p;", "&x;"), headline="&x;"
    ),
    read("entities: itself", declared("<!ENTITY x '&x;'>", "&x;"), headline="&x;"),
    read("entities: each other", declared("<!ENTITY x '&y;'><!ENTITY y '&x;'>", "&x;"), headline="&x;"),
    read("entities: a backslash", declared(r"<!ENTITY x 'C:\data'>", "&x;"), headline="&x;"),
    read("entities: a group reference", declared(r"<!ENTITY x '\g<9>\1'>", "&x;"), headline="&x;"),
    read("entities: an unparsed one", declared("<!NOTATION g SYSTEM 'g'><!ENTITY x SYSTEM 'x' NDATA g>"), headline="A"),
    read("entities: amp redefined", declared("<!ENTITY amp '<b>'>", "&amp;"), headline="&"),
    read("entities: in an attribute", declared("<!ENTITY x 'y'>", after="<link a='&x;'>https://a.test/</link>")),
    read("entities: ten thousand", declared("".join(f"<!ENTITY e{n} '{n}'>" for n in range(2_500)), "&e7;")),
    read("entities: an end in a string", declared("<!ENTITY x ']>'><!-- ]> -->"), headline="A"),
    read("entities: a subset without an end", declared("<!ENTITY x 'y"), headline="A"),
    read("entities: an element declared", declared("<!ELEMENT rss ANY><!ATTLIST rss a CDATA 'b'>"), headline="A"),
    read("entities: a DTD elsewhere", b"<!DOCTYPE rss SYSTEM 'http://127.0.0.1/x.dtd'>" + rss(GOOD)[39:], headline="A"),
    read("entities: XInclude", item("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>")),
]

_REFERENCES = {
    "&#xD800;": "\ufffd",
    "&#56320;": "\ufffd",
    "&#xD83D;&#xDE00;": "\ufffd\ufffd",
    "&#" + "9" * 5_000 + ";": "\ufffd",
    "&#x" + "f" * 5_000 + ";": "\ufffd",
    "&#" + "0" * 5_000 + "66;": "B",
    "&#0;": "\ufffd",
    "&#x0;": "\ufffd",
    "&#1;": "\ufffd",
    "&#8;": "\ufffd",
    "&#xFFFE;": "\ufffd",
    "&#xFFFF;": "\ufffd",
    "&#x110000;": "\ufffd",
    "&#x10FFFF;": "\U0010ffff",
    "&#x42;": "B",
    "&#66;": "B",
    "&eacute;": "é",
    "&amp;": "&",
    "&lt;b&gt;": None,
    "&nosuch;": "&nosuch;",
    "&NoSuch" + "x" * 10_000 + ";": None,
    "&;": None,
    "&#;": None,
    "&#x;": None,
    "&": None,
    "&#66": None,
    "& B": "& B",
}
REFERENCES = [
    read(
        f"references: {reference[:20]}" + (" …" if len(reference) > 20 else ""),
        rss(f"<title>A{reference}</title>"),
        headline=None if meant is None else f"A{meant}",
    )
    for reference, meant in _REFERENCES.items()
]

DEEP = "elements nested more than 500 deep"
SIZES = [
    refused("sizes: 600 elements deep", item("<a>" * 600), DEEP),
    refused("sizes: 600 elements deep, closed", item("<a>" * 600 + "</a>" * 600), DEEP),
    refused("sizes: 100,000 elements deep", item("<a>" * 100_000), DEEP),
    refused("sizes: XHTML 600 deep", atom(f"{GOOD}<content type='xhtml'>{'<div>' * 600}</content>"), DEEP),
    read("sizes: 400 elements deep", item("<a>" * 400 + "</a>" * 400), headline="A"),
    refused("sizes: 600 attributes", item("<a " + " ".join(f"a{n}='1'" for n in range(600)) + "/>"), "500 attributes"),
    refused(
        "sizes: 418 KB of attributes", item("<a " + " ".join(f"a{n}=''" for n in range(44_000)) + "/>"), "500 attr"
    ),
    refused("sizes: attributes of one name", item("<a " + "b='1' " * 40_000 + "/>"), "500 attributes"),
    read("sizes: 400 attributes", item("<a " + " ".join(f"a{n}='1'" for n in range(400)) + "/>"), headline="A"),
    read("sizes: an attribute of 3 MB", item(f"<a b='{'x' * 3_000_000}'/>"), headline="A"),
    refused("sizes: an attribute of 5 MB", item(f"<a b='{'x' * 5_000_000}'/>"), "more than 4,000,000 characters"),
    refused("sizes: an attribute without an end", item(f"<a b='{'x' * 5_000_000}"), "more than 4,000,000 characters"),
    refused("sizes: a comment of 5 MB", item(f"<!--{'x' * 5_000_000}-->"), "more than 4,000,000 characters"),
    refused("sizes: an instruction of 5 MB", item(f"<?a {'x' * 5_000_000}?>"), "more than 4,000,000 characters"),
    refused("sizes: a name of 5 MB", item(f"<{'a' * 5_000_000}/>"), "more than 4,000,000 characters"),
    read("sizes: a name of 100 KB", item(f"<{'a' * 100_000}/>"), headline="A"),
    read("sizes: a title of 10 MB", rss(f"<title>{'word ' * 2_000_000}</title>"), says="1 entries cut"),
    read("sizes: a word of 10 MB", rss(f"<title>{'x' * 10_000_000}</title>"), says="1 entries cut"),
    read("sizes: a text of 10 MB", item(f"<description>{'word ' * 2_000_000}</description>"), says="1 entries cut"),
    read("sizes: a text of 8 MB in CDATA", item(f"<description><![CDATA[{'a b ' * 2_000_000}]]></description>")),
    read(
        "sizes: an image of 10 MB in the text",
        item(f"<description>&lt;img src='data:{'A' * 10_000_000}'&gt;x</description>"),
    ),
    read("sizes: white space of 10 MB", item(f"<description>{' ' * 10_000_000}</description>"), headline="A"),
    refused("sizes: 400,000 elements", item("<a/>" * 400_000), "more than 300,000 elements"),
    refused("sizes: 400,000 brackets", item("<" * 400_000), "more than 300,000 elements"),
    refused("sizes: 400,000 ends", item("</a>" * 400_000), "more than 300,000 elements"),
    refused("sizes: 3,000 categories", item("<category>c</category>" * 3_000), "more than 2,000 keywords"),
    refused(
        "sizes: 3,000 keywords", item(f"<media:keywords>{'k,' * 3_000}</media:keywords>"), "more than 2,000 keywords"
    ),
    read(
        "sizes: 1,000 categories",
        item("".join(f"<category>{n}</category>" for n in range(1_000))),
        says="1 entries cut",
    ),
    refused("sizes: an author of 5,000 letters", item(f"<author>{'a' * 5_000}</author>"), "a name of 5,000 characters"),
    refused(
        "sizes: an author of at signs", item(f"<dc:creator>{'a' * 3_000}@</dc:creator>"), "a name of 3,000 characters"
    ),
    read("sizes: 3,000 authors", item("<dc:creator>Ada Byron</dc:creator>" * 3_000), headline="A"),
    read("sizes: 10,000 entries", rss(*(f"<title>{n}</title><guid>{n}</guid>" for n in range(10_000))), entries=10_000),
    read(
        "sizes: 2,000 entries of Atom",
        atom(*(f"<title>{n}</title><id>{n}</id>" for n in range(2_000))),
        entries=2_000,
    ),
    read("sizes: 2,000 entries without anything", rss(*[""] * 2_000), entries=2_000),
    read(
        "sizes: 2,000 entries of one guid",
        rss(*(f"<title>{n}</title><guid>1</guid>" for n in range(2_000))),
        entries=2_000,
    ),
    read(
        "sizes: 5,000 enclosures",
        item("<enclosure url='https://a.test/' type='a/b' length='1'/>" * 5_000),
        headline="A",
    ),
    read("sizes: 10,000 links", atom(GOOD + "<link href='https://a.test/'/>" * 10_000), headline="A"),
    read("sizes: 500 contents", atom(GOOD + "<content type='html'>a</content>" * 500), headline="A"),
    read(
        "sizes: 312 KB of comments opened in CDATA", item(f"<description><![CDATA[{'<!--' * 80_000}]]></description>")
    ),
    read(
        "sizes: 1 MB of CDATA opened in CDATA", item(f"<description><![CDATA[{'<![CDATA[' * 100_000}]]></description>")
    ),
    read("sizes: 100,000 CDATA", item(f"<description>{'<![CDATA[a]]>' * 100_000}</description>"), headline="A"),
    read("sizes: CDATA without an end", rss(GOOD)[:-23] + b"<description><![CDATA[" + b"a" * 1_000_000, headline="A"),
    read(
        "sizes: declarations in the text",
        item("<description>" + "encoding='a' " * 30_000 + "</description>"),
        headline="A",
    ),
    read("sizes: a date of 100 KB", item(f"<pubDate>{'1' * 100_000}</pubDate>"), says="1 dates that can't be read"),
    read("sizes: a ttl of 100 KB", item("", channel=f"<ttl>{'9' * 100_000}</ttl>"), headline="A"),
]

NAMESPACED = [
    refused("namespaces: 300", rss(*(f"<x{n}:a xmlns:x{n}='u:{n}'/>" for n in range(300))), "more than 200 namespaces"),
    read("namespaces: 100", item("".join(f"<x{n}:a xmlns:x{n}='u:{n}'/>" for n in range(100))), headline="A"),
    read("namespaces: undeclared", item("<nosuch:a>b</nosuch:a>"), headline="A"),
    read("namespaces: one of 100 KB", item(f"<x:a xmlns:x='{'u' * 100_000}'/>"), headline="A"),
    read("namespaces: a prefix of 10 KB", item(f"<{'x' * 10_000}:a xmlns:{'x' * 10_000}='u'/>"), headline="A"),
    read("namespaces: empty", item("<a xmlns=''>b</a>"), headline="A"),
    read("namespaces: javascript", item("<a xmlns='javascript:alert(1)'>b</a>"), headline="A"),
    read("namespaces: xml redeclared", item("<a xmlns:xml='u:x'>b</a>")),
    read("namespaces: Atom in RSS", item("<a:link xmlns:a='http://www.w3.org/2005/Atom' href='https://a.test/1'/>")),
    read(
        "namespaces: prefixes throughout",
        b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>A</a:title></a:entry></a:feed>",
        headline="A",
    ),
    read(
        "namespaces: an old Atom",
        b"<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>A</title></entry></feed>",
        headline="A",
    ),
    read(
        "namespaces: an Atom of nobody's",
        b"<feed xmlns='https://nobody.test/'><entry><title>A</title></entry></feed>",
        headline="A",
    ),
    read("namespaces: an Atom of none", b"<feed><entry><title>A</title></entry></feed>", headline="A"),
    read("namespaces: RDF", rdf(GOOD), headline="A"),
    read(
        "namespaces: SVG in the text",
        item("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>x</script></svg>"),
        headline="A",
    ),
    read(
        "namespaces: MathML in the text",
        item("<math xmlns='http://www.w3.org/1998/Math/MathML'><mi>x</mi></math>"),
        headline="A",
    ),
]

CASES = [*PROLOG, *ENTITIES, *REFERENCES, *SIZES, *NAMESPACED]
