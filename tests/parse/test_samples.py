"""Sixty real feeds and a real archive, where they are at hand."""

import os
from collections import Counter
from pathlib import Path

import pytest

from wire.errors import BrokenDocument
from wire.model import Document
from wire.parse import parse, parse_line

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.exists() and os.environ.get("CI") != "true", reason="the sample documents are not at hand"
)

BROKEN = "7ef13a42fa7e177a.xml"
"""Its elements have a prefix that it nowhere declares, and its attributes no quotes."""
REPEATS = "72fea1ebfd02e90a.xml"


@pytest.fixture(scope="module")
def documents() -> dict[str, Document | BrokenDocument]:
    found: dict[str, Document | BrokenDocument] = {}
    for path in sorted((SAMPLES / "feeds").glob("*.xml")):
        try:
            found[path.name] = parse(path.read_bytes(), url=f"https://feeds.test/{path.name}")
        except BrokenDocument as error:
            found[path.name] = error
    return found


def test_all_parse_but_the_broken_one(documents: dict[str, Document | BrokenDocument]) -> None:
    assert len(documents) == 60
    assert [name for name, found in documents.items() if isinstance(found, BrokenDocument)] == [BROKEN]
    assert str(documents[BROKEN]) == "no entry can be read: not well-formed (invalid token) in line 4"


def test_every_entry_is_there(documents: dict[str, Document | BrokenDocument]) -> None:
    good = {name: found for name, found in documents.items() if isinstance(found, Document)}
    assert sum(len(found.entries) for found in good.values()) == 1373
    assert Counter(found.format for found in good.values()) == {"rss": 38, "atom": 19, "rdf": 2}
    repeated = good[REPEATS].entries
    assert (len(repeated), len({entry.guid for entry in repeated})) == (20, 11)


def test_entries_are_whole(documents: dict[str, Document | BrokenDocument]) -> None:
    entries = [entry for found in documents.values() if isinstance(found, Document) for entry in found.entries]
    assert all(entry.guid and entry.url and entry.headline for entry in entries)
    assert sum(not entry.body for entry in entries) == 3, "an index page, a search page and a bare link"
    assert sum(entry.published_at is None for entry in entries) == 3, "pages of the year 1"


def test_archive_lines() -> None:
    with (SAMPLES / "stream" / "agency-stream.jsonl").open("rb") as lines:
        entries = [parse_line(line) for line in lines]
    assert len(entries) == len({entry.guid for entry in entries}) == 5044
    assert all(entry.published_at and entry.source == "Reuters" for entry in entries)
    assert {entry.markup for entry in entries} == {"text"}, "tickers in angle brackets are no markup"
