"""What is fuzzed, and what it begins with: found in the registry of readers, so that a new one can't be forgotten.

Law: a target is bytes → nothing. It raises `ParseError` for what it refuses; any other exception is a finding.
"""

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

from tests.hostile import encodings, json_documents, malformed, payloads, strangers, xml_attacks
from tests.parse.documents import URL
from tests.parse.test_fuzz import SEEDS
from wire import parse, prepare
from wire.errors import ParseError
from wire.model import Document, Entry
from wire.parse import article, opml, robots
from wire.parse.text import clean, decode

PARSE = Path(__file__).parents[1] / "parse"
FORMATS = Path(__file__).parents[1] / "parse" / "formats"
LARGEST = 30_000
"""Bytes of a seed; longer ones tell the mutator nothing more, and slow it down."""
_SITEMAP = (
    b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://a.test/1</loc><lastmod>2026-03-02</lastmod>'
    b"<news:news><news:publication><news:name>A</news:name><news:language>en</news:language></news:publication>"
    b"<news:publication_date>2026-03-02T12:00:00Z</news:publication_date><news:title>T</news:title></news:news></url></urlset>"
)
_INDEX = b"<sitemapindex><sitemap><loc>https://a.test/1.xml</loc><lastmod>2026-03-02</lastmod></sitemap></sitemapindex>"
_PAGE = (
    b"<!DOCTYPE html><html lang='en'><head><title>T</title><meta property='og:title' content='T'>"
    b"<script type='application/ld+json'>{\"isAccessibleForFree\":false}</script></head><body><article><h1>T</h1><p>"
    + b"A sentence of some length about the harbour. " * 8
    + b"</p></article></body></html>"
)
_OPML = b"<opml version='2.0'><head><title>T</title></head><body><outline text='a' xmlUrl='https://a.test/f'/></body></opml>"
_ROBOTS = b"User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 3\n"

Target = Callable[[bytes], None]


def _text_reader(name: str) -> Target:
    return lambda body: storable(parse.reader(parse.TEXT[name])(decode(body).text, url=URL))


def _byte_reader(name: str) -> Target:
    return lambda body: storable(parse.reader(parse.BYTES[name])(body, url=URL))


def _whole(body: bytes) -> None:
    """The door: detection, the reader that it chose, and what the walk keeps of its entries."""
    parse.detect(body)
    parse.describe(body)
    parse.fingerprint(body)
    storable(parse.parse(body, url=URL))


def _line(body: bytes) -> None:
    storable_entry(parse.parse_line(body))


def _page(body: bytes) -> None:
    article.read(body, url=URL)


def _opml(body: bytes) -> None:
    opml.read_opml(body)


def _robots(body: bytes) -> None:
    robots.judge(body, URL, "presswire")


TARGETS: dict[str, Target] = {
    "parse": _whole,
    "line": _line,
    "page": _page,
    "opml": _opml,
    "robots": _robots,
    **{name: _byte_reader(name) for name in parse.BYTES},
    **{name: _text_reader(name) for name in parse.TEXT},
}


@cache
def corpus() -> dict[str, tuple[bytes, ...]]:
    """The seeds of each target, in an order that is always the same."""
    found: dict[str, list[bytes]] = {name: [] for name in TARGETS}
    for seed in dict.fromkeys(_seeds()):
        kind = parse.detect(seed)
        found["parse"].append(seed)
        if kind in found:
            found[kind].append(seed)
    found["line"] = [line for seed in found["jsonl"] for line in seed.splitlines() if line]
    found["page"] += [_PAGE]
    found["opml"] += [_OPML]
    found["robots"] += [_ROBOTS]
    return {name: tuple([seed for seed in seeds if _is_read(name, seed)] or seeds) for name, seeds in found.items()}


def _is_read(name: str, seed: bytes) -> bool:
    """What is refused as it stands leads nowhere when it is broken further."""
    try:
        TARGETS[name](seed)
    except ParseError:
        return False
    return True


def _seeds() -> Iterable[bytes]:
    yield from (*SEEDS, _SITEMAP, _INDEX, _PAGE)
    for path in (*_files("wire", ".json"), *_files("formats", ".toml")):
        if path.stat().st_size <= LARGEST:
            yield path.read_bytes()
    for table in (xml_attacks, encodings, malformed, payloads, strangers, json_documents):
        yield from (case.body for case in table.CASES if len(case.body) <= LARGEST)


def _files(folder: str, outcome: str) -> list[Path]:
    """The fixtures in a folder, beside each of which stands its outcome."""
    return [path for path in sorted((PARSE / folder).rglob("*")) if path.with_name(path.name + outcome).exists()]


def storable(document: Document) -> None:
    """Fail where an entry can't be stored, or comes back another one."""
    for text in (*document.problems, *document.skipped, document.title or ""):
        assert clean(text) == text, f"{text!r} can't be stored"
    for entry in document.entries:
        storable_entry(entry)


def storable_entry(entry: Entry) -> None:
    """The same of one entry."""
    _check(entry)
    assert prepare.restore(prepare.serialise(entry)) == entry, "another entry comes back from storage"
    assert entry.url is None or entry.url.startswith(("http://", "https://")), f"address {entry.url!r}"


def _check(value: object) -> None:
    if isinstance(value, str):
        assert clean(value) == value, f"{value[:80]!r} can't be stored"
    elif isinstance(value, tuple):
        for each in value:
            _check(each)
    elif is_dataclass(value):
        for field in fields(value):
            _check(getattr(value, field.name))
