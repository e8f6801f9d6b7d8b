"""Real wire files, where they are at hand: each text a delivery, all else counted, one story whatever the encoding."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from wire import archive, prepare
from wire.archive import Archive
from wire.config import load
from wire.errors import NotAFeed
from wire.ingest import Ingest, arrivals
from wire.model import Document, Feed
from wire.policy import ClusterPolicy, StorePolicy
from wire.store import Store
from wire.store.migration import migrate

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "wirefiles"
pytestmark = pytest.mark.skipif(
    not SAMPLES.exists() and os.environ.get("CI") != "true", reason="the sample wire files are not at hand"
)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTINGS = load(None, environ={})
NO_ITEM = "2.1_schema-extension_extension-schema.json"
"""A JSON schema, no item."""
DPA = ("dw-1", "eil", "lesestuecke", "nsb_n1", "spe_tab", "tvo_pol")
ENCODINGS = {"json": ("json", ".json"), "newsml-g2": ("newsml-g2", ".xml"), "iptc7901": ("iptc7901", ".iptc")}
RELEASES = ("20130515006361", "20130605006126", "20130612006110", "20130731006140")


BARE = {
    'Fed to halt QE to avert "bubble"',
    "Test of three new properties",
    (
        "Troy Tulowitzki singled to third and advanced to second on Martin Prado's throwing error. "
        "Runner on second with one out and Carlos Gonzalez due up."
    ),
}
"""Headlines of items that guides show without their texts, and of one that holds figures alone."""


def files() -> list[Path]:
    return sorted(each for each in SAMPLES.rglob("*.*") if each.suffix in {".xml", ".json", ".iptc"})


def read(path: Path) -> tuple[Document, list[prepare.Seen]]:
    return prepare.read(path.read_bytes(), path.as_uri(), None)


def encoded(story: str, encoding: str) -> Path:
    folder, suffix = ENCODINGS[encoding]
    name = story.replace("_", "-") if encoding == "iptc7901" else story
    return SAMPLES / "dpa" / folder / (name + suffix)


def opened(folder: Path) -> Store:
    policy = StorePolicy(url=f"sqlite:///{folder / 'wire.db'}")
    migrate(policy)
    return Store.open(policy)


def take(store: Store, feed: Feed, paths: Sequence[Path]) -> None:
    """Take files one after the other, in this order, as a spool would."""
    taker = Ingest(ClusterPolicy())
    for path in paths:
        document, seen = read(path)
        with store.reading() as found:
            fresh = arrivals.fresh(found, feed, seen, whole=False)
        items = prepare.items(fresh, feed, SETTINGS.agencies, document.language)
        with taker.writing(store) as write:
            write.add_feeds([feed])
            taker.take(write, feed, seen, items, now=NOW, whole=False)


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    found: dict[str, Document] = {}
    for path in files():
        if path.name != NO_ITEM:
            found[str(path.relative_to(SAMPLES))] = read(path)[0]
    return found


def test_every_file_is_read(documents: dict[str, Document]) -> None:
    assert len(documents) == 124
    assert all(document.entries or document.skipped for document in documents.values())
    with pytest.raises(NotAFeed, match="JSON of an unknown kind"):
        read(SAMPLES / "ninjs" / NO_ITEM)


def test_what_is_no_text_is_counted_by_its_type(documents: dict[str, Document]) -> None:
    counted = Counter(kind for document in documents.values() if not document.entries for kind in document.skipped)
    assert counted == WANTED


WANTED = {
    "picture": 17,
    "video": 5,
    "audio": 4,
    "event": 22,
    "planning": 4,
    "package": 6,
    "concept": 2,
    "knowledge": 1,
    "catalog": 1,
    "empty": 8,
}
"""Of the files that hold no text; a text without a word is `empty`, which guides show to make a point."""


def test_every_text_says_what_it_is(documents: dict[str, Document]) -> None:
    for name, document in documents.items():
        for entry in document.entries:
            label = entry.label
            assert label, name
            assert entry.headline or entry.body, name
            if not name.startswith(("dpa/iptc", "newsml-g2/LISTING_25")):
                assert label.item, name
                assert entry.guid == label.item, name
                assert entry.updated_at or entry.published_at, name
            if name.startswith(("dpa/json", "dpa/newsml-g2", "newsml-1", "newsml-g2/LISTING_2")) and entry.guid:
                assert (label.version or "").isdigit(), name
            if "<pubStatus" in (SAMPLES / name).read_text("utf-8", "replace"):
                assert label.status == "usable", name


def test_every_text_becomes_a_delivery_with_paragraphs(tmp_path: Path, documents: dict[str, Document]) -> None:
    with opened(tmp_path) as store:
        with Archive([SAMPLES], SETTINGS.worker) as found:
            found.scan()
            report = archive.take(found, settings=SETTINGS, store=store, clock=lambda: NOW)
        refused = {each.path.name for each in report.refused}
        assert refused == {NO_ITEM, "LICENSE", "NOTICE"}
        skipped = Counter(kind for document in documents.values() for kind in document.skipped)
        assert report.tally.skipped == skipped
        assert report.tally.entries == sum(len(document.entries) for document in documents.values())
        with store.reading() as stored:
            rows = stored.stories(limit=1000)
            assert {row.status.value for row in rows} == {"usable"}  # their embargoes have ended
            versions = [version for row in rows for version in stored.story(row.story_id).versions]
        bare = {version.headline for version in versions if not version.body}
        assert bare == BARE
        assert all(version.headline or version.body for version in versions)


def test_encodings_of_a_dpa_story_have_one_text() -> None:
    feed = Feed(key="dpa", url="file:///dpa", source="dpa")
    same = 0
    for story in DPA:
        texts = []
        for encoding in ENCODINGS:
            document, seen = read(encoded(story, encoding))
            (item,) = prepare.items(seen, feed, SETTINGS.agencies, document.language)
            texts.append(item.copy)
        assert len({copy.headline for copy in texts}) == 1
        # IPTC 7901 loses the end of a line that fell on the margin, and nothing else.
        assert len({" ".join(copy.paragraphs) for copy in texts}) == 1
        same += len({copy.version_id for copy in texts}) == 1
    assert same == 5


@pytest.mark.parametrize("order", list(permutations(ENCODINGS)), ids="-".join)
def test_a_dpa_story_is_one_story_in_three_encodings(order: Sequence[str], tmp_path: Path) -> None:
    feeds = {each: Feed(key=each, url=f"file:///{each}", source="dpa") for each in ENCODINGS}
    with opened(tmp_path) as store:
        for encoding in order:
            take(store, feeds[encoding], [encoded(story, encoding) for story in DPA])
        with store.reading() as stored:
            rows = stored.stories(limit=100)
        assert sorted(row.deliveries for row in rows) == [3] * 6


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["newsml first", "ninjs first"])
def test_a_release_is_one_story_in_newsml_and_ninjs(order: Sequence[int], tmp_path: Path) -> None:
    feeds = (
        Feed(key="newsml", url="file:///newsml", source="Business Wire"),
        Feed(key="ninjs", url="file:///ninjs", source="Business Wire"),
    )
    folders = sorted((SAMPLES / "newsml-1").glob("*.xml")), sorted((SAMPLES / "ninjs").glob("*businesswire*.json"))
    with opened(tmp_path) as store:
        for which in order:
            take(store, feeds[which], folders[which])
        with store.reading() as stored:
            rows = stored.stories(limit=100)
        assert len(rows) == len(RELEASES)
        # Two releases came in three versions of ninjs, of which the later two bring nothing new.
        assert all(row.deliveries >= 2 for row in rows)
