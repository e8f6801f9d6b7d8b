"""Entries that are too long to work with."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parse.documents import URL, rss
from wire.model import Entry
from wire.parse import parse, parse_line
from wire.parse.cut import MAX_GUID, MAX_HEADLINE, MAX_KEYWORDS, MAX_NAME, MAX_TEXT, cut, cut_entry

SHORT = Entry(guid="1", url=None, headline="A", body="B")


@pytest.mark.parametrize(
    ("name", "most", "value"),
    [
        ("headline", MAX_HEADLINE, "a" * 9_000_000),
        ("body", MAX_TEXT, "a " * 9_000_000),
        ("summary", MAX_TEXT, "a " * 9_000_000),
        ("author", MAX_NAME, "a" * 5_000),
        ("source", MAX_NAME, "a" * 5_000),
        ("published", MAX_NAME, "1" * 5_000),
        ("guid", MAX_GUID + 33, "a" * 5_000),
        ("keywords", MAX_KEYWORDS, ("k",) * 5_000),
        ("keywords", 1, ("k" * 5_000,)),
    ],
)
def test_what_is_too_long_is_cut_and_said(name: str, most: int, value: str | tuple[str, ...]) -> None:
    long = replace(SHORT, **{name: value})  # type: ignore[arg-type]  # a field of its own type
    (done, same), problems = cut((long, SHORT))
    assert problems == ["1 entries cut, which were too long"]
    assert same is SHORT
    assert len(getattr(done, name)) == most
    assert {each.name for each in fields(Entry) if getattr(done, each.name) != getattr(SHORT, each.name)} == {name}
    assert cut_entry(done) == done or name == "guid"


def test_long_guids_stay_apart() -> None:
    one, other = (cut_entry(replace(SHORT, guid="a" * 5_000 + end)) for end in "xy")
    assert one.guid != other.guid
    assert one == cut_entry(replace(SHORT, guid="a" * 5_000 + "x"))


def test_images_in_the_text_go_first_and_no_tag_is_halved() -> None:
    image = f"<img src='data:image/png;base64,{'A' * MAX_TEXT}'/>"
    assert cut_entry(replace(SHORT, body=f"{image}<p>Told.</p>")).body == "<img src='data:,'/><p>Told.</p>"
    halved = "a" * (MAX_TEXT - 10) + "<a href='https://a.example/'>b</a>"
    assert cut_entry(replace(SHORT, body=halved)).body == "a" * (MAX_TEXT - 10)
    short = f"<img src='data:{'A' * 5_000}'/>"
    assert cut_entry(replace(SHORT, body=short)).body == short, "what is not too long stays as it is"


@given(st.text(max_size=50), st.text(max_size=50))
def test_what_is_of_usual_size_is_left_alone(headline: str, body: str) -> None:
    entry = replace(SHORT, headline=headline, body=body)
    assert cut_entry(entry) is entry


def test_every_format_is_cut() -> None:
    giant = "word " * 2_000_000
    document = parse(rss("<title>A</title>", f"<title>B</title><description>{giant}</description>"), url=URL)
    assert [len(entry.body) for entry in document.entries] == [0, MAX_TEXT]
    assert document.problems == ("1 entries cut, which were too long",)
    line = b'{"headline":"A","body":"' + giant.encode() + b'"}'
    assert len(parse_line(line).body) == MAX_TEXT
    assert [len(entry.body) for entry in parse(line, url=URL).entries] == [MAX_TEXT]
