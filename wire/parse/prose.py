"""The text of an item, out of XHTML or NITF, as HTML that holds text alone: paragraphs, headings, lists, tables.

Law: words are neither lost nor added; pictures, their captions and what a page does go; time is linear.
NITF: https://www.iptc.org/std/NITF/3.6/documentation/nitf.html
"""

import html
import re
from collections.abc import Callable

from wire.parse.tree import Node

_BLOCKS = {
    **{name: name for name in ("p", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "pre", "br")},
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2"), "h3"),
    **dict.fromkeys(("div", "section", "article", "main", "block", "hr", "caption"), "div"),
    **dict.fromkeys(("bq", "blockquote"), "blockquote"),
}
"""Elements that set words apart, by what they become; all others are inside a line."""
_DROPPED = re.compile(
    "applet|aside|audio|button|canvas|embed|figcaption|figure|footer|form|head|header|iframe|img|map|media|nav|note"
    "|noscript|object|script|style|svg|template|title|video"
)
_ASIDE = frozenset({"teaser", "linkbox", "notepad", "np-public", "np-nonpublic", "closingline"})
"""Classes of parts of an XHTML text that stand beside it."""


def prose(*roots: Node, dropped: Callable[[Node], bool] = lambda _: False) -> str:
    """The text inside some elements; `dropped` names what goes besides what always does."""
    out: list[str] = []
    stack: list[Node | str] = [child for root in reversed(roots) for child in (*reversed(root.children),)]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            out.append(each if each.startswith("\0") else html.escape(each, quote=False))
            continue
        if _DROPPED.fullmatch(each.name) or dropped(each) or not _ASIDE.isdisjoint((each.get("class") or "").split()):
            continue
        tag = _BLOCKS.get(each.name)
        if tag == "br":
            out.append("\0<br>")
            continue
        if tag:
            out.append(f"\0<{tag}>")
            stack.append(f"\0</{tag}>")
        stack += reversed(each.children)
    return "".join(each.removeprefix("\0") for each in out).strip()


def says(markup: str) -> bool:
    """Whether `prose` found a word."""
    inside = False
    for character in markup:
        if character == "<":
            inside = True
        elif character == ">":
            inside = False
        elif not inside and not character.isspace():
            return True
    return False
