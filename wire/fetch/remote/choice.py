"""Which kind of folder on another machine a feed's is.

Law: what a kind needs is imported when a feed wants it, for it may not be installed.
"""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from wire.access import Access
from wire.errors import SpoolError
from wire.fetch.place import Place
from wire.fetch.remote.bucket import Bucket, Objects
from wire.fetch.remote.far import Far
from wire.fetch.remote.renaming import RenamingSpool
from wire.model import Feed, place_of
from wire.policy import FetchPolicy, SpoolPolicy

SESSIONS = 4
"""Of SFTP, side by side on one connection; OpenSSH allows ten. FTP does one thing after the other."""


def remote_place(feed: Feed, policy: SpoolPolicy, fetch: FetchPolicy, access: Access | None) -> Place:
    """The place of a feed, not opened yet; where a library is missing, `open` says so."""
    scheme = place_of(feed.url).scheme
    timeout = min(feed.timeout or fetch.timeout, fetch.timeout)
    shown = access or Access(origin="", user=place_of(feed.url).user)
    if scheme == "s3":
        return Bucket(feed, lambda: cast("Objects", _made(scheme)(feed, shown, timeout)), policy.max_bytes)
    at_once = SESSIONS if scheme == "sftp" else 1
    return RenamingSpool(
        feed, lambda: cast("Far", _made(scheme)(feed, shown, timeout)), policy.max_bytes, at_once=at_once
    )


def lacking(feed: Feed) -> str | None:
    """What has to be installed before the folder of a feed on another machine can be looked into; None: nothing."""
    try:
        _made(place_of(feed.url).scheme)
    except SpoolError as error:
        return str(error)
    return None


def _made(scheme: str) -> Callable[..., object]:
    """Raises SpoolError."""
    module = {"sftp": "sftp", "ftp": "ftp", "ftps": "ftp", "s3": "objects"}[scheme]
    try:
        found = import_module(f"wire.fetch.remote.{module}")
    except ModuleNotFoundError as error:
        extra = "ftp" if scheme == "ftps" else scheme
        message = f"{scheme}:// needs {error.name}, which is not installed: pip install 'presswire[{extra}]'"
        raise SpoolError(message) from error
    made: Callable[..., object] = getattr(found, module.capitalize())
    return made
