"""The limited child."""

import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from tests import warm
from wire.policy import WorkerPolicy
from wire.worker import Overrun, Workers, _Child

MB = 1_000_000
HELD: list[bytearray] = []
"""In a child: what one call leaves behind for the next."""


def _interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "done"


def _spin(*_: object) -> None:
    while True:
        pass


def _kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hoard(size: int = 400 * MB) -> int:
    return len(bytearray(size))


def _litter(size: int) -> int:
    HELD.append(bytearray(size))
    return os.getpid()


def _killed_once(marker: str) -> str:
    """The first child that is asked dies, as one does that the system takes where memory is short."""
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def _burn(seconds: float) -> int:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return os.getpid()


def _core_limit() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_CORE)


@pytest.fixture(autouse=True)
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that are started from nothing, as the daemon's are."""
    monkeypatch.setattr(_Child, "_start", warm.COLD)


def children() -> dict[int, str]:
    """The processes that this one has started, by id, with their state; Z: ended, and nobody has asked after it."""
    found = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                name, _, rest = (each / "stat").read_text().rpartition(")")
            except OSError:  # it has just ended
                continue
            state, parent = rest.split()[:2]
            if int(parent) == os.getpid() and "python" in name:
                found[int(each.name)] = state
    return found


def test_ctrl_c_at_the_terminal_is_for_the_parent_to_hear() -> None:
    workers = Workers(WorkerPolicy(processes=1))
    assert anyio.run(workers.run, _interrupted) == "done"


@pytest.mark.parametrize(("function", "reason"), [(_spin, "of CPU"), (_kill, "broke down"), (_hoard, "300 MB")])
def test_a_call_that_overruns_costs_itself_alone(function: Callable[..., object], reason: str) -> None:
    """Beside it, in another child, calls go on; after it, the pool is as it was, and nothing is left behind."""

    async def calls() -> None:
        before, beside = children(), 0
        workers = Workers(WorkerPolicy(processes=2, cpu=0.5, memory=300 * MB))

        async def work_beside() -> None:
            nonlocal beside
            while True:
                await workers.run(os.getpid)
                beside += 1
                await anyio.sleep(0.02)

        async with anyio.create_task_group() as group:
            group.start_soon(work_beside)
            for _ in range(2):
                with pytest.raises(Overrun, match=reason):
                    await workers.run(function)
                assert await workers.run(os.getpid) not in {os.getpid(), *before}
            group.cancel_scope.cancel()
        assert beside > 5, "calls beside it went on"
        for _ in range(100):
            if "Z" not in (left := children()).values():
                break
            await anyio.sleep(0.05)
        else:
            pytest.fail(f"zombies are left: {children()}")
        assert len(left) - len(before) <= 2

    anyio.run(calls)


def test_a_child_that_waits_is_stopped_by_the_clock() -> None:
    workers = Workers(WorkerPolicy(processes=1, deadline=3.0))
    with pytest.raises(Overrun, match="longer than 3 s"):
        anyio.run(workers.run, time.sleep, 60)


def test_a_child_that_the_system_takes_is_replaced_without_a_word(tmp_path: Path) -> None:
    workers = Workers(WorkerPolicy(processes=1))
    assert anyio.run(workers.run, _killed_once, str(tmp_path / "marker")) == "done"


def test_what_one_call_left_in_memory_is_not_held_against_the_next() -> None:
    async def calls() -> None:
        workers = Workers(WorkerPolicy(processes=1, memory=300 * MB))
        littered = await workers.run(_litter, 150 * MB)
        assert await workers.run(os.getpid) == littered, "it is kept warm"
        assert await workers.run(_hoard, 150 * MB) == 150 * MB
        assert await workers.run(os.getpid) != littered, "it had no room left, and was let go"

    anyio.run(calls)


def test_time_is_counted_anew_for_each_call() -> None:
    async def calls() -> None:
        workers = Workers(WorkerPolicy(processes=1, cpu=1.0))
        assert len({await workers.run(_burn, 0.6) for _ in range(4)}) == 1

    anyio.run(calls)


def test_an_overrun_leaves_no_core_file() -> None:
    assert anyio.run(Workers(WorkerPolicy(processes=1)).run, _core_limit) == (0, 0)
