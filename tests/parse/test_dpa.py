"""The sample stories of dpa in IPTC 7901 and in JSON: the same words, in the same paragraphs where lines tell."""

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from wire.normalize.markup import to_text
from wire.normalize.text import paragraphs
from wire.parse import parse

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "wirefiles" / "dpa"
pytestmark = pytest.mark.skipif(
    not SAMPLES.exists() and os.environ.get("CI") != "true", reason="the sample wire files are not at hand"
)
ENDED_AT_THE_MARGIN = {"tvo-pol"}
"""Lists in which somebody ended lines where a program would have: there IPTC 7901 does not tell a line's end."""


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("iptc7901/*.iptc")), ids=lambda path: path.stem)
def test_same_story_in_both(path: Path) -> None:
    name = next(name for name in (path.stem, path.stem.replace("-", "_")) if (SAMPLES / f"json/{name}.json").exists())
    twin = json.loads((SAMPLES / f"json/{name}.json").read_text(encoding="utf-8"))
    document = parse(path.read_bytes(), url=path.as_uri())
    (entry,) = document.entries
    assert document.problems == ()
    assert entry.headline == twin["headline"]
    assert (entry.author, entry.summary) == (twin["byline"], twin["teaser"])
    assert entry.published_at is not None
    assert entry.published_at == datetime.fromisoformat(twin["version_created"]).replace(second=0)
    assert entry.label is not None
    assert entry.label.priority == twin["urgency"]
    sent = paragraphs((twin["dateline"] or "") + to_text(twin["article_html"]).lstrip())
    assert " ".join(entry.body.split()) == " ".join(sent)
    assert paragraphs(entry.body) == sent or path.stem in ENDED_AT_THE_MARGIN
