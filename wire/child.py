"""The child's half of `worker`: `python -m wire.child` answers calls on its standard input until that ends.

Law: imports nothing but the standard library, until a call names more. Standard output belongs to the answers.

::

    call    function, pickled · limits, pickled · arguments, pickled      each: its length (8 bytes), then so many bytes
    answer  status (1 byte) · the result or the exception, pickled
"""

import os
import pickle
import resource
import signal
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

LENGTH = struct.Struct("!Q")
RETURNED, RAISED, FULL = b"r", b"e", b"m"
"""How a call ended. `FULL`: out of memory; the result says whether it was the child's first call, which then ends."""


def main() -> None:
    """Answer calls until there are no more, or until memory runs out: it may be in pieces then."""
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for as long as the process lives
    sys.path[:] = pickle.loads(_piece(calls) or pickle.dumps(sys.path))  # noqa: S301 - from the parent
    # Ctrl-C at a terminal reaches children, too; when they end is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file for each hostile document would fill the disk
    first = True
    while named := _piece(calls):
        status, answer = _answer(named, calls, first=first)
        answers.write(status + LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()
        if status == FULL:
            return
        first = False


def _answer(named: bytes, calls: BinaryIO, *, first: bool) -> tuple[bytes, bytes]:
    # What the function's module imports is its own cost, not its first document's.
    function: Callable[..., object] = pickle.loads(named)  # noqa: S301 - from the parent
    cpu, memory = pickle.loads(_piece(calls))  # noqa: S301
    _limit(cpu, memory)
    try:
        status, value = _call(function, pickle.loads(_piece(calls)))  # noqa: S301
        return status, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return FULL, pickle.dumps(first)


def _call(function: Callable[..., object], args: tuple[Any, ...]) -> tuple[bytes, object]:
    try:
        return RETURNED, function(*args)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it is raised in the parent
        return RAISED, error


def _limit(cpu: float, memory: int) -> None:
    """Have the kernel kill this process (SIGXCPU) once the call has used its CPU time, and refuse it more memory.

    That limit is on data, not on address space: numpy's libraries map far more than they touch.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Whole seconds are all that the kernel knows; the one under way is added.
    seconds = int(used.ru_utime + used.ru_stime + cpu) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _piece(stream: BinaryIO) -> bytes:
    """The next piece; nothing: the stream has ended."""
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


if __name__ == "__main__":
    main()
