"""What a body is, whatever it is called."""

import gzip
from pathlib import Path

import pytest

from tests.parse.documents import URL, atom, rdf, rss
from wire.errors import NotAFeed
from wire.parse import describe, detect, parse

PAGE = b"<html><head><title>Sign in</title></head><body>Welcome to Harbour Wi-Fi</body></html>"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (rss(), "feed"),
        (atom(), "feed"),
        (rdf(), "feed"),
        (b"\xef\xbb\xbf" + rss(), "feed"),
        (b"\n\n  " + rss(), "feed"),
        (rss().decode().replace("utf-8", "utf-16").encode("utf-16"), "feed"),
        (b"<!-- a --><!-- b -->" + atom(), "feed"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='a.css'?><!DOCTYPE rss [<!ENTITY a 'b>]>'>]><rss/>", "feed"),
        (b"<br>\nWarning: x<br>" + atom(), "feed"),
        (b"Warning: x\n" + atom(), "feed"),
        (b"<RSS version='2.0'></RSS>", "feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "json-feed"),
        (b'{"title": "T", "items": [{"id": 1}]}', "json-feed"),
        (b'{"id": "1", "headline": "H", "body": "B"}', "jsonl"),
        (b'\n{"id": "1", "body": "B"}\n{"id": "2", "body": "B"}\n', "jsonl"),
        (
            b'{"description": "' + b"x" * 50_000 + b'", "version": "https://jsonfeed.org/version/1", "items": []}',
            "json-feed",
        ),
        (b'{"uri": "wire:1", "headline": "H", "body_text": "B"}', "ninjs"),
        (b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "sitemap"),
        (b"<sm:sitemapindex/>", "sitemap"),
        (b"<!DOCTYPE nitf SYSTEM 'nitf-3-4.dtd'><nitf/>", "nitf"),
        (b"<NewsML Version='1.2'/>", "newsml-1"),
        (b"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'/>", "newsml-g2"),
        (b"<nar:planningItem/>", "newsml-g2"),
        (b'{"body_html": "' + b"x" * 50_000 + b'", "uri": "urn:x:1", "versioncreated": "2026"}', "ninjs"),
        (b'[{"uri": "urn:x:1", "versionCreated": "2026-03-02T12:00:00Z"}]', "ninjs"),
        (b'{"urn": "urn:x:1", "article_html": "<p>B</p>"}', "dpa-json"),
        (b'{"data": {"items": [{"item": {"altids": {"itemid": "a", "etag": "a_1"}}}]}}', "ap-json"),
        (PAGE, "html"),
        (b"<!DOCTYPE html>\n" + PAGE, "html"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "html"),
        (b"<script>location='/login'</script>", "html"),
        (b"<html><body><pre><rss version='2.0'></pre></body></html>", "html"),
        (b"<opml version='2.0'/>", None),
        (b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><foaf:Person/></rdf:RDF>', None),
        (b"{}", None),
        (b"[1, 2]", None),
        (b"", None),
        (b" \n", None),
        (b"plain text about RSS feeds", None),
        (b"\x89PNG\r\n\x1a\n", None),
    ],
)
def test_format_by_content(body: bytes, name: str | None) -> None:
    assert detect(body) == name


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PAGE, "an HTML page"),
        (b"", "an empty body"),
        (b" \r\n", "an empty body"),
        (gzip.compress(gzip.compress(rss(), mtime=0), mtime=0), "a gzip archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"<opml/>", "an OPML list of feeds"),
        (b"<anpa/>", "XML of an unknown kind (<anpa>)"),
        (b'{"error": "no"}', "JSON of an unknown kind"),
        (b"404 page not found", "plain text"),
        (bytes(range(32)) * 10, "plain text"),
        (b"\x81\x8d\x8f\x90\x9d" * 10, "binary data"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, words: str) -> None:
    assert describe(body) == words
    with pytest.raises(NotAFeed, match=f"^not a feed but {words.replace('(', '.').replace(')', '.')}$"):
        parse(body, url=URL, content_type="text/xml")


@pytest.mark.parametrize("content_type", [None, "text/html", "image/png", "application/json", "nonsense"])
def test_media_type_does_not_matter(content_type: str | None) -> None:
    assert len(parse(rss("<title>A</title>"), url=URL, content_type=content_type).entries) == 1


def test_a_page_of_text_is_a_press_release_as_a_file_alone() -> None:
    page = (Path(__file__).parent / "wire" / "release" / "json-ld.html").read_bytes()
    assert detect(page) == "release"
    assert describe(page) == "an HTML page"
    assert len(parse(page, url="file:///incoming/1.html").entries) == 1
    for url in ("https://wire.test/feed", "http://wire.test/feed"):
        with pytest.raises(NotAFeed, match="not a feed but an HTML page"):
            parse(page, url=url)
