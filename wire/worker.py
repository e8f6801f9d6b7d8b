"""The limited child: runs a pure function of untrusted bytes in a process of its own, so that it can hurt nothing else.

Law: knows nothing of feeds. A call that overruns its limits costs its caller one `Overrun`, and nobody else anything;
whatever a child did before, each call has the limits for itself. The child's half is `wire.child`.
"""

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Self, TypeVar, cast

import anyio
from anyio import CapacityLimiter, to_thread

from wire.child import FULL, LENGTH, RAISED
from wire.errors import WireError
from wire.policy import WorkerPolicy

T = TypeVar("T")

MISHAPS = 2
"""Children that may die in a row, otherwise than of their limits, before it is held against the call: the system may
take any process where memory is short."""
CALLS = 5_000
"""Of one child; then a new one takes its place, so that nothing that a library leaks adds up."""


class Overrun(WireError):
    """The child took more time or memory than it may, and was killed."""


class Workers:
    """Children that run pure functions under limits; they are kept warm between calls, and end with this object."""

    def __init__(self, policy: WorkerPolicy) -> None:
        self._policy = policy
        count = policy.processes or os.cpu_count() or 1
        self._limiter, self._threads = CapacityLimiter(count), CapacityLimiter(2 * count)  # some wait for the killed
        self._idle: list[_Child] = []
        weakref.finalize(self, _end, self._idle)

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Call `function(*args)` in a child. Raises what it raises, and `Overrun`."""
        call = _Call(self._policy, function, args)
        async with self._limiter:
            try:
                with anyio.fail_after(self._policy.deadline):
                    while True:
                        try:
                            status, answer = await self._try(call.pieces)
                        except _Died as death:
                            call.died(death)
                        else:
                            if call.settled(status, answer):
                                return cast("T", call.value)
            except TimeoutError as error:
                raise call.late() from error

    async def _try(self, call: bytes) -> tuple[bytes, bytes]:
        """Ask one child. Raises `_Died`."""
        child = self._idle.pop() if self._idle else _Child()
        try:
            asked = await to_thread.run_sync(child.ask, call, limiter=self._threads, abandon_on_cancel=True)
        except anyio.get_cancelled_exc_class():
            child.kill()
            raise
        if not child.ended:
            self._idle.append(child)
        return asked


class Worker:
    """One such child, for who waits for it; a context manager that ends it."""

    def __init__(self, policy: WorkerPolicy) -> None:
        self._policy = policy
        self._child = _Child()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child; a new one starts with the next call."""
        self._child.kill()

    def run(self, function: Callable[..., T], *args: object) -> T:
        """Call `function(*args)` in the child. Raises what it raises, and `Overrun`."""
        call, until = _Call(self._policy, function, args), time.monotonic() + self._policy.deadline
        while True:
            if self._child.ended:
                self._child = _Child()
            clock = threading.Timer(until - time.monotonic(), self._child.kill)
            clock.start()
            try:
                status, answer = self._child.ask(call.pieces)
            except _Died as death:
                if time.monotonic() >= until:
                    raise call.late() from death
                call.died(death)
            else:
                if call.settled(status, answer):
                    return cast("T", call.value)
            finally:
                clock.cancel()


class _Call:
    """A call, which may be begun again in another child where this one's past or the system may be to blame."""

    def __init__(self, policy: WorkerPolicy, function: Callable[..., object], args: tuple[object, ...]) -> None:
        self.pieces = _pieces(function, (policy.cpu, policy.memory), args)
        self.value: object = None
        self._policy = policy
        self._mishaps = 0

    def died(self, death: "_Died") -> None:
        """Note that a child died of it. Raises `Overrun` where that settles it."""
        if death.signal == signal.SIGXCPU:
            raise Overrun(f"reading took more than {self._policy.cpu:g} s of CPU, and was stopped") from death
        self._mishaps += 1
        if self._mishaps > MISHAPS:
            raise Overrun(f"reading broke down {self._mishaps} times: {death}") from death

    def settled(self, status: bytes, answer: bytes) -> bool:
        """Whether `value` is there now. Raises what the function raised, and `Overrun`."""
        value = pickle.loads(answer)  # noqa: S301 - from a child that runs this package's code
        if status == RAISED:
            raise value
        if status == FULL and value:
            raise Overrun(f"reading wanted more than {self._policy.memory / 1e6:,.0f} MB, and was stopped")
        self.value = value
        return status != FULL

    def late(self) -> Overrun:
        """What to raise when its time is over."""
        return Overrun(f"reading took longer than {self._policy.deadline:g} s, and was stopped")


class _Died(Exception):
    """A child that ended without an answer."""

    def __init__(self, code: int) -> None:
        self.signal = -code
        if code >= 0:
            super().__init__(f"it ended with code {code}")
        elif self.signal == signal.SIGKILL:
            super().__init__("the system killed it, which is short of memory")
        else:
            super().__init__(f"it crashed ({signal.Signals(self.signal).name})")


class _Child:
    """One process; asked, waited for and buried by one thread at a time, and killed by any."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self._asked = threading.Lock()
        self.ended = False

    def ask(self, call: bytes) -> tuple[bytes, bytes]:
        """Status and answer; blocks. Raises `_Died`."""
        with self._asked:
            if self.ended:
                raise _Died(0)
            self._calls += 1
            answered = self._exchange(call if self._calls > 1 else _pieces(sys.path) + call)
            if answered is None:
                raise _Died(self._bury())
            if answered[0] == FULL or self._calls >= CALLS:
                self._bury()
            return answered

    def kill(self) -> None:
        """End it, whatever it does; a thread that has asked it buries it."""
        self.ended = True
        if self._process:
            self._process.kill()
        if self._asked.acquire(blocking=False):
            self._bury()
            self._asked.release()

    def _exchange(self, call: bytes) -> tuple[bytes, bytes] | None:
        """The answer; None: it has died."""
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            return None
        try:
            process.stdin.write(call)
            process.stdin.flush()
        except BrokenPipeError:
            return None
        head = process.stdout.read(1 + LENGTH.size)
        if len(head) <= LENGTH.size:
            return None
        answer = process.stdout.read(size := LENGTH.unpack(head[1:])[0])
        return (head[:1], answer) if len(answer) == size else None

    def _start(self) -> "subprocess.Popen[bytes]":
        command, pipe = [sys.executable, "-m", "wire.child"], subprocess.PIPE
        self._process = process = subprocess.Popen(  # noqa: S603 - this interpreter, and a module of this package
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
        if self.ended:  # killed meanwhile
            process.kill()
        return process

    def _bury(self) -> int:
        """Wait for its end, and close what led to it; returns its exit code."""
        self.ended = True
        process = self._process
        if process is None:
            return 0
        with process, suppress(BrokenPipeError):  # which waits
            if process.stdin:
                process.stdin.close()  # and so it ends, if it has not
        return process.returncode


def _end(children: "list[_Child]") -> None:
    for child in children:
        child.kill()


def _pieces(*values: object) -> bytes:
    pickled = [pickle.dumps(value, pickle.HIGHEST_PROTOCOL) for value in values]
    return b"".join(LENGTH.pack(len(each)) + each for each in pickled)
