"""`wire tail` as a process: what it prints, how it wakes, how it ends."""

import json
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.site import PATIENCE, Installation
from tests.store.database import execute
from tests.store.samples import FEED, found, text
from wire.policy import StorePolicy
from wire.store import Store


@pytest.fixture
def wire(database_url: str, tmp_path: Path) -> Installation:
    installation = Installation(tmp_path / "config", database_url)
    installation.configure({})
    return installation


def _write(url: str, *names: str) -> None:
    with Store.open(StorePolicy(url=url)) as store, store.writing() as write:
        write.add_feeds([FEED])
        for name in names:
            found(write, text(name), f"s{name}")


def _read(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


@contextmanager
def _following(wire: Installation, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    command = wire.command("tail", *arguments)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _next(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE)
    assert ready, "nothing was printed"
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def test_what_is_there_is_printed_as_json_lines(wire: Installation) -> None:
    _write(wire.url, *"abcdefghijkl")
    printed = _read(wire.run("tail", "--after", "10", "--no-follow"))
    assert [each["seq"] for each in printed] == [11, 12]
    assert printed[0] == {
        "seq": 11,
        "kind": "story",
        "story_id": "sk",
        "version_id": "vk",
        "at": "2026-01-21T12:00:00Z",
        "detail": {},
    }
    assert [each["seq"] for each in _read(wire.run("tail", "--no-follow"))] == list(range(3, 13))
    assert [each["seq"] for each in _read(wire.run("tail", "--no-follow", "--last", "1", "--json"))] == [12]
    assert wire.run("tail", "--no-follow", "--last", "0") == ""


def test_it_follows_what_is_committed_and_ends_with_ctrl_c(wire: Installation) -> None:
    with _following(wire, "--after", "0") as process:
        time.sleep(0.5)
        for name in "ab":
            _write(wire.url, name)
            started = time.monotonic()
            assert _next(process)["story_id"] == f"s{name}"
            assert time.monotonic() - started < 20, "it was woken, and did not wait for its time"
        process.send_signal(signal.SIGINT)
        rest, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest, said) == (-signal.SIGINT, "", ""), "which a shell calls 130"


def test_who_comes_too_late_is_told_by_an_exit_code_of_its_own(wire: Installation) -> None:
    _write(wire.url, *"abc")
    execute(wire.url, "DELETE FROM change WHERE seq < 3")
    assert [each["seq"] for each in _read(wire.run("tail", "--no-follow"))] == [3], "without a number nobody is late"
    assert "no longer kept" in wire.run("tail", "--after", "0", code=3)
    assert "restored" in wire.run("tail", "--after", "7", code=3)


def test_a_follower_that_is_overtaken_stops_instead_of_skipping(wire: Installation) -> None:
    _write(wire.url, "a")
    with _following(wire) as process:
        assert _next(process)["seq"] == 1
        with Store.open(StorePolicy(url=wire.url)) as store, store.writing() as write:
            for name in "bcd":
                found(write, text(name), f"s{name}")
            write.flush()
            write._connection.exec_driver_sql("DELETE FROM change WHERE seq < 4")
        rest, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, rest) == (3, "")
    assert "changes 2 to 3 are no longer kept" in said


def test_a_reader_of_the_pipe_may_leave_and_it_ends_without_a_word(wire: Installation) -> None:
    _write(wire.url, *(str(number) for number in range(3000)))
    with _following(wire, "--after", "0") as process:
        assert _next(process)["seq"] == 1
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        _write(wire.url, "more")
        process.wait(PATIENCE)
        assert process.stderr.read() == ""


def test_pruning_by_hand_says_what_goes_and_then_removes_it(wire: Installation) -> None:
    _write(wire.url, *"abc")
    (wire.folder / "wire.toml").write_text('[retention]\nraw = "1s"\nchanges = "1s"\n')
    for arguments in (["--dry-run"], []):
        gone = {name: count for name, count in wire.json("prune", *arguments).items() if count}
        assert gone == {"raw": 3, "changes": 2, "entries": 3}
    assert "nothing removed" in wire.run("prune")
    assert wire.json("story", "sa")["deliveries"]
    assert "no longer kept" in wire.run("tail", "--after", "0", code=3)
