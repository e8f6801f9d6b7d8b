"""Folders watched: what the system tells of changes in them (inotify, by `watchfiles`).

Law: a bell, and no news: whatever is told here is found by the next look as well, only later. So nothing that fails
here is a failure of a feed: a system that can't watch, or a folder that is not there, is said once.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import anyio
import structlog
from anyio import to_thread
from watchfiles import Change, awatch

from wire.fetch.place import raw, text
from wire.model import place_of
from wire.model.spool import takes

log = structlog.get_logger()

AGAIN = 5.0
"""Seconds between two looks at whether the folders to be watched are still the same."""
TOGETHER = 400
"""Milliseconds for which changes are gathered while more of them come."""


async def folders(wanted: Callable[[], Mapping[str, str]], changed: Callable[[str], None]) -> None:
    """Tell of each change in folders, by key, until cancelled. `wanted`: URLs of folders by key, as they are now."""
    told: str | None = None
    known: Mapping[str, tuple[str, int]] = {}
    while True:
        watched = await to_thread.run_sync(_there, wanted())
        stop = anyio.Event()
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_until_others, wanted, watched, stop)
                for key in watched.keys() - known.keys():
                    changed(key)  # what came before it was watched
                known = watched
                if watched:
                    await _tell(watched, changed, stop)
                else:
                    await stop.wait()
        except* (OSError, RuntimeError) as errors:
            said = str(errors.exceptions[0])
            if said != told:
                log.warning("spool.unwatched", message=said, why="folders are looked into every [schedule] scan")
            told = said
            await anyio.sleep(AGAIN)


async def _tell(watched: Mapping[str, tuple[str, int]], changed: Callable[[str], None], stop: anyio.Event) -> None:
    places = {key: place_of(url) for key, (url, _) in watched.items()}
    paths = {os.fsdecode(raw(place.folder)) for place in places.values()}
    async for changes in awatch(*paths, recursive=False, debounce=TOGETHER, stop_event=stop, watch_filter=_arrivals):
        for key, place in places.items():
            names = {os.path.split(os.fsencode(path)) for _, path in changes}
            if any(text(folder) == place.folder and takes(place, text(name)) for folder, name in names):
                changed(key)


def _arrivals(change: Change, path: str) -> bool:
    return change is not Change.deleted and not Path(path).name.startswith(".")


def _there(urls: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """The folders that are there, each with what tells it from another one under its path."""
    found = {}
    for key, url in urls.items():
        with suppress(OSError):
            status = Path(os.fsdecode(raw(place_of(url).folder))).stat()
            found[key] = url, status.st_ino
    return found


async def _until_others(
    wanted: Callable[[], Mapping[str, str]], watched: Mapping[str, tuple[str, int]], stop: anyio.Event
) -> None:
    """Wait until other folders are to be watched, or others stand under their paths."""
    while await to_thread.run_sync(_there, wanted()) == watched:  # noqa: ASYNC110 - nobody tells of either
        await anyio.sleep(AGAIN)
    stop.set()
