"""What is no feed: pages of hotels, pictures, archives, other people's XML."""

import gzip
import zlib

from tests.hostile.case import Case, read, refused
from tests.parse.documents import rss

FEED = rss("<title>A</title>")
HTML = "not a feed but an HTML page"

PAGES: list[Case] = [
    refused(f"pages: {name}", body.encode(), HTML, content_type="application/rss+xml")
    for name, body in {
        "a captive portal": "<!DOCTYPE html><html><title>Hotel</title><form action=/in></form></html>",
        "a redirect by script": "<html><script>location='https://portal.test/'</script></html>",
        "a redirect by meta": "<meta http-equiv='refresh' content='0; url=https://portal.test/'>",
        "not found": "<!doctype html>\n<title>404</title><h1>Not found</h1>",
        "XHTML": "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML' 'x'><html xmlns='u'><body/></html>",
        "a page that names its feed": "<html><link rel='alternate' type='application/rss+xml' href='/rss'></html>",
        "a page about RSS": "<html><body><pre>&lt;rss&gt;&lt;channel&gt;</pre></body></html>",
        "a page with a feed in it": "<html><rss><channel><item><title>A</title></item></channel></rss></html>",
        "a page without html": "<head><title>Checking your browser</title></head><body>Wait</body>",
        "a page behind blanks": "\n\n\n   <HTML><BODY>x</BODY></HTML>",
        "a page behind a comment": "<!-- cached --><html><body>x</body></html>",
        "a fragment": "<div class='error'>Service unavailable</div>",
        "1 MB of it": "<html><body>" + "<p>x</p>" * 125_000,
    }.items()
]

OTHERS: list[Case] = [
    refused("others: nothing", b"", "an empty body"),
    refused("others: blanks", b" \n\t " * 1_000, "an empty body"),
    *(
        refused(f"others: {words}", body, words)
        for words, body in {
            "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>",
            "a PNG image": b"\x89PNG\r\n\x1a\n" + bytes(1_000),
            "a GIF image": b"GIF89a" + bytes(1_000),
            "a JPEG image": b"\xff\xd8\xff\xe0" + bytes(1_000),
            "a ZIP archive": b"PK\x03\x04" + bytes(1_000),
            "a Zstandard archive": b"\x28\xb5\x2f\xfd" + bytes(100),
            "an image or sound in RIFF": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
            "an MP3 recording": b"ID3\x04" + bytes(100),
            "a program": b"\x7fELF\x02\x01\x01" + bytes(100),
            "an SQLite database": b"SQLite format 3\x00" + bytes(100),
            "plain text": b"Too many requests. Try again in 10 minutes.",
            "an OPML list of feeds": b"<opml version='2.0'><body><outline xmlUrl='https://a.test/'/></body></opml>",
            "an SVG image": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "an error message in XML": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
            "RDF data that is no feed": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description/></rdf:RDF>",
            "XML of an unknown kind": b"<soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'/>",
            "JSON of an unknown kind": b'{"error": "quota"}',
        }.items()
    ),
    refused("others: a list in JSON", b'[{"id": 1}]', "JSON of an unknown kind"),
    refused("others: a string in JSON", b'"no"', "plain text"),
    refused("others: a script", b"window.location = '/'", "plain text"),
    refused("others: a table", b"id;title\n1;A\n", "plain text"),
    refused("others: a mailbox", b"From a@b.test Mon Mar  2 12:00:00 2026\nSubject: A\n\nB\n", "plain text"),
    refused("others: noise", bytes((n * 197 + n // 7) % 256 for n in range(20_000)), "not a feed"),
    refused("others: NUL", bytes(1_000_000), "not a feed"),
    refused("others: one letter", b"x", "plain text"),
    refused("others: 5 MB of one letter", b"x" * 5_000_000, "plain text"),
    refused("others: 5 MB of brackets", b"<" * 5_000_000, "not a feed"),
    refused("others: 5 MB of ampersands", b"&" * 5_000_000, "plain text"),
    refused("others: 5 MB of braces", b"{" * 5_000_000, "not a feed"),
]

PACKED: list[Case] = [
    read("packed: a feed", gzip.compress(FEED), headline="A"),
    refused("packed: a feed twice", gzip.compress(gzip.compress(FEED)), "a gzip archive"),
    refused("packed: a PDF", gzip.compress(b"%PDF-1.7 " + bytes(100)), "a PDF document"),
    refused("packed: cut", gzip.compress(FEED)[:-20], "gzip"),
    refused("packed: a wrong sum", gzip.compress(FEED)[:-8] + bytes(8), "gzip"),
    refused("packed: nothing", gzip.compress(b""), "an empty body"),
    refused("packed: 1 GB of NUL", gzip.compress(bytes(100_000_000), 9) * 10, "gzip"),
    refused("packed: a head alone", b"\x1f\x8b\x08\x00", "gzip"),
    refused("packed: zlib without a head", zlib.compress(FEED), "not a feed"),
    read("packed: something behind it", gzip.compress(FEED) + b"junk" * 1_000, headline="A"),
]

CASES = [*PAGES, *OTHERS, *PACKED]
