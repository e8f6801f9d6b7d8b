"""feedparser's own test corpus, from the source distribution of the locked release: no exception, no lost entry."""

import io
import re
import subprocess
import sys
import tarfile
import warnings
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import feedparser
import pytest

from wire import prepare
from wire.config import load
from wire.errors import ParseError
from wire.model import Feed
from wire.parse.text import clean

ROOT = Path(__file__).parents[2]
SETTINGS = load(None, environ={})
FEED = Feed(key="corpus", url="https://feeds.test/", source="Corpus")
KINDS = {".xml", ".json", ".gz", ".z", ".html"}
pytestmark = [pytest.mark.xdist_group("corpus"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The documents by name. They are fetched as any dependency is: by pip, held to the hashes in the lock file."""
    folder = tmp_path_factory.mktemp("corpus")
    lock = (ROOT / "requirements-dev.lock").read_text()
    wanted = re.search(
        rf"^feedparser=={re.escape(version('feedparser'))} \\\n(?:    --hash=\S+(?: \\)?\n)+", lock, re.MULTILINE
    )
    assert wanted, "the installed feedparser is not the locked one"
    (folder / "wanted.txt").write_text(wanted[0])
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "feedparser"]
    options = ["--require-hashes", "--dest", str(folder), "--requirement", str(folder / "wanted.txt")]
    done = subprocess.run([*pip, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"feedparser's source distribution is not at hand: {done.stderr.strip().splitlines()[-1:]}")
    (archive,) = folder.glob("feedparser-*.tar.gz")
    with tarfile.open(archive) as source:
        return {
            member.name.partition("/tests/")[2]: content.read()
            for member in source
            if "/tests/" in member.name
            and Path(member.name).suffix in KINDS
            and (content := source.extractfile(member))
        }


def alone(body: bytes) -> int:
    """How many entries feedparser finds, on no road but its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return len(feedparser.parse(io.BytesIO(body)).entries)
        except (AssertionError, LookupError, TypeError, ValueError):  # its own faults
            return 0


def test_no_exception_and_no_lost_entry(documents: dict[str, bytes]) -> None:
    assert len(documents) > 2_000
    total = 0
    for name, body in documents.items():
        expected = alone(body)
        try:
            document, seen = prepare.read(body, FEED.url, None)
        except ParseError:
            document, seen = None, []
        assert len(seen) == expected, name
        if document is None:
            continue
        total += expected
        for item in prepare.items(seen, FEED, SETTINGS.agencies, document.language):
            for field in fields(item.entry):
                value = getattr(item.entry, field.name)
                assert not isinstance(value, str) or clean(value) == value, name
    assert total > 1_200
