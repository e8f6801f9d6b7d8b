"""Processes that start warm: forked from one that has imported what they need, so that a start costs milliseconds.

They are processes as any other: signals, limits, exit codes, streams, environment and folder are their own. What only a
start from nothing can show (imports, entry points, an installed wheel) is tested with starts from nothing.

::

    Process ─▶ socket: module, arguments · environment · folder · streams, pipe ─▶ `python -m tests.warm`, which forks
    Process ◀─ pipe: the id, and the status in the end                          ◀─ and waits for what it has forked
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Self

from wire import worker

MAINS = {"wire": "wire.__main__", "wire.child": "wire.child"}
"""What can be started, and where its `main` is."""
IMPORTED = (
    *("wire.archive", "wire.daemon", "wire.demo", "wire.measure", "wire.prepare"),
    *("alembic.command", "rich.progress", "rich.table", "trafilatura", "typer"),
)
"""What starts spend their time on. `wire.cli` is left out: it looks at its environment while it is imported."""
PIPE, NOTHING = subprocess.PIPE, subprocess.DEVNULL
ROOT = Path(__file__).parents[1]
COLD = worker._Child._start
"""How the children of `wire.worker` start outside of tests."""
_NUMBER = struct.Struct("!q")


class Process:
    """`python -m MODULE ARGUMENTS`, warm; streams are PIPE, NOTHING or a file's number."""

    def __init__(
        self,
        module: str,
        *arguments: str,
        stdin: int = NOTHING,
        stdout: int = NOTHING,
        stderr: int = NOTHING,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        asked = [module, *arguments], dict(os.environ if env is None else env), str(cwd or Path.cwd())
        self.returncode: int | None = None
        self._noted = threading.Lock()
        given, write = os.pipe() if stdin == PIPE else (_file(stdin), -1)
        read, taken = os.pipe() if stdout == PIPE else (-1, _file(stdout))
        read_too, told = os.pipe() if stderr == PIPE else (-1, _file(stderr))
        self._status, status = os.pipe()
        try:
            socket.send_fds(
                mother := _mother(), [json.dumps(asked).encode()], [given, taken, told, status, mother.fileno()]
            )
        finally:
            for each in (given, taken, told, status):
                os.close(each)
        self.stdin: BinaryIO | None = os.fdopen(write, "wb") if write >= 0 else None
        self.stdout: BinaryIO | None = os.fdopen(read, "rb") if read >= 0 else None
        self.stderr: BinaryIO | None = os.fdopen(read_too, "rb") if read_too >= 0 else None
        if (pid := self._number()) is None:
            raise RuntimeError("nobody forks: see what `python -m tests.warm` said")
        self.pid = pid

    def poll(self) -> int | None:
        """Its exit code, where it has ended."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, at its end. Raises subprocess.TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """To a process that has not ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close its pipes, and wait for its end."""
        for each in (self.stdin, self.stdout, self.stderr):
            if each:
                with suppress(BrokenPipeError):
                    each.close()
        self.wait()

    def __del__(self) -> None:
        if hasattr(self, "_status"):
            os.close(self._status)

    def _ended(self, timeout: float | None) -> int | None:
        told = select.poll()
        told.register(self._status, select.POLLIN)
        if self.returncode is None and told.poll(None if timeout is None else timeout * 1_000):
            with self._noted:
                if self.returncode is None:
                    self.returncode = self._code(self._number())
        return self.returncode

    def _code(self, status: int | None) -> int:
        if status is None:  # who forked it has ended before it: nobody will tell of its end
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            return -signal.SIGKILL
        return os.waitstatus_to_exitcode(status)

    def _number(self) -> int | None:
        found = os.read(self._status, _NUMBER.size)
        return int(_NUMBER.unpack(found)[0]) if len(found) == _NUMBER.size else None


def run(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """`wire ARGUMENTS` to its end, and what it printed. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = Process("wire", *arguments, stdout=out.fileno(), stderr=err.fileno(), cwd=cwd, env=env)
        try:
            code = process.wait(timeout)
        finally:
            process.kill()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["wire", *arguments], code, out.read(), err.read())


def warm_children() -> None:
    """From now on the children of this process (`wire.worker`) start warm."""

    def start(child: worker._Child) -> Process:
        child._process = process = Process("wire.child", stdin=PIPE, stdout=PIPE)  # type: ignore[assignment]  # as far as it is used
        if child.ended:  # killed meanwhile
            process.kill()
        return process

    worker._Child._start = start  # type: ignore[method-assign, assignment]  # what it is for


def _file(number: int) -> int:
    """A descriptor of our own."""
    return os.open(os.devnull, os.O_RDWR) if number == NOTHING else os.dup(number)


_given: list[socket.socket] = []
"""In a process that was forked: the way to who forks."""


@lru_cache(1)
def _mother() -> socket.socket:
    """The way to the process that forks, which is started when it is first asked for."""
    if _given:
        return _given[0]
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    atexit.register(_end, ours, process)
    return ours


def _end(ours: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    ours.close()
    process.kill()
    process.wait()


def main() -> None:
    """Fork whatever is asked for, until nobody can ask any more; in a fork, be that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for who asks
    for name in IMPORTED:
        import_module(name)
    gc.collect()
    gc.freeze()  # what is looked at is copied
    if module := _forked(socket.socket(fileno=int(sys.argv[1]))):
        _live(import_module(MAINS[module]).main)


def _live(main: Callable[[], None]) -> None:
    """Call it, and end as an interpreter does, but for taking hundreds of modules apart, which takes longer than most
    commands."""
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        code = end.code or 0
    else:
        code = 0
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as multiprocessing does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


def _forked(asking: socket.socket) -> str | None:
    """In a fork, what it is to be; None: nobody asks any more."""
    running: dict[int, int] = {}
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([woken, asking.fileno()], [], [])
        if woken in ready:
            os.read(woken, 4_096)
            _tell(running)
        if asking.fileno() in ready:
            message, (*streams, status, way), _, _ = socket.recv_fds(asking, 1_000_000, 5)
            if not message:
                return None
            if not (pid := os.fork()):
                signal.set_wakeup_fd(-1)
                asking.close()
                for each in (woken, waker, status, *running.values()):
                    os.close(each)
                return _become(json.loads(message), streams, way)
            running[pid] = status
            os.write(status, _NUMBER.pack(pid))
            for each in (*streams, way):
                os.close(each)


def _tell(running: dict[int, int]) -> None:
    """Tell of those that have ended."""
    while running and (found := os.waitpid(-1, os.WNOHANG))[0]:
        pid, status = found
        pipe = running.pop(pid)
        with suppress(BrokenPipeError):  # nobody wants to know
            os.write(pipe, _NUMBER.pack(status))
        os.close(pipe)


def _become(asked: tuple[list[str], dict[str, str], str], streams: Sequence[int], way: int) -> str:
    """Be a process that has just been started."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    (module, *arguments), environment, folder = asked
    if os.environ.get("PYTHONPATH") != environment.get("PYTHONPATH"):
        raise RuntimeError("where modules come from is settled: start this one from nothing")
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(folder)
    sys.argv = [module, *arguments]
    if module == "wire":
        _given.append(socket.socket(fileno=way))
        warm_children()
    else:
        os.close(way)
    return module


if __name__ == "__main__":
    main()
