"""NewsML 1.0 to 1.2 (https://iptc.org/standards/newsml-1/): news items of nested components.

Law: the text is the first component with words in the role of a body, of each language; headings, captions, contacts
and style sheets beside it are none. An item is known by provider, date and id, which all its revisions share. An item
that breaks off is not taken; one that is canceled is taken without a text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label
from wire.parse import nitf
from wire.parse.dates import moment
from wire.parse.fields import Markup, as_markup, language_tag, looks_like_html, unique
from wire.parse.labels import bare, kind, number, signals, standing
from wire.parse.prose import prose, says
from wire.parse.tree import Node, grow

_BESIDE = re.compile(
    "stylesheet|(?:sub)?headline|contacts?|caption|logo|byline|dateline|keywords|metadata|teaser|summary|abstract|thumbnail"
    "|preview|copyright|notes|photo|picture|graphic|video|audio"
)
"""Roles of components that stand beside the text."""
_MEDIA = {"photo": "picture", "picture": "picture", "image": "picture", "graphic": "graphic", "video": "video"} | {
    "audio": "audio",
    "logo": "picture",
    "animation": "video",
}
_NONE = Node(name="", attributes={}, whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text of an item, and the components around it, the nearest first."""

    body: str
    markup: Markup
    inner: Node | None
    around: tuple[Node, ...]

    @property
    def language(self) -> str | None:
        stated = (each.find("DescriptiveMetadata", "Language") for each in self.around)
        return next((tag for each in stated if each and (tag := language_tag(each.get("FormalName")))), None)

    def line(self, name: str) -> str | None:
        """A news line: the nearest one."""
        return next((text for each in self.around if (text := each.read("NewsLines", name))), None)


def read(text: str, *, url: str) -> Document:
    """The document in `text`. Raises `BrokenDocument` where no item is whole."""
    del url
    tree = grow(text)
    found = [tree.root] if tree.root.name == "NewsItem" else tree.root.all("NewsItem")
    items = [each for each in found if each.whole]
    if not items:
        raise BrokenDocument(f"no item is whole: {tree.problems[-1] if tree.problems else 'no NewsItem'}")
    envelope = tree.root.find("NewsEnvelope") or _NONE
    entries: list[Entry] = []
    skipped: list[str] = []
    for item in items:
        made = _entries(item, envelope)
        entries += made
        media = list(_media(item))
        skipped += media if made or media else ["package" if next(item.iter("NewsItemRef"), None) else "empty"]
    broken = len(found) - len(items)
    return Document(
        format="newsml-1",
        title=_sender(envelope) or items[0].read("Identification", "NewsIdentifier", "ProviderId"),
        language=None,
        entries=tuple(entries),
        skipped=tuple(skipped),
        problems=(*tree.problems, *([f"{broken} items that break off"] * bool(broken))),
    )


def _entries(item: Node, envelope: Node) -> list[Entry]:
    """The text of an item in each of its languages."""
    texts: dict[str | None, _Text] = {}
    for component in item.all("NewsComponent"):
        for each in _texts(component, ()):
            held = texts.get(each.language)
            if held is None or (held.markup == "text" and each.markup == "html"):
                texts[each.language] = each
    label = _label(item, envelope)
    if texts:
        return [_entry(item, each, label, several=len(texts) > 1) for each in texts.values()]
    main = item.find("NewsComponent") or _NONE
    bare_text = _Text(body="", markup="html", inner=None, around=(*main.all("NewsComponent")[:1], main))
    worth = bare_text.line("HeadLine") and not list(_media(item)) and not next(item.iter("NewsItemRef"), None)
    return [_entry(item, bare_text, label, several=False)] if label.status == "canceled" or worth else []


def _texts(component: Node, around: tuple[Node, ...]) -> Iterator[_Text]:
    role = component.find("Role")
    if role and _BESIDE.fullmatch(bare(role.get("FormalName")) or ""):
        return
    chain = (component, *around)
    for content in component.all("ContentItem"):
        kind_of = content.find("MediaType")
        if (kind_of and kind(kind_of.get("FormalName"))) or "css" in _mime(content):
            continue
        data = content.find("DataContent")
        if data and (found := _content(data, _mime(content))):
            yield _Text(body=found[0], markup=found[1], inner=found[2], around=chain)
    for inside in component.all("NewsComponent"):
        yield from _texts(inside, chain)


