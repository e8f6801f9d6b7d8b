"""NewsML-G2 (https://iptc.org/std/NewsML-G2/guidelines/): news items, alone or in news messages with their packages.

Law: elements are known by their local names, whatever the conformance level. A text item is an entry; what is no text
is a word in `skipped`. An item that breaks off is not taken; one that is canceled is taken without a text.
"""

from collections.abc import Iterable

from wire.errors import BrokenDocument
from wire.model import Document, Entry, Label
from wire.parse import nitf
from wire.parse.dates import moment
from wire.parse.fields import Markup, as_markup, language_tag, looks_like_html, unique, web_link
from wire.parse.labels import bare, item_of, kind, number, signals, standing, version_of
from wire.parse.prose import prose, says
from wire.parse.tree import Node, grow

ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
ROOTS = frozenset(each.lower() for each in (*ITEMS, "newsMessage", "groupSet", "contentSet", "contentMeta"))
"""Names of roots in lower case: messages, items, and the fragments in which guides show their parts."""

_PROSE = frozenset({"html", "body", "p", "div", "section", "article", "h1", "h2", "ul", "table"})
_FRAGMENTS = {"packageItem": "package", "groupSet": "package", "contentMeta": "empty"}
_EVENTS = frozenset({"event", "events"})
_EVOLVED = frozenset({"previousversion", "evolvedfrom", "replaces", "supersedes"})
_DERIVED = frozenset({"derivedfrom", "basedon", "updateof", "correctionof"})


def read(text: str, *, url: str) -> Document:
    """The document in `text`. Raises `BrokenDocument` where no item is whole."""
    tree = grow(text)
    root = tree.root
    found = [root] if root.name != "newsMessage" else [each for each in root.iter(*ITEMS) if _outermost(root, each)]
    taken = [each for each in found if each.whole]
    if found and not taken:
        raise BrokenDocument(f"no item is whole: {tree.problems[-1] if tree.problems else 'it breaks off'}")
    entries: list[Entry] = []
    skipped: list[str] = []
    for each in taken:
        made = _entry(each, url)
        if isinstance(made, Entry):
            entries.append(made)
        else:
            skipped.append(made)
    broken = len(found) - len(taken)
    return Document(
        format="newsml-g2",
        title=next((name for each in taken if (name := _provider(each))), None),
        language=None,
        entries=tuple(entries),
        skipped=tuple(skipped),
        problems=(*tree.problems, *([f"{broken} items that break off"] * bool(broken))),
    )


def _outermost(root: Node, item: Node) -> bool:
    """Items stand in item sets; one inside another's content is part of it."""
    sets = root.all("itemSet") or [root]
    return any(item is child for each in sets for child in each.children)


def _entry(item: Node, url: str) -> Entry | str:
    """A text item as an entry; anything else as the word that says what it is."""
    meta, content = item.find("itemMeta") or _NONE, item.find("contentMeta") or _NONE
    contents = item if item.name == "contentSet" else item.find("contentSet") or _NONE
    inline = contents.all("inlineXML")
    if other := _no_text(item, meta, inline):
        return other
    label = _label(item, meta, content)
    body, markup = _body(inline, contents.all("inlineData"))
    inner = next((found for each in inline if (found := each.find("nitf"))), None)
    headline = _headline(content, meta) or (nitf.headline(inner) if inner else None) or ""
    if not headline and not says(body) and label.status != "canceled":
        return _unseen(contents)
    by = content.read("by") or (nitf.byline(inner) if inner else None)
    made = meta.read("firstCreated") or content.read("contentCreated")
    changed = meta.read("versionCreated")
    return Entry(
        guid=label.item,
        url=_page(item, url),
        headline=as_markup(headline, "text", markup),
        body=body,
        markup=markup,
        summary=_summary(content, markup),
        author=by or _creators(content),
        published=made or changed,
        published_at=moment(made or changed),
        updated_at=moment(changed),
        language=_language(item, content),
        keywords=unique([each.text() for each in content.all("keyword")]),
        label=label,
    )


def _no_text(item: Node, meta: Node, inline: list[Node]) -> str | None:
    """The type of an item that is no text."""
    if item.name in _FRAGMENTS:
        return _FRAGMENTS[item.name]
    if item.name not in {"newsItem", "contentSet"}:
        inside = item.find("concept", "eventDetails") or item.find("conceptSet", "concept", "eventDetails")
        return "event" if inside else kind(item.name) or "unknown"
    stated = meta.find("itemClass")
    events = any(child.name in _EVENTS for each in inline for child in each.children if isinstance(child, Node))
    return kind(_code(stated)) or ("event" if events else None)


def _unseen(contents: Node) -> str:
    """What an item without a word holds: the media type of what it links to, or nothing."""
    remote = contents.find("remoteContent")
    media = (remote.get("contenttype") or "").partition("/")[0] if remote else ""
    return kind(media) or "empty" if media and media != "application" else "empty"


