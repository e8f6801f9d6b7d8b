"""The limited child."""

import os
import signal
import time

import anyio
import pytest

from wire.policy import WorkerPolicy
from wire.worker import Overrun, Workers


def _interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "done"


def _spin() -> None:
    while True:
        pass


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hoard() -> int:
    return len(bytearray(400_000_000))


def test_ctrl_c_at_the_terminal_is_for_the_parent_to_hear() -> None:
    workers = Workers(WorkerPolicy(processes=1))
    assert anyio.run(workers.run, _interrupted) == "done"


@pytest.mark.parametrize(("function", "reason"), [(_spin, "CPU"), (_killed, "broke down"), (_hoard, "MB")])
def test_a_child_that_overruns_costs_one_call(function: object, reason: str) -> None:
    async def calls() -> int:
        workers = Workers(WorkerPolicy(processes=1, cpu=0.3, memory=300_000_000))
        with pytest.raises(Overrun, match=reason):
            await workers.run(function)  # type: ignore[arg-type]  # one of the three above
        return await workers.run(os.getpid)

    assert anyio.run(calls) != os.getpid()


def test_a_child_that_waits_is_stopped_by_the_clock() -> None:
    workers = Workers(WorkerPolicy(processes=1, deadline=3.0))
    with pytest.raises(Overrun, match="longer than 3 s"):
        anyio.run(workers.run, time.sleep, 60)
