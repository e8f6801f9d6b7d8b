"""JSON Feeds and JSON Lines that keep to nothing."""

import json

from tests.hostile.case import Case, read, refused

VERSION = '"version":"https://jsonfeed.org/version/1.1"'
GOOD = '{"id":"1","title":"A","content_text":"B"}'


def feed(*items: str, more: str = "") -> bytes:
    """A JSON Feed with these items."""
    return f'{{{VERSION},"title":"T"{more},"items":[{",".join(items)}]}}'.encode()


def line(**fields: object) -> bytes:
    """A line of JSON Lines."""
    return json.dumps({"id": "1", "headline": "A", "body": "B", **fields}).encode()


FEEDS: list[Case] = [
    read("JSON Feed: good", feed(GOOD), headline="A"),
    read("JSON Feed: no items", feed(), entries=0),
    read(
        "JSON Feed: items of every kind",
        feed("null", "1", '"a"', "[]", "true", GOOD),
        headline="A",
        says="5 items that are no objects",
    ),
    read(
        "JSON Feed: fields of every kind",
        feed('{"id":[],"title":{},"content_html":5,"authors":"x","tags":1,"url":{}}'),
        headline="",
    ),
    read("JSON Feed: a number for an id", feed('{"id":1.5,"title":"A"}'), headline="A"),
    read("JSON Feed: a number of infinity", feed('{"id":1e999,"title":"A"}'), headline="A"),
    read("JSON Feed: NaN", feed('{"id":NaN,"title":"A"}'), headline="A"),
    read("JSON Feed: a lone surrogate", feed('{"id":"1","title":"A\\ud800B"}'), headline="AB"),
    read("JSON Feed: NUL", feed('{"id":"1","title":"A\\u0000B"}'), headline="AB"),
    read("JSON Feed: keys twice", feed('{"id":"1","title":"B","title":"A"}'), headline="A"),
    read("JSON Feed: javascript", feed('{"id":"1","title":"A","url":"javascript:alert(1)"}'), url=None),
    read("JSON Feed: a script", feed('{"id":"1","title":"A","content_html":"<script>x</script>Told."}'), text="Told."),
    read("JSON Feed: markup in text", feed('{"id":"1","title":"A","content_text":"a <b> c"}'), text="a <b> c"),
    read(
        "JSON Feed: a text of 10 MB",
        feed(json.dumps({"id": "1", "content_text": "word " * 2_000_000})),
        says="1 entries cut",
    ),
    read("JSON Feed: 2,000 items", feed(*(f'{{"id":"{n}","title":"{n}"}}' for n in range(2_000))), entries=2_000),
    read(
        "JSON Feed: 10,000 tags",
        feed(json.dumps({"id": "1", "tags": [str(n) for n in range(10_000)]})),
        says="1 entries cut",
    ),
    read(
        "JSON Feed: 10,000 authors",
        feed(json.dumps({"id": "1", "authors": [{"name": str(n)} for n in range(10_000)]})),
        says="1 entries cut",
    ),
    read("JSON Feed: a mark", b"\xef\xbb\xbf" + feed(GOOD), headline="A"),
    read("JSON Feed: UTF-16", feed(GOOD).decode().encode("utf-16"), headline="A"),
    read("JSON Feed: as HTML", feed(GOOD), headline="A", content_type="text/html"),
    refused("JSON Feed: items that are none", f'{{{VERSION},"items":"x"}}'.encode(), "no list of items"),
    refused("JSON Feed: no items at all", f"{{{VERSION}}}".encode(), "no list of items"),
    refused("JSON Feed: a number of 5,000 digits", feed(f'{{"id":{"9" * 5_000}}}'), "JSON"),
    refused("JSON Feed: 100,000 deep", feed("[" * 100_000), "JSON"),
    refused("JSON Feed: 100,000 objects deep", feed('{"a":' * 100_000), "JSON"),
    refused("JSON Feed: cut", feed(GOOD)[:-5], "JSON"),
    refused("JSON Feed: a comma too many", feed(GOOD, ""), "JSON"),
    refused("JSON Feed: a comment", feed(GOOD + "/* x */"), "JSON"),
    refused("JSON Feed: single quotes", feed("{'id':'1'}"), "JSON"),
    refused("JSON Feed: something behind it", feed(GOOD) + b"x", "JSON"),
    refused("JSON Feed: a guard before it", b")]}'\n" + feed(GOOD), "not a feed"),
    refused("JSON Feed: a call around it", b"callback(" + feed(GOOD) + b")", "not a feed"),
]

LINES: list[Case] = [
    read("JSON Lines: good", line(), headline="A", text="B"),
    read("JSON Lines: blank lines", b"\n\n" + line() + b"\r\n\n" + line() + b"\n\n", entries=2),
    read("JSON Lines: no end", line() + b"\n" + line()[:-2], headline="A", says="line 2"),
    read("JSON Lines: nonsense between", line() + b"\nx\n[]\nnull\n" + line(), entries=2, says="line 2"),
    read("JSON Lines: 100 bad lines", line() + b"\nx" * 100, headline="A", says="80 more bad lines"),
    read("JSON Lines: neither headline nor body", line() + b"\n{}", headline="A", says="neither headline nor body"),
    read(
        "JSON Lines: another kind of everything",
        line(id=[], url=5, source={}, published=True, updated=[]),
        headline="A",
    ),
    read("JSON Lines: 2,000", b"\n".join(line(id=str(n)) for n in range(2_000)), entries=2_000),
    read("JSON Lines: a body of 10 MB", line(body="word " * 2_000_000), says="1 entries cut"),
    read("JSON Lines: a separator inside", line(body="a\u2028b").replace(b"\\u2028", "\u2028".encode()), headline="A"),
    read("JSON Lines: a lone surrogate", line(headline="A\ud800B"), headline="AB"),
    read("JSON Lines: a year of five digits", line(published="10000-01-01"), says="1 dates that can't be read"),
    refused("JSON Lines: none that is good", b'{"id":"1","headline":}\n{"body":', "no line can be read"),
    refused("JSON Lines: a number of 5,000 digits", b'{"body":"a","id":' + b"9" * 5_000 + b"}", "no line can be read"),
    refused("JSON Lines: 100,000 deep", b'{"body":' + b"[" * 100_000, "no line can be read"),
]

CASES = [*FEEDS, *LINES]
