"""Press releases and articles that come as HTML files: pages that say of themselves that they are one text.

Law: a page without such a sign is no entry, whatever stands in it; nor is one that comes where a feed was asked for
over HTTP. What is read of it is what `article` finds, with the dates and the embargo that the page states.
"""

import html
import re

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label, Signal
from wire.parse import article
from wire.parse.dates import moment
from wire.parse.fields import text_or_none

_REACH = 400_000
"""Characters of a page that are looked at for signs."""
_SIGNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r'"@type"\s*:\s*\[?\s*"(?:News|Reportage|Opinion|Analysis)?(?:Article|NewsArticle)"|"@type"\s*:\s*"PressRelease"',
        r"""\bitemtype\s*=\s*["']https?://schema\.org/(?:News)?Article\b""",
        r"""<meta\b[^<>]{0,200}\bog:type\b[^<>]{0,40}["']article\b""",
        r"""\b(?:class|id)\s*=\s*["'][^"'<>]{0,200}\b(?:press-?release|pressemitteilung|medienmitteilung|newsrelease)""",
        r"--\s*\(BUSINESS WIRE\)\s*--|/PRNewswire(?:-[\w ]{2,20})?/\s*-|\(GLOBE NEWSWIRE\)\s*-",
        r">\s*(?:for immediate release|pressemitteilung|medienmitteilung|communiqué de presse|comunicato stampa)\b",
    )
)
_EMBARGO = re.compile(
    r">\s*((?:(?:strictly )?under embargo|embargo(?:ed)?|sperrfrist|hold for release|not for (?:release|publication))\b"
    r"[^<>]{0,200}\d[^<>]{0,200})<",
    re.IGNORECASE,
)


def detects(text: str) -> bool:
    """Does an HTML page say that it is one text?"""
    top = text[:_REACH]
    return any(sign.search(top) for sign in _SIGNS)


def read(text: str, *, url: str) -> Document:
    """The text of a page. Raises `BrokenDocument` where none is found in it."""
    page = article.read(text.encode("utf-8", "replace"), url=url, content_type="text/html; charset=utf-8")
    headline = page.title or ""
    if not page.body:
        raise BrokenDocument("an HTML page in which no text is found")
    stated = _EMBARGO.search(text[:_REACH])
    embargo = text_or_none(" ".join(html.unescape(stated[1]).split())) if stated else None
    entry = Entry(
        guid=page.canonical,
        url=page.canonical,
        headline=html.escape(headline, quote=False),
        body=page.body,
        author=page.author,
        published=page.published,
        published_at=moment(page.published),
        updated_at=moment(page.modified),
        language=page.language,
        label=Label(embargo=embargo, signals=(Signal.EMBARGO,)) if embargo else None,
    )
    return Document(format="release", title=None, language=page.language, entries=(entry,))
