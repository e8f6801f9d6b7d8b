"""What a body is, told from its content: names and media types lie.

Law: looks, never parses; every name that `detect` can return has a reader in `wire.parse`.
"""

import re

from wire.errors import BrokenDocument
from wire.parse.codepage import narrowed
from wire.parse.guard import Root, find_root
from wire.parse.text import decode

FEED = "feed"
JSON_FEED = "json-feed"
JSON_LINES = "jsonl"
SITEMAP = "sitemap"
HTML = "html"
RELEASE = "release"
IPTC7901 = "iptc7901"
ANPA = "anpa"
DPA_JSON = "dpa-json"
NEWSML_G2 = "newsml-g2"
NITF = "nitf"
NEWSML_1 = "newsml-1"
NINJS = "ninjs"
AP_JSON = "ap-json"
MAIL = "mail"

_FEED_ROOTS = frozenset({"rss", "feed", "channel"})  # the last one: CDF, and RSS that lost its root
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})
_G2_ITEMS = "newsmessage newsitem packageitem conceptitem knowledgeitem planningitem catalogitem"
_WIRE_ROOTS = {
    "nitf": NITF,
    "newsml": NEWSML_1,
    **dict.fromkeys((*_G2_ITEMS.split(), "groupset", "contentset", "contentmeta"), NEWSML_G2),
}
"""Of wire formats: documents, and the fragments in which guides show their parts."""
_RDF_FEED = ("purl.org/rss/1.0", "my.netscape.com/rdf", "purl.org/net/rss1.1")
_HTML_ROOTS = re.compile(
    "html|head|body|title|meta|link|style|script|noscript|div|p|br|b|h[1-6]|center|table|form|span|a|img|font|iframe|main"
    "|section|article|header|nav|ul"
)
_LATE_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]")
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?://(?:www\.)?jsonfeed\.org/')
_WIRE_JSON = (
    (DPA_JSON, (r'"format"\s*:\s*"digitalwires@',)),
    (DPA_JSON, (r'"urn"\s*:\s*"', r'"article_html"\s*:')),
    (NINJS, (r'"\$?standard"\s*:\s*\{[^{}]{0,200}"ninjs"',)),
    (AP_JSON, (r'"itemid"\s*:', r'"(?:friendlykey|etag|recordid)"\s*:')),
    (
        NINJS,
        (
            r'"uri"\s*:\s*"',
            r'(?i:"(?:versioncreated|pubstatus|body_x?html|body_text|bodies|representationtype|eventdetails|headlines)"\s*:)',
        ),
    ),
)
"""What JSON of a wire format holds, the surest first."""
_JSON_ITEMS = re.compile(r'"items"\s*:\s*\[')
_JSON_RECORD = re.compile(r'\{(?=[^\n]*"body"\s*:|[^\n]*"id"\s*:[^\n]*"headline"\s*:)')
JUNK = 16_384
"""Characters of a program's chatter (warnings, blank templates) that may stand before a feed."""

_MAGIC = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"RIFF", "an image or sound in RIFF"),
    (b"ID3", "an MP3 recording"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
)
_XML_ROOTS = {
    "opml": "an OPML list of feeds",
    "svg": "an SVG image",
    "error": "an error message in XML",
    "rdf": "RDF data that is no feed",
}


def detect(body: bytes, content_type: str | None = None) -> str | None:
    """Name of the format of `body`, or None where no reader knows it. Never raises."""
    return detect_bytes(body) or detect_text(decode(body, content_type).text)


def detect_bytes(body: bytes) -> str | None:
    """Name of a format that its bytes tell, because decoding would lose what it is told by; None: it is text."""
    from wire.parse import anpa, iptc7901, mail  # noqa: PLC0415 - patterns that JSON Lines never need

    body = narrowed(body)
    if anpa.detects(body):
        return ANPA
    if iptc7901.detects(body):
        return IPTC7901
    return MAIL if mail.detects(body) else None


def detect_text(text: str) -> str | None:
    """As `detect`, of text."""
    start = text.lstrip()
    if start.startswith(("{", "[")):
        return _detect_json(start)
    if feed_start(text) is not None:
        return FEED
    root = _root(text)
    if root is not None and _local(root) in _SITEMAP_ROOTS:
        return SITEMAP
    if root is not None and _local(root) in _WIRE_ROOTS:
        return _WIRE_ROOTS[_local(root)]
    if root is None or not _HTML_ROOTS.fullmatch(_local(root)):
        return None
    from wire.parse import release  # noqa: PLC0415 - see above

    return RELEASE if release.detects(text) else HTML


def feed_start(text: str) -> int | None:
    """Index at which a feed begins: that of its prolog, or of its root where a program's chatter stands before it."""
    start = len(text) - len(text.lstrip())
    root = _root(text)
    if root is not None and _is_feed(text, root):
        return start
    if root is not None and _local(root) == "html":
        return None
    late = _LATE_ROOT.search(text, root.at + 1 if root else start, start + JUNK)
    return late.start() if late else None


def describe(body: bytes, content_type: str | None = None) -> str:
    """What a body that is no feed is, in words for an operator: "an HTML page", "a PNG image"."""
    if not body.strip():
        return "an empty body"
    if magic := next((words for magic, words in _MAGIC if body.startswith(magic)), None):
        return magic
    return _describe_text(decode(body, content_type).text)


def _describe_text(text: str) -> str:
    if detect_text(text) in {HTML, RELEASE}:
        return "an HTML page"
    if text.lstrip().startswith(("{", "[")):
        return "JSON of an unknown kind"
    try:
        root = find_root(text)
    except BrokenDocument as error:
        return f"XML with {error}"
    if root is not None:
        return _XML_ROOTS.get(_local(root), f"XML of an unknown kind (<{root.name[:40]}>)")
    return "binary data" if text[:1000].count("\ufffd") > 10 else "plain text"


def _detect_json(text: str) -> str | None:
    if _JSON_FEED.search(text):
        return JSON_FEED
    if kind := next((kind for kind, signs in _WIRE_JSON if all(re.search(sign, text) for sign in signs)), None):
        return kind
    if text.startswith("["):
        return None
    if _JSON_RECORD.match(text):
        return JSON_LINES
    return JSON_FEED if _JSON_ITEMS.search(text) else None


def _root(text: str) -> Root | None:
    try:
        return find_root(text)
    except BrokenDocument:
        return None


def _is_feed(text: str, root: Root) -> bool:
    local = _local(root)
    if local == "rdf":
        return any(namespace in text[root.at : root.at + JUNK] for namespace in _RDF_FEED)
    return local in _FEED_ROOTS


def _local(root: Root) -> str:
    return root.name.rpartition(":")[2].lower()