def _content(data: Node, mime: str) -> tuple[str, Markup, Node | None] | None:
    inner = data.find("nitf")
    if inner:
        body = nitf.body(inner)
    elif any(isinstance(each, Node) for each in data.children):
        body = prose(*(data.all("html", "body") or data.all("body") or [data]))
    else:
        text = data.raw().strip()
        html = "html" in mime or looks_like_html(text)
        return (text, "html" if html else "text", None) if text else None
    return (body, "html", inner) if says(body) else None


def _mime(content: Node) -> str:
    return ((content.find("MimeType") or _NONE).get("FormalName") or "").lower()


def _media(item: Node) -> Iterator[str]:
    """A word for each component that holds media and nothing else."""
    for component in item.iter("NewsComponent"):
        contents = component.all("ContentItem")
        kinds = [word for each in contents if (word := _media_type(each))]
        if contents and len(kinds) == len(contents):
            role = bare((component.find("Role") or _NONE).get("FormalName"))
            yield _MEDIA.get(role or "", kinds[-1])


def _media_type(content: Node) -> str | None:
    stated = bare((content.find("MediaType") or _NONE).get("FormalName")) or _mime(content).partition("/")[0]
    return _MEDIA.get(stated or "")


def _entry(item: Node, text: _Text, label: Label, *, several: bool) -> Entry:
    management = item.find("NewsManagement") or _NONE
    made, changed = management.read("FirstCreated"), management.read("ThisRevisionCreated")
    headline = text.line("HeadLine") or (nitf.headline(text.inner) if text.inner else None) or ""
    guid = f"{label.item}#{text.language}" if several and label.item else label.item
    keywords = text.line("KeywordLine")
    return Entry(
        guid=guid,
        url=None,
        headline=as_markup(headline, "text", text.markup),
        body=text.body,
        markup=text.markup,
        author=text.line("ByLine") or (nitf.byline(text.inner) if text.inner else None),
        published=made or changed,
        published_at=moment(made or changed),
        updated_at=moment(changed),
        language=text.language or language_tag(item.get("xml:lang")),
        keywords=unique(each.strip() for each in keywords.split(",")) if keywords else (),
        label=Label(
            **{name: getattr(label, name) for name in Label.__slots__}
            | {"item": guid, "slug": text.line("SlugLine"), "dateline": text.line("DateLine")}
            | {"credit": text.line("CreditLine") or label.credit}
        ),
    )


def _label(item: Node, envelope: Node) -> Label:
    management = item.find("NewsManagement") or _NONE
    identity = item.find("Identification", "NewsIdentifier") or _NONE
    status = (management.find("Status") or _NONE).get("FormalName")
    future = management.find("StatusWillChange", "FutureStatus") or _NONE
    released = management.read("StatusWillChange", "DateAndTime")
    later = standing(future.get("FormalName")).status == "usable"
    held = standing(status, released if later and bare(status) != "usable" else None)
    revised = management.all("Instruction")
    urgency = management.find("Urgency") or envelope.find("Priority") or _NONE
    return Label(
        item=_item(identity),
        version=identity.read("RevisionId"),
        status=held.status,
        embargo=held.embargo,
        embargo_until=held.embargo_until,
        signals=signals(each.get("FormalName") for each in revised),
        credit=_party(item, "Provider") or _sender(envelope) or _party(item, "Source"),
        notes=unique([each.text() for name in ("UsageType", "EdNote") for each in item.iter(name)]),
        priority=number(urgency.get("FormalName")),
        evolved=unique(_reference(each) for each in (*management.all("RevisionOf"), *management.all("Replaces"))),
        derived=unique(_reference(each) for each in management.all("DerivedFrom")),
    )


def _item(identity: Node) -> str | None:
    parts = [identity.read(name) for name in ("ProviderId", "DateId", "NewsItemId")]
    return "urn:newsml:" + ":".join(each or "" for each in parts) if parts[2] else identity.read("PublicIdentifier")


def _reference(node: Node) -> str | None:
    """The item that an address names, without its revision: `urn:newsml:provider:date:id:2U`."""
    stated = node.get("NewsItem")
    parts = stated.removeprefix("urn:newsml:").split(":") if stated else []
    return "urn:newsml:" + ":".join(parts[:3]) if len(parts) >= 3 else stated


def _party(item: Node, role: str) -> str | None:
    found = item.find("NewsComponent", "AdministrativeMetadata", role, "Party")
    return found.get("FormalName") if found else None


def _sender(envelope: Node) -> str | None:
    return (envelope.find("SentFrom", "Party") or _NONE).get("FormalName")
