"""`wire feeds import` and `export`, as an operator types them."""

import json
from pathlib import Path

import pytest

from tests.acceptance.site import Installation

LIST = """<?xml version="1.0"?><opml version="2.0"><body><outline text="World">
<outline text="Harbour &amp;amp; Quay" xmlUrl="https://harbour.test/rss"/>
<outline text="Courier" xmlUrl="http://127.0.0.1:1/courier"/><outline text="Bad" xmlUrl="ftp://bad.test/"/>
</outline></body></opml>"""


@pytest.fixture
def wire(tmp_path: Path, sqlite_template: Path) -> Installation:
    installation = Installation(tmp_path / "config", f"sqlite:///{sqlite_template}")
    installation.configure({"courier": "http://127.0.0.1:1/courier"})
    (tmp_path / "list.opml").write_text(LIST)
    return installation


def test_in_and_out(wire: Installation, tmp_path: Path) -> None:
    path, feeds = str(tmp_path / "list.opml"), wire.folder / "feeds.toml"
    before = feeds.read_text()
    shown = run(wire, "import", path, "--dry-run")
    assert "[feeds.harbour-quay]" in shown
    assert feeds.read_text() == before
    said = json.loads(run(wire, "import", path, "--json"))
    assert said["written"] is True
    assert [each["key"] for each in said["added"]] == ["harbour-quay"]
    assert [each["reason"] for each in said["passed_over"]] == [
        "is there already: feeds.courier",
        "should be an http:// or https:// URL",
    ]
    assert feeds.read_text().startswith(before)
    assert json.loads(run(wire, "import", path, "--json"))["written"] is False
    sent = run(wire, "export")
    assert 'xmlUrl="https://harbour.test/rss" wire:key="harbour-quay"' in sent
    assert wire.json("feeds") == [], "the list of feeds is still what `wire feeds` gives"


def run(wire: Installation, *arguments: str) -> str:
    """Commands that need no database take none."""
    bare = Installation(wire.folder, wire.url)
    bare.arguments = lambda *given: [*wire.arguments(*given)[:-2]]  # type: ignore[method-assign]  # without --database
    return bare.run("feeds", *arguments)


def test_what_is_no_list_is_said(wire: Installation, tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text("<rss/>")
    with pytest.raises(AssertionError, match="no OPML but XML of an unknown kind"):
        run(wire, "import", str(tmp_path / "list.opml"))
