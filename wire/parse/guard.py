"""XML that a parser can be trusted with: the known bombs and traps are defused or refused before expat sees them.

Law: one linear pass over text, no recursion, no backtracking; what is refused says what and how much.
Nothing that stands before the root element survives: with the DOCTYPE go its entity declarations and its DTD.
"""

import re
from dataclasses import dataclass, field
from html.entities import name2codepoint

from wire.errors import BrokenDocument

MAX_PROLOG = 65_536
"""Characters before the root element, white space at the start apart. 78 KB of newlines cost feedparser 26 s."""
MAX_DEPTH = 500
"""Open elements. Inline XHTML of real feeds stays under 60."""
MAX_ATTRIBUTES = 500
"""On one element. feedparser's cost is quadratic: 40,000 take 17 s."""
MAX_TAG = 4_000_000
"""Characters of one tag, comment or instruction; images inlined as `data:` make long ones. expat reads a token again
with every 64 KB that arrive: 58 MB take 24 s."""
MAX_ELEMENTS = 300_000
"""In one document, stray brackets and end tags included: 10,000 entries, and 5 s of parsing."""
MAX_KEYWORDS = 2_000
"""On one element; feedparser compares each with all others."""
MAX_NAMESPACES = 200
"""Prefixes declared; feedparser goes through all of them at every element whose own it doesn't know."""
MAX_WORD = 1_000
"""Characters without a break in a person's name; feedparser's search for an address in it is quadratic."""

_PEOPLE = frozenset({"author", "creator", "managingeditor", "webmaster", "publisher"})
_KEYWORDS = frozenset({"category", "keywords", "subject", "tags"})
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "source", "wbr"})
"""HTML elements without an end tag: in sloppy feeds they stand open for ever."""

