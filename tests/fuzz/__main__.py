"""`python -m tests.fuzz`: every parser on broken bytes, over all processors; exit code 1 where one fails.

--executions N   in all, spread over the targets (200,000)
--each           that many for each target
--target NAME    only this one; may be repeated
--run N          another run: the same number gives the same bytes (20260101)
--file PATH      the bytes of one finding, again, under --target
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.fuzz.mutate import mutant
from tests.fuzz.run import Finding, Stretch, execute, reached, stretch
from tests.fuzz.targets import TARGETS, corpus

AT_ONCE = 250
"""Executions that a process is given at a time."""
KEPT = Path("var/fuzz")
_SHOWN = 160
"""Bytes of a finding that are printed."""

Piece = tuple[str, int, int, int]


def main() -> int:
    """Fuzz, print, and say by the exit code whether all is well."""
    asked = _arguments()
    if asked.file:
        return _again(asked.target, asked.file)
    names = asked.target or list(TARGETS)
    share = asked.executions if asked.each else -(-asked.executions // len(names))
    console = Console()
    console.print(f"run {asked.run}: {share:,} executions for each of {len(names)} targets")
    pieces = [
        (name, asked.run, begin, min(begin + AT_ONCE, share)) for begin in range(0, share, AT_ONCE) for name in names
    ]
    KEPT.mkdir(parents=True, exist_ok=True)
    done: list[Stretch] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("fuzzing", total=share * len(names))
        for each in _all(pieces):
            progress.advance(bar, each.executions)
            for found in each.findings:
                _show(console, found)
            done.append(each)
    return _told(console, done)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--executions", type=int, default=200_000)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--target", action="append", choices=list(TARGETS), default=[])
    parser.add_argument("--run", type=int, default=20260101)
    parser.add_argument("--file", type=Path)
    return parser.parse_args()


def _all(pieces: list[Piece]) -> Iterator[Stretch]:
    """What came of each piece, over all processors. A process that ends with its piece is a finding."""
    left = iter(pieces)
    while True:
        waiting: dict[Future[Stretch], Piece] = {}
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            for piece in islice(left, 2 * (os.cpu_count() or 1)):
                waiting[_given(pool, piece)] = piece
            try:
                while waiting:
                    ready, _ = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in ready:
                        result = future.result()
                        waiting.pop(future)
                        yield result
                        for piece in islice(left, 1):
                            waiting[_given(pool, piece)] = piece
                return
            except BrokenProcessPool:
                pass
        yield from _after_a_crash(list(waiting.values()))


def _given(pool: ProcessPoolExecutor, piece: Piece) -> Future[Stretch]:
    target, run, begin, end = piece
    return pool.submit(stretch, target, run, begin, end, _mark(piece))


def _mark(piece: Piece) -> Path:
    return KEPT / f".at-{piece[0]}-{piece[2]}"


def _after_a_crash(lost: list[Piece]) -> Iterator[Stretch]:
    """The executions at which the processes were; one of them ended its process, and which one it was shows again."""
    for piece in lost:
        target, run, begin, end = piece
        findings: tuple[Finding, ...] = ()
        if (mark := _mark(piece)).exists():
            _, number = reached(mark)
            mark.unlink()
            body = mutant(corpus()[target], run, target, number)
            findings = (Finding(target=target, body=body, what="its process ended here, or beside it"),)
        yield Stretch(target=target, executions=end - begin, refused=0, slowest=0.0, findings=findings)


def _show(console: Console, found: Finding) -> None:
    path = KEPT / f"{found.target}-{sha256(found.body).hexdigest()[:12]}.bin"
    path.write_bytes(found.body)
    again = f"python -m tests.fuzz --target {found.target} --file {path}"
    console.print(f"{found.target}: {found.what}", style="bold red", markup=False, highlight=False)
    console.print(
        f"{found.body[:_SHOWN]!r} ({len(found.body):,} bytes)\n{found.trace}{again}", markup=False, highlight=False
    )


def _told(console: Console, done: list[Stretch]) -> int:
    executions, refused, findings = Counter[str](), Counter[str](), Counter[str]()
    slowest: dict[str, float] = {}
    for each in done:
        executions[each.target] += each.executions
        refused[each.target] += each.refused
        findings[each.target] += len(each.findings)
        slowest[each.target] = max(each.slowest, slowest.get(each.target, 0.0))
    table = Table("target", "executions", "refused", "slowest, s", "findings")
    for name in executions:
        cells = (f"{executions[name]:,}", f"{refused[name]:,}", f"{slowest[name]:.2f}", str(findings[name]))
        table.add_row(name, *cells, style="red" if findings[name] else "")
    console.print(table)
    console.print(f"{executions.total():,} executions, {findings.total()} findings")
    return 1 if findings.total() else 0


def _again(targets: list[str], path: Path) -> int:
    took, found, refused = execute((targets or ["parse"])[0], path.read_bytes())
    print(found.trace or found.what if found else f"{'refused' if refused else 'read'} in {took:.2f} s")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
