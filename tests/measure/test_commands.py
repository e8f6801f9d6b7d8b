"""The commands as processes: what they print, and their exit codes."""

import json
import os
from itertools import islice
from pathlib import Path

import pytest

from tests.acceptance.site import Installation, ready
from tests.measure.copy import CHESS, CUT, FROST, MOLE, lines
from tests.measure.test_evaluate import DAY

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
samples = pytest.mark.skipif(
    not SAMPLES.exists() and os.environ.get("CI") != "true", reason="the samples are not beside the checkout"
)


@pytest.fixture
def wire(tmp_path: Path, sqlite_template: Path) -> Installation:
    return ready(tmp_path, sqlite_template)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return lines(tmp_path / "day.jsonl", DAY)


def dated(path: Path) -> Path:
    records = [("1", MOLE), ("2", CUT.replace("14.2", "16.8")), ("3", FROST), ("4", CHESS)]
    return lines(
        path,
        [
            {"id": id_, "source": "Courier", "headline": "Mole", "body": body, "published": f"2026-03-01T1{id_}:00:00Z"}
            for id_, body in records
        ],
    )


def test_evaluate_says_how_good_it_is(wire: Installation, day: Path, tmp_path: Path) -> None:
    printed = wire.run("evaluate", str(day), "--window", "72h")
    for words in ("5 entries", "3 stories found, 3 expected", "B-cubed", "adjusted Rand index 1.000"):
        assert words in printed
    pairs = tmp_path / "pairs.json"
    pairs.write_text(json.dumps([{"a": "m1", "b": "m2", "same": False, "weight": 9}]))
    printed = wire.run("evaluate", str(day), "--pairs", str(pairs), "--window", "none", "--json")
    found = json.loads(printed, parse_constant=_none)
    assert found["agreement"]["pairwise"] == {"precision": 0.0, "recall": 1.0}
    assert found["worst"][0]["weight"] == 9
    assert found["worst"][0]["a"]["opening"].startswith("The harbour board")
    assert wire.query("SELECT count(*) FROM delivery_v1") == [(0,)], "nothing of it is in the database"


def _none(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def test_evaluate_refuses_what_it_cannot_measure(wire: Installation, day: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.json"
    pairs.write_text('[\n{"a": "m1", "b": "zz", "same": true}]')
    assert "pairs.json:2: 1 id stands for no document" in wire.run("evaluate", str(day), "--pairs", str(pairs), code=2)
    day.write_text(day.read_text() + "{cut off\n")
    assert "day.jsonl:6" in wire.run("evaluate", str(day), code=2)


def test_explain_tells_what_would_flip_it(wire: Installation, tmp_path: Path) -> None:
    wire.run("ingest", str(dated(tmp_path / "in.jsonl")))
    printed = wire.run("explain", "d1", "d2")
    for words in ("one story", "held against each other now", "they would be two stories with", "shared word for word"):
        assert words in printed
    found = wire.json("explain", "d1", "d3")
    assert not found["same_story"]
    assert found["flips"] == []
    assert "no threshold would make them one story" in wire.run("explain", "d1", "d3")


def test_replay_shows_and_then_does(wire: Installation, tmp_path: Path) -> None:
    wire.run("ingest", str(dated(tmp_path / "in.jsonl")))
    before = wire.query("SELECT delivery_id, story_id FROM delivery_v1 ORDER BY 1")

    (wire.folder / "wire.toml").write_text('[cluster]\nwindow = "1s"\n')
    printed = wire.run("replay")
    assert "1 split off" in printed
    assert "nothing was changed" in printed
    assert wire.query("SELECT delivery_id, story_id FROM delivery_v1 ORDER BY 1") == before
    assert wire.json("replay", "--apply")["applied"]
    assert wire.query("SELECT count(*) FROM story_v1") == [(4,)]
    assert wire.query("SELECT count(*) FROM change_v1 WHERE kind = 'split'") == [(1,)]

    (wire.folder / "wire.toml").write_text("")
    assert "1 merged into another" in wire.run("replay", "--apply")
    assert wire.query("SELECT delivery_id, story_id FROM delivery_v1 ORDER BY 1") == before
    assert wire.query("SELECT count(*) FROM story_v1 WHERE merged_into IS NOT NULL") == [(1,)]
    assert "nothing would change" in wire.run("replay", "--since", "1d")


@samples
def test_real_copy_replays_as_it_came(wire: Installation, tmp_path: Path) -> None:
    with (SAMPLES / "stream" / "agency-stream.jsonl").open() as stream:
        (tmp_path / "some.jsonl").write_text("".join(islice(stream, 300)))
    feeds = sorted((SAMPLES / "feeds").iterdir())[:10]
    wire.run("ingest", str(tmp_path / "some.jsonl"), *map(str, feeds))
    assert "nothing would change" in wire.run("replay")
