"""The day played for real: poller, HTTP, config, database."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path

import anyio
import pytest
from rich.console import Console

from wire.demo.day import HOURLY, load
from wire.demo.found import Found, look
from wire.demo.promises import State, judge
from wire.demo.run import database, play
from wire.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Played:
    code: int
    shown: str
    found: Found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    home = tmp_path_factory.mktemp("day")
    console = Console(width=160, file=StringIO(), record=True)
    code = anyio.run(partial(play, once=True, console=console, folder=home))
    # What the server answered is gone with it; the promise on that is judged in the output.
    found = look(database(home), day=load(), polled=list(HOURLY), answers={})
    return Played(code=code, shown=console.export_text(), found=found)


def test_every_promise_holds(played: Played) -> None:
    assert " ✗ " not in played.shown, played.shown
    assert played.code == 0


def test_the_exit_code_is_that_of_the_promises(played: Played) -> None:
    assert played.code == int(" ✗ " in played.shown)


def test_what_is_shown_is_what_was_found(played: Played) -> None:
    shown = " ".join(played.shown.split())
    broken = [v for v in judge(played.found) if v.state is State.BROKEN and "304" not in v.name]
    assert all(f"✗ {verdict.name}" in shown for verdict in broken)
    assert f"{len(played.found.deliveries)} deliveries" in shown
    assert all(key in shown for key in played.found.day.stories)


def test_a_folder_holds_one_day(tmp_path: Path) -> None:
    database(tmp_path).touch()
    with pytest.raises(InputError, match="has a day in it already"):
        anyio.run(partial(play, once=True, console=Console(file=StringIO()), folder=tmp_path))


@pytest.mark.parametrize("where", ["terminal", "file"])
def test_ctrl_c_ends_the_time_lapse_and_leaves_nothing(tmp_path: Path, where: str) -> None:
    script = (
        "import anyio, sys; from functools import partial; from rich.console import Console\n"
        "from wire import log; from wire.demo.run import play\n"
        "if __name__ == '__main__':\n"
        "    log.configure(level='error')\n"
        "    console = Console(width=120, height=50, force_terminal=sys.argv[1] == 'terminal')\n"
        "    sys.exit(anyio.run(partial(play, once=False, console=console)))\n"
    )
    file = tmp_path / "lapse.py"
    file.write_text(script, "utf-8")
    (tmp_path / "tmp").mkdir()
    environ = {**os.environ, "TMPDIR": str(tmp_path / "tmp"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([sys.executable, file, where], stdout=subprocess.PIPE, env=environ, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if "Ctrl-C ends it" in line:
                break
        if where == "file":
            command = process.stdout.readline()
            assert command.startswith("wire stories --database sqlite:///"), "a line of its own, to be copied"
            assert command.endswith("/wire.db\n")
            assert "promises: " in process.stdout.readline()
        assert list((tmp_path / "tmp").glob("wire-demo-*/wire.db"))
        process.send_signal(signal.SIGINT)
        process.stdout.read()
    assert process.returncode == 0
    assert not list((tmp_path / "tmp").glob("wire-demo-*"))
