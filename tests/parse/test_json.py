"""JSON Feed and JSON Lines."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parse.documents import URL
from wire.errors import BrokenDocument
from wire.model import Document, Entry
from wire.parse import parse, parse_line

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(*items: object, **feed: object) -> Document:
    return parse(json.dumps({"version": VERSION, "items": items} | feed).encode(), url=URL)


def line(**record: object) -> bytes:
    return json.dumps(record).encode()


def test_json_feed_with_everything() -> None:
    item = {
        "id": "wire:1",
        "url": "/a/1",
        "external_url": "https://agency.test/1",
        "title": "Ferry & <barge>",
        "content_html": "<p>Long.</p>",
        "content_text": "Long, in plain text.",
        "summary": "Short.",
        "date_published": "2026-03-02T13:00:00+01:00",
        "date_modified": "2026-03-02T12:30:00Z",
        "authors": [{"name": "Ada Byron"}, {"name": "Bo Li"}],
        "tags": ["Shipping", "Quay", "Shipping"],
        "language": "de",
    }
    found = json_feed(item, title="Harbour Wire", language="en", authors=[{"name": "Desk"}])
    assert (found.format, found.title, found.language, found.problems) == ("json-feed", "Harbour Wire", "en", ())
    assert found.entries == (
        Entry(
            guid="wire:1",
            url="https://wire.test/a/1",
            headline="Ferry &amp; &lt;barge&gt;",
            body="<p>Long.</p>",
            markup="html",
            summary="Short.",
            author="Ada Byron, Bo Li",
            published="2026-03-02T13:00:00+01:00",
            published_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
            updated_at=datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
            language="de",
            keywords=("Shipping", "Quay"),
        ),
    )


def test_json_feed_of_version_1_and_plain_text() -> None:
    found = json_feed(
        {"id": 7, "content_text": "1 < 2", "title": "A < B"},
        version="https://jsonfeed.org/version/1",
        author={"name": "Desk"},
    )
    (entry,) = found.entries
    assert (entry.guid, entry.headline, entry.body, entry.markup, entry.author) == (
        "7",
        "A < B",
        "1 < 2",
        "text",
        "Desk",
    )


@pytest.mark.parametrize("wrong", [None, 0, 1.5, True, [], {}, [[]], [None], {"name": 5}, "", "\ud800"])
@pytest.mark.parametrize(
    "name",
    [
        *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "language"),
        *("date_published", "date_modified", "authors", "author", "tags"),
    ],
)
def test_field_of_a_wrong_type_is_absent(name: str, wrong: object) -> None:
    (entry,) = json_feed({"id": "1", "content_text": "Body."} | {name: wrong}).entries
    assert isinstance(entry, Entry)
    assert entry.body == ("" if name == "content_text" else "Body.")
    assert entry.author is None
    assert entry.keywords == ()
    assert entry.published_at is None


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"authors": [{"name": "Ada"}], "author": {"name": "Bo"}}, "Ada"),  # 1.1 over 1.0, where both stand
        ({"authors": [{"url": "https://ada.test/"}], "author": {"name": "Bo"}}, "Bo"),
        ({"authors": [], "author": {"name": "Bo", "avatar": 3}}, "Bo"),
        ({"authors": {"name": "Ada"}}, "Ada"),  # no list
        ({"authors": ["Ada", {"name": "Bo"}, None, "Ada"]}, "Ada, Bo"),  # bare names
        ({"author": "Ada"}, "Ada"),
        ({"authors": [{"name": " "}], "author": [{"name": "Bo"}]}, "Desk"),
    ],
)
def test_who_wrote_an_item(fields: dict[str, object], name: str) -> None:
    (entry,) = json_feed({"id": "1", "content_text": "Body."} | fields, authors=[{"name": "Desk"}]).entries
    assert entry.author == name


@pytest.mark.parametrize(
    ("fields", "body", "markup"),
    [
        ({"content_html": "<p>A</p>", "content_text": "A", "summary": "S"}, "<p>A</p>", "html"),
        ({"content_html": "", "content_text": "A <b> c", "summary": "S"}, "A <b> c", "text"),
        ({"content_html": {"a": 1}, "content_text": None, "summary": "S"}, "S", "text"),
        ({"title": "T", "attachments": [{"url": "https://wire.test/a.mp3", "mime_type": "audio/mpeg"}]}, "", "text"),
    ],
)
def test_the_fullest_text_of_an_item(fields: dict[str, object], body: str, markup: str) -> None:
    (entry,) = json_feed({"id": "1"} | fields).entries
    assert (entry.body, entry.markup) == (body, markup)


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"url": "https://wire.test/1", "external_url": "https://agency.test/1"}, "https://wire.test/1"),
        ({"external_url": "https://agency.test/1"}, "https://agency.test/1"),
        ({"url": "javascript:alert(1)", "external_url": "https://agency.test/1"}, "https://agency.test/1"),
        ({"url": "/quay?a=1"}, "https://wire.test/quay?a=1"),
    ],
)
def test_the_page_of_an_item(fields: dict[str, object], url: str) -> None:
    assert json_feed({"id": "1", "title": "T"} | fields).entries[0].url == url


@pytest.mark.parametrize(("sent", "read"), [(7, "7"), (-1, "-1"), (10**30, str(10**30)), (1.5, "1.5"), (False, None)])
def test_an_id_that_is_no_string(sent: object, read: str | None) -> None:
    assert json_feed({"id": sent, "title": "T"}).entries[0].guid == read


def test_a_number_without_end_is_no_id() -> None:
    body = f'{{"version": "{VERSION}", "items": [{{"id": 1e999}}, {{"id": NaN}}, {{"id": -Infinity, "title": "T"}}]}}'
    found = parse(body.encode(), url=URL)
    assert [entry.guid for entry in found.entries] == [None, None, None]
    assert found.problems == ("3 items without an id",)


def test_an_item_without_an_id_is_taken_and_said() -> None:
    found = json_feed({"title": "A"}, {"id": "", "title": "B"}, {"id": "3", "title": "C"})
    assert [entry.headline for entry in found.entries] == ["A", "B", "C"]
    assert found.problems == ("2 items without an id",)


@pytest.mark.parametrize(("sent", "ttl"), [(True, math.inf), (False, None), ("true", None), (1, None), (None, None)])
def test_a_feed_that_has_ended_says_so(sent: object, ttl: float | None) -> None:
    assert json_feed({"id": "1"}, expired=sent).ttl == ttl


def test_what_is_no_copy_changes_nothing() -> None:
    item = {"id": "1", "title": "T", "content_text": "Body."}
    more = {
        "image": "https://wire.test/i.png",
        "banner_image": 5,
        "attachments": [{"url": "x", "size_in_bytes": "many"}],
        "_wire": {"about": "an extension"},
    }
    feed: dict[str, object] = {
        "icon": [],
        "favicon": None,
        "user_comment": "…",
        "description": 3,
        "next_url": URL,
        "feed_url": URL,
    }
    assert json_feed(item | more, **feed).entries == json_feed(item).entries


def test_items_that_are_no_objects_are_counted() -> None:
    found = json_feed({"id": "1"}, "two", None, [3])
    assert len(found.entries) == 1
    assert found.problems == ("3 items that are no objects",)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f'{{"version": "{VERSION}", "items": [', "JSON: Expecting value at character"),
        (f'{{"version": "{VERSION}"}}', "no list of items"),
        (f'{{"version": "{VERSION}", "items": {{}}}}', "no list of items"),
        (f'{{"version": "{VERSION}", "items": ' + "[" * 100_000, "JSON: nested too deep"),
        (f'{{"version": "{VERSION}", "n": ' + "1" * 5000 + ', "items": []}', "JSON: Exceeds the limit"),
    ],
)
def test_broken_json_feed(body: str, words: str) -> None:
    with pytest.raises(BrokenDocument, match=words):
        parse(body.encode(), url=URL)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["id", "url", "title", "content_html", "content_text", "summary", "authors", "tags", "date_published"]
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(FIELDS, JSON, max_size=5), max_size=4))
def test_json_feed_never_raises_for_what_items_hold(items: list[dict[str, Any]]) -> None:
    assert len(json_feed(*items).entries) == len(items)


# --- JSON Lines -------------------------------------------------------------------------------------------------------


def test_line_with_everything() -> None:
    sent = line(
        id="R1",
        source="Agency One",
        url="https://agency.test/1",
        headline="Ferry & barge",
        body="HARBOUR, March 2 -\n    Two vessels <met>.",
        published="2026-03-02T12:00:00Z",
        updated="2026-03-02T12:05:00Z",
    )
    assert parse_line(sent + b"\n") == Entry(
        guid="R1",
        url="https://agency.test/1",
        headline="Ferry & barge",
        body="HARBOUR, March 2 -\n    Two vessels <met>.",
        markup="text",
        published="2026-03-02T12:00:00Z",
        published_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        updated_at=datetime(2026, 3, 2, 12, 5, tzinfo=UTC),
        source="Agency One",
    )


def test_line_of_html_is_html() -> None:
    entry = parse_line(line(id=5, headline="A <b", body="<p>One.</p><p>Two.</p>"))
    assert (entry.guid, entry.headline, entry.markup) == ("5", "A &lt;b", "html")


@pytest.mark.parametrize("body", ["Oil <P> and <BR> and <A> rose.", "1 < 2 > 0", "a <b c", "list<int> x", "AT&T & Co"])
def test_line_of_text_with_brackets_stays_text(body: str) -> None:
    entry = parse_line(line(body=body))
    assert (entry.body, entry.markup) == (body, "text")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"", "JSON: Expecting value at character 0"),
        (b"{", "JSON: Expecting property name enclosed in double quotes at character 1"),
        (b'{"body": "a"} x', "JSON: Extra data at character 14"),
        (b"[1]", "JSON: an object is expected, not list"),
        (b"null", "JSON: an object is expected, not NoneType"),
        (b"{}", "neither headline nor body"),
        (line(id="1", headline=" ", body=None), "neither headline nor body"),
        (b'{"id": ' + b"[" * 100_000, "JSON: nested too deep"),
    ],
)
def test_bad_line_says_why(sent: bytes, words: str) -> None:
    with pytest.raises(BrokenDocument, match=words):
        parse_line(sent)


def test_lines_as_a_document_pass_over_bad_ones_and_name_them() -> None:
    body = b"\n".join([line(id="1", headline="A"), b'{"id": "2", "head', b"", line(id="3", body="C")])
    found = parse(body, url="file:///day.jsonl")
    assert [entry.guid for entry in found.entries] == ["1", "3"]
    assert found.problems == ("line 2: JSON: Unterminated string starting at at character 12",)


def test_lines_of_which_none_is_good_are_broken() -> None:
    with pytest.raises(BrokenDocument, match="no line can be read: line 1: "):
        parse(b'{"id": "1", "body": "x"', url=URL)


def test_line_separators_inside_strings_do_not_end_a_line() -> None:
    body = json.dumps({"id": "1", "body": "a\u2028b\x85c"}, ensure_ascii=False).encode()
    assert parse(body, url=URL).entries[0].body == "a\u2028b\x85c"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_body_of_a_line_is_kept(text: str) -> None:
    entry = parse_line(line(id="1", headline="H", body=text))
    assert (
        entry.body
        == "".join(
            c for c in text if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
        ).strip()
    )
