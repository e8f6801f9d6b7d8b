"""Lists of feeds in OPML, as programs and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.errors import BrokenDocument, NotAFeed
from wire.parse.opml import Listed, read_opml


def opml(*outlines: str, attributes: str = 'version="2.0"') -> bytes:
    head = "<head><title>Mine</title></head>"
    return f"<?xml version='1.0'?><opml {attributes}>{head}<body>{''.join(outlines)}</body></opml>".encode()


def one(outline: str) -> Listed:
    (found,) = read_opml(opml(outline)).feeds
    return found


def test_feeds_in_nested_folders() -> None:
    found = read_opml(
        opml(
            "<outline text='World'><outline text='Asia'><outline text='A' xmlUrl='https://a.test/'/></outline>",
            "<outline text='B' xmlUrl='https://b.test/'/></outline>",
            "<outline><outline text='C' xmlUrl='https://c.test/'/></outline>",
            "<outline text='D' xmlUrl='https://d.test/'/>",
        )
    )
    assert [(each.title, each.folders) for each in found.feeds] == [
        ("A", ("World", "Asia")),
        ("B", ("World",)),
        ("C", ()),
        ("D", ()),
    ]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ("text='T' title='Title'", "Title"),
        ("text='T' title=' '", "T"),
        ("TEXT='T'", "T"),
        ("text='Tom &amp;amp; Ada&amp;#8217;s'", "Tom & Ada’s"),
        ("text='A&#10;\tB'", "A B"),
        ("", ""),
    ],
)
def test_titles(attributes: str, title: str) -> None:
    assert one(f"<outline {attributes} xmlUrl='https://a.test/'/>").title == title


@pytest.mark.parametrize("name", ["xmlUrl", "xmlurl", "XMLURL"])
def test_addresses_in_any_case(name: str) -> None:
    assert one(f"<outline {name}=' https://a.test/?a=1&amp;b=2 ' type='rss'/>").url == "https://a.test/?a=1&b=2"


def test_the_same_list_in_other_encodings() -> None:
    text = opml("<outline text='Zürich' xmlUrl='https://a.test/'/>").decode()
    for body in (text.encode("utf-16"), text.replace("'1.0'", "'1.0' encoding='iso-8859-1'").encode("latin-1")):
        assert [each.title for each in read_opml(body).feeds] == ["Zürich"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<rss/>", "no OPML but XML of an unknown kind"),
        (b"https://a.test/", "no OPML but plain text"),
        (b"", "no OPML but an empty body"),
        (opml("<outline text='A & B' xmlUrl='https://a.test/'/>"), "no feed can be read: not well-formed"),
        (opml("<outline>" * 600), "nested more than 500 deep"),
        (opml("<outline " + " ".join(f"a{n}='1'" for n in range(600)) + "/>"), "more than 500 attributes"),
        (opml("<outline/>" * 300_001), "more than 300,000 elements"),
    ],
)
def test_what_is_no_list_or_a_hostile_one(body: bytes, words: str) -> None:
    with pytest.raises((NotAFeed, BrokenDocument), match=words):
        read_opml(body)


def test_entities_are_never_expanded() -> None:
    bomb = b"<!DOCTYPE opml [<!ENTITY a 'aaaa'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
    good = "<outline text='A' xmlUrl='https://a.test/'/>"
    body = opml(good, "<outline text='&f;' xmlUrl='https://b.test/'/>").replace(b"<?xml version='1.0'?>", bomb)
    found = read_opml(body)
    assert [each.url for each in found.feeds] == ["https://a.test/"]
    assert found.problems[0] == "entity declarations removed"


def test_what_breaks_off_is_read_so_far_and_said() -> None:
    found = read_opml(opml("<outline text='A' xmlUrl='https://a.test/'/><outline text='B")[:-20])
    assert [each.title for each in found.feeds] == ["A"]
    assert "not well-formed, and read only so far" in found.problems[0]


@given(st.text(max_size=100))
def test_whatever_it_is_the_outcome_is_a_list_or_an_error(text: str) -> None:
    for body in (text, f"<opml>{text}</opml>", f"<opml><outline xmlUrl='{text}'/></opml>"):
        try:
            read_opml(body.encode("utf-8", "surrogatepass"))
        except (NotAFeed, BrokenDocument):
            continue
