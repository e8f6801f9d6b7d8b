"""A feed's mailbox, as its operator describes it.

Law: what can be known to be wrong before anybody is asked is said here, as SpoolError.
"""

import ssl
from functools import lru_cache
from pathlib import Path

from wire.access import Access
from wire.errors import SpoolError
from wire.fetch.mail.imap import Door
from wire.fetch.mail.mailbox import Mailbox
from wire.fetch.place import Place
from wire.model import Feed, mailbox_of
from wire.policy import FetchPolicy, SpoolPolicy


def mailbox_place(feed: Feed, policy: SpoolPolicy, fetch: FetchPolicy, access: Access | None) -> Place:
    """The mailbox of a feed, not opened yet. Raises SpoolError."""
    return Mailbox(feed, door_of(feed, fetch, access), policy.max_bytes)


def door_of(feed: Feed, fetch: FetchPolicy, access: Access | None) -> Door:
    """How a feed's mailbox is reached. Raises SpoolError."""
    place = mailbox_of(feed.url)
    ca_file = access.ca_file if access else None
    try:
        changed = ca_file.stat().st_mtime_ns if ca_file else 0
        tls = _tls(ca_file, changed, verified=feed.verify_tls)
    except OSError as error:  # ssl's own are among them
        raise SpoolError(f"{ca_file} holds no certificates in PEM: {error.strerror or error}") from error
    return Door(
        place=place,
        user=(access.user if access else "") or place.user,
        password=access.password if access else "",
        tls=tls,
        private=feed.allow_private,
        clear=feed.cleartext,
        timeout=min(feed.timeout or fetch.timeout, fetch.timeout),
    )


@lru_cache(maxsize=64)
def _tls(ca_file: Path | None, changed: int, *, verified: bool) -> ssl.SSLContext:  # noqa: ARG001 - tells files apart
    """Made once: to read all certificates of a system takes 10 ms."""
    context = ssl.create_default_context(cafile=ca_file)
    if not verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