def _label(item: Node, meta: Node, content: Node) -> Label:
    embargoed = meta.find("embargoed")
    held = standing(_code(meta.find("pubStatus")), embargoed.text() if embargoed else None)
    notes = [each for each in meta.all("edNote") if _told(each)]
    roles = {bare(each.get("role")) or "": each.text() for each in reversed(notes)}
    codes = [_code(each) for name in ("signal", "role", "edStatus") for each in meta.all(name)]
    slug = content.find("slugline")
    return Label(
        item=item_of(item.get("guid")),
        version=item.get("version") or version_of(item.get("guid")),
        status=held.status,
        embargo=held.embargo,
        embargo_until=held.embargo_until,
        signals=signals(codes),
        slug=slug.text() or None if slug else None,
        dateline=content.read("dateline"),
        credit=content.read("creditline") or _names(content, "infoSource") or _name(meta.find("provider")),
        notes=unique([each.text() for each in notes]),
        reason=roles.get("correctionshort") or roles.get("correction") or roles.get("update"),
        priority=number(content.read("urgency")),
        categories=unique(_code(each) for each in meta.all("service")),
        evolved=unique(_links(item, meta, _EVOLVED)),
        derived=unique([*_links(item, meta, _DERIVED), *_derivations(item)]),
    )


def _told(note: Node) -> bool:
    """Whether a note speaks of the copy: no contacts, no sign-off, no notepad that repeats the others."""
    role = bare(note.get("role")) or ""
    return bool(note.text()) and role not in {"closingline", "picture", "dpacontacts", "contacts", "embargo", "notepad"}


def _code(node: Node | None) -> str | None:
    if node is None:
        return None
    return node.get("qcode") or node.get("uri") or node.get("literal") or node.text() or None


def _links(item: Node, meta: Node, wanted: frozenset[str]) -> Iterable[str | None]:
    for link in (*meta.all("link"), *item.all("link")):
        if bare(link.get("rel")) in wanted:
            yield item_of(link.get("residref") or link.get("uri") or link.get("qcode") or link.get("href"))


def _derivations(item: Node) -> Iterable[str | None]:
    return [item_of(each.get("residref") or each.get("guidref")) for each in item.iter("derivedFromItem")]


def _provider(item: Node) -> str | None:
    meta, content = item.find("itemMeta") or _NONE, item.find("contentMeta") or _NONE
    return _name(meta.find("provider")) or content.read("creditline")


def _name(party: Node | None) -> str | None:
    """The name of a party, else the value of its code; an address is no name."""
    if party is None:
        return None
    code = party.get("qcode")
    return party.read("name") or party.get("literal") or (code.partition(":")[2] or None if code else None)


def _names(content: Node, element: str) -> str | None:
    found = [each.read("name") or each.get("literal") for each in content.all(element)]
    return ", ".join(unique(found)) or None


def _creators(content: Node) -> str | None:
    """Creators by name; a login is none."""
    found = [name for each in content.all("creator") if (name := each.read("name")) and " " in name]
    return ", ".join(unique(found)) or None


def _headline(content: Node, meta: Node) -> str | None:
    """The main headline: of several the one of rank 1, else the first without a role."""
    found = [each for each in content.all("headline") if each.text()]
    found.sort(
        key=lambda each: (each.get("rank") or "1", each.get("role") is not None and bare(each.get("role")) != "main")
    )
    return found[0].text() if found else meta.read("title")


def _summary(content: Node, markup: Markup) -> str | None:
    texts = [
        each.text() for each in content.all("description") if bare(each.get("role")) not in {"caption", "creditline"}
    ]
    text = next((each for each in texts if each), None)
    return as_markup(text, "text", markup) if text else None


def _body(inline: list[Node], data: list[Node]) -> tuple[str, Markup]:
    """The text of an item, of the first part that holds one: several parts are the same in other encodings."""
    for each in inline:
        if found := each.find("nitf"):
            body = nitf.body(found)
        elif found := each.find("html", "body") or each.find("body"):
            body = prose(found)
        elif any(child.name in _PROSE for child in each.children if isinstance(child, Node)):
            body = prose(each)
        else:
            body = ""
        if says(body):
            return body, "html"
    for each in data:
        text = each.raw().strip()
        if text and (each.get("encoding") is None):
            html = "html" in (each.get("contenttype") or "") or looks_like_html(text)
            return text, "html" if html else "text"
    return "", "html"


def _language(item: Node, content: Node) -> str | None:
    stated = content.find("language")
    inline = next((tag for each in item.iter("inlineXML", "inlineData") if (tag := each.get("xml:lang"))), None)
    return (
        language_tag(stated.get("tag") if stated else None)
        or language_tag(inline)
        or language_tag(item.get("xml:lang"))
    )


def _page(item: Node, url: str) -> str | None:
    """The page where the item can be read, where a link leads there."""
    meta = item.find("itemMeta") or _NONE
    pages = [
        each for each in meta.all("link") if bare(each.get("rel")) in {"webpage", "canonical", "permalink", "self"}
    ]
    return next((page for each in pages if (page := web_link(each.get("href"), base=url))), None)


_NONE = Node(name="", attributes={}, whole=True)
