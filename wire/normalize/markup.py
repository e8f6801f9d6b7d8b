"""HTML to plain text that `text.paragraphs` can read.

Law: block elements end a paragraph, `br` a line, words never fuse, what a reader doesn't see is dropped. Time is linear
in the size, whatever the markup.
"""

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from wire.normalize.text import word_set

LIMIT = 4_000_000
"""Characters of markup that are read."""
_DEPTH = 100
"""Elements inside elements that are kept; real copy stays far below."""

_BLOCKS = word_set(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figure footer h1 h2 h3 h4 h5 h6 "
    "header hgroup hr li main menu ol p section summary table tbody td tfoot th thead tr ul"
)
_DROPPED = word_set(
    "applet audio button canvas embed form head iframe input map math nav noscript object script select style svg "
    "template textarea title video"
)
_CAPTIONS = "figcaption, .wp-caption-text, .wp-block-image figcaption"
_CELL_LIMIT = 300
"""Characters; a longer cell is layout, not a table."""

# Elements that HTML closes by itself, or that hold nothing, make no depth.
_FLAT = word_set("br hr img input link meta wbr p li dt dd td th tr thead tbody tfoot option source col")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{1500}")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANK = re.compile(r"\n[ \t\r\f]*\n")
_ESCAPED = re.compile(r"</(?:p|div|a|b|i|em|strong|li|ul|span|h\d)>|<(?:p|br|div)\b[^<>]*>", re.IGNORECASE)
_INLINE = "a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|p|q|s|small|span|strike|strong|sub|sup|u|wbr"
_ACTIVE = re.compile(
    r"<(script|style)\b[^<>]*+>.*?</\1\s*+>|</?(?:script|style|iframe|img|svg|object|embed|video)\b[^<>]*+>",
    re.IGNORECASE | re.DOTALL,
)
_TITLE_TAG = re.compile(rf"</?(?:{_INLINE})(?:\s[^<>]*)?/?>")
_TITLE_TAG_ANY_CASE = re.compile(_TITLE_TAG.pattern, re.IGNORECASE)


def to_text(markup: str) -> str:
    """Text of an HTML fragment; a line feed where a line ends, two where a paragraph ends."""
    markup = markup[:LIMIT]
    if "<" not in markup:
        text = html.unescape(markup)
        return _once(text) if _ESCAPED.search(text) else text
    text = _once(markup)
    return _once(text) if _ESCAPED.search(text) else text


def title(markup: str) -> str:
    """A headline that may hold inline markup, escaped once or twice. `<ACME.N>` and other unknown tags are text, those
    that run or load something never are."""
    text = markup[:4_000]
    for _ in range(3):
        tags = _TITLE_TAG_ANY_CASE if "</" in text else _TITLE_TAG
        bare = html.unescape(_ACTIVE.sub("", tags.sub("", text)))
        if bare == text:
            break
        text = bare
    return text


def _once(markup: str) -> str:
    if len(markup) > 200_000 or markup.count("<") > 2_000 or _LONG_TAG.search(markup):
        markup = _tame(markup)
    body = LexborHTMLParser(markup).body
    if body is None:
        return ""
    captions = body.css(_CAPTIONS) if "caption" in markup else []
    kept = html.unescape("".join(node.text(separator=" ") + "\n\n" for node in captions))
    for node in captions:
        node.decompose()
    text = _walk(body)
    return text if text.strip() else kept


def _tame(markup: str) -> str:
    """Without attributes and with bounded depth: of lexbor's time (selectolax 1.0), 100,000 nested elements take 17 s,
    60,000 attributes 7 s."""
    depth = 0

    def replace(tag: re.Match[str]) -> str:
        nonlocal depth
        closing, name = tag[1], tag[2].lower()
        if name in _FLAT:
            return f"<{closing}{name}>"
        depth = max(0, depth - 1) if closing else depth + 1
        if depth < _DEPTH or name in _DROPPED:
            return f"<{closing}{name}>"
        return "<br><br>" if name in _BLOCKS else ""

    return _TAG.sub(replace, markup)


def _walk(body: LexborNode) -> str:
    out: list[str] = []
    bare = True
    node = body.child
    while node is not None:
        name = node.tag
        inside = None
        if name == "-text":
            out.append(node.text_content or "")
        elif name == "br":
            out.append("\v")
            bare = False
        elif name == "pre":
            # Vertical tab stands for a line that ends: white space of the source means nothing, but here it does.
            out.append("\f" + node.text().replace("  ", "\xa0\xa0").replace("\n", "\v") + "\f")
            bare = False
        elif name == "tr" and (row := _row(node)):
            out.append("\f" + row + "\f")
            bare = False
        elif name in _BLOCKS:
            out.append("\f")
            bare = False
            inside = node.child
        elif name is not None and name not in _DROPPED:
            inside = node.child
        node = inside or _following(node, body, out)
    text = "".join(out)
    if bare:
        text = _BLANK.sub("\f", text)
    text = re.sub("[ \t\r\n]+", " ", text)
    return text.replace("\f", "\n\n").replace("\v", "\n")


def _following(node: LexborNode, body: LexborNode, out: list[str]) -> LexborNode | None:
    """The next node in reading order, and the ends of the blocks that were left for it."""
    while (after := node.next) is None:
        up = node.parent
        if up is None or up.mem_id == body.mem_id:
            return None
        node = up
        if node.tag in _BLOCKS:
            out.append("\f")
    return after


def _row(row: LexborNode) -> str | None:
    """Cells of a table's row in one line; None where the table is layout."""
    cells = []
    for cell in row.iter():
        if cell.tag not in {"td", "th"}:
            continue
        text = _SPACE.sub(" ", cell.text(separator=" ")).strip()
        if len(text) > _CELL_LIMIT:
            return None
        if text:
            cells.append(text)
    return " | ".join(cells) if len(cells) > 1 else None
