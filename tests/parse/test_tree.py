"""XML of wire formats as a tree: bounded, by local names, and never half an item."""

from contextlib import suppress

import pytest

from wire.errors import BrokenDocument
from wire.parse import parse
from wire.parse.labels import ends, kind, number, signals, standing
from wire.parse.prose import prose, says
from wire.parse.tree import grow

URL = "file:///spool/item.xml"


def test_elements_go_by_local_names() -> None:
    root = grow('<n:a xmlns:n="u" n:id="1" xml:lang="en"><n:b> x <c>y</c>\n z</n:b><b/></n:a>').root
    assert (root.name, root.get("id"), root.get("xml:lang"), root.get("none")) == ("a", "1", "en", None)
    assert [each.text() for each in root.all("b")] == ["x y z", ""]
    assert (root.read("b"), root.read("b", "c"), root.read("c")) == ("x y z", "y", None)
    assert [each.name for each in root.iter()] == ["b", "c", "b"]


def test_what_breaks_off_is_known() -> None:
    tree = grow("<a><b>x</b><c>y")
    assert (tree.root.whole, tree.root.all("b")[0].whole, tree.root.all("c")[0].whole) == (False, True, False)
    assert tree.problems[-1].startswith("breaks off: ")
    with pytest.raises(BrokenDocument, match="no root element"):
        grow("no markup here")


def test_ampersands_are_mended_only_where_they_break() -> None:
    assert grow("<a><![CDATA[R&D]]></a>").root.text() == "R&D"
    mended = grow("<a>R&D, R&amp;D, &eacute;, &#233; and &unknown;</a>")
    assert mended.root.text() == "R&D, R&D, é, é and &unknown;"
    assert mended.problems == ("stray ampersands mended",)


@pytest.mark.parametrize(
    "document",
    [
        "<newsMessage><itemSet>" + "<newsItem guid='a'>" * 480,
        "<NewsML><NewsItem>" + "<NewsComponent>" * 480 + "</NewsComponent>" * 480 + "</NewsItem></NewsML>",
        "<nitf><body><body.content>" + "<block>" * 480 + "x" + "</block>" * 480 + "</body.content></body></nitf>",
        "<newsItem><contentSet><inlineData>"
        + "<a>" * 480
        + "x"
        + "</a>" * 480
        + "</inlineData></contentSet></newsItem>",
        "<nitf><body><body.content>" + "<p>x</p>" * 20_000 + "</body.content></body></nitf>",
        "<NewsML>" + "<NewsItem><NewsComponent/></NewsItem>" * 20_000 + "</NewsML>",
    ],
    ids=["items in items", "components", "blocks", "data", "paragraphs", "items"],
)
def test_deep_and_wide_documents_are_read_or_refused(document: str) -> None:
    with suppress(BrokenDocument):
        assert parse(document.encode(), url=URL).problems == ()


def test_text_is_kept_and_nothing_else() -> None:
    tree = grow(
        "<body><p>One &lt;b&gt; two<br/>three</p><script>x()</script><figure><figcaption>c</figcaption></figure>"
        "<p class='teaser top'>t</p><person>Ada</person></body>"
    )
    assert prose(tree.root) == "<p>One &lt;b&gt; two<br>three</p>Ada"
    assert (says("<p> </p><br>"), says("<p>x</p>"), says("")) == (False, True, False)


@pytest.mark.parametrize(
    ("status", "embargo", "wanted"),
    [
        (None, None, (None, None)),
        ("stat:usable", None, ("usable", None)),
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", None, ("canceled", None)),
        ("Cancelled", None, ("canceled", None)),
        ("withheld", None, ("withheld", None)),
        ("neverheard", None, ("withheld", None)),
        ("embargoed", None, ("usable", "embargoed")),
        ("usable", "", ("usable", "embargoed")),
        ("usable", "soon", ("usable", "soon")),
    ],
)
def test_in_doubt_it_is_held(status: str | None, embargo: str | None, wanted: tuple[str | None, str | None]) -> None:
    found = standing(status, embargo)
    assert (found.status, found.embargo) == wanted


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-02T18:00:00Z", "2026-03-02T18:00:00+00:00"),
        ("20260302T180000+0100", "2026-03-02T17:00:00+00:00"),
        ("2026-03-02T18:00:00", "2026-03-03T06:00:00+00:00"),
        ("2026-03-02", "2026-03-03T12:00:00+00:00"),
        ("Mon, 02 Mar 2026 18:00 GMT", "2026-03-02T18:00:00+00:00"),
        ("9999-12-31", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_an_embargo_never_ends_early(text: str, hour: str) -> None:
    found = ends(text)
    assert found is not None
    assert found.isoformat() == hour


def test_codes() -> None:
    assert signals(["sig:update", "edStat:C", "Kill", "x:nothing", None]) == ("kill", "correction", "update")
    assert signals(["edStat:U", "prio:U"]) == ("update",)
    assert [number(each) for each in (3, "3", "0", 12, True, "three", None)] == [3, 3, None, None, None, None, None]
    words = [
        kind(each) for each in ("ninat:text", "composite", None, "ninat:picture", "photo", "plinat:newscoverage", "x!y")
    ]
    assert words == [None, None, None, "picture", "picture", "planning", "xy"]
