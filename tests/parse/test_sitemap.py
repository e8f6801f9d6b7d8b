"""Sitemaps with news in them, lists of sitemaps, and both as gzip files."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parse.documents import URL
from wire.errors import BrokenDocument, NotAFeed
from wire.model import Document, Entry, Part
from wire.parse import detect, packed, parse, sitemap

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def news(
    title: str = "Ferry late",
    *,
    loc: str = "https://wire.test/1",
    date: str = "2026-03-02T12:00:00Z",
    more: str = "",
    name: str = "Harbour Wire",
) -> str:
    """One page with news."""
    return (
        f"<url><loc>{loc}</loc><news:news><news:publication><news:name>{name}</news:name><news:language>en"
        f"</news:language></news:publication><news:publication_date>{date}</news:publication_date>"
        f"<news:title>{title}</news:title>{more}</news:news></url>"
    )


def urlset(*urls: str, attributes: str = NAMESPACES) -> bytes:
    return f"{DECLARATION}<urlset {attributes}>{''.join(urls)}</urlset>".encode()


def index(*sitemaps: str) -> bytes:
    inside = "".join(f"<sitemap>{each}</sitemap>" for each in sitemaps)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</sitemapindex>'.encode()


def read(body: bytes) -> Document:
    return parse(body, url=URL)


def test_a_page_with_everything() -> None:
    url = """<url>
      <loc> https://wire.test/quay/1 </loc><lastmod>2026-03-02T12:30:00+00:00</lastmod><priority>0.9</priority>
      <image:image><image:loc>https://wire.test/p.jpg</image:loc><image:title>A quay</image:title></image:image>
      <news:news>
        <news:publication><news:name>The Harbour Wire</news:name><news:language>pt_BR</news:language></news:publication>
        <news:genres>PressRelease</news:genres><news:access>Subscription</news:access>
        <news:publication_date>2026-03-02T13:00:00+01:00</news:publication_date>
        <news:title><![CDATA[Ferry &]]> barge &lt; quay</news:title>
        <news:keywords>Shipping, Quay,,Shipping</news:keywords>
        <news:stock_tickers>NASDAQ:A, BOM:500325</news:stock_tickers>
      </news:news></url>"""
    found = read(urlset(url))
    assert (found.format, found.title, found.problems, found.parts) == ("sitemap", "The Harbour Wire", (), ())
    assert found.entries == (
        Entry(
            guid=None,
            url="https://wire.test/quay/1",
            headline="Ferry & barge < quay",
            body="",
            markup="text",
            published="2026-03-02T13:00:00+01:00",
            published_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
            updated_at=datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
            language="pt-BR",
            keywords=("Shipping", "Quay", "NASDAQ:A", "BOM:500325"),
        ),
    )


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T12:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T12:00:00.25+02:00", datetime(2026, 3, 2, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 12:00:00 GMT", datetime(2026, 3, 2, 12, tzinfo=UTC)),  # not the standard's, and sent
        ("yesterday", None),
    ],
)
def test_dates_of_every_kind(sent: str, at: datetime | None) -> None:
    (entry,) = read(urlset(news(date=sent))).entries
    assert (entry.published, entry.published_at, entry.updated_at) == (sent, at, None)


@pytest.mark.parametrize(
    ("title", "headline", "markup"),
    [
        ("A &amp; B", "A & B", "text"),
        ("A &amp;amp; B", "A &amp; B", "html"),  # escaped twice
        ("It&amp;#8217;s late", "It&#8217;s late", "html"),
        ("A &amp;c; and more", "A &c; and more", "text"),
        ("1 &lt; 2", "1 < 2", "text"),
        ("&lt;b&gt;Late&lt;/b&gt;", "<b>Late</b>", "html"),
    ],
)
def test_titles_that_were_escaped_once_or_twice(title: str, headline: str, markup: str) -> None:
    (entry,) = read(urlset(news(title))).entries
    assert (entry.headline, entry.markup) == (headline, markup)


@pytest.mark.parametrize(
    "body",
    [
        urlset(news().replace("news:", "n:"), attributes=NAMESPACES.replace("xmlns:news", "xmlns:n")),
        urlset(news(), attributes=""),  # prefixes that nobody declared
        urlset(news()).replace(b"urlset", b"sm:urlset").replace(b"<sm:urlset xmlns=", b"<sm:urlset xmlns:sm="),
        urlset(news()).upper().replace(b"HTTPS://WIRE.TEST/1", b"https://wire.test/1").replace(b"?XML", b"?xml"),
        b"\xef\xbb\xbf\n" + urlset(news()),
        urlset(news()).decode().replace("UTF-8", "utf-16").encode("utf-16"),
    ],
)
def test_names_are_known_in_every_dress(body: bytes) -> None:
    (entry,) = read(body).entries
    assert entry.headline.lower() == "ferry late"
    assert entry.url == "https://wire.test/1"


def test_pages_without_news_are_passed_over_and_said() -> None:
    found = read(urlset(news(), "<url><loc>https://wire.test/about</loc></url>", news(loc="ftp://wire.test/")))
    assert [entry.url for entry in found.entries] == ["https://wire.test/1"]
    assert found.problems == ("2 pages without a news title, or without an address, passed over",)


def test_a_sitemap_without_any_news_is_no_feed() -> None:
    with pytest.raises(NotAFeed, match="a sitemap of 2 pages, and none of them has a news title"):
        read(urlset(*["<url><loc>https://wire.test/about</loc><lastmod>2026-03-02</lastmod></url>"] * 2))


def test_a_sitemap_with_nothing_in_it_is_a_quiet_day() -> None:
    assert read(urlset()).entries == ()


def test_what_breaks_off_is_read_as_far_as_it_goes() -> None:
    whole = urlset(news("One"), news("Two", loc="https://wire.test/2"))
    found = read(whole[:-60])
    assert [entry.headline for entry in found.entries] == ["One"]
    assert found.problems[0].startswith("not well-formed: ")
    with pytest.raises(BrokenDocument, match="no entry can be read"):
        read(urlset(news())[:-60])


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<url>" * 600, "elements nested more than 500 deep"),
        ("<url/>" * 300_001, "more than 300,000 elements"),
        ("<url " + " ".join(f"a{n}='1'" for n in range(600)) + "/>", "more than 500 attributes"),
    ],
)
def test_the_guard_stands_before_it(inside: str, words: str) -> None:
    with pytest.raises(BrokenDocument, match=words):
        read(urlset(inside))


def test_entities_are_never_expanded() -> None:
    bomb = "<!DOCTYPE urlset [<!ENTITY a 'aaaa'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
    body = urlset(news("One"), news("&a;&b;", loc="https://wire.test/2")).decode().replace(DECLARATION, bomb)
    found = read(body.encode())
    assert [entry.headline for entry in found.entries] == ["One"]
    assert found.problems[0] == "entity declarations removed"


def test_a_list_of_sitemaps_names_the_newest_first() -> None:
    found = read(
        index(
            "<loc>https://wire.test/a.xml</loc><lastmod>2026-03-01</lastmod>",
            "<loc>https://wire.test/p2.xml</loc>",
            "<loc>/b.xml</loc><lastmod>2026-03-02T12:00:00Z</lastmod>",
            "<loc>https://wire.test/p9.xml</loc>",
            "<loc>https://wire.test/p10.xml</loc><lastmod>last week</lastmod>",
            "<loc>ftp://wire.test/c.xml</loc><lastmod>2026-03-03</lastmod>",
            "<loc>https://wire.test/a.xml</loc><lastmod>2026-03-01</lastmod>",
            "<loc>https://news.test/old/NewsMap.xml</loc><lastmod>2020-01-01</lastmod>",
        )
    )
    assert (found.format, found.entries) == ("sitemap-index", ())
    assert found.parts == (
        Part(url="https://news.test/old/NewsMap.xml", modified="2020-01-01"),
        Part(url="https://wire.test/b.xml", modified="2026-03-02T12:00:00Z"),
        Part(url="https://wire.test/a.xml", modified="2026-03-01"),
        Part(url="https://wire.test/p2.xml"),
        Part(url="https://wire.test/p10.xml", modified="last week"),
        Part(url="https://wire.test/p9.xml"),
    )


def test_of_a_long_list_the_newest_are_named() -> None:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    days = [f"{start + timedelta(days=n):%Y-%m-%d}" for n in range(5000)]
    found = read(index(*(f"<loc>https://wire.test/{day}.xml.gz</loc><lastmod>{day}</lastmod>" for day in days)))
    assert [part.modified for part in found.parts] == days[: -sitemap.MAX_LISTED - 1 : -1]


@pytest.mark.parametrize("body", [urlset(news()), index("<loc>https://wire.test/a.xml</loc>")])
def test_they_are_told_from_feeds(body: bytes) -> None:
    assert detect(body) == "sitemap"


# --- gzip files -------------------------------------------------------------------------------------------------------


def test_a_gzip_file_is_read_like_what_is_in_it() -> None:
    body = urlset(news())
    assert read(gzip.compress(body)) == read(body)
    assert read(gzip.compress(body[:50]) + gzip.compress(body[50:]) + b"\0" * 10) == read(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (gzip.compress(urlset(news()))[:-12], "the gzip file breaks off"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 60, "the gzip file is damaged"),
        (gzip.compress(bytes(packed.MAX_UNPACKED + 1)), "the gzip file holds more than 52,428,800 bytes"),
        (gzip.compress(gzip.compress(urlset(news()))), "not a feed but a gzip archive"),
        (gzip.compress(b""), "not a feed but an empty body"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_gzip_file_that_is_none_says_so(body: bytes, words: str) -> None:
    with pytest.raises((BrokenDocument, NotAFeed), match=words):
        read(body)


PIECES = st.sampled_from(
    ["<url>", "</url>", "<loc>", "</loc>", "<news:title>", "</news:title>", "&amp;", "&x;", "<!--"]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=20))
def test_whatever_stands_in_it_the_outcome_is_a_document_or_an_error_that_says_why(pieces: list[str]) -> None:
    try:
        found = read(urlset(*pieces))
    except (BrokenDocument, NotAFeed):
        return
    assert all(entry.headline and entry.url for entry in found.entries)
