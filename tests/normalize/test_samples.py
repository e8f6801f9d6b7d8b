"""Real documents, where they are at hand."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.normalize.conftest import Clean
from wire.model import Entry

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

if not SAMPLES.exists() and os.environ.get("CI") != "true":
    pytest.skip("the real samples are not beside this checkout", allow_module_level=True)


def plain(headline: str, body: str) -> Entry:
    return Entry(guid=None, url=None, headline=headline, body=body, markup="text")


@pytest.mark.parametrize("whole", [True, False])
def test_press_update(whole: bool, clean: Clean) -> None:
    text = (SAMPLES / "press-update.txt").read_text("utf-8")
    headline, rest = text.split("\n", 1)
    copy = clean(plain(headline, text if whole else rest))
    assert copy.origin == "Reuters"
    assert copy.language == "en"
    assert copy.headline == headline
    assert len(copy.paragraphs) == 5
    assert copy.paragraphs[0].startswith("On October 25")
    assert copy.paragraphs[-1].endswith("February 2022.")
    for furniture in ("REUTERS", "ATTENTION EDITORS", "NEWS DESK", "PRESS UPDATE", "Warn of"):
        assert furniture not in copy.body


@pytest.mark.parametrize("name", ["eil", "nsb-n1", "dw-1"])
def test_a_story_is_the_same_in_json_and_in_iptc_7901(name: str, clean: Clean) -> None:
    folder = SAMPLES / "wirefiles" / "dpa"
    sent: dict[str, Any] = json.loads((folder / "json" / f"{name.replace('nsb-', 'nsb_')}.json").read_text("utf-8"))
    in_json = clean(
        Entry(guid=None, url=None, headline=sent["headline"], body=sent["article_html"], markup="html"), agency="dpa"
    )
    lines = (folder / "iptc7901" / f"{name}.iptc").read_text("utf-8")
    wire = clean(plain(sent["headline"], lines.partition("=\n")[2]), agency="dpa")
    assert wire.dateline is not None
    assert wire.origin == in_json.origin == "dpa"
    assert words(wire.body) == words(in_json.body)


def words(text: str) -> list[str]:
    return text.split()


def test_a_stream_of_agency_copy_loses_no_text(clean: Clean) -> None:
    lost = []
    with (SAMPLES / "stream" / "agency-stream.jsonl").open(encoding="utf-8") as stream:
        for document in map(json.loads, list(stream)[:1500]):
            copy = clean(plain(document["headline"], document["body"]), source=document["source"])
            if [*words(copy.body), *words(copy.credit or "")] != document["body"].split():
                lost.append(document["headline"])
    assert not lost
