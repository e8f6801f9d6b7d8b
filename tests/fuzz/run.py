"""A stretch of executions of one target, in this process: what it found.

Law: the time of an execution is CPU time, so that a busy machine is no finding.
"""

import mmap
import signal
import struct
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.fuzz.mutate import mutant
from tests.fuzz.targets import TARGETS, corpus
from wire.errors import ParseError

SLOW = 2.0
"""Seconds of CPU time that one execution may take."""
GIVEN_UP = 10.0
"""Seconds after which an execution is ended."""
_AT = struct.Struct("<40sq")


class _TakesTooLong(BaseException):
    """Nobody catches it by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a parser did that it must not."""

    target: str
    body: bytes
    what: str
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What came of some executions."""

    target: str
    executions: int
    refused: int
    slowest: float
    findings: tuple[Finding, ...]


def stretch(target: str, run: int, begin: int, end: int, mark: Path | None = None) -> Stretch:
    """Executions `begin` to `end`; `mark`: a file that says where it is, should it end this process."""
    seeds, refused, slowest = corpus()[target], 0, 0.0
    findings: list[Finding] = []
    with _marked(mark) as where:
        for number in range(begin, end):
            if where is not None:
                where[:] = _AT.pack(target.encode(), number)
            body = mutant(seeds, run, target, number)
            took, found, was_refused = execute(target, body)
            refused += was_refused
            slowest = max(slowest, took)
            findings += [found] if found else []
    return Stretch(target=target, executions=end - begin, refused=refused, slowest=slowest, findings=tuple(findings))


def execute(target: str, body: bytes) -> tuple[float, Finding | None, bool]:
    """Seconds, what was found, and whether the bytes were refused as they may be."""
    started = time.process_time()
    found, refused = None, False
    try:
        with _ended_in_time():
            TARGETS[target](body)
    except ParseError:
        refused = True
    except _TakesTooLong:
        found = Finding(target=target, body=body, what=f"not done after {GIVEN_UP:g} s", trace=traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - whatever it is: that is what is looked for
        found = Finding(target=target, body=body, what=f"{type(error).__name__}: {error}", trace=traceback.format_exc())
    took = time.process_time() - started
    if found is None and took > SLOW:
        found = Finding(target=target, body=body, what=f"took {took:.1f} s")
    return took, found, refused


@contextmanager
def _ended_in_time() -> Iterator[None]:
    def end(_: int, __: FrameType | None) -> None:
        raise _TakesTooLong

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, GIVEN_UP)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _marked(mark: Path | None) -> Iterator[mmap.mmap | None]:
    if mark is None:
        yield None
        return
    mark.write_bytes(bytes(_AT.size))
    with mark.open("r+b") as file, mmap.mmap(file.fileno(), _AT.size) as where:
        yield where
    mark.unlink()


def reached(mark: Path) -> tuple[str, int]:
    """Target and number at which a process ended that wrote there."""
    target, number = _AT.unpack(mark.read_bytes())
    return target.rstrip(b"\0").decode(), number
