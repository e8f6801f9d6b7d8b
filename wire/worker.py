"""The limited child: runs a pure function of untrusted bytes in a process of its own, so that it can hurt nothing else.

Law: knows nothing of feeds. A child that overruns its limits is killed, and costs the caller one `Overrun`.
"""

import os
import resource
import signal
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

from wire.errors import WireError
from wire.policy import WorkerPolicy

T = TypeVar("T")


class Overrun(WireError):
    """The child took more time or memory than it may, and was killed."""


class Workers:
    """Children that run pure functions under limits; they are kept warm between calls."""

    def __init__(self, policy: WorkerPolicy) -> None:
        self._policy = policy
        self._limiter = CapacityLimiter(policy.processes or os.cpu_count() or 1)

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """Call `function(*args)` in a child. Raises what it raises, and `Overrun`."""
        policy = self._policy
        async with self._limiter:
            try:
                with anyio.fail_after(policy.deadline):
                    return await to_process.run_sync(
                        _limited,
                        *(policy.cpu, policy.memory, function, args),
                        cancellable=True,
                        limiter=CapacityLimiter(1),  # the pool's own would count idle children of other loops
                    )
            except TimeoutError as error:
                raise Overrun(f"reading took longer than {policy.deadline:g} s, and was stopped") from error
            except BrokenWorkerProcess as error:
                raise Overrun(
                    f"reading took more than {policy.cpu:g} s of CPU or broke down, and was stopped"
                ) from error
            except MemoryError as error:
                raise Overrun(f"reading wanted more than {policy.memory / 1e6:,.0f} MB, and was stopped") from error


def _limited(cpu: float, memory: int, function: Callable[..., T], args: tuple[object, ...]) -> T:
    """In the child, which the kernel kills (SIGXCPU) once the call has used its CPU time.

    The memory limit is on data, not on address space: numpy's libraries map far more than they touch.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    # Ctrl-C at a terminal reaches children, too; when they end is for the parent to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whole seconds are all that the kernel knows; the one under way is added.
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + cpu) + 1, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    return function(*args)
