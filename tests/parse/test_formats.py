"""Wire files of every kind, each with what has to come of it beside it in TOML: what is named there has to be so.

A file and `<file>.toml` more is a test more.
"""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from wire import prepare
from wire.config import load
from wire.errors import ParseError
from wire.model import Entry, Feed, Label
from wire.normalize import Agencies, normalize
from wire.parse import detect, parse
from wire.prepare import Item

HERE = Path(__file__).parent / "formats"
FILES = sorted(path for path in HERE.rglob("*") if path.is_file() and path.suffix != ".toml")
FEED = Feed(key="spool", url="file:///spool", source="Norda")
AGENCIES = load(None, environ={}).agencies
KNOWN = Agencies(AGENCIES)


def outcome(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_name(path.name + ".toml").read_text())


def plain(value: object) -> object:
    """As TOML would say it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return [str(each) for each in value] if isinstance(value, tuple) else value


def facts(item: Item) -> dict[str, object]:
    """All that an outcome may name of an entry."""
    copy, label, order = item.copy, item.entry.label or Label(), item.order
    told = {name: plain(getattr(label, name)) for name in Label.__slots__}
    told |= {name: plain(getattr(copy, name)) for name in copy.__slots__ if name not in {"order", "dateline"}}
    sent = copy.updated_at or copy.published_at
    return told | {
        "keywords": plain(item.entry.keywords),
        "dateline": copy.dateline.text if copy.dateline else "",
        "order": order.kind.value if order else "",
        "means": sorted(key.value for key in order.keys if key.by == "guid") if order else [],
        "ends": plain(order.ends(sent) if order and sent else None),
    }


def test_there_is_a_file_for_every_outcome() -> None:
    assert len(FILES) >= 100
    assert {path.name for path in HERE.rglob("*.toml")} == {path.name + ".toml" for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_outcome(path: Path) -> None:
    wanted, body = outcome(path), path.read_bytes()
    assert detect(body) == path.parent.name
    if "error" in wanted:
        with pytest.raises(ParseError, match=wanted["error"]):
            parse(body, url=path.as_uri())
        return
    document, seen = prepare.read(body, path.as_uri(), None)
    assert (document.format, list(document.skipped)) == (wanted["format"], wanted["skipped"])
    if "problems" in wanted:
        assert list(document.problems) == wanted["problems"]
    items = prepare.items(seen, FEED, AGENCIES, document.language)
    assert len(items) == len(wanted["entries"])
    for item, named in zip(items, wanted["entries"], strict=True):
        found = facts(item)
        assert {name: found[name] for name in named} == named
        assert prepare.restore(item.raw) == item.entry
        again = normalize(
            Entry(guid=None, url=None, headline=item.copy.headline, body=item.copy.body, markup="text"),
            source=FEED.source,
            agency=None,
            language=item.copy.language,
            agencies=KNOWN,
        )
        assert again.version_id == item.copy.version_id
