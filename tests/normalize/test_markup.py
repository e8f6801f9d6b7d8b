"""HTML to text: borders of paragraphs, what is dropped, and markup made to hurt."""

import time

import pytest

from wire.normalize.markup import title, to_text
from wire.normalize.text import paragraphs


def read(markup: str) -> list[str]:
    return list(paragraphs(to_text(markup)))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<p>One<p>Two", ["One", "Two"]),
        ("<div>One<div>Two</div>three</div>", ["One", "Two", "three"]),
        ("One<br><br/>Two", ["One", "Two"]),
        ("One <b>bo</b>ld <i>word</i>.", ["One bold word."]),
        ("<ul><li>One</li><li>Two</li></ul>", ["One", "Two"]),
        ("<p>One\n   line,\n of source</p>", ["One line, of source"]),
        ("<b>Plain</b> text\n\nof two paragraphs", ["Plain text", "of two paragraphs"]),
        ("Bare &amp; escaped", ["Bare & escaped"]),
        ("Bare\n\nlines", ["Bare", "lines"]),
        ("&lt;p&gt;Escaped &amp;amp; once&lt;/p&gt;&lt;p&gt;more&lt;/p&gt;", ["Escaped & once", "more"]),
        ("<p>1 &lt; 2 and &lt;ACME.N&gt;</p>", ["1 < 2 and <ACME.N>"]),
        ("<p>a</p><script>x()</script><style>p{}</style><noscript>n</noscript><p>b</p>", ["a", "b"]),
        ("<figure><img alt='no'><figcaption>The bridge</figcaption></figure><p>Text.</p>", ["Text."]),
        ("<figure><figcaption>The bridge</figcaption></figure>", ["The bridge"]),
        ("<form><input>Sign up</form><p>Text.</p>", ["Text."]),
        ("<!-- no --><p>Text<!-- no -->.</p>", ["Text."]),
        ("<h2>Head</h2>Text", ["Head", "Text"]),
        (
            "<pre>   First line of a paragraph\ngoes on here.\n   Second.</pre>",
            ["First line of a paragraph goes on here.", "Second."],
        ),
        ("<table><tr><td>a</td><td><p>b</p><p>c</p></td></tr><tr><td>d</td></tr></table>", ["a | b c", "d"]),
        ("<p>CO<sub>2</sub></p>", ["CO2"]),
        ("<p>a&nbsp;b</p>", ["a b"]),
        ("<p unclosed", []),
        ("", []),
    ],
)
def test_paragraphs_of_markup(markup: str, expected: list[str]) -> None:
    assert read(markup) == expected


def test_a_cell_of_layout_is_text() -> None:
    column = "<p>" + "word " * 80 + "</p>"
    assert len(read(f"<table><tr><td>{column}{column}</td><td>aside</td></tr></table>")) == 3


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("Plain", "Plain"),
        ("<b>Bold</b> &amp; more", "Bold & more"),
        ("&lt;em&gt;Escaped&lt;/em&gt; &amp;amp; twice", "Escaped & twice"),
        ("ACME <ACM> FILES", "ACME <ACM> FILES"),
        ("FIRST <I> AND <B> MERGE", "FIRST <I> AND <B> MERGE"),
        ("<B>Loud</B>", "Loud"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_titles(sent: str, expected: str) -> None:
    assert title(sent) == expected


HOSTILE = {
    "nested and closed": "<div>" * 100_000 + "text" + "</div>" * 100_000,
    "nested and open": "<div><p>" * 100_000 + "text",
    "nested, never deep by tags that close themselves": "<blockquote><p><ul><li>" * 30_000 + "text",
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(60_000)) + ">text</p>",
    "attributes behind a bracket": "<p a='<z' " + " ".join(f"a{n}=1" for n in range(60_000)) + ">text</p>",
    "ends that fit nothing": "<b>" * 20_000 + "</i>" * 20_000 + "text",
    "comments": "<!--" * 100_000 + "--> text",
    "cdata": "<![CDATA[" * 50_000 + "text",
    "tables": "<table><tr><td>" * 20_000 + "text",
    "entities": "&amp;" * 200_000 + "text",
    "scripts": "<script>" * 50_000,
    "quotes": "<a href='" * 50_000,
    "long": "<p>" + "word " * 2_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_costs_little(name: str) -> None:
    start = time.process_time()
    read(HOSTILE[name])
    assert time.process_time() - start < 5, "linear work takes a tenth of this; lexbor alone takes 7 to 17 s"


def test_text_inside_deep_nesting_is_kept() -> None:
    assert read(HOSTILE["nested and closed"]) == ["text"]
