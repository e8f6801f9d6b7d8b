"""NITF 3.x (https://www.iptc.org/std/NITF/): one news item, alone or inside another format.

Law: elements are known by their local names. An item that breaks off is not taken; one that is canceled is taken
without a text; one that holds media and not a word is no text.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label, Signal
from wire.parse.dates import moment
from wire.parse.fields import as_markup, language_tag, unique
from wire.parse.labels import ends, kind, number, standing
from wire.parse.prose import prose, says
from wire.parse.tree import Node, grow

_NONE = Node(name="", attributes={}, whole=True)


def read(text: str, *, url: str) -> Document:
    """The document in `text`. Raises `BrokenDocument` where it breaks off."""
    del url
    tree = grow(text)
    items = [tree.root] if tree.root.name == "nitf" else list(tree.root.iter("nitf"))
    if not items or not items[0].whole:
        raise BrokenDocument(f"no item is whole: {tree.problems[-1] if tree.problems else 'no nitf element'}")
    made = [_entry(each) for each in items if each.whole]
    return Document(
        format="nitf",
        title=_provider(items[0]),
        language=None,
        entries=tuple(each for each in made if isinstance(each, Entry)),
        skipped=tuple(each for each in made if isinstance(each, str)),
        problems=tree.problems,
    )


def headline(item: Node) -> str | None:
    """The main headline of an item."""
    top = item.find("body", "body.head", "hedline") or item.find("body", "body.head") or _NONE
    return top.read("hl1") or (top.text() if top.name == "hedline" else None) or item.read("head", "title")


def byline(item: Node) -> str | None:
    """Who wrote it; of one with a title, `By Ada Quist, Staff Reporter`."""
    return item.read("body", "body.head", "byline")


def body(item: Node) -> str:
    """The text of an item as HTML."""
    contents = item.all("body", "body.content") or item.all("body") or item.all("body.content")
    return prose(*contents, dropped=lambda each: each.name in {"body.head", "body.end"})


def fragment(text: str) -> str:
    """The text of NITF that stands inside another format, whole or a part of an item. Raises `BrokenDocument`."""
    whole = re.search(r"<(?:[\w.-]+:)?nitf[\s>]", text) is not None
    tree = grow(text if whole else f"<body.content>{text}</body.content>")
    if not tree.root.whole:
        raise BrokenDocument("the text breaks off")
    return body(tree.root) if whole else prose(tree.root)


def _entry(item: Node) -> Entry | str:
    head, top = item.find("head") or _NONE, item.find("body", "body.head") or _NONE
    data = head.find("docdata") or _NONE
    label = _label(item, data, top)
    text, main = body(item), headline(item) or ""
    media = next(item.iter("media"), None)
    if not says(text) and label.status != "canceled" and (media or not main):
        return kind(media.get("media-type")) or "media" if media else "empty"
    issued, story = _date(data, "date.issue"), _story_date(top)
    changed = issued or story
    return Entry(
        guid=label.item,
        url=None,
        headline=as_markup(main, "text", "html"),
        body=text,
        summary=_as_html(top.read("abstract")),
        author=byline(item),
        published=story or issued,
        published_at=moment(story or issued),
        updated_at=moment(changed),
        language=language_tag(item.get("xml:lang") or _meta(head, "language", "lang")),
        keywords=unique(each.get("key") for each in data.all("key-list", "keyword")),
        label=label,
    )


def _label(item: Node, data: Node, top: Node) -> Label:
    identity, correction = data.find("doc-id") or _NONE, data.find("correction")
    key, series = data.find("du-key") or _NONE, data.find("series") or _NONE
    held = standing(data.get("management-status") or _meta(item.find("head") or _NONE, "status", "pubstatus"))
    embargo, until = held.embargo, held.embargo_until
    release, issue = _date(data, "date.release"), _date(data, "date.issue")
    after = ends(release)
    if release and (embargo or after is None or _later(after, issue)):
        embargo, until = release, after
    own = identity.get("id-string")
    corrects = correction.get("id-string") if correction else None
    message = data.find("ed-msg")
    notes = [message.get("info") if message else None, *(_editorial(item))]
    named = data.get("management-doc-idref")
    return Label(
        item=own,
        version=key.get("version") or key.get("generation"),
        status=held.status,
        embargo=embargo,
        embargo_until=until,
        signals=(Signal.CORRECTION,) if correction else (),
        slug=key.get("key") or _meta(item.find("head") or _NONE, "slug", "slugline"),
        dateline=top.read("dateline"),
        credit=_meta(item.find("head") or _NONE, "provider") or top.read("distributor"),
        notes=unique(notes),
        reason=correction.get("info") if correction else None,
        priority=number((data.find("urgency") or _NONE).get("ed-urg")),
        categories=unique(_category(item)),
        take=number(series.get("series.part") or key.get("part"), 99),
        evolved=(corrects,) if corrects and corrects != own else (),
        orders=(named,) if named and named != own else (),
    )


def _later(release: datetime, issue: str | None) -> bool:
    """Whether it was released behind its issue: usual copy bears one time for both."""
    issued = moment(issue)
    return issued is None or release > issued


def _date(data: Node, name: str) -> str | None:
    found = data.find(name)
    return (found.get("norm") or found.text() or None) if found else None


def _story_date(top: Node) -> str | None:
    found = top.find("dateline", "story.date")
    return found.get("norm") if found else None


def _editorial(item: Node) -> Iterable[str]:
    """Notes to editors in the text."""
    return [each.text() for each in item.iter("note") if (each.get("noteclass") or "editorsnote").startswith("editor")]


def _category(item: Node) -> Iterable[str | None]:
    subjects = item.all("head", "tobject", "tobject.subject")
    return [each.get("tobject.subject.code") or each.get("tobject.subject.type") for each in subjects]


def _meta(head: Node, *names: str) -> str | None:
    """The content of the first `meta` of one of these names."""
    found = [each for each in head.all("meta") if (each.get("name") or "").casefold() in names]
    return next((content for each in found if (content := each.get("content"))), None)


def _provider(item: Node) -> str | None:
    head = item.find("head") or _NONE
    regsrc = (head.find("docdata", "doc-id") or _NONE).get("regsrc")
    return _meta(head, "provider") or regsrc or item.read("body", "body.head", "distributor")


def _as_html(text: str | None) -> str | None:
    return as_markup(text, "text", "html") if text else None
