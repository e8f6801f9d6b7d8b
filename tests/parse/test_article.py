"""The article in a web page, and what the page says of itself."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.articles.site import CONSENT, STORY, page
from wire.normalize.markup import to_text
from wire.parse.article import Page, read
from wire.parse.robots import judge

URL = "https://sound.example/news/ferries?ref=rss"


def article(text: str | bytes, content_type: str | None = "text/html; charset=utf-8") -> Page:
    return read(text.encode() if isinstance(text, str) else text, url=URL, content_type=content_type)


def paragraphs(found: Page) -> list[str]:
    return [" ".join(each.split()) for each in to_text(found.body).split("\n\n") if each.strip()]


@pytest.mark.parametrize("layout", ["article", "divs", "table", "breaks"])
def test_the_paragraphs_and_nothing_around_them(layout: str) -> None:
    found = article(page(layout=layout))
    assert paragraphs(found) == list(STORY)
    assert found.title == "Skarholm ferries stop while divers mend the slipway | The Sound"
    assert (found.language, found.sold, found.onward, found.canonical) == ("en", False, None, None)


def test_a_table_in_it_stays_a_table() -> None:
    rows = "".join(f"<tr><td>Port {n}</td><td>{n * 7}</td></tr>" for n in range(4))
    found = article(page().replace("</article>", f"<table>{rows}</table></article>"))
    assert "Port 3" in found.body
    assert "21" in paragraphs(found)[-1]


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/ferries">', "https://sound.example/ferries"),
        ('<link rel="CANONICAL" href="//other.example/f">', "https://other.example/f"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical">', None),
    ],
)
def test_where_it_really_is(head: str, canonical: str | None) -> None:
    assert article(page(head=head)).canonical == canonical


@pytest.mark.parametrize(
    ("content", "onward"),
    [
        ("0;url=/b", "https://sound.example/b"),
        ("3; URL='/b?x=1&amp;y=2'", "https://sound.example/b?x=1&y=2"),
        ("300;url=/b", None),
        ("300", None),
        ("0; url=", None),
        (f"0; url={URL}", None),
        ("0; url=data:text/html,x", None),
    ],
)
def test_where_it_sends_its_readers(content: str, onward: str | None) -> None:
    assert article(page(head=f'<meta http-equiv="Refresh" content="{content}">')).onward == onward


@pytest.mark.parametrize(
    ("data", "sold"),
    [
        ('{"isAccessibleForFree": false}', True),
        ('{"@graph": [[{"a": {"isAccessibleForFree": "False"}}]]}', True),
        ('{"isAccessibleForFree": true}', False),
        ("{broken", False),
        ("[" * 100_000, False),
        ("1e999", False),
    ],
)
def test_whether_it_is_sold(data: str, sold: bool) -> None:
    assert article(page(head=f'<script type="application/ld+json">{data}</script>')).sold is sold


@pytest.mark.parametrize(
    ("charset", "declared", "in_http"),
    [("windows-1251", True, False), ("windows-1251", False, True), ("utf-8", True, False), ("utf-8", False, False)],
)
def test_its_character_set_is_that_of_http_then_of_its_own(charset: str, declared: bool, in_http: bool) -> None:
    text = page(("Паромы на остров стоят одиннадцать дней, сообщила вчера администрация порта. " * 3,) * 4, lang="ru")
    text = text.replace('<meta charset="utf-8">', f'<meta charset="{charset}">' if declared else "")
    found = article(text.encode(charset), f"text/html; charset={charset}" if in_http else "text/html")
    assert "Паромы на остров" in found.body


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00" * 5000, id="NUL"),
        pytest.param(b"<html>" + b"<div>" * 100_000, id="100,000 elements deep"),
        pytest.param(b"<html><p " + b"x='" * 50_000, id="attributes that never end"),
        pytest.param(b"\xff\xfe<\x00h\x00", id="torn UTF-16"),
        pytest.param(b"<html>" + b"&#x110000;&#0;&#xd800;" * 1000, id="references to nothing"),
        pytest.param(b"{}", id="JSON"),
        pytest.param(b"<" * 100_000, id="angle brackets"),
        pytest.param(b"<html><body>" + b"<p>" + b"a" * 1_000_000, id="one long word"),
        pytest.param(b"\n" * 2_000_000 + b"<html>", id="line feeds first"),
    ],
)
def test_hostile_bytes_are_a_page_without_an_article(body: bytes) -> None:
    began = time.process_time()
    assert len(article(body).body) < 2_000_000
    assert time.process_time() - began < 5


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_bytes_raise(body: bytes) -> None:
    article(body)
    article(page().encode()[:200] + body + page().encode()[200:])


def test_a_wall_is_a_text_as_well_for_others_to_judge() -> None:
    assert paragraphs(article(page(CONSENT)))[:1] == [CONSENT[0]]


@given(st.binary(max_size=300), st.text(max_size=50))
@settings(max_examples=80, deadline=None)
def test_any_robots_txt_has_a_verdict(body: bytes, path: str) -> None:
    verdict = judge(body, f"https://sound.example/{path}", "presswire")
    assert isinstance(verdict.allowed, bool)
    assert verdict.delay is None or verdict.delay >= 0
