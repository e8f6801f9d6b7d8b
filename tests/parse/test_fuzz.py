"""Whatever the bytes: a document, or an error of our own tree; and what comes out can be stored."""

import contextlib
import random
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parse.documents import URL, atom, rdf, rss
from wire.errors import ParseError
from wire.model import Document
from wire.parse import describe, detect, parse, parse_line
from wire.parse.text import clean

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

_ITEM = (
    "<title>A &amp; B</title><link>/x</link><guid>1</guid><description>&lt;p&gt;C&lt;/p&gt;</description>"
    "<content:encoded><![CDATA[<p>D</p>]]></content:encoded><category>k</category>"
    "<pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate><source url='u'>S</source>"
    "<media:group><media:title>t</media:title><media:thumbnail url='u'/>"
    "<media:description>E</media:description><media:keywords>a,b</media:keywords></media:group>"
)
_CHANNEL = (
    "<image><url>u</url><width>1</width></image><textInput><name>n</name></textInput><ttl>5</ttl>"
    "<author>a@b.test</author>"
)
_ENTRY = (
    "<id>1</id><title type='html'>A</title><link rel='alternate' href='x'/><author><name>N</name>"
    "<email>a@b.test</email></author><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>C</p></div></content>"
    "<updated>2026-03-02T12:00:00Z</updated><source><title>S</title><id>s</id></source>"
)
SEEDS = [
    rss(_ITEM, _ITEM, channel=_CHANNEL),
    atom(_ENTRY, _ENTRY),
    rdf(_ITEM.replace("content:", "").replace("media:", "dc:")),
    b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_html":"<p>a</p>","authors":[{"name":"b"}]}]}',
    b'{"id":"1","headline":"A","body":"B","published":"2026-03-02T12:00:00Z"}\n{"id":"2","headline":"C","body":"D"}\n',
]
FRAGMENTS = [
    *(
        b"<",
        b">",
        b"/>",
        b"</",
        b"&",
        b";",
        b"&#",
        b"&#xD800;",
        b'"',
        b"'",
        b"=",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
    ),
    *(
        b"<?",
        b"?>",
        b"<!DOCTYPE x [",
        b"]>",
        b"<!ENTITY a 'b'>",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x80",
        b"{",
        b"[",
        b"\\ud800",
    ),
    *(
        b"<item>",
        b"</item>",
        b"<image>",
        b"</image>",
        b"<width/>",
        b"<source>",
        b"<media:thumbnail/>",
        b"<media:player>",
    ),
    *(
        b"<entry>",
        b"<author>",
        b"<link>",
        b"<textInput>",
        b"<svg>",
        b"xmlns:a='b'",
        b"xml:base='//['",
        b"<dcterms:valid>",
    ),
]


def survives(body: bytes, content_type: str | None = None) -> None:
    detect(body, content_type)
    describe(body, content_type)
    with contextlib.suppress(ParseError):
        assert_storable(parse(body, url=URL, content_type=content_type))


def assert_storable(document: Document) -> None:
    for entry in document.entries:
        for field in fields(entry):
            value = getattr(entry, field.name)
            for text in value if isinstance(value, tuple) else (value,):
                assert not isinstance(text, str) or clean(text) == text
        assert entry.url is None or entry.url.startswith(("http://", "https://"))


@unhurried
@given(st.binary(max_size=400), st.none() | st.sampled_from(["text/xml", "text/xml; charset=utf-16", "text/html"]))
def test_noise(body: bytes, content_type: str | None) -> None:
    survives(body, content_type)


@unhurried
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25), st.sampled_from([b"<rss><channel>", b"<feed>", b"{", b""]))
def test_fragments(parts: list[bytes], root: bytes) -> None:
    survives(root + b"".join(parts))


@pytest.mark.parametrize("seed", SEEDS, ids=["rss", "atom", "rdf", "json-feed", "jsonl"])
def test_mutated_documents(seed: bytes) -> None:
    chance = random.Random(4711)
    for _ in range(300):
        body = bytearray(seed)
        for _ in range(chance.randint(1, 4)):
            begin = chance.randrange(len(body) + 1)
            end = min(len(body), begin + chance.choice((0, 0, 1, 3, 20)))
            body[begin:end] = chance.choice(FRAGMENTS) if chance.random() < 0.8 else body[end : end + 30]
        survives(bytes(body))


@unhurried
@given(st.binary(max_size=200))
def test_lines_of_noise(line: bytes) -> None:
    with contextlib.suppress(ParseError):
        parse_line(line)


@pytest.mark.parametrize("seed", SEEDS)
def test_cut_anywhere(seed: bytes) -> None:
    for end in range(0, len(seed), 5):
        survives(seed[:end])


@pytest.mark.parametrize("seed", SEEDS)
def test_parsing_twice_gives_the_same(seed: bytes) -> None:
    assert parse(seed, url=URL) == parse(seed, url=URL)
