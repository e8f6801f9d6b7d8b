"""Names of things: how an entry is found again, whether it changed, and which text a text is.

Law: these strings are stored for ever. Whoever changes what they are made of makes everything ever received look new.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import urlsplit

from wire.model import Copy, Entry, Label
from wire.normalize.stated import token
from wire.normalize.text import has_words, one_line

KEY_LIMIT = 200
"""Characters of a name of an entry."""
LONG_ENOUGH = 40
"""Words from which on a body is a text by itself, whatever headline it stands under."""

_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|y|tw|tt)clid|[gw]braid|msclkid|igshid|mc_[ce]id|_g[al]|at_(?:medium|campaign|custom\d)"
    r"|ns_(?:campaign|mchannel|source)|guccounter|guce_\w+",
    re.IGNORECASE,
)
"""Parameters that say which way a reader came, and nothing of what is read. A list of our own, for it must not change
with a library's release; one that is missing is made up for by link and content."""
_FRONT_PAGE = re.compile("//[^/?#]*")
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)


def guid_name(entry: Entry) -> str | None:
    """The name that its guid gives an entry; None where it has none, or an empty one."""
    return _name(entry.guid)


def link_name(entry: Entry) -> str | None:
    """The name that its link gives an entry; None where it has none, or one that leads to a site's front page."""
    name = _name(entry.url)
    return name if name and not _FRONT_PAGE.fullmatch(name) else None


def entry_key(entry: Entry) -> str:
    """How an entry is found again within its feed: guid, else link, else content; at most `KEY_LIMIT` characters."""
    return guid_name(entry) or link_name(entry) or content_name(entry)


def content_name(entry: Entry) -> str:
    """The name that its own words give an entry."""
    return "content:" + _digest(entry.headline, entry.body)


def spelling(entry: Entry) -> str:
    """Of the guid, else the link, exactly as sent: what tells that the same name is written otherwise; 8 digits."""
    return _digest(entry.guid or entry.url or "")[:8]


def entry_hash(entry: Entry) -> str:
    """Of what people read in it: tells whether an entry changed since the last document.

    Addresses, dates and keywords do not count: feeds flip, touch and shuffle them without a word being changed. How an
    item of a wire format stands does: it is canceled without a word being changed, too.
    """
    stands = token(entry.label)
    return _digest(
        *(entry.headline, entry.body, entry.markup, entry.summary or "", entry.author or "", entry.language or ""),
        entry.source or "",
        *([stands] if stands else []),
    )


def face(copy: Copy, source: str, label: Label | None = None) -> str:
    """Of what a reader sees of a delivery, which is less than was sent: a rotating picture or advertisement does not
    show in it. 16 digits."""
    dateline = copy.dateline.text if copy.dateline else ""
    shown = (copy.byline, copy.credit, copy.origin, copy.slug, copy.language, source)
    stands = token(label)
    told = (*copy.signals, stands) if stands else copy.signals
    return _digest(copy.version_id, copy.headline, dateline, *(each or "" for each in shown), *told)[:16]


def version_id(headline: str, paragraphs: Sequence[str]) -> str:
    """Address of a text: of its body, or of headline and body where the body is shorter than `LONG_ENOUGH` words.

    A reprint under another headline is the same version; two short tables with equal rows under different headlines
    are not.
    """
    alone = has_words(paragraphs, LONG_ENOUGH)
    return "v" + (_digest("body", *paragraphs) if alone else _digest("whole", headline, *paragraphs))


def _name(sent: str | None) -> str | None:
    name = one_line(sent, 20_000) if sent else ""
    return _bounded(_bare_url(name)) if name else None


def _bare_url(key: str) -> str:
    """A URL without what feeds flip: scheme, `www.`, case of the host, usual port, slash at the end, tracking."""
    try:
        parts = urlsplit(key)
    except ValueError:  # brackets that are no IPv6 address
        return key
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return key
    kept = [each for each in parts.query.split("&") if not _TRACKING.fullmatch(each.partition("=")[0])]
    query = f"?{'&'.join(kept)}" if any(kept) else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    host = parts.netloc.lower().removesuffix(":443" if parts.scheme.lower() == "https" else ":80").removeprefix("www.")
    return f"//{host}{_SESSION.sub('', parts.path).rstrip('/')}{query}{fragment}"


def _bounded(key: str) -> str:
    return key if len(key) <= KEY_LIMIT else key[: KEY_LIMIT - 33] + "~" + _digest(key)


def _digest(*parts: str) -> str:
    """32 hexadecimal digits; the lengths are hashed too, so that no two lists of parts run together."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    data = b"".join([piece for each in encoded for piece in (len(each).to_bytes(8, "big"), each)])
    return blake2b(data, digest_size=16).hexdigest()
