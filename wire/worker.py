"""The limited child: runs a pure function of untrusted bytes in a process of its own, so that it can hurt nothing else.

Law: knows nothing of feeds. A child that overruns its time or memory is killed and costs the caller one `Overrun`.
"""

import os
import resource
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import anyio
from anyio import BrokenWorkerProcess, CapacityLimiter, to_process

from wire.errors import WireError
from wire.policy import WorkerPolicy

P = ParamSpec("P")
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
        async with self._limiter:
            try:
                with anyio.fail_after(self._policy.deadline):
                    return await to_process.run_sync(
                        _limited, self._policy.memory, function, args, cancellable=True, limiter=CapacityLimiter(1)
                    )
            except TimeoutError as error:
                raise Overrun(f"reading took longer than {self._policy.deadline:g} s, and was stopped") from error
            except (BrokenWorkerProcess, MemoryError) as error:
                raise Overrun(f"reading wanted more than {self._policy.memory} bytes, and was stopped") from error


def _limited(memory: int, function: Callable[..., T], args: tuple[object, ...]) -> T:
    """In the child. The limit is on data, not on address space: numpy's libraries map far more than they touch."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    return function(*args)
