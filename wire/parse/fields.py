"""Small things that every format does to a field: links, language tags, markup.

Law: total functions of text; a value that can't be used is None.
"""

import html
import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import urljoin, urlsplit

from wire.parse.text import clean

Markup = Literal["html", "text"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,6}")
_SOMETHING = re.compile(r"(?:^|>)\s*+[^\s<]")
_MARKUP = re.compile(
    r"<(?:(?i:/(?:p|div|a|b|i|em|strong|span|li|ul|ol|td|h[1-6]|blockquote)>|[bh]r\s*/>|script\b|/script>|style>|iframe\b"
    r"|img\s|svg[\s/>]|object\s|embed\s)|w?br>)"
)
"""No lone `<P>` and no `<BR>`: old agency copy writes a company's ticker so."""
_ACTIVE = re.compile(r"<(script|style)\b[^<>]*+>.*?(?:</\1\s*+>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*+(?:[\s/][^<>]*+)?(?:>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_MISREAD = re.compile(r"<[a-z/!?]|&#?\w", re.IGNORECASE)
MAX_URL = 4096


def text_or_none(value: object) -> str | None:
    """A string that holds something, stripped and storable; None for anything else."""
    return clean(value).strip() or None if isinstance(value, str) else None


def name_or_none(value: object) -> str | None:
    """A person's or an outlet's name, or a keyword, which are shown as text: tags go; `<ada@b.test>` stays."""
    name = text_or_none(value)
    if name is None or "<" not in name:
        return name
    return " ".join(_TAG.sub(" ", _ACTIVE.sub(" ", name)).split()) or None


def web_link(value: object, *, base: str) -> str | None:
    """An absolute http(s) URL, resolved against `base`; None for other schemes and for what is no URL."""
    link = text_or_none(value)
    if link is None or len(link) > MAX_URL:
        return None
    try:
        absolute = urljoin(base, "".join(link.split()))
        parts = urlsplit(absolute)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        return absolute if good else None
    except ValueError:
        return None


def language_tag(value: object) -> str | None:
    """A BCP 47 tag as sent, with `_` read as `-`."""
    tag = text_or_none(value)
    return tag.replace("_", "-") if tag and _LANGUAGE.fullmatch(tag) else None


def unique(values: Iterable[str | None]) -> tuple[str, ...]:
    """The values that hold something, each once, in their order."""
    return tuple(dict.fromkeys(value for value in values if value))


def says_something(markup: str) -> bool:
    """Whether HTML holds text besides its tags."""
    return _SOMETHING.search(markup) is not None


def looks_like_html(text: str) -> bool:
    """Whether text of unstated kind holds tags that only HTML would; `a < b` and `Vec<T>` are text."""
    return _MARKUP.search(text) is not None


def as_markup(text: str, kind: Markup, wanted: Markup) -> str:
    """`text` so that a reader of `wanted` sees what its sender meant; untouched unless HTML would misread it."""
    if kind == "text" and wanted == "html" and _MISREAD.search(text):
        return html.escape(text, quote=False)
    return text
