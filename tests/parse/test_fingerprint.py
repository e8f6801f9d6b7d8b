"""What a touched document says is what it said; a changed one says something else."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parse.documents import URL, atom, rdf, rss
from wire.errors import ParseError
from wire.model import Entry
from wire.parse import fingerprint, parse

_DATED = "<lastBuildDate>{}</lastBuildDate><pubDate>{}</pubDate>"
ITEM = (
    "<title>A</title><guid>1</guid><pubDate>Mon, 02 Mar 2026 12:00:00 GMT</pubDate><!-- a -->"
    "<description><![CDATA[<p>C</p>]]></description>"
)
ENTRY = "<title>A</title><id>1</id><updated>2026-03-02T12:00:00Z</updated><summary>B</summary>"
DOCUMENTS = {
    "rss": rss(ITEM, ITEM.replace("1", "2"), channel=_DATED.format("x", "y")),
    "atom": atom(ENTRY, ENTRY.replace("1", "2"), feed="<updated>2026-03-02T12:00:00Z</updated>"),
    "atom with a prefix": b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:updated>x</a:updated>"
    b"<a:entry><a:title>A</a:title></a:entry></a:feed>",
    "rdf": rdf(ITEM).replace(b"<channel>", b"<channel><dc:date>2026-03-02</dc:date>"),
    "no end tag": b"<rss><channel><item><title>A</title></item><item><title>B <updated>1</updated>",
    "json": b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"<item> <updated>1</updated>"}]}',
    "wide": rss(ITEM, channel=_DATED.format("x", "y")).decode().encode("utf-16"),
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rss(ITEM, channel=_DATED.format("x", "y")), rss(ITEM, channel=_DATED.format("z", "Mon, 02 Mar 2026"))),
        (
            atom(ENTRY, feed="<updated>2026-03-02T12:00:00Z</updated>"),
            atom(ENTRY, feed="<updated>2027-04-03T01:02:03+02:00</updated>"),
        ),
        (
            b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title></entry><updated>1</updated></feed>",
            b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title></entry><updated>2</updated></feed>",
        ),
        (rss(ITEM) + b"<!-- served in 0.1 s -->", rss(ITEM) + b"<!-- served in 0.2 s -->"),
        (rss(ITEM).replace(b"item>", b"ITEM>"), rss(ITEM).replace(b"item>", b"ITEM>") + b"<!-- a -->"),
    ],
)
def test_a_touch_is_none(before: bytes, after: bytes) -> None:
    assert before != after
    assert fingerprint(before) == fingerprint(after)
    assert parse(before, url=URL).entries == parse(after, url=URL).entries


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rss(ITEM), rss(ITEM.replace("12:00", "12:01"))),
        (rss(ITEM), rss(ITEM.replace("<!-- a -->", "<!-- b -->"))),
        (rss(ITEM, channel="<ttl>5</ttl>"), rss(ITEM, channel="<ttl>50</ttl>")),
        (atom(ENTRY), atom(ENTRY, attributes="xml:base='https://b.test/'")),
        (
            b"<rss><channel><item><![CDATA[</item><updated>1</updated>",
            b"<rss><channel><item><![CDATA[</item><updated>2</updated>",
        ),
        (b"<rss><item><!-- </item> <updated>1</updated>", b"<rss><item><!-- </item> <updated>2</updated>"),
        (b"<rss><item></item><item><updated>1</updated>", b"<rss><item></item><item><updated>2</updated>"),
        (b"x<rss><updated>1</updated><item></item></rss>", b"x<rss><updated>2</updated><item></item></rss>"),
        (b"<html><updated>1</updated><item></item></html>", b"<html><updated>2</updated><item></item></html>"),
        (
            b'{"a":"<rss><updated>1</updated><item></item>"}',
            b'{"a":"<rss><updated>2</updated><item></item>"}',
        ),
        (b"<rss><updated>1</updated><item></item>" + b" " * 5_000, b"<rss><updated>1</updated><item></item>"),
    ],
)
def test_all_else_counts(before: bytes, after: bytes) -> None:
    assert fingerprint(before) != fingerprint(after)


def entries(body: bytes) -> Sequence[Entry] | None:
    try:
        return parse(body, url=URL).entries
    except ParseError:
        return None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_mutation_that_changes_an_entry_goes_unseen(name: str) -> None:
    body, chance = DOCUMENTS[name], random.Random(name)
    known = entries(body)
    pieces = [
        b"",
        b"2",
        b"<updated>3</updated>",
        b"<!-- c -->",
        b"</item>",
        b"<item>",
        b"<![CDATA[",
        b"]]>",
        b"<",
        b">",
    ]
    for _ in range(400):
        begin = chance.randrange(len(body) + 1)
        changed = body[:begin] + chance.choice(pieces) + body[begin + chance.choice((0, 0, 1, 5)) :]
        assert entries(changed) == known or fingerprint(changed) != fingerprint(body)


@given(st.data())
def test_every_byte_of_an_entry_counts(data: st.DataObject) -> None:
    body = DOCUMENTS[data.draw(st.sampled_from(sorted(DOCUMENTS)))]
    begin, end = body.find(b"<item"), body.rfind(b"</item")
    if begin < 0:
        begin, end = body.find(b"entry"), body.rfind(b"entry")
    at = data.draw(st.integers(max(begin, 0), end if end > 0 else len(body) - 1))
    byte = data.draw(st.binary(min_size=1, max_size=1).filter(lambda each: each != body[at : at + 1]))
    assert fingerprint(body[:at] + byte + body[at + 1 :]) != fingerprint(body)


@given(st.binary(max_size=300))
def test_noise_has_one_too(body: bytes) -> None:
    assert len(fingerprint(body)) == 32
    assert fingerprint(body) == fingerprint(bytes(body))
