"""The daemon and the commands, as processes: killed between a page and its story, and what an operator sees."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.site import Installation, Site, eventually, publisher
from tests.articles.site import HEADLINE, STORY, TEASER, page
from wire.policy import StorePolicy
from wire.store.migration import migrate

PAUSED = """
import sys, time
import wire.store.awaited as awaited
def save_taken(*_):
    print("fetched", flush=True)
    time.sleep(60)
awaited.Awaited.save_taken = save_taken
from wire.cli import main
main()
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with publisher() as running:
        yield running


@pytest.fixture
def wire(tmp_path: Path, site: Site) -> Installation:
    made = Installation(tmp_path / "config", f"sqlite:///{tmp_path / 'wire.db'}")
    made.configure({})
    (made.folder / "wire.toml").write_text("[schedule]\nmin_interval = 1\nspacing = 0\n[article]\nspacing = 0\n")
    (made.folder / "feeds.toml").write_text(
        f'[feeds.sound]\nurl = "{site.base}/sound"\nsource = "The Sound"\ninterval = 1\nallow_private = true\n'
        "full_text = true\n"
    )
    migrate(StorePolicy(url=made.url))
    item = (
        f"<item><guid>1</guid><title>{HEADLINE}</title><description>{TEASER}</description>"
        f"<link>{site.base}/a</link></item>"
        f"<item><guid>2</guid><title>Gone</title><description>A note.</description><link>{site.base}/none</link></item>"
    )
    text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>The Sound</title>{item}</channel></rss>"
    site.pages["/sound"] = ("application/rss+xml", text.encode())
    site.pages["/a"] = ("text/html; charset=utf-8", page().encode())
    return made


def bodies(wire: Installation) -> Counter[str]:
    """Deliveries by body."""
    rows = wire.query("SELECT v.body FROM delivery_v1 d JOIN version_v1 v ON v.version_id = d.version_id")
    return Counter(body for (body,) in rows)


def test_killed_between_fetch_and_store_nothing_is_lost_and_nothing_doubled(wire: Installation, site: Site) -> None:
    command = [sys.executable, "-c", PAUSED, "run", "--config", str(wire.folder), "--database", wire.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "fetched\n"
        process.kill()
    full = "\n\n".join(STORY)
    assert bodies(wire)[full] == 0
    with wire.daemon():
        eventually("the full text is taken", lambda: bodies(wire)[full] == 1)
        polls = site.requests["/sound", 304]
        eventually("the feed is polled on", lambda: site.requests["/sound", 304] >= polls + 2)
    assert bodies(wire) == {full: 1, TEASER: 1, "A note.": 1}
    assert site.requests["/a", 200] == 2


def test_what_an_operator_sees(wire: Installation) -> None:
    wire.run("check")
    found = wire.json("poll", "--all")
    assert found["articles"] == {"taken": 1, "waiting": 1}
    said = wire.run("feed", "sound")
    assert "full text: 1 taken, 1 waiting" in said
    assert "/none: status: 404" in said
    assert wire.json("feed", "sound")["articles"] == {"taken": 1, "waiting": 1}
    assert "Skarholm" in wire.run("stories")


def test_nobody_who_sees_no_page_imports_the_extractor() -> None:
    names = "('trafilatura', 'protego')"
    code = f"import sys, wire.cli.poll, wire.daemon, wire.prepare; print([n for n in {names} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