_TAG = re.compile(r"""<(/?)([^\s<>/"'=!?]++)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_XMLNS = re.compile(r"xmlns:([^\s=]++)")
_WORD = re.compile(r"[a-zA-Z0-9_.+-]++")
_DOCTYPE_TOKEN = re.compile(r"""<!--|"[^"]*+"|'[^']*+'|[\[\]>]""")
_SPACE = re.compile(r"\s*+")
_ROOT = re.compile(r"<([A-Za-z_][^\s<>/\"'=!?]*)")
_XML_BASE = re.compile(r"""\sxml:base\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,9});")
_NUMBERED = re.compile(r"&#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?")
_PREDEFINED = frozenset({"lt", "gt", "amp", "quot", "apos"})
_MEDIA_DESCRIPTION = re.compile(r"<(/?)media:description\b[^<>]*?(/?)>")
MEDIA_DESCRIPTION = "media_about"
"""Key under which feedparser keeps a `media:description`, which it would mistake for the entry's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """Where a document begins."""

    at: int
    """Index of the `<` of the root element."""
    name: str
    """As written, with its prefix."""
    has_entities: bool
    """Whether a DOCTYPE before it declares entities."""


def find_root(text: str) -> Root | None:
    """The root element behind declaration, comments, processing instructions and DOCTYPE; None: no markup here."""
    at = start = _behind_space(text, 0)
    has_entities = False
    while text.startswith(("<?", "<!"), at):
        if text.startswith("<?", at):
            end = text.find(">", at) + 1
        elif text.startswith("<!--", at):
            end = text.find("-->", at) + 3
            end = 0 if end == 2 else end
        else:
            end = _doctype_end(text, at)
            has_entities = has_entities or "<!ENTITY" in text[at:end]
        if end <= 0 or end - start > MAX_PROLOG:
            raise BrokenDocument(f"no root element in the first {min(len(text) - start, MAX_PROLOG):,} characters")
        at = _behind_space(text, end)
    match = _ROOT.match(text, at)
    return Root(at=at, name=match[1], has_entities=has_entities) if match else None


def _behind_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _doctype_end(text: str, at: int) -> int:
    """Index behind a DOCTYPE, its internal subset included; 0 where it has no end."""
    inside, limit = False, at + MAX_PROLOG
    while token := _DOCTYPE_TOKEN.search(text, at, limit):
        at = token.end()
        match token[0]:
            case "<!--":
                at = text.find("-->", at) + 3
                if at == 2:
                    return 0
            case "[":
                inside = True
            case "]":
                inside = False
            case ">" if not inside:
                return at
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A document from its root element on, safe to hand to a parser."""

    xml: str
    base: str | None
    """`xml:base` of the root element, taken out of it so that nobody resolves identifiers against it."""
    problems: tuple[str, ...] = ()


def guard(text: str, root: Root) -> Guarded:
    """Defuse the document that begins at `root`. Raises `BrokenDocument` where a cap is passed."""
    problems = ["entity declarations removed"] if root.has_entities else []
    scan = _Scan(text=text, at=root.at)
    end = scan.run()
    trailing = text[end:].strip()
    if trailing and not trailing.startswith("<!--"):
        problems.append(f"{len(trailing)} characters after the document")
    body = text[root.at : end]
    if "&" in body:
        body = _NUMBERED.sub(_numbered, _NAMED.sub(_named, body))
    if "<media:description" in body:
        body = _MEDIA_DESCRIPTION.sub(_media_description, body)
    head_end = body.find(">") + 1
    base = _XML_BASE.search(body, 0, head_end)
    if base:
        body = body[: base.start()] + body[base.end() :]
    return Guarded(xml=body, base=(base[1] or base[2]) if base else None, problems=tuple(problems))


def _named(match: re.Match[str]) -> str:
    """HTML's named characters, which XML doesn't know, as themselves; those of XML, and unknown ones, stay."""
    name = match[1]
    return match[0] if name in _PREDEFINED or name not in name2codepoint else chr(name2codepoint[name])


def _numbered(match: re.Match[str]) -> str:
    """A numbered reference that XML allows stays as it is; 5,000 digits, NUL and surrogates become U+FFFD."""
    digits = (match[1] or match[2]).lstrip("0")
    code = int(digits or "0", 16 if match[1] else 10) if len(digits) <= 7 else 0x110000
    allowed = code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if allowed else "\ufffd"


def _media_description(match: re.Match[str]) -> str:
    name = MEDIA_DESCRIPTION.replace("_", ":")
    return f"<{match[1]}{name}{match[2]}>"


@dataclass(slots=True)
class _Open:
    """An element that stands open."""

    name: str
    begins: int
    keywords: int = 0


@dataclass(slots=True)
class _Scan:
    """The pass that measures: follows the tags of a document, well-formed or not, to the end of its root element."""

    text: str
    at: int
    elements: int = 0
    bracket: int = -1
    """Index of the next `>`, as far as it is known."""
    open: list[_Open] = field(default_factory=list)
    namespaces: set[str] = field(default_factory=set)

    def run(self) -> int:
        """Index behind the root element, or of the document's end where that never closes."""
        text = self.text
        while (at := text.find("<", self.at)) >= 0:
            tag = _TAG.match(text, at, at + MAX_TAG)
            if tag is None:
                self.at = self._skip(at)
                continue
            self.at = tag.end()
            if not tag[1]:
                self._start(tag)
            elif self._end(tag[2], at) and not self.open:
                return self.at
        return len(text)

    def _skip(self, at: int) -> int:
        """Index behind a CDATA section, comment, instruction or stray `<`; one without end takes the rest."""
        text = self.text
        if text.startswith("<![CDATA[", at):
            end = text.find("]]>", at)
            return end + 3 if end >= 0 else len(text)
        for opening, closing in (("<!--", "-->"), ("<?", "?>"), ("<!", ">")):
            if text.startswith(opening, at):
                end = text.find(closing, at + len(opening), at + MAX_TAG)
                return end + len(closing) if end >= 0 else self._without_end(at)
        if self.bracket < at:
            self.bracket = text.find(">", at)
            if self.bracket < 0:
                return self._without_end(at)
        if self.bracket - at > MAX_TAG:
            return self._without_end(at)
        self._count()
        return at + 1

    def _without_end(self, at: int) -> int:
        if len(self.text) - at > MAX_TAG:
            raise BrokenDocument(f"a tag or comment of more than {MAX_TAG:,} characters")
        return len(self.text)

    def _count(self) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise BrokenDocument(f"more than {MAX_ELEMENTS:,} elements")

    def _start(self, tag: re.Match[str]) -> None:
        self._count()
        name, attributes = tag[2], tag[3]
        if attributes.count('"') + attributes.count("'") > 2 * MAX_ATTRIBUTES:
            raise BrokenDocument(f"an element <{name[:40]}> with more than {MAX_ATTRIBUTES} attributes")
        if "xmlns:" in attributes:
            self.namespaces.update(_XMLNS.findall(attributes))
            if len(self.namespaces) > MAX_NAMESPACES:
                raise BrokenDocument(f"more than {MAX_NAMESPACES} namespaces")
        if self.open and _local(name) in _KEYWORDS:
            self._count_keywords(1)
        if attributes.endswith("/") or name in _VOID:
            return
        if len(self.open) >= MAX_DEPTH:
            raise BrokenDocument(f"elements nested more than {MAX_DEPTH} deep")
        self.open.append(_Open(name, tag.end()))

    def _end(self, name: str, at: int) -> bool:
        """Close the element and what sloppy markup left open in it; False: an end tag that fits nothing open."""
        if not self.open or self.open[-1].name != name:
            if not any(element.name == name for element in self.open):
                self._count()
                return False
            while self.open[-1].name != name:
                self.open.pop()
        element, local = self.open.pop(), _local(name)
        if local in _PEOPLE:
            longest = max((len(word) for word in _WORD.findall(self.text, element.begins, at)), default=0)
            if longest > MAX_WORD:
                raise BrokenDocument(f"a name of {longest:,} characters without a break in <{name[:40]}>")
        elif self.open and local in _KEYWORDS:
            self._count_keywords(self.text.count(",", element.begins, at))
        return True

    def _count_keywords(self, more: int) -> None:
        element = self.open[-1]
        element.keywords += more
        if element.keywords > MAX_KEYWORDS:
            raise BrokenDocument(f"more than {MAX_KEYWORDS:,} keywords on one <{element.name[:40]}>")


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()
