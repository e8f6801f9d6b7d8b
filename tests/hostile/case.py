"""What a hostile document is, and what is to come of it.

Law: says outcomes, checks none. A case is one line where that can be.
"""

from dataclasses import dataclass, field

from tests.parse.documents import rss

GOOD = "<title>A</title>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A document and its outcome: refused with some words, or read."""

    name: str
    body: bytes = field(repr=False)
    content_type: str | None = None
    refused: str | None = None
    """Words of the error; None: it is read."""
    entries: int = 1
    headline: str | None = None
    """Of the first entry as shown; None: not looked at."""
    text: str | None = None
    """Of the first entry as shown."""
    url: str | None = ""
    """Of the first entry; "": not looked at."""
    date: str | None = ""
    """Of the first entry, ISO 8601 in UTC; the same."""
    says: str | None = None
    """Words among the document's problems; None: there may be any."""


def refused(name: str, body: bytes, words: str, *, content_type: str | None = None) -> Case:
    """A document from which nothing is taken."""
    return Case(name=name, body=body, refused=words, content_type=content_type)


def read(
    name: str,
    body: bytes,
    *,
    entries: int = 1,
    headline: str | None = None,
    text: str | None = None,
    url: str | None = "",
    says: str | None = None,
    content_type: str | None = None,
) -> Case:
    """A document from which something is taken."""
    return Case(
        name=name,
        body=body,
        entries=entries,
        headline=headline,
        text=text,
        url=url,
        says=says,
        content_type=content_type,
    )


def item(inside: str, *, channel: str = "") -> bytes:
    """RSS with one item that has a title besides."""
    return rss(GOOD + inside, channel=channel)
