"""Names of things: how an entry is found again, whether it changed, and which text a text is.

Law: these strings are stored for ever. Whoever changes what they are made of makes everything ever received look new.
"""

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import urlsplit

from wire.model import Entry
from wire.normalize.text import has_words, one_line

KEY_LIMIT = 200
"""Characters of an entry key."""
LONG_ENOUGH = 40
"""Words from which on a body is a text by itself, whatever headline it stands under."""


def entry_key(entry: Entry) -> str:
    """How an entry is found again within its feed: guid, else link, else content; at most `KEY_LIMIT` characters.

    Of a URL, scheme, case of the host and a slash at the end do not count: feeds flip them.
    """
    for name in (entry.guid, entry.url):
        key = one_line(name, 20_000) if name else ""
        if key:
            return _bounded(_bare_url(key))
    return "content:" + _digest(entry.headline, entry.body)


def entry_hash(entry: Entry) -> str:
    """Of what people read in it: tells whether an entry changed since the last document.

    Addresses, dates and keywords do not count: feeds flip, touch and shuffle them without a word being changed.
    """
    return _digest(
        *(entry.headline, entry.body, entry.markup, entry.summary or "", entry.author or "", entry.language or ""),
        entry.source or "",
    )


def version_id(headline: str, paragraphs: Sequence[str]) -> str:
    """Address of a text: of its body, or of headline and body where the body is shorter than `LONG_ENOUGH` words.

    A reprint under another headline is the same version; two short tables with equal rows under different headlines
    are not.
    """
    alone = has_words(paragraphs, LONG_ENOUGH)
    return "v" + (_digest("body", *paragraphs) if alone else _digest("whole", headline, *paragraphs))


def _bare_url(key: str) -> str:
    try:
        parts = urlsplit(key)
    except ValueError:  # brackets that are no IPv6 address
        return key
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return key
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme.lower() == "https" else ":80")
    return f"//{host}{parts.path.rstrip('/')}{query}{fragment}"


def _bounded(key: str) -> str:
    return key if len(key) <= KEY_LIMIT else key[: KEY_LIMIT - 33] + "~" + _digest(key)


def _digest(*parts: str) -> str:
    """32 hexadecimal digits; the lengths are hashed too, so that no two lists of parts run together."""
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
