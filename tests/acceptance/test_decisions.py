"""A merge and a split as commands, by the side of a process that holds the database open."""

import json
from pathlib import Path

import pytest

from tests.acceptance.test_kill import TEXT, wire

FROST = (
    "Growers in the Marre valley expect their smallest apple crop in eleven years after frost in the last week of "
    "April killed most of the blossom, the cooperative said on Thursday."
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    sent = [
        {"id": "1", "source": "Norda", "headline": "Treasurer of Port Lannic held", "body": TEXT},
        {"id": "2", "source": "Courier", "headline": "Frost takes the apples of the valley", "body": FROST},
    ]
    (tmp_path / "sent.jsonl").write_text("\n".join(map(json.dumps, sent)))
    wire(tmp_path, "migrate")
    assert wire(tmp_path, "ingest", str(tmp_path / "sent.jsonl")).returncode == 0
    return tmp_path


def test_two_stories_are_merged_split_and_both_taken_back(home: Path) -> None:
    one, other = (each["story_id"] for each in json.loads(wire(home, "stories", "--json").stdout))
    assert wire(home, "merge", one, other, "--why", "one piece of copy").returncode == 0
    (row,) = json.loads(wire(home, "stories", "--json").stdout)
    assert (row["story_id"], row["versions"]) == (other, 2)
    file = json.loads(wire(home, "story", one, "--json").stdout)
    assert [(each["kind"], each["decided_by"]) for each in file["decisions"]] == [("merge", "ada")]
    assert "one piece of copy" in wire(home, "story", one).stdout
    variant = file["versions"][1]["version_id"]
    made = json.loads(wire(home, "split", other, variant, "--why", "two", "--by", "Bo", "--json").stdout)
    assert (made["kind"], made["decided_by"], made["story_id"]) == ("split", "Bo", other)
    assert len(json.loads(wire(home, "stories", "--json").stdout)) == 2
    assert wire(home, "split", other, "--undo", "--why", "one after all").returncode == 0
    assert wire(home, "merge", one, "--undo", "--why", "no").returncode == 0
    assert {each["story_id"] for each in json.loads(wire(home, "stories", "--json").stdout)} == {one, other}


@pytest.mark.parametrize(
    "arguments",
    [
        ("merge", "s1"),
        ("merge", "s1", "s2", "--undo"),
        ("split", "s1"),
        ("split", "s1", "v1", "--undo"),
        ("split", "s1", "v1"),
    ],
    ids=" ".join,
)
def test_half_a_decision_is_refused_in_words(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    wire(tmp_path, "migrate")
    done = wire(tmp_path, *arguments, "--why", "so")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("wire: ")
