"""JSON Lines of `{"id","source","url","headline","body","published","updated"?}`: archives, and copy from elsewhere.

Law: a line stands alone; a bad one is told apart with its reason and takes no other with it.
"""

from wire.errors import BrokenDocument
from wire.model import Document, Entry
from wire.parse.dates import moment
from wire.parse.fields import Markup, as_markup, language_tag, looks_like_html, text_or_none, web_link
from wire.parse.jsonfeed import identifier, load_object
from wire.parse.odd import oddities
from wire.parse.text import decode


def parse_line(line: bytes) -> Entry:
    """The entry in one line. Raises `BrokenDocument` with the reason, and the place where the JSON breaks off."""
    return _entry(decode(line).text)


def read(text: str, *, url: str) -> Document:  # noqa: ARG001 - a record's links are whole
    """Every good line of `text`; raises `BrokenDocument` where there is none."""
    entries: list[Entry] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line))
        except BrokenDocument as error:
            problems.append(f"line {number}: {error}")
    if problems and not entries:
        raise BrokenDocument(f"no line can be read: {problems[0]}")
    told = problems[:20] + [f"{len(problems) - 20} more bad lines"] * (len(problems) > 20)
    return Document(
        format="jsonl",
        title=None,
        language=None,
        entries=tuple(entries),
        problems=(*told, *oddities(tuple(entries))),
    )


def _entry(line: str) -> Entry:
    record = load_object(line)
    headline = text_or_none(record.get("headline")) or ""
    body = text_or_none(record.get("body")) or ""
    if not headline and not body:
        raise BrokenDocument("neither headline nor body")
    markup: Markup = "html" if looks_like_html(body) else "text"
    published = text_or_none(record.get("published"))
    return Entry(
        guid=identifier(record.get("id")),
        url=web_link(record.get("url"), base=""),
        headline=as_markup(headline, "text", markup),
        body=body,
        markup=markup,
        published=published,
        published_at=moment(published),
        updated_at=moment(text_or_none(record.get("updated"))),
        language=language_tag(record.get("language")),
        source=text_or_none(record.get("source")),
    )
