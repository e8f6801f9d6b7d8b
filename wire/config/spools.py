"""Feeds that are folders: what can be known to be wrong with one, and which keys say nothing of it.

Law: asks no disk: a folder may be mounted later.
"""

from collections.abc import Collection, Iterator

from wire.model import Feed, place_of

OF_SERVERS = (
    *("interval", "adaptive", "max_interval", "timeout", "allow_private", "verify_tls"),
    *("proxy", "headers", "query", "basic", "bearer", "cookie"),
)
"""Keys that say nothing of a folder."""
OF_FOLDERS = ("settle", "order", "taken", "done", "failed", "done_kept", "failed_kept")
"""Keys that say nothing of a server."""


def url_fault(url: str) -> str | None:
    """What is wrong with a `file:` URL, in words; None: nothing."""
    try:
        place_of(url)
    except ValueError as error:
        return str(error)
    return None


def plain(url: str) -> str:
    """The same text for every way to write one place."""
    place = place_of(url)
    return f"file://{place.folder}/{place.pattern}"


def faults(feed: Feed) -> Iterator[tuple[str, str]]:
    """What is wrong with one feed, by field."""
    for name, folder in (("done", feed.done), ("failed", feed.failed)):
        steps = folder.rstrip("/").split("/")
        if not folder.strip() or "\0" in folder or steps[-1] in {"", ".", ".."} or ".presswire" in steps:
            yield name, 'should be a folder: its name in the watched one, or a path, such as "../done"'
    if feed.done.rstrip("/") == feed.failed.rstrip("/"):
        yield "failed", "is the folder of the files that were taken (done)"


def misplaced(feed: Feed, written: Collection[str]) -> Iterator[tuple[str, str]]:
    """Of the keys that stand below a feed, those that say nothing of it."""
    for name in OF_SERVERS if feed.in_folder else OF_FOLDERS:
        if name in written and not feed.in_folder:
            yield name, "says nothing of a feed that a server is asked for: it is for watched folders (url = file:…)"
        elif name in written and name in {"interval", "adaptive", "max_interval"}:
            yield name, "says nothing of a watched folder, which is looked into every [schedule] scan (wire.toml)"
        elif name in written:
            yield name, "says nothing of a watched folder: no server is asked"
