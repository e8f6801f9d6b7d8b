"""XML of a wire format as a tree of plain nodes, known by their local names.

Law: bounded by `guard` before expat sees it, and nothing outside the document is read. What breaks off is read as far
as it goes; an element without its end is known by `whole`, and nobody takes an item that is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from wire.errors import BrokenDocument
from wire.parse.guard import find_root, guard
from wire.parse.text import clean

_STRAY = re.compile(r"&(?!(?:[A-Za-z][\w.-]{0,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_UNDECLARED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)(?=[A-Za-z][\w.-]{0,30};)")


@dataclass(slots=True, kw_only=True)
class Node:
    """One element."""

    name: str
    """Without its prefix."""
    attributes: dict[str, str]
    """By name without prefix, those of `xml:` with it."""
    children: "list[Node | str]" = field(default_factory=list)
    whole: bool = False
    """Has it ended?"""

    def all(self, *path: str) -> "list[Node]":
        """The elements at the end of a path of names below this one."""
        found = [self]
        for name in path:
            found = [
                child for node in found for child in node.children if isinstance(child, Node) if child.name == name
            ]
        return found

    def find(self, *path: str) -> "Node | None":
        """The first of them."""
        return next(iter(self.all(*path)), None)

    def iter(self, *names: str) -> "Iterator[Node]":
        """All elements below this one that are called so, in document order; all there are where none is named."""
        stack = self._below()
        while stack:
            node = stack.pop()
            if not names or node.name in names:
                yield node
            stack += node._below()

    def text(self) -> str:
        """All characters inside, white space as single blanks."""
        return " ".join(self.raw().split())

    def raw(self) -> str:
        """All characters inside, as they stand."""
        parts: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            else:
                stack += reversed(node.children)
        return "".join(parts)

    def get(self, name: str) -> str | None:
        """An attribute that holds something, stripped."""
        return self.attributes.get(name, "").strip() or None

    def read(self, *path: str) -> str | None:
        """Text at the end of a path, where there is some."""
        return next((text for node in self.all(*path) if (text := node.text())), None)

    def _below(self) -> "list[Node]":
        return [child for child in reversed(self.children) if isinstance(child, Node)]


@dataclass(slots=True)
class _Builder:
    root: Node | None = None
    open: list[Node] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kept = {key if key.startswith("xml:") else _local(key): clean(value) for key, value in attributes.items()}
        node = Node(name=_local(name), attributes=kept)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1].children.append(clean(text))

    def end(self, _: str) -> None:
        self.open.pop().whole = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A document."""

    root: Node
    problems: tuple[str, ...] = ()
    """What was odd; where it breaks off, the last one says how."""


def grow(text: str) -> Tree:
    """The tree of the document in `text`. Raises `BrokenDocument` where there is no root, or a cap is passed."""
    at = find_root(text)
    if at is None:
        raise BrokenDocument("no root element")
    guarded = guard(text, at)
    root, fault = _parse(guarded.xml)
    problems = list(guarded.problems)
    if fault and "&" in guarded.xml:
        mended, left = _parse(_UNDECLARED.sub("&amp;", _STRAY.sub("&amp;", guarded.xml)))
        if left is None:
            root, fault = mended, None
            problems.append("stray ampersands mended")
    if root is None:
        raise BrokenDocument(f"no root element: {fault}")
    return Tree(root=root, problems=(*problems, *([f"breaks off: {fault}"] if fault else [])))


def _parse(xml: str) -> tuple[Node | None, str | None]:
    builder, parser = _Builder(), ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(xml.encode("utf-8", "replace"), True)
    except ExpatError as error:
        return builder.root, str(error)[:200]
    return builder.root, None


def _local(name: str) -> str:
    return name.rpartition(":")[2]
