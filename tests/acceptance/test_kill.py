"""A kill and what operators do about it, as commands."""

import json
import os
import subprocess
from pathlib import Path

from tests import warm

CONFIG = Path(__file__).parents[2] / "config"
TEXT = (
    "Police in Port Lannic detained the harbour board's treasurer on Tuesday on suspicion of taking money that was "
    "meant for the northern mole, a person briefed on the matter said."
)


def wire(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    where = ("--config", str(CONFIG), "--database", f"sqlite:///{home / 'wire.db'}")
    return warm.run(*arguments, *where, env={**os.environ, "USER": "ada"})


def test_a_killed_story_is_told_of_lifted_and_killed_again(tmp_path: Path) -> None:
    title = "Treasurer of Port Lannic held over mole money"
    sent = [
        {"id": "1", "source": "Norda", "url": "http://norda.example/1", "headline": title, "body": TEXT},
        {"id": "2", "source": "Norda", "headline": f"KILL: {title}", "body": "EDITORS: The story is wrong."},
    ]
    (tmp_path / "sent.jsonl").write_text("\n".join(map(json.dumps, sent)))
    wire(tmp_path, "migrate")
    assert wire(tmp_path, "ingest", str(tmp_path / "sent.jsonl")).returncode == 0
    (story,) = json.loads(wire(tmp_path, "stories", "--json").stdout)
    assert story["status"] == "killed"
    name = story["story_id"]
    assert "http://norda.example/1" in wire(tmp_path, "story", name).stdout
    made = json.loads(wire(tmp_path, "lift", name, "--why", "the kill was withdrawn", "--json").stdout)
    assert (made["kind"], made["decided_by"], made["why"]) == ("lift", "ada", "the kill was withdrawn")
    assert json.loads(wire(tmp_path, "stories", "--json").stdout)[0]["status"] == "usable"
    assert wire(tmp_path, "lift", name, "--why", "again").returncode == 2
    assert wire(tmp_path, "lift", name, "--undo", "--why", "it stands").returncode == 0
    assert json.loads(wire(tmp_path, "stories", "--json").stdout)[0]["status"] == "killed"
