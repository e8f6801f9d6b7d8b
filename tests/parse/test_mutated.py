"""Real feeds, broken at random: a document with storable entries of which copy can be made, or an error of our tree."""

import os
import random
from pathlib import Path

import pytest

from tests.parse.test_fuzz import FRAGMENTS, assert_storable
from wire import prepare
from wire.config import load
from wire.errors import ParseError
from wire.model import Feed

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "feeds"
pytestmark = [
    pytest.mark.skipif(
        not SAMPLES.exists() and os.environ.get("CI") != "true", reason="the sample feeds are not at hand"
    ),
    pytest.mark.timeout(300),
]
SETTINGS = load(None, environ={})
FEED = Feed(key="mutated", url="https://feeds.test/", source="Mutated")
MOST = 100_000
"""Bytes of a feed that are taken: what breaks in the first ones breaks in the others."""


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_broken_at_random(path: Path) -> None:
    sample, chance = path.read_bytes()[:MOST], random.Random(path.stem)
    for _ in range(8):
        body = bytearray(sample)
        for _ in range(chance.randint(1, 12)):
            begin = chance.randrange(len(body) + 1)
            end = min(len(body), begin + chance.choice((0, 1, 3, 40, 4_000)))
            other = chance.randrange(len(body) + 1)
            body[begin:end] = chance.choice((chance.choice(FRAGMENTS), body[other : other + 200], chance.randbytes(3)))
        try:
            document, seen = prepare.read(bytes(body), FEED.url, None)
        except ParseError:
            continue
        assert_storable(document)
        items = prepare.items(seen[:20], FEED, SETTINGS.agencies, document.language)
        assert len(items) == len(seen[:20])
