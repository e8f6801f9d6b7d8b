"""Invented files in wire formats, each with what is to come of it beside (`name`, `name.json`), in `tests/parse/wire`.

An outcome names the format, of each entry the fields that matter, each problem by words of it, and what was skipped; or
the words of the refusal. What it does not name may be anything, but for entries, problems and skipped items: those are
all of them, as far as the key is there.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parse.test_fuzz import assert_storable
from wire import prepare
from wire.errors import ParseError
from wire.parse import detect, parse

FOLDER = Path(__file__).parent / "wire"
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".json")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_outcome(path: Path) -> None:
    outcome = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    body = path.read_bytes()
    if "refused" in outcome:
        with pytest.raises(ParseError, match=outcome["refused"]):
            parse(body, url=path.as_uri())
        return
    document = parse(body, url=path.as_uri())
    assert_storable(document)
    assert document.format == outcome["format"]
    assert detect(body) is not None
    assert len(document.entries) == len(outcome["entries"])
    for entry, wanted in zip(document.entries, outcome["entries"], strict=True):
        assert _told(entry, wanted) == wanted
        assert prepare.restore(prepare.serialise(entry)) == entry
    told = list(document.problems)
    if "problems" in outcome:
        assert len(told) == len(outcome["problems"]), told
    assert [words for words in outcome.get("problems", ()) if not any(words in problem for problem in told)] == []
    assert list(document.skipped) == outcome.get("skipped", [])


def test_every_file_has_its_outcome() -> None:
    outcomes = {path for path in FOLDER.rglob("*.json") if path.with_suffix("").exists()}
    assert len(outcomes) == len(FILES) >= 60


def _told(value: Any, wanted: Any) -> Any:
    """As much of a value as is wanted, as JSON would have it."""
    if is_dataclass(value) and isinstance(wanted, dict):
        assert set(wanted) <= {field.name for field in fields(value)}
        return {name: _told(getattr(value, name), each) for name, each in wanted.items()}
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
