"""Being told of new mail (IDLE, RFC 2177): a connection for each mailbox whose server offers it.

Law: a bell, and no news, as `fetch.watch` is of folders: whatever is told here is found by the next look as well, only
later. What fails here is no failure of a feed; its looks tell of that.
"""

from collections.abc import Callable, Mapping

import anyio
import structlog
from anyio import CancelScope, CapacityLimiter, to_thread

from wire.fetch.failures import Failed
from wire.fetch.mail.imap import Door, Session

log = structlog.get_logger()

AGAIN = 2.0
"""Seconds between two looks at whether the mailboxes to be listened to are still the same."""
RENEWED = 540.0
"""Seconds after which the wait is begun anew, so that no router forgets the connection (RFC 2177: 29 min)."""
SHORTEST, LONGEST = 5.0, 900.0
"""Seconds before a connection is made again that has ended: twice as long each time that it does not last."""
THREADS = 500
"""Mailboxes that are listened to at once."""


async def mailboxes(wanted: Callable[[], Mapping[str, Door]], changed: Callable[[str], None]) -> None:
    """Tell of new messages in mailboxes, by key, until cancelled. `wanted`: how they are reached, as they are now."""
    threads = CapacityLimiter(THREADS)
    listening: dict[str, tuple[Door, CancelScope]] = {}
    async with anyio.create_task_group() as group:
        while True:
            doors = wanted()
            for key in [key for key, (door, _) in listening.items() if doors.get(key) != door]:
                listening.pop(key)[1].cancel()
            for key in doors.keys() - listening.keys():
                listening[key] = doors[key], CancelScope()
                group.start_soon(_listen, key, *listening[key], changed, threads)
            await anyio.sleep(AGAIN)


async def _listen(
    key: str, door: Door, scope: CancelScope, changed: Callable[[str], None], threads: CapacityLimiter
) -> None:
    pause, told = SHORTEST, False
    with scope:
        while True:
            began = anyio.current_time()
            try:
                able = await _until_it_ends(key, door, changed, threads)
                why = "" if able else "its server does not tell of new mail (IDLE)"
            except Failed as error:
                able, why = True, error.message
            if not told:
                log.info("mail.unwatched", feed=key, message=why, why="it is looked into every interval")
            told = True
            if not able:
                await anyio.sleep_forever()
            pause = SHORTEST if anyio.current_time() - began > LONGEST else min(2 * pause, LONGEST)
            await anyio.sleep(pause)


async def _until_it_ends(key: str, door: Door, changed: Callable[[str], None], threads: CapacityLimiter) -> bool:
    """Listen on one connection; False: its server does not tell. Raises `Failed`."""

    async def beside(function: Callable[..., bool], *args: object) -> bool:
        """Left alone when we have to end: it ends by itself once the session is closed."""
        return await to_thread.run_sync(function, *args, limiter=threads, abandon_on_cancel=True)

    session = Session(door)
    try:
        if not await beside(session.listen, door.place.mailbox):
            return False
        changed(key)  # what came while nobody listened
        while True:
            if await beside(session.wait, RENEWED):
                changed(key)
    finally:
        session.close()
