"""Those that wait for the writer are let in together: what came while one transaction ran shares the next one.

Law: in the order in which they came. A fault costs who has it alone: where several fail together, each is let in by
itself. Who stops waiting is passed over, and nobody waits for who was let in before and gave up.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import anyio

from wire.errors import StoreError


class Sized(Protocol):
    """What waits."""

    @property
    def size(self) -> int:
        """How much there is to be done, in entries."""


Ask = TypeVar("Ask", bound=Sized)
Answer = TypeVar("Answer")

AT_ONCE = 50
"""That share a transaction at most."""
ENTRIES = 200
"""That they bring together at most, where they are more than one: others wait for as long as the transaction takes."""


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Ask, Answer]):
    asked: Ask
    answers: tuple[Answer, ...] = ()
    """One, once it was let in."""
    error: Exception | None = None

    @property
    def settled(self) -> bool:
        return bool(self.answers) or self.error is not None


class Turns(Generic[Ask, Answer]):
    """Lets in to `work`, which does some or raises, and then has done none of them."""

    def __init__(self, work: Callable[[Sequence[Ask]], Awaitable[Sequence[Answer]]]) -> None:
        self._work = work
        self._turn = anyio.Lock()
        self._waiting: list[_Waiting[Ask, Answer]] = []

    async def done(self, asked: Ask) -> Answer:
        """Wait for a turn; gives what came of it. Raises what the work raised."""
        mine = _Waiting[Ask, Answer](asked)
        self._waiting.append(mine)
        try:
            async with self._turn:
                while not mine.settled:  # else who was let in before has taken it along
                    await self._let_in(list(self._next()))
        finally:
            if not mine.settled:
                self._waiting.remove(mine)
        if mine.error:
            raise mine.error
        return mine.answers[0]

    def _next(self) -> Iterator[_Waiting[Ask, Answer]]:
        room = ENTRIES
        for number, each in enumerate(self._waiting):
            room -= each.asked.size
            if number and (room < 0 or number == AT_ONCE):
                return
            yield each

    async def _let_in(self, some: Sequence[_Waiting[Ask, Answer]]) -> None:
        try:
            answers = await self._work([each.asked for each in some])
        except Exception as error:  # noqa: BLE001 - not swallowed: it is raised where it was asked for
            if len(some) > 1 and not isinstance(error, StoreError):
                for each in some:
                    await self._let_in([each])
                return
            for each in some:
                each.error = error
        else:
            for each, answer in zip(some, answers, strict=True):
                each.answers = (answer,)
        self._waiting = [each for each in self._waiting if not each.settled]
